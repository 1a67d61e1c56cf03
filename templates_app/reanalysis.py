"""Computing stored analyses anew after the engine has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns import audit
from fusion import Box, read_picture
from templates_app.analysis import (
    analyse_faces,
    analysis_key,
    read_layers,
    the_engine,
)
from templates_app.files import erase_on_commit, kept
from templates_app.models import MaterialVersion
from templates_app.refusals import MaterialNoFace

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.fields.files import FieldFile

    from fusion import RGB, Face

SAME_FACE_OVERLAP = 0.3


def outdated() -> QuerySet[MaterialVersion]:
    """Versions whose analysis another engine, or another version of it, has computed."""
    return (
        MaterialVersion.objects.exclude(analysis_key=analysis_key())
        .select_related("material__campaign__organisation")
        .order_by("pk")
    )


def reanalyse(version: MaterialVersion) -> None:
    """Store a fresh analysis with the same faces under the same numbers.

    MaterialNoFace when the engine does not find one of them any more: the old analysis stays, and
    a person has to look. Two runs at once are harmless; the loser's file is erased.
    """
    picture = read_picture(version.image_bytes())
    layers = read_layers(_bytes_of(version.layer), _bytes_of(version.skin_mask), picture)
    analysed = analyse_faces(picture, _same_faces(version, picture), layers)
    before, old_file = version.analysis_key, version.analysis.name
    folder = str(version.material.campaign.project_id)
    with kept(folder, {"analysis": ("analysis.bin", analysed.stored)}) as names:
        changed = MaterialVersion.objects.filter(pk=version.pk, analysis_key=before).update(
            analysis=names["analysis"], analysis_key=analysed.key
        )
        loser = names["analysis"] if not changed else old_file
        erase_on_commit([loser or ""])
        if changed:
            audit.record(
                "material.reanalyse",
                version,
                by=None,
                before={"analysis_key": before},
                after={"analysis_key": analysed.key},
            )
    version.refresh_from_db()


def _same_faces(version: MaterialVersion, picture: RGB) -> tuple[Face, ...]:
    """The faces found now that are the stored ones, in the order of their numbers."""
    found = the_engine().find_faces(picture, every=True)
    same = []
    for row in version.faces.order_by("number"):
        box = Box(row.left, row.top, row.width, row.height)
        best = max(found, key=lambda face: face.box.overlap(box), default=None)
        if best is None or best.box.overlap(box) < SAME_FACE_OVERLAP:
            raise MaterialNoFace
        same.append(best)
    return tuple(same)


def _bytes_of(file: FieldFile) -> bytes | None:
    if not file:
        return None
    with file.open("rb") as stored:
        return bytes(stored.read())
