"""The default engine: what a fusion changes, what it leaves alone, and how far it obeys."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from fusion import FuseOptions, Swap, TemplateAnalysis, fuse_arrays, get_engine, read_picture
from fusion.engines.warp import WarpEngine
from fusion.errors import AnalysisNotUsable, EngineError, LayerNotUsable, NoFace, NoSuchFace
from fusion.finding import find_faces
from tests.pictures import a_face_picture, turned_by_exif

if TYPE_CHECKING:
    from fusion import RGB, Face
    from fusion.engines.base import Engine


@pytest.fixture(scope="module")
def analysis(engine: Engine, drawn: RGB) -> TemplateAnalysis:
    return engine.analyse(drawn)


@pytest.fixture(scope="module")
def swap(portrait: RGB, portrait_face: Face) -> Swap:
    return Swap(portrait, portrait_face, 0)


def _likeness(picture: RGB, face: Face, other: RGB, others: Face) -> float:
    """Correlation of two faces' grey values, each cut out upright at 64 px, 1 = the same."""
    cuts = []
    for image, one in ((picture, face), (other, others)):
        box = one.box
        cut = image[box.top : box.bottom, box.left : box.right]
        grey = cv2.cvtColor(cv2.resize(cut, (64, 64), interpolation=cv2.INTER_AREA), 7)
        inner = grey[12:56, 12:52].astype(float).ravel()
        cuts.append((inner - inner.mean()) / inner.std())
    return float((cuts[0] * cuts[1]).mean())


def test_it_puts_the_users_face_in_the_template(
    engine: Engine, analysis: TemplateAnalysis, swap: Swap, drawn: RGB, portrait: RGB
) -> None:
    result = engine.fuse(analysis, [swap], FuseOptions())
    assert result.shape == drawn.shape and result.dtype == np.uint8
    (face,) = find_faces(result)
    before = _likeness(drawn, analysis.faces[0], portrait, swap.face)
    after = _likeness(result, face, portrait, swap.face)
    assert after > before + 0.2


def test_outside_the_face_every_pixel_is_the_templates(
    engine: Engine, analysis: TemplateAnalysis, swap: Swap, drawn: RGB
) -> None:
    result = engine.fuse(analysis, [swap], FuseOptions())
    filled = np.zeros(drawn.shape[:2], np.uint8)
    hull = cv2.convexHull(analysis.faces[0].landmarks[:, :2].round().astype(np.int32))
    cv2.fillConvexPoly(filled, hull, 1)
    oval = cv2.dilate(filled, np.ones((13, 13), np.uint8))
    assert np.array_equal(result[oval == 0], drawn[oval == 0])
    assert not np.array_equal(result, drawn)


def test_degree_zero_is_the_template_itself(
    engine: Engine, analysis: TemplateAnalysis, swap: Swap, drawn: RGB
) -> None:
    result = engine.fuse(analysis, [swap], FuseOptions(face_degree=0, profile_degree=0))
    assert np.array_equal(result, drawn)
    assert result is not analysis.picture


def test_each_face_degree_takes_more_of_the_user(
    engine: Engine, analysis: TemplateAnalysis, swap: Swap, drawn: RGB
) -> None:
    changes = [
        float(np.abs(engine.fuse(analysis, [swap], FuseOptions(d, 40)).astype(int) - drawn).mean())
        for d in (0, 25, 50, 75, 100)
    ]
    assert all(more > less * 1.05 for less, more in itertools.pairwise(changes))
    assert changes[1] > 0


def test_each_profile_degree_shows(engine: Engine, analysis: TemplateAnalysis, swap: Swap) -> None:
    none, half, whole = (
        engine.fuse(analysis, [swap], FuseOptions(100, degree)).astype(int)
        for degree in (0, 50, 100)
    )
    assert np.abs(whole - none).mean() > np.abs(half - none).mean() > 0


def test_degrees_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="face_degree"):
        FuseOptions(face_degree=101)
    with pytest.raises(ValueError, match="profile_degree"):
        FuseOptions(profile_degree=-1)


