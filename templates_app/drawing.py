"""The faces of a version as something to draw over its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

if TYPE_CHECKING:
    from templates_app.models import MaterialFace, MaterialVersion

CAPTION_PX = 26


@dataclass(frozen=True)
class DrawnFace:
    """A box within the picture, in its pixels, and where its caption stands."""

    face_id: str
    number: int
    name: str
    removed: bool
    sound: bool
    x: int
    y: int
    width: int
    height: int
    caption_y: int


@dataclass(frozen=True)
class Drawing:
    """What is drawn over a version's picture: an SVG of its own size."""

    width: int
    height: int
    faces: tuple[DrawnFace, ...]


def drawing(version: MaterialVersion) -> Drawing:
    """Boxes clipped to the picture; ``sound`` is false where a finding misses its limit."""
    prefetch_related_objects([version], "faces__findings")
    faces = sorted(version.faces.all(), key=lambda face: face.number)
    return Drawing(version.width, version.height, tuple(_drawn(f, version) for f in faces))


def _drawn(face: MaterialFace, version: MaterialVersion) -> DrawnFace:
    x, y = max(face.left, 0), max(face.top, 0)
    return DrawnFace(
        face_id=f"{version.material.model_id}_{face.number}",
        number=face.number,
        name=face.name,
        removed=face.removed,
        sound=all(finding.met for finding in face.findings.all()),
        x=x,
        y=y,
        width=min(face.left + face.width, version.width) - x,
        height=min(face.top + face.height, version.height) - y,
        caption_y=y - 6 if y >= CAPTION_PX else y + CAPTION_PX,
    )
