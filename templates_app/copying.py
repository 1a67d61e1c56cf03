"""Materials taken over into a copy of their campaign.

What a person approved is approved in the copy too, by machine: the same bytes, the same rights,
the same organisation. Partners see that as status 21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models, transaction
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from templates_app.catalogue import shelf
from templates_app.files import kept, read
from templates_app.models import Material, MaterialVersion, Outcome, Review, State
from templates_app.numbering import new_model_id

if TYPE_CHECKING:
    from campaigns.models import Campaign, Person
    from templates_app.models import MaterialFace, Rights

_Row = TypeVar("_Row", bound=models.Model)


def copy_materials(source: Campaign, target: Campaign, *, by: Person) -> list[Material]:
    """The materials of ``source`` that may be served, each in a transaction of its own."""
    require(by, Act.MATERIAL_EDIT, source)
    require(by, Act.MATERIAL_EDIT, target)
    servable = shelf(source).select_related("current", "rights")
    return [_copy(material, target, by) for material in servable]


def _copy(material: Material, target: Campaign, by: Person) -> Material:
    original, rights = material.current, material.rights
    assert original is not None and rights is not None  # noqa: S101 - the shelf has both
    files = {
        field: (name.rsplit("/", 1)[-1], read(name))
        for field in MaterialVersion.FILE_FIELDS
        if (name := getattr(original, field).name)
    }
    with kept(str(target.project_id), files) as names, transaction.atomic():
        model_id, number = new_model_id(target)
        copy = _fresh(material, campaign=target, model_id=model_id, number=number)
        copy.current, copy.rights, copy.created_by = None, None, by
        copy.created_at = copy.changed_at = timezone.now()
        copy.save(force_insert=True)
        version = _fresh(original, material=copy, number=1, decided_by_machine=True, **names)
        version.state = State.APPROVED
        version.save(force_insert=True)
        _copy_faces(original, version)
        copy.rights = _copy_rights(rights, copy)
        copy.save(update_fields=["rights"])
        Review.objects.create(
            version=version,
            submitted_by=by,
            outcome=Outcome.APPROVED,
            by_machine=True,
            decided_at=timezone.now(),
            comment=material.model_id,
        )
        copy.settle()
        audit.record("material.copy", copy, by=by, after={"copy of": material.model_id})
    return copy


def _copy_faces(original: MaterialVersion, version: MaterialVersion) -> None:
    """Faces with their numbers, and all findings."""
    new_face: dict[int | None, MaterialFace | None] = {None: None}
    for face in original.faces.all():
        twin = _fresh(face, version=version)
        twin.save(force_insert=True)
        new_face[face.pk] = twin
    for finding in original.findings.all():
        _fresh(finding, version=version, face=new_face[finding.face_id]).save(force_insert=True)


def _copy_rights(rights: Rights, copy: Material) -> Rights:
    """The record as it was confirmed; its documents are the same files."""
    twin = _fresh(rights, material=copy, lapsed_at=None)
    twin.save(force_insert=True)
    for document in rights.documents.all():
        _fresh(document, rights=twin).save(force_insert=True)
    return twin


def _fresh(row: _Row, **changes: object) -> _Row:
    """An unsaved copy of the row with these fields changed."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop(row._meta.pk.attname)
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
