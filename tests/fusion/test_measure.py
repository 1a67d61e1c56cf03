"""Numbers about faces, and the refusal each limit leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from fusion import Box, Pose, errors, measure
from fusion.finding import find_faces

if TYPE_CHECKING:
    from fusion import RGB, Face


def test_a_good_portrait_is_usable(portrait: RGB, portrait_face: Face) -> None:
    measure.usable(portrait_face, portrait)
    assert measure.outside_share(portrait_face, portrait) == 0
    assert measure.covered_share(portrait_face, portrait) < 0.3
    assert 50 < measure.brightness(portrait_face, portrait) < 95


def test_sharpness_falls_with_blur(portrait: RGB, portrait_face: Face) -> None:
    figures = [
        measure.sharpness(np.asarray(cv2.GaussianBlur(portrait, (0, 0), sigma)), portrait_face.box)
        for sigma in (0.1, 1.0, 2.0, 4.0)
    ]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 4 * figures[-1]


def test_sharpness_of_a_box_outside_is_zero(portrait: RGB) -> None:
    assert measure.sharpness(portrait, Box(900, 900, 50, 50)) == 0


def test_a_dark_bar_over_the_bridge_reads_as_glasses(portrait: RGB, portrait_face: Face) -> None:
    assert not measure.wears_glasses(portrait_face, portrait)
    framed = portrait.copy()
    points = portrait_face.landmarks[:, :2]
    for eye in ([33, 133], [263, 362]):
        middle = points[eye].mean(axis=0)
        cv2.circle(framed, tuple(int(v) for v in middle), 16, (15, 15, 15), 4)
    bridge = [tuple(int(v) for v in points[i]) for i in (193, 417)]
    cv2.line(framed, bridge[0], bridge[1], (15, 15, 15), 5)
    assert measure.wears_glasses(portrait_face, framed)


def test_something_over_the_face_reads_as_covered(portrait: RGB, portrait_face: Face) -> None:
    covered = portrait.copy()
    box = portrait_face.box
    covered[box.top + box.height // 2 : box.bottom, box.left : box.right] = (30, 90, 200)
    before = measure.covered_share(portrait_face, portrait)
    assert measure.covered_share(portrait_face, covered) > before + 0.2
    with pytest.raises(errors.FaceCovered) as refused:
        measure.usable(portrait_face, covered, measure.FaceLimits(max_covered_share=before + 0.1))
    assert refused.value.box == portrait_face.box


def test_a_small_face_is_refused_with_its_size(portrait: RGB, portrait_face: Face) -> None:
    with pytest.raises(errors.FaceTooSmall, match="at least 200 are needed") as refused:
        measure.usable(portrait_face, portrait, measure.FaceLimits(min_size_px=200))
    assert refused.value.measured == portrait_face.size_px
    assert (refused.value.limit, refused.value.unit) == (200, "pixels")
    assert refused.value.box == portrait_face.box


def test_a_face_cut_by_the_frame_is_refused(portrait: RGB, portrait_face: Face) -> None:
    box = portrait_face.box
    cut = np.ascontiguousarray(portrait[:, : box.left + int(box.width * 0.6)])
    with pytest.raises(errors.FaceOutsidePicture, match="% lies outside the picture"):
        measure.usable(portrait_face, cut)


@pytest.mark.parametrize("pose", [Pose(-60, 0, 0), Pose(0, 45, 0)])
def test_a_face_turned_away_is_refused_with_its_pose(
    portrait: RGB, portrait_face: Face, pose: Pose
) -> None:
    with pytest.raises(errors.FaceTurnedAway, match="degrees") as refused:
        measure.usable(replace(portrait_face, pose=pose), portrait)
    assert refused.value.pose == pose


def test_a_rolled_head_is_no_reason_to_refuse(portrait: RGB, portrait_face: Face) -> None:
    measure.usable(replace(portrait_face, pose=Pose(0, 0, 90)), portrait)


def test_a_blurred_face_is_refused(portrait: RGB) -> None:
    soft = np.asarray(cv2.GaussianBlur(portrait, (0, 0), 4), np.uint8)
    (face,) = find_faces(soft)
    with pytest.raises(errors.FaceTooBlurred, match="sharpness"):
        measure.usable(face, soft)


def test_every_check_can_be_switched_off(portrait: RGB, portrait_face: Face) -> None:
    nothing = measure.FaceLimits(None, None, None, None, None, None)
    hopeless = replace(portrait_face, pose=Pose(80, 80, 0), sharpness=0.0)
    measure.usable(hopeless, portrait, nothing)


def _all_kinds(kind: type[errors.FusionError]) -> list[type[errors.FusionError]]:
    return [kind, *(k for child in kind.__subclasses__() for k in _all_kinds(child))]


@pytest.mark.parametrize("kind", _all_kinds(errors.FusionError))
def test_every_refusal_is_one_sentence_with_its_facts(kind: type[errors.FusionError]) -> None:
    refusal = kind(measured=12.5, limit=34, unit="pixels", box=Box(1, 2, 3, 4))
    said = str(refusal)
    assert said[0].isupper() and said.endswith(".") and "{" not in said and "\n" not in said
    assert (refusal.measured, refusal.limit, refusal.unit) == (12.5, 34, "pixels")
    assert refusal.box == Box(1, 2, 3, 4)