def test_the_same_input_gives_the_same_bytes(drawn: RGB, portrait: RGB) -> None:
    assert np.array_equal(fuse_arrays(portrait, drawn), fuse_arrays(portrait, drawn))


def test_a_photo_stood_up_by_exif_fuses_as_the_upright_one(drawn: RGB, portrait: RGB) -> None:
    stood_up = read_picture(turned_by_exif(portrait))
    assert stood_up.shape == portrait.shape
    through_bytes, direct = fuse_arrays(stood_up, drawn), fuse_arrays(portrait, drawn)
    assert np.abs(through_bytes.astype(int) - direct).mean() < 1.0


def test_several_faces_are_exchanged_by_number(
    engine: Engine, portrait: RGB, portrait_face: Face
) -> None:
    template = a_face_picture(1000, 500, faces=2)
    analysis = engine.analyse(template)
    assert len(analysis.faces) == 2
    for number, face in enumerate(analysis.faces):
        result = engine.fuse(analysis, [Swap(portrait, portrait_face, number)], FuseOptions())
        changed = np.flatnonzero((result != template).any(axis=(0, 2)))
        assert face.box.left - 9 <= changed[0] and changed[-1] <= face.box.right + 9
    both = engine.fuse(
        analysis,
        [
            Swap(portrait, portrait_face, 0),
            Swap(portrait, portrait_face, 1, FuseOptions(face_degree=0, profile_degree=0)),
        ],
        FuseOptions(),
    )
    only = engine.fuse(analysis, [Swap(portrait, portrait_face, 0)], FuseOptions())
    assert np.array_equal(both, only)


def test_a_face_that_is_not_there_is_named(
    engine: Engine, analysis: TemplateAnalysis, portrait: RGB, portrait_face: Face
) -> None:
    with pytest.raises(NoSuchFace, match="number 3"):
        engine.fuse(analysis, [Swap(portrait, portrait_face, 3)], FuseOptions())


def test_pictures_without_a_face_are_refused(engine: Engine, drawn: RGB) -> None:
    empty = np.full((200, 200, 3), 90, np.uint8)
    with pytest.raises(NoFace):
        engine.analyse(empty)
    with pytest.raises(NoFace):
        fuse_arrays(empty, drawn)


def test_a_stored_analysis_fuses_to_the_same_bytes(engine: Engine, drawn: RGB, swap: Swap) -> None:
    layer = np.zeros((*drawn.shape[:2], 4), np.uint8)
    layer[20:60, 20:60] = (255, 0, 0, 128)
    skin = np.full(drawn.shape[:2], 255, np.uint8)
    analysis = engine.analyse(drawn, layer=layer, skin_mask=skin)
    stored = analysis.to_bytes()
    assert len(stored) < 4_000_000
    loaded = TemplateAnalysis.from_bytes(stored, key="warp 1")
    assert loaded.faces == analysis.faces and loaded.key == analysis.key
    for tone in ("template", "own"):
        options = FuseOptions(skin_tone=tone)
        assert np.array_equal(
            engine.fuse(loaded, [swap], options), engine.fuse(analysis, [swap], options)
        )


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"PK\x03\x04nonsense"])
def test_damaged_analyses_are_refused(damage: bytes) -> None:
    with pytest.raises(AnalysisNotUsable, match="damaged"):
        TemplateAnalysis.from_bytes(damage)


