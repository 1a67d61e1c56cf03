"""The demo's painted pictures: what is committed is what the generator paints, and it is usable."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import fusion
from fusionsite.demo import art
from fusionsite.demo.art.canvas import Canvas, ramp
from fusionsite.demo.art.catalogue import SCENES, Scene
from fusionsite.demo.art.layer import Layer
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import MEAN_FACE, Pose, Shape, posed
from fusionsite.demo.art.outline import curve, ellipse, points
from fusionsite.demo.art.rendering import MANIFEST, Rendered, render, write_jpeg, write_scene
from fusionsite.demo.art.solid import Surface, bead
from fusionsite.demo.art.visitors import NOFACE, VISITORS

PICTURES = Path(art.__file__).parent.parent / "pictures"
# A small rendering of one scene: noise is drawn anew for every size, so the large picture
# shrunk is not what the generator paints small.
REFERENCE = Path(__file__).with_name("astronaut_270.png")
REFERENCE_HEIGHT_PX = 270
LARGEST_DIFFERENCE = 2.0
MOST_BYTES = 300_000
MOST_BYTES_TOGETHER = 4_000_000
LIMIT_PX = 1080

RGB = npt.NDArray[np.uint8]


def a_scene(key: str) -> Scene:
    """The scene of that name."""
    return next(scene for scene in SCENES if scene.key == key)


def read(path: Path) -> RGB:
    """A picture file with its colours in the order red, green, blue (and alpha)."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None, f"{path.name} is missing or broken"
    if picture.ndim == 3:
        swap = cv2.COLOR_BGR2RGB if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
        picture = cv2.cvtColor(picture, swap)
    return np.ascontiguousarray(picture, np.uint8)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """scenes.json."""
    loaded: dict[str, Any] = json.loads((PICTURES / MANIFEST).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def painted_astronaut() -> Rendered:
    """The astronaut as the generator paints it now, at the reference's size."""
    return render(a_scene("astronaut"), REFERENCE_HEIGHT_PX)


def test_generator_paints_the_committed_reference(painted_astronaut: Rendered) -> None:
    painted = painted_astronaut.picture
    reference = read(REFERENCE)
    assert painted.shape == reference.shape
    assert float(np.abs(painted.astype(int) - reference).mean()) < LARGEST_DIFFERENCE


def test_committed_picture_shows_the_same_scene_as_the_reference() -> None:
    reference = read(REFERENCE)
    height, width = reference.shape[:2]
    small = cv2.resize(
        read(PICTURES / "astronaut.jpg"), (width, height), interpolation=cv2.INTER_AREA
    )
    blurred = [cv2.GaussianBlur(p.astype(np.float32), (0, 0), 4) for p in (small, reference)]
    assert float(np.abs(blurred[0] - blurred[1]).mean()) < LARGEST_DIFFERENCE


def test_same_size_gives_the_same_picture_again(painted_astronaut: Rendered) -> None:
    again = render(a_scene("astronaut"), REFERENCE_HEIGHT_PX)
    assert np.array_equal(again.picture, painted_astronaut.picture)
    assert np.array_equal(again.skin, painted_astronaut.skin)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.key)
def test_scene_painted_small_looks_like_its_committed_picture(scene: Scene) -> None:
    rendered = render(scene, 96)
    assert rendered.picture.shape == (96, 72, 3)
    assert (rendered.layer is None) == (scene.front is None)
    committed = cv2.resize(
        read(PICTURES / f"{scene.key}.jpg"), (72, 96), interpolation=cv2.INTER_AREA
    )
    soft = [
        cv2.GaussianBlur(p.astype(np.float32), (0, 0), 4) for p in (rendered.picture, committed)
    ]
    assert float(np.abs(soft[0] - soft[1]).mean()) < 2 * LARGEST_DIFFERENCE


def test_manifest_lists_every_scene_with_its_words(manifest: dict[str, Any]) -> None:
    assert [entry["key"] for entry in manifest["scenes"]] == [scene.key for scene in SCENES]
    assert len(SCENES) >= 5
    for entry in manifest["scenes"]:
        for text in (entry["title"], entry["description"]):
            assert set(text) == {"en", "zh-hans"}
            assert text["en"].isascii()
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text["zh-hans"])
        assert entry["skin_tone"] == "own"
        assert entry["seats"] in {1, 2}


def test_manifest_names_exactly_the_files_that_are_there(manifest: dict[str, Any]) -> None:
    named = {MANIFEST, manifest["noface"], *manifest["visitors"]}
    for entry in manifest["scenes"]:
        named |= set(entry["files"].values())
    assert {path.name for path in PICTURES.iterdir()} == named
    assert manifest["visitors"] == [f"{visitor.key}.jpg" for visitor in VISITORS]
    assert manifest["noface"] == NOFACE


def test_pictures_stay_within_the_limits_of_a_template(manifest: dict[str, Any]) -> None:
    for entry in manifest["scenes"]:
        picture = read(PICTURES / entry["files"]["picture"])
        assert picture.shape == (entry["height"], entry["width"], 3)
        assert max(picture.shape) <= LIMIT_PX
        assert (PICTURES / entry["files"]["picture"]).stat().st_size <= MOST_BYTES
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES_TOGETHER


def test_skin_mask_covers_the_faces_and_little_else(manifest: dict[str, Any]) -> None:
    engine = fusion.get_engine()
    for entry in manifest["scenes"]:
        picture, skin = (
            read(PICTURES / entry["files"]["picture"]),
            read(PICTURES / entry["files"]["skin"]),
        )
        assert skin.shape == picture.shape[:2]
        for face in engine.find_faces(picture, every=True):
            middle = face.landmarks[:, :2].mean(0).round().astype(int)
            assert skin[middle[1], middle[0]] > 250
        assert 0.03 < skin.mean() / 255 < 0.25, entry["key"]


