"""The face parser, on NASA's portrait of Eileen Collins (public domain, part of scikit-image)."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from fusion.finding import find_faces
from fusion.parsing import PALETTE, REGIONS, Ids, layers, paint, parse, write_ids
from fusion.parsing.coverings import Scene, is_bare_scalp
from fusion.parsing.expectations import CLOTHES, HAIR, Expectations, expect
from fusion.parsing.frame import FaceFrame, Mask, grown
from fusion.parsing.mixtures import fit, log_densities, monomials
from fusion.parsing.parser import WORKING_UNIT_PX
from fusion.parsing.parts import draw_parts
from fusion.parsing.refined_mesh import refine
from fusion.topology import LEFT_EYE, MEAN_FACE, RIGHT_EYE

if TYPE_CHECKING:
    from fusion import RGB
    from fusion.faces import Floats

NUMBER = {name: number for number, name in enumerate(REGIONS)}


def _portrait() -> RGB:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None and spec.submodule_search_locations
    path = Path(next(iter(spec.submodule_search_locations))) / "data" / "astronaut.png"
    whole = np.asarray(Image.open(path).convert("RGB"), np.uint8)
    return np.ascontiguousarray(whole[0:300, 70:370])


PORTRAIT = _portrait()


@pytest.fixture(scope="module")
def ids() -> Ids:
    return parse(PORTRAIT)


def _middle(ids: Ids, name: str) -> tuple[float, float]:
    """Mean column and row of a region."""
    rows, columns = np.nonzero(ids == NUMBER[name])
    assert rows.size, f"no {name}"
    return float(columns.mean()), float(rows.mean())


def _agreement(one: Ids, other: Ids) -> float:
    return float((one == other).mean())


def _mean_face_frame(side: int = 300) -> FaceFrame:
    """The average face, upright in the middle of a square picture."""
    points = MEAN_FACE[:, :2] * side * 0.5 + side / 2
    return FaceFrame(points.astype(np.float32), side, side)


class TestTheRegions:
    def test_every_region_of_a_smiling_portrait_is_found(self, ids: Ids) -> None:
        assert ids.shape == PORTRAIT.shape[:2]
        assert ids.dtype == np.uint8
        assert set(np.unique(ids)) == set(range(11))

    def test_known_places_of_the_portrait_have_their_region(self, ids: Ids) -> None:
        places = {
            "background": [(20, 20), (280, 30), (150, 240), (40, 280)],
            "hair": [(150, 25), (110, 50), (205, 80)],
            "face_skin": [(125, 130), (175, 130), (150, 165)],
            "nose": [(153, 125)],
        }
        for name, points in places.items():
            for x, y in points:
                assert REGIONS[ids[y, x]] == name, (x, y)

    def test_regions_lie_as_in_a_face(self, ids: Ids) -> None:
        row = {name: _middle(ids, name)[1] for name in REGIONS}
        assert row["hair"] < row["left_eyebrow"] < row["left_eye"] < row["nose"]
        assert row["nose"] < row["upper_lip"] < row["inner_mouth"] < row["lower_lip"]

    def test_left_is_the_left_side_of_the_picture(self, ids: Ids) -> None:
        for part in ("eye", "eyebrow"):
            assert _middle(ids, f"left_{part}")[0] < _middle(ids, f"right_{part}")[0]

    def test_a_mirrored_picture_swaps_its_sides(self, ids: Ids) -> None:
        mirrored = parse(np.ascontiguousarray(PORTRAIT[:, ::-1]))
        width = PORTRAIT.shape[1]
        there = width - 1 - _middle(mirrored, "left_eye")[0]
        assert there == pytest.approx(_middle(ids, "right_eye")[0], abs=2.0)

    def test_the_neck_is_no_face_skin(self, ids: Ids) -> None:
        lowest = np.nonzero(ids == NUMBER["face_skin"])[0].max()
        assert lowest < _middle(ids, "lower_lip")[1] + 45

    def test_the_same_picture_gives_the_same_ids(self, ids: Ids) -> None:
        cv2.setRNGSeed(99)
        assert parse(PORTRAIT).tobytes() == ids.tobytes()

    def test_the_picture_is_left_as_it_was(self) -> None:
        before = PORTRAIT.copy()
        parse(PORTRAIT)
        assert (before == PORTRAIT).all()


class TestWhichPictures:
    @pytest.mark.parametrize("quarter_turns", [1, 2, 3])
    def test_a_turned_picture_gives_turned_ids(self, ids: Ids, quarter_turns: int) -> None:
        turned = parse(np.ascontiguousarray(np.rot90(PORTRAIT, quarter_turns)))
        assert _agreement(np.rot90(turned, -quarter_turns), ids) > 0.97

    def test_a_tilted_head_is_parsed_along_its_own_axis(self, ids: Ids) -> None:
        turn = cv2.getRotationMatrix2D((150, 110), 35, 1.0)
        tilted = cv2.warpAffine(PORTRAIT, turn, (300, 300), borderMode=cv2.BORDER_REPLICATE)
        expected = cv2.warpAffine(ids, turn, (300, 300), flags=cv2.INTER_NEAREST)
        found = parse(np.asarray(tilted, np.uint8))
        assert _agreement(found, np.asarray(expected, np.uint8)) > 0.93

    def test_a_grey_picture_is_parsed_too(self, ids: Ids) -> None:
        grey = np.repeat(cv2.cvtColor(PORTRAIT, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
        assert _agreement(parse(grey.astype(np.uint8)), ids) > 0.93

    def test_a_dark_picture_is_parsed_too(self, ids: Ids) -> None:
        assert _agreement(parse(PORTRAIT // 4), ids) > 0.93

    def test_fifty_pixels_are_enough(self) -> None:
        small = cv2.resize(PORTRAIT, (50, 50), interpolation=cv2.INTER_AREA)
        found = parse(np.asarray(small, np.uint8))
        assert found.shape == (50, 50)
        assert {NUMBER["face_skin"], NUMBER["hair"], NUMBER["nose"]} <= set(np.unique(found))

    def test_a_large_picture_has_the_same_regions(self, ids: Ids) -> None:
        large = cv2.resize(PORTRAIT, (2048, 2048), interpolation=cv2.INTER_CUBIC)
        found = parse(np.asarray(large, np.uint8))
        assert found.shape == (2048, 2048)
        small = cv2.resize(found, (300, 300), interpolation=cv2.INTER_NEAREST)
        assert _agreement(np.asarray(small, np.uint8), ids) > 0.96

    def test_a_face_that_fills_the_picture_is_found(self) -> None:
        face = find_faces(PORTRAIT)[0].box
        across, down = round(0.15 * face.width), round(0.15 * face.height)
        close = np.ascontiguousarray(
            PORTRAIT[face.top + down : face.bottom - down, face.left + across : face.right - across]
        )
        assert not find_faces(close), "the crop must be one that needs the wider border"
        assert (parse(close) == NUMBER["face_skin"]).mean() > 0.4

    def test_a_picture_without_a_face_is_all_background(self) -> None:
        flat = np.full((200, 300, 3), 127, np.uint8)
        noise = np.random.default_rng(3).integers(0, 256, (200, 200, 3)).astype(np.uint8)
        for picture in (flat, noise):
            found = parse(picture)
            assert found.shape == picture.shape[:2]
            assert not found.any()

    def test_the_largest_face_is_parsed_unless_told_which(self) -> None:
        half = cv2.resize(PORTRAIT, (180, 180), interpolation=cv2.INTER_AREA)
        pair = np.full((300, 480, 3), 128, np.uint8)
        pair[:, :300], pair[60:240, 300:] = PORTRAIT, half
        largest, smaller = find_faces(pair, every=True)[:2]
        assert _middle(parse(pair), "nose")[0] < 300
        assert _middle(parse(pair, face=smaller), "nose")[0] > 300
        assert (parse(pair, face=largest) == parse(pair)).all()


class TestWhatHidesHairAndFace:
    @pytest.mark.parametrize("exposure", [1, 5])
    def test_a_red_cap_is_not_hair_by_day_or_night(self, exposure: int) -> None:
        frame = _frame_of(PORTRAIT)
        u, v = frame.grid
        cap = (np.hypot(u / 0.7, (v - 0.25) / 0.8) < 1.0) & (v > 0.22)
        picture = _covered(PORTRAIT, cap, (190, 30, 40)) // exposure
        assert (parse(picture)[cap] == NUMBER["hair"]).mean() < 0.05

    def test_a_grey_headscarf_that_closes_under_the_chin_is_not_hair(self) -> None:
        frame = _frame_of(PORTRAIT)
        u, v = frame.grid
        wrap = (np.hypot(u / 0.7, (v - 0.1) / 0.85) < 1.0) | ((v < 0.0) & (np.abs(u) < 0.7))
        wrap &= frame.depth < 0.0
        picture = _covered(PORTRAIT, wrap, (120, 120, 124))
        assert (parse(picture)[wrap] == NUMBER["hair"]).mean() < 0.05

    def test_dark_glasses_hide_the_eyes(self) -> None:
        frame = _frame_of(PORTRAIT)
        u, v = frame.grid
        lenses = np.zeros(u.shape, bool)
        for eye in (LEFT_EYE, RIGHT_EYE):
            x, y = frame.placed[eye].mean(axis=0)
            lenses |= np.hypot((u - x) / 0.17, (v - y) / 0.13) < 1.0
        found = parse(_covered(PORTRAIT, lenses, (18, 18, 22)))
        assert (found[lenses] == NUMBER["background"]).mean() > 0.9
        assert (found == NUMBER["nose"]).any()

    def test_a_mask_hides_mouth_and_nose(self) -> None:
        frame = _frame_of(PORTRAIT)
        _, v = frame.grid
        mask = (v < -0.2) & (frame.depth > -0.01)
        found = parse(_covered(PORTRAIT, mask, (150, 190, 225)))
        assert (found[mask] == NUMBER["background"]).mean() > 0.9
        assert not np.isin(found, [NUMBER["upper_lip"], NUMBER["lower_lip"]]).any()
        assert (found == NUMBER["left_eye"]).any()

    @pytest.mark.parametrize(("scalp", "bare"), [((196, 150, 128), True), ((70, 50, 40), False)])
    def test_what_only_shades_off_from_the_forehead_is_scalp(
        self, scalp: tuple[int, int, int], bare: bool
    ) -> None:
        frame = _mean_face_frame()
        expected = expect(frame, 0.0, np.full((300, 300), 0.99, np.float32))
        _, v = frame.grid
        above, below = v > 0.45, v <= 0.45
        colours = np.where(above[..., None], scalp, (205, 160, 134)).astype(np.float32) / 255
        lab = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2LAB), np.float32)
        assert is_bare_scalp(Scene(lab, frame, expected), above, below) is bare


class TestTheParts:
    def test_a_closed_mouth_has_no_inside(self) -> None:
        frame = _mean_face_frame()
        points = frame.points.copy()
        points[[13, 14]] = points[[13, 14]].mean(axis=0)
        ids = np.full((300, 300), NUMBER["face_skin"], np.uint8)
        draw_parts(ids, np.full((300, 300, 3), 150, np.uint8), FaceFrame(points, 300, 300))
        assert not (ids == NUMBER["inner_mouth"]).any()
        assert _middle(ids, "upper_lip")[1] < _middle(ids, "lower_lip")[1]

    def test_a_fringe_stays_on_top_of_eyebrows(self) -> None:
        frame = _mean_face_frame()
        ids = np.full((300, 300), NUMBER["hair"], np.uint8)
        draw_parts(ids, np.full((300, 300, 3), 150, np.uint8), frame)
        assert not np.isin(ids, [NUMBER["left_eyebrow"], NUMBER["right_eyebrow"]]).any()
        assert (ids == NUMBER["left_eye"]).any()

    def test_a_face_beyond_the_edge_draws_what_is_left_of_it(self) -> None:
        frame = _mean_face_frame()
        beyond = FaceFrame(frame.points - np.array([150, 0], np.float32), 300, 300)
        ids = np.zeros((300, 300), np.uint8)
        draw_parts(ids, np.full((300, 300, 3), 150, np.uint8), beyond)
        assert not (ids == NUMBER["left_eye"]).any()
        assert (ids == NUMBER["right_eye"]).any()


class TestTheFrame:
    def test_its_unit_runs_from_forehead_to_chin(self) -> None:
        frame = _mean_face_frame()
        (top, chin) = frame.placed[[10, 152], 1]
        assert top - chin == pytest.approx(1.0, abs=1e-4)
        assert frame.placed[168] == pytest.approx([0.0, 0.0], abs=1e-4)

    def test_its_grid_and_its_points_agree_on_a_tilted_face(self) -> None:
        points = _mean_face_frame().points - 150
        cos, sin = np.cos(0.6), np.sin(0.6)
        tilted = points @ np.array([[cos, sin], [-sin, cos]], np.float32) + 150
        frame = FaceFrame(tilted.astype(np.float32), 300, 300)
        x, y = (round(float(n)) for n in frame.points[1])
        u, v = frame.grid
        here = frame.place(np.array([[x, y]], np.float32))[0]
        assert (u[y, x], v[y, x]) == pytest.approx(tuple(here), abs=1e-4)

    def test_an_outline_grows_outwards_whichever_way_it_turns(self) -> None:
        square = np.array([[10, 10], [20, 10], [20, 20], [10, 20]], np.float32)
        for polygon in (square, square[::-1].copy()):
            assert np.ptp(grown(polygon, 2.0), axis=0) == pytest.approx([12.8, 12.8], abs=0.1)


class TestExpectations:
    def test_a_turned_head_shows_more_of_itself_behind(self) -> None:
        frame = _mean_face_frame()
        everywhere = np.full((300, 300), 0.99, np.float32)
        ahead, turned = (expect(frame, yaw, everywhere).rim for yaw in (0.0, 45.0))
        columns = np.arange(300)
        assert (turned * columns).sum() / turned.sum() < (ahead * columns).sum() / ahead.sum() - 5

    def test_nothing_but_background_is_expected_outside_the_person(self) -> None:
        frame = _mean_face_frame()
        nobody = np.full((300, 300), 0.001, np.float32)
        assert expect(frame, 0.0, nobody).classes[..., HAIR].max() < 0.02

    def test_worn_things_leave_no_hair_in_their_place(self) -> None:
        expected = expect(_mean_face_frame(), 0.0, np.full((300, 300), 0.99, np.float32))
        place = expected.rim > 0.5
        worn = expected.without_hair(place)
        assert worn.classes[place, HAIR].max() < 0.001
        assert worn.classes[place, CLOTHES].mean() > expected.classes[place, CLOTHES].mean()


class TestMixtures:
    def test_two_colours_are_told_apart(self) -> None:
        random = np.random.default_rng(5)
        dark, light = (random.normal(m, 3.0, (200, 4)).astype(np.float32) for m in (-15, 15))
        models = [fit(s, np.ones(200, np.float32), 2, random) for s in (dark, light)]
        logs = log_densities(models, monomials(np.concatenate([dark, light])))
        assert (logs.argmax(axis=1) == np.repeat([0, 1], 200)).mean() > 0.99

    def test_a_single_colour_is_no_obstacle(self) -> None:
        same = np.zeros((60, 4), np.float32)
        model = fit(same, np.ones(60, np.float32), 3, np.random.default_rng(1))
        assert np.isfinite(log_densities([model], monomials(same))).all()


class TestTheRefinedMesh:
    def test_it_agrees_with_the_plain_mesh_about_the_same_face(self) -> None:
        face = find_faces(PORTRAIT)[0]
        apart = _apart(refine(PORTRAIT, face.landmarks), face.landmarks[:, :2])
        assert np.median(apart) < 0.05 * face.eye_distance_px
        assert apart.max() < 0.25 * face.eye_distance_px

    def test_it_hardly_depends_on_where_it_starts(self) -> None:
        face = find_faces(PORTRAIT)[0]
        first = refine(PORTRAIT, face.landmarks)
        moved = face.landmarks + np.array([2.0, -2.0, 0.0], np.float32)
        assert np.median(_apart(refine(PORTRAIT, moved), first)) < 0.02 * face.eye_distance_px


class TestWhatIsGivenOut:
    def test_the_palette_is_that_of_lapa(self) -> None:
        assert PALETTE.shape == (11, 3)
        assert len(REGIONS) == 11
        assert [tuple(int(n) for n in c) for c in PALETTE[[0, 1, 4, 10]]] == [
            (0, 0, 0),
            (0, 153, 255),
            (255, 255, 102),
            (255, 0, 102),
        ]

    def test_painting_shows_every_id_in_its_colour(self) -> None:
        every = np.arange(11, dtype=np.uint8)[None]
        assert (paint(every)[0] == PALETTE).all()

    def test_the_png_holds_the_ids_themselves(self, ids: Ids) -> None:
        content = write_ids(ids)
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.mode) == ("PNG", "L")
            assert (np.asarray(picture) == ids).all()

    def test_a_change_to_the_palette_is_refused(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            PALETTE[0, 0] = 1


def test_faces_are_worked_on_at_one_size_only(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[float] = []

    def watched(frame: FaceFrame, yaw: float, person: Floats) -> Expectations:
        sizes.append(frame.unit_px)
        return expect(frame, yaw, person)

    monkeypatch.setattr(layers, "expect", watched)
    for side in (300, 900):
        picture = cv2.resize(PORTRAIT, (side, side), interpolation=cv2.INTER_CUBIC)
        parse(np.asarray(picture, np.uint8))
    assert sizes[0] <= sizes[1] <= WORKING_UNIT_PX + 2


def _apart(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.linalg.norm(one - other, axis=1), np.float32)


def _frame_of(picture: RGB) -> FaceFrame:
    points = refine(picture, find_faces(picture)[0].landmarks)
    return FaceFrame(points, *picture.shape[:2])


def _covered(picture: RGB, place: Mask, colour: tuple[int, int, int]) -> RGB:
    """The picture with cloth of one colour, with some folds and grain, laid over a place."""
    random = np.random.default_rng(2)
    height, width = place.shape
    folds = cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), 8)
    light = 1.0 + 0.08 * folds / folds.std() + random.normal(0, 0.03, (height, width))
    cloth = np.array(colour) * light[..., None]
    share = cv2.GaussianBlur(place.astype(np.float64), (0, 0), 0.7)[..., None]
    covered = picture * (1 - share) + cloth * share
    return np.asarray(np.clip(covered, 0, 255), np.uint8)