def test_an_analysis_of_another_version_is_refused(
    engine: Engine, analysis: TemplateAnalysis, swap: Swap
) -> None:
    stored = analysis.to_bytes()
    with pytest.raises(AnalysisNotUsable, match="warp 2"):
        TemplateAnalysis.from_bytes(stored, key="warp 2")
    foreign = TemplateAnalysis(analysis.picture, analysis.faces, key="another 1")
    with pytest.raises(AnalysisNotUsable, match="another 1"):
        engine.fuse(foreign, [swap], FuseOptions())
    cut = stored[: len(stored) // 2]
    with pytest.raises(AnalysisNotUsable):
        TemplateAnalysis.from_bytes(cut)


def test_the_layer_lies_over_the_result(engine: Engine, drawn: RGB, swap: Swap) -> None:
    layer = np.zeros((*drawn.shape[:2], 4), np.uint8)
    box = find_faces(drawn)[0].box
    bar = slice(box.top + 40, box.top + 60), slice(box.left, box.right)
    layer[bar] = (10, 200, 30, 255)
    result = engine.fuse(engine.analyse(drawn, layer=layer), [swap], FuseOptions())
    assert (result[bar] == (10, 200, 30)).all()
    plain = engine.fuse(engine.analyse(drawn), [swap], FuseOptions())
    assert np.array_equal(result[layer[..., 3] == 0], plain[layer[..., 3] == 0])


def test_layers_of_another_size_are_refused(engine: Engine, drawn: RGB) -> None:
    with pytest.raises(LayerNotUsable, match="540x540"):
        engine.analyse(drawn, layer=np.zeros((10, 10, 4), np.uint8))
    with pytest.raises(LayerNotUsable, match="skin mask"):
        engine.analyse(drawn, skin_mask=np.zeros((10, 10), np.uint8))


def test_own_skin_tone_follows_the_visitor_under_the_stored_mask(
    engine: Engine, drawn: RGB, portrait: RGB
) -> None:
    mask = np.zeros(drawn.shape[:2], np.uint8)
    box = find_faces(drawn)[0].box
    mask[box.top : box.bottom + 30, box.left : box.right] = 255
    analysis = engine.analyse(drawn, skin_mask=mask)
    below = slice(box.bottom + 5, box.bottom + 25), slice(box.left + 60, box.right - 60)
    means = []
    for factor in (0.45, 1.0):
        photo = (portrait * factor).astype(np.uint8)
        swap = Swap(photo, find_faces(photo)[0], 0)
        result = engine.fuse(analysis, [swap], FuseOptions(skin_tone="own"))
        means.append(float(result[below].mean()))
        untouched = mask == 0
        untouched[box.top - 30 : box.bottom + 60, box.left - 40 : box.right + 40] = False
        assert np.array_equal(result[untouched], drawn[untouched])
    assert means[1] > means[0] + 15


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match=r"no engine called 'magic'.*warp"):
        get_engine("magic")
    assert isinstance(get_engine(), WarpEngine)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_turned_photo_or_template_works(drawn: RGB, portrait: RGB, quarter_turns: int) -> None:
    lying = np.ascontiguousarray(np.rot90(portrait, quarter_turns))
    upright, from_lying = fuse_arrays(portrait, drawn), fuse_arrays(lying, drawn)
    assert np.abs(upright.astype(int) - from_lying).mean() < 3
    turned = np.ascontiguousarray(np.rot90(drawn, quarter_turns))
    result = fuse_arrays(portrait, turned)
    back = np.rot90(result, -quarter_turns)
    assert np.abs(back.astype(int) - upright).mean() < 3


def test_a_face_at_the_edge_of_either_picture_works(drawn: RGB, portrait: RGB) -> None:
    face = find_faces(drawn)[0].box
    cut = np.ascontiguousarray(drawn[face.top + 20 :, face.left + 20 :])
    assert fuse_arrays(portrait, cut).shape == cut.shape
    box = find_faces(portrait)[0].box
    close = np.ascontiguousarray(portrait[box.top + 5 : box.bottom, box.left + 5 : box.right])
    assert fuse_arrays(close, drawn).shape == drawn.shape


@pytest.mark.parametrize("side", [80, 1600])
def test_small_and_large_templates_work(portrait: RGB, side: int) -> None:
    template = a_face_picture(side, side)
    result = fuse_arrays(portrait, template)
    assert not np.array_equal(result, template)


def test_grey_and_dark_pictures_work(drawn: RGB, portrait: RGB) -> None:
    grey = np.repeat(portrait.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    dark = (portrait // 5).astype(np.uint8)
    for photo in (grey, dark):
        result = fuse_arrays(photo, drawn)
        assert 0.6 < result.mean() / drawn.mean() < 1.5
