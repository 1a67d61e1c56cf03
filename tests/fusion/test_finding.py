"""Finding faces: real and drawn, small, turned, several, none."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from fusion import networks
from fusion.align import fit_similarity, pose_of
from fusion.detect import Detection, detect, merge
from fusion.errors import NetworksMissing
from fusion.finding import find_faces
from fusion.topology import MEAN_FACE, MIRROR, RIGID, TRIANGLES
from tests.pictures import a_face_picture

if TYPE_CHECKING:
    from pathlib import Path

    from fusion import RGB


def test_it_finds_the_face_of_a_portrait(portrait: RGB) -> None:
    (face,) = find_faces(portrait)
    assert face.presence > 0.99 and face.score > 0.8
    assert 80 < face.size_px < 110
    assert abs(face.pose.yaw) < 8 and abs(face.pose.roll) < 8
    assert face.landmarks.shape == (468, 3) and not face.landmarks.flags.writeable


def test_faces_come_largest_first_and_all_of_them() -> None:
    picture = a_face_picture(900, 400, faces=3)
    cv2.resize(picture[:, :300], (600, 800))
    faces = find_faces(picture, every=True)
    assert len(faces) == 3
    assert [f.box.area for f in faces] == sorted((f.box.area for f in faces), reverse=True)


@pytest.mark.parametrize("side", [512, 1080, 2400])
def test_a_face_of_34_pixels_is_found_in_a_picture_of_any_size(portrait: RGB, side: int) -> None:
    zoom = 38 / 94
    small = cv2.resize(portrait, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    picture = np.full((side, side, 3), 127, np.uint8)
    top, left = side // 3, side // 2
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    (face,) = find_faces(picture)
    assert 30 <= face.box.width <= 48
    assert left < face.box.left < left + small.shape[1]


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_turned_photo_is_found_where_it_is(portrait: RGB, quarter_turns: int) -> None:
    upright = find_faces(portrait)[0]
    turned = np.ascontiguousarray(np.rot90(portrait, quarter_turns))
    (face,) = find_faces(turned)
    roll = (-90 * quarter_turns + upright.pose.roll + 180) % 360 - 180
    assert abs((face.pose.roll - roll + 180) % 360 - 180) < 12
    eyes = turned[tuple(np.round(face.landmarks[[33, 263]][:, 1::-1]).astype(int).T)]
    was = portrait[tuple(np.round(upright.landmarks[[33, 263]][:, 1::-1]).astype(int).T)]
    assert np.abs(eyes.astype(int) - was).mean() < 60


def test_a_picture_without_a_face_has_none() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    assert find_faces(noise) == ()
    assert find_faces(np.zeros((16, 300, 3), np.uint8)) == ()


def test_the_same_picture_gives_the_same_landmarks_in_every_thread(portrait: RGB) -> None:
    found: list[np.ndarray] = []

    def look() -> None:
        found.append(find_faces(portrait)[0].landmarks)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.array_equal(found[0], other) for other in found)


def test_overlapping_candidates_are_one_face() -> None:
    merged = merge(
        [
            Detection(100, 100, 50, 0.0, 0.9),
            Detection(104, 100, 50, 0.1, 0.6),
            Detection(300, 100, 50, 0.0, 0.7),
        ]
    )
    assert len(merged) == 2
    assert merged[0].score == 0.9 and 100 < merged[0].centre_x < 104


def test_both_detectors_agree(portrait: RGB) -> None:
    near, far = detect(portrait, "short_range")[0], detect(portrait, "full_range")[0]
    assert near.overlap(far) > 0.5


def test_a_similarity_is_recovered_and_never_mirrors() -> None:
    points = MEAN_FACE[RIGID]
    angle = 0.4
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    moved = (3.0 * points @ turn.T + [5, 6, 7]).astype(np.float32)
    fit = fit_similarity(points, moved)
    assert fit.scale == pytest.approx(3, rel=1e-4)
    assert np.allclose(fit.apply(points), moved, atol=1e-3)
    mirrored = fit_similarity(points, moved * np.array([-1, 1, 1], np.float32))
    assert np.linalg.det(mirrored.rotation) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(20, 0, 0), (-30, 5, 0), (0, 15, 10)])
def test_pose_reads_the_rotation_that_was_applied(yaw: float, pitch: float, roll: float) -> None:
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = [[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]]
    about_x = [[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]]
    about_z = [[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]]
    turn = np.array(about_z) @ np.array(about_y) @ np.array(about_x)
    pose = pose_of((100 * MEAN_FACE @ turn.T).astype(np.float32))
    assert abs(pose.yaw) == pytest.approx(abs(yaw), abs=4)
    assert np.sign(pose.yaw) == np.sign(round(yaw)) or yaw == 0
    assert pose.roll == pytest.approx(roll, abs=4)


def test_the_stored_mesh_is_whole() -> None:
    assert TRIANGLES.shape == (898, 3) and set(TRIANGLES.ravel()) == set(range(468))
    assert np.array_equal(MIRROR[MIRROR], np.arange(468))
    assert np.allclose(MEAN_FACE[MIRROR] * [-1, 1, 1], MEAN_FACE, atol=1e-5)


def test_missing_networks_are_named(tmp_path: Path, portrait: RGB) -> None:
    with pytest.raises(NetworksMissing, match="does not exist"):
        networks.check_networks(tmp_path / "nowhere")
    with pytest.raises(NetworksMissing, match="is missing"):
        find_faces(portrait, folder=tmp_path)


def test_a_changed_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "face_landmark.tflite").write_bytes(b"something else")
    with pytest.raises(NetworksMissing, match="is not the tested file"):
        networks.network_bytes("mesh", tmp_path)


def test_the_folder_can_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(networks.FOLDER_VARIABLE, str(tmp_path))
    assert networks.networks_folder() == tmp_path
    monkeypatch.delenv(networks.FOLDER_VARIABLE)
    assert networks.check_networks().is_dir()
