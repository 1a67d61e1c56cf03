"""The pictures that ship with the product pass the same intake as everybody's."""

from pathlib import Path

import pytest

import fusionsite.demo
from templates_app import findings, intake, refusals

PICTURES = Path(fusionsite.demo.__file__).parent / "pictures"


def extra(name: str, kind: str) -> bytes | None:
    file = PICTURES / f"{name}_{kind}.png"
    return file.read_bytes() if file.exists() else None


@pytest.mark.parametrize(
    ("name", "faces"), [("astronaut", 1), ("two_lanterns", 2), ("opera_star", 1)]
)
def test_a_painted_template_is_taken_in_without_a_finding(name: str, faces: int) -> None:
    looked = intake.look(
        (PICTURES / f"{name}.jpg").read_bytes(),
        layer=extra(name, "layer"),
        skin_mask=extra(name, "skin"),
    )
    assert len(looked.analysed.faces) == faces
    for face in looked.analysed.faces:
        figures = findings.of_face(face, looked.prepared.width, looked.prepared.height)
        assert not [one for one in figures if not one.as_finding().met]


def test_the_picture_without_a_face_is_refused() -> None:
    with pytest.raises(refusals.MaterialNoFace):
        intake.look((PICTURES / "noface.jpg").read_bytes())
