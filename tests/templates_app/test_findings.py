"""What is measured, and how it is said."""

import numpy as np
import pytest

from fusion import Box, Face, Pose
from templates_app import findings
from templates_app.models import Finding
from tests.pictures import a_face_picture


def a_face(
    *, left: int = 100, top: int = 100, size: int = 200, yaw: float = 0.0, sharpness: float = 60.0
) -> Face:
    return Face(
        box=Box(left, top, size, size),
        score=0.9,
        presence=1.0,
        landmarks=np.zeros((468, 3), np.float32),
        pose=Pose(yaw, -8.0, 2.0),
        sharpness=sharpness,
    )


def by_rule(measured: list[findings.Measurement]) -> dict[str, float]:
    return {one.rule: one.measured for one in measured}


def test_every_figure_of_a_face_is_measured() -> None:
    figures = by_rule(findings.of_face(a_face(yaw=-12.0), 540, 540))
    assert figures == {
        "face_size": 200,
        "turn": 12.0,
        "tilt": 8.0,
        "margin": 0.5,
        "sharpness": 60.0,
    }


def test_a_face_that_the_edge_cuts_has_a_negative_margin() -> None:
    assert findings.margin(a_face(left=-20), 540, 540) == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("face_size", 34, 33),
        ("turn", 35, 36),
        ("tilt", 20, 21),
        ("margin", 0.15, 0.14),
        ("sharpness", 20, 19),
        ("faces", 6, 7),
        ("duplicate", 6, 5),
    ],
)
def test_a_limit_belongs_to_the_good_side(rule: str, good: float, bad: float) -> None:
    assert findings.Measurement(rule, good).as_finding().met
    assert not findings.Measurement(rule, bad).as_finding().met


@pytest.mark.parametrize("rule", findings.RULES)
@pytest.mark.parametrize("met", [True, False])
def test_every_sentence_names_what_was_measured_and_the_limit(rule: str, met: bool) -> None:
    said = findings.sentence(Finding(rule=rule, measured=12.345, limit=77.5, met=met))
    assert "12" in said
    assert "77.5" in said
    assert "{" not in said


def test_the_hash_survives_size_and_brightness() -> None:
    picture = a_face_picture(480, 480)
    darker = (picture * 0.8).astype(np.uint8)
    original = findings.difference_hash(picture)
    assert findings.differing_bits(original, findings.difference_hash(picture[::2, ::2])) <= 3
    assert findings.differing_bits(original, findings.difference_hash(darker)) <= 3


def test_the_hash_tells_other_pictures_apart() -> None:
    one = findings.difference_hash(a_face_picture(480, 480, faces=1))
    two = findings.difference_hash(a_face_picture(960, 480, faces=2))
    assert findings.differing_bits(one, two) >= findings.RULES["duplicate"].limit


def test_the_nearest_of_the_others_is_named() -> None:
    measured = findings.of_picture(1, "ff" * 8, [(7, "00" * 8), (9, "ff" * 7 + "fe")])
    nearest = next(one for one in measured if one.rule == "duplicate")
    assert (nearest.measured, nearest.other_id) == (1, 9)


def test_without_others_nothing_is_said_about_duplicates() -> None:
    assert [one.rule for one in findings.of_picture(1, "ff" * 8, [])] == ["faces"]