def test_front_layer_fits_its_picture_and_is_mostly_clear(manifest: dict[str, Any]) -> None:
    with_layer = [entry for entry in manifest["scenes"] if "layer" in entry["files"]]
    assert len(with_layer) >= 3
    for entry in with_layer:
        layer = read(PICTURES / entry["files"]["layer"])
        assert layer.shape == (entry["height"], entry["width"], 4)
        assert 0 < layer[..., 3].mean() < 40, entry["key"]


@pytest.mark.parametrize("side_px", [1080, 256])
def test_engine_finds_one_face_per_seat(manifest: dict[str, Any], side_px: int) -> None:
    engine = fusion.get_engine()
    for entry in manifest["scenes"]:
        picture = shrunk(read(PICTURES / entry["files"]["picture"]), side_px)
        assert len(engine.find_faces(picture, every=True)) == entry["seats"], entry["key"]


def test_engine_finds_the_visitors_and_nobody_in_the_landscape(manifest: dict[str, Any]) -> None:
    engine = fusion.get_engine()
    for name in manifest["visitors"]:
        assert len(engine.find_faces(read(PICTURES / name), every=True)) == 1, name
    assert engine.find_faces(read(PICTURES / manifest["noface"]), every=True) == ()


def shrunk(picture: RGB, side_px: int) -> RGB:
    """The picture with its longer side at most `side_px`."""
    zoom = side_px / max(picture.shape[:2])
    if zoom >= 1:
        return picture
    return np.asarray(
        cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8
    )


def test_nothing_that_runs_imports_the_generator() -> None:
    root = PICTURES.parents[2]
    packages = ("fusion", "campaigns", "templates_app", "fusionsite")
    inside = Path(art.__file__).parent
    importing = [
        path
        for package in packages
        for path in (root / package).rglob("*.py")
        if inside not in path.parents and "demo.art" in path.read_text(encoding="utf-8")
    ]
    assert importing == []


def test_unknown_scene_is_refused_by_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fusionsite.demo.art", str(tmp_path), "--scene", "nobody"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "lantern_keeper" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_written_files_hold_what_was_rendered(tmp_path: Path, painted_astronaut: Rendered) -> None:
    rendered = painted_astronaut
    write_scene(a_scene("astronaut"), rendered, tmp_path)
    assert np.array_equal(read(tmp_path / "astronaut_skin.png"), rendered.skin)
    assert rendered.layer is not None
    assert np.array_equal(read(tmp_path / "astronaut_layer.png"), rendered.layer)


def test_heavy_picture_is_written_within_the_wanted_weight(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(90, 160, (800, 600, 3)).astype(np.uint8)
    write_jpeg(tmp_path / "noise.jpg", noise)
    lightest = cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_QUALITY, 72])[1].nbytes
    assert (tmp_path / "noise.jpg").stat().st_size <= max(MOST_BYTES, lightest)


def test_opaque_paint_takes_the_skin_away_and_shade_leaves_it() -> None:
    canvas = Canvas.blank(60)
    canvas.skin[:] = 1
    half = ramp(canvas.x, 400, 401)
    canvas.multiply(0.5, half)
    assert canvas.skin.min() == 1
    canvas.over((1, 0, 0), half)
    assert canvas.skin[30, 5] == 1
    assert canvas.skin[30, -1] == 0


def test_crop_paints_into_its_canvas() -> None:
    canvas = Canvas.blank(108)
    part = canvas.around(ellipse((200, 300), 50), 10)
    part.over((0, 1, 0), part.mask(ellipse((200, 300), 50)))
    assert canvas.pixels[30, 20].tolist() == [0, 1, 0]
    assert canvas.pixels[60, 60].tolist() == [0, 0, 0]


def test_curve_passes_through_its_points_and_closes() -> None:
    corners = points((0, 0), (100, 0), (100, 0), (100, 80), (0, 80))
    line = curve(corners, 400, closed=True)
    for corner in corners:
        assert np.hypot(*(line - corner).T).min() < 1.0
    assert np.hypot(*(line[0] - line[-1])) < 1e-6


def test_bead_is_brighter_where_the_light_comes_from() -> None:
    dark = Light((1, 0, 0), (0, 0, 0))
    lighting = Lighting(Light((-1, -1, -1), (1, 1, 1)), dark, dark, (0.1, 0.1, 0.1))
    canvas = Canvas.blank(216)
    bead(canvas, (400, 400), 200, Surface((0.6, 0.6, 0.6)), lighting)
    assert canvas.pixels[60, 60].mean() > canvas.pixels[105, 105].mean() + 0.1


def test_layer_over_layer_keeps_the_upper_colour() -> None:
    layer = Layer(Canvas.blank(12))
    whole = np.ones(layer.canvas.shape, np.float32)
    layer.add((1, 0, 0), whole * 0.5)
    layer.add((0, 0, 1), whole)
    assert layer.rgba()[5, 5].tolist() == [0, 0, 255, 255]


def test_mean_face_is_symmetric_and_poses_where_told() -> None:
    assert MEAN_FACE.shape == (468, 3)
    assert abs(float(MEAN_FACE[234, 0] + MEAN_FACE[454, 0])) < 1e-3
    mesh = posed(Pose(300, 400, 200), Shape())
    assert abs(float(mesh[[234, 454], 0].mean()) - 300) < 1
    assert 150 < float(mesh[454, 0] - mesh[234, 0]) < 210
    turned = posed(Pose(300, 400, 200, yaw=8), Shape())
    assert float(turned[4, 0]) < float(mesh[4, 0]) - 2
