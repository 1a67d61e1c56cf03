"""What an operator may change on a material: words, order, strengths, faces, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import audit
from campaigns.access import Act, require
from campaigns.refusals import ReasonMissing, WrongState
from templates_app.models import Material, MaterialFace, MaterialVersion, State
from templates_app.moves import lock
from templates_app.refusals import LastFace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from campaigns.models import Campaign, Person

UNDER_REVIEW = (State.PENDING, State.APPEALED)


def describe(*, material: Material, by: Person, titles: Mapping[str, str]) -> None:
    """The titles by language; empty ones are dropped."""
    require(by, Act.MATERIAL_EDIT, material)
    kept = {language: text.strip() for language, text in titles.items() if text.strip()}
    _change(material, by, titles=kept)


def set_strengths(
    *,
    material: Material,
    by: Person,
    face_degree: int | None,
    profile_degree: int | None,
    skin_tone: str,
) -> None:
    """The engine's options of this material, 0..100; None and "" take the campaign's."""
    require(by, Act.MATERIAL_EDIT, material)
    _change(
        material,
        by,
        face_degree=face_degree,
        profile_degree=profile_degree,
        skin_tone=skin_tone,
    )


def arrange(*, campaign: Campaign, by: Person, model_ids: Sequence[str]) -> None:
    """Put these materials of the campaign in this order, before all others."""
    require(by, Act.MATERIAL_EDIT, campaign)
    with transaction.atomic():
        rows = {m.model_id: m for m in campaign_materials(campaign).select_for_update()}
        named = [rows.pop(model_id) for model_id in model_ids if model_id in rows]
        for position, material in enumerate([*named, *rows.values()], start=1):
            Material.objects.filter(pk=material.pk).update(position=position)
        audit.record("material.arrange", campaign, by=by, after={"order": list(model_ids)})


def campaign_materials(campaign: Campaign) -> QuerySet[Material]:
    """All materials of the campaign in their order."""
    return Material.objects.filter(campaign=campaign).order_by("position", "number")


def name_face(*, face: MaterialFace, by: Person, name: str) -> None:
    """What visitors and operators call this seat."""
    require(by, Act.MATERIAL_EDIT, face)
    before = face.name
    face.name = name.strip()[:60]
    face.save(update_fields=["name"])
    audit.record(
        "material.name_face", face, by=by, before={"name": before}, after={"name": face.name}
    )


def arrange_faces(*, version: MaterialVersion, by: Person, numbers: Sequence[int]) -> None:
    """Offer the seats in this order; faces that are not named follow in their order till now."""
    require(by, Act.MATERIAL_EDIT, version)
    with transaction.atomic():
        lock(version.material_id)
        rows = {face.number: face for face in version.faces.all()}
        named = [rows.pop(number) for number in dict.fromkeys(numbers) if number in rows]
        for position, face in enumerate([*named, *rows.values()], start=1):
            MaterialFace.objects.filter(pk=face.pk).update(position=position)
        order = list(version.faces.values_list("number", flat=True))
        audit.record("material.arrange_faces", version, by=by, after={"order": order})


def remove_face(*, face: MaterialFace, by: Person) -> None:
    """Nobody steps into this face any more; LastFace when it is the only one left.

    Possible on an approved version too, because it only takes something away.
    """
    _set_removed(face, by, removed=True)


def bring_back_face(*, face: MaterialFace, by: Person) -> None:
    """The face is offered again; only before a review, which would have seen it."""
    _set_removed(face, by, removed=False)


def withdraw(*, material: Material, by: Person, why: str) -> None:
    """Out of service at once, whatever its reviews say."""
    require(by, Act.MATERIAL_WITHDRAW, material)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        locked = lock(material.pk)
        before = locked.state
        changed = Material.objects.filter(pk=locked.pk).exclude(state=State.WITHDRAWN)
        if not changed.update(state=State.WITHDRAWN, changed_at=timezone.now()):
            raise WrongState(State.WITHDRAWN)
        audit.record("material.withdraw", locked, by=by, before={"state": before}, why=why)
    material.refresh_from_db()


def delete(*, material: Material, by: Person, why: str) -> None:
    """Out of service and out of the lists at once; `restore` brings it back.

    WrongState while a reviewer may be deciding it, and when it was deleted before.
    """
    require(by, Act.MATERIAL_EDIT, material)
    require(by, Act.MATERIAL_WITHDRAW, material)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        locked = lock(material.pk)
        under_review = locked.versions.filter(state__in=UNDER_REVIEW).first()
        if under_review is not None:
            raise WrongState(State(under_review.state))
        before, now = locked.state, timezone.now()
        changed = Material.objects.filter(pk=locked.pk, deleted_at=None)
        if not changed.update(state=State.WITHDRAWN, deleted_at=now, changed_at=now):
            raise WrongState(str(_("deleted")))
        audit.record("material.delete", locked, by=by, before={"state": before}, why=why)
    material.refresh_from_db()


def restore(*, material: Material, by: Person) -> None:
    """Back to what its reviews say; WrongState if it was neither withdrawn nor deleted."""
    require(by, Act.MATERIAL_EDIT, material)
    with transaction.atomic():
        locked = lock(material.pk)
        if locked.state != State.WITHDRAWN:
            raise WrongState(State(locked.state))
        locked.state, locked.deleted_at = State.DRAFT, None
        locked.save(update_fields=["deleted_at"])
        locked.settle()
        audit.record("material.restore", locked, by=by, after={"state": locked.state})
    material.refresh_from_db()


def _set_removed(face: MaterialFace, by: Person, *, removed: bool) -> None:
    require(by, Act.MATERIAL_EDIT, face)
    with transaction.atomic():
        lock(face.version.material_id)
        version = face.version
        version.refresh_from_db(fields=["state"])
        if version.state in UNDER_REVIEW or (not removed and version.state != State.DRAFT):
            raise WrongState(State(version.state))
        left = version.faces.filter(removed=False).exclude(pk=face.pk)
        if removed and not left.exists():
            raise LastFace
        face.removed = removed
        face.save(update_fields=["removed"])
        audit.record("material.face_removed", face, by=by, after={"removed": removed})


def _change(material: Material, by: Person, **fields: object) -> None:
    """Validate and save those fields, with a line that says what they were."""
    with transaction.atomic():
        locked = lock(material.pk)
        before = {name: getattr(locked, name) for name in fields}
        for name, value in fields.items():
            setattr(locked, name, value)
        locked.changed_at = timezone.now()
        locked.full_clean(validate_unique=False, validate_constraints=False)
        locked.save(update_fields=[*fields, "changed_at"])
        audit.record("material.edit", locked, by=by, before=before, after=fields)
    material.refresh_from_db()
