"""What is proven about a picture, by whom it was confirmed, and what happens when it ends.

A record is drafted freely; it counts once a second person confirmed it. A change of a confirmed
record is a new record beside it, so that an approved material keeps serving meanwhile. Only an
earlier end takes effect at once, because it can only take something away.
"""

from __future__ import annotations

import hashlib
import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import audit
from campaigns.access import Act, require, require_other
from campaigns.models import Role
from campaigns.refusals import WrongState
from templates_app.files import kept
from templates_app.models import (
    Consent,
    Depicted,
    Material,
    Rights,
    RightsDocument,
    Source,
    State,
)
from templates_app.refusals import RightsDocumentRefused, RightsMissing
from templates_app.telling import RIGHTS_ENDING, RIGHTS_LAPSED, tell

if TYPE_CHECKING:
    from campaigns.models import Campaign, Person

WARNING_DAYS = (30, 7, 1)
MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
DOCUMENT_KINDS = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}


def record(
    *,
    material: Material,
    by: Person,
    source: Source | str = "",
    source_note: str = "",
    holder: str = "",
    depicted: Depicted | str = "",
    depicted_names: str = "",
    consent: Consent | str = "",
    ends_on: date | None = None,
    without_end: bool = False,
) -> Rights:
    """The record as it is known so far; anything may still be missing.

    Rewrites the newest record while nobody confirmed it, else adds one. WrongState while a
    reviewer may be reading it.
    """
    require(by, Act.RIGHTS_EDIT, material)
    fields = {
        "source": source,
        "source_note": source_note,
        "holder": holder,
        "depicted": depicted,
        "depicted_names": depicted_names,
        "consent": consent,
        "ends_on": ends_on,
        "without_end": without_end,
        "ends_at": end_of_day(ends_on, material.campaign),
    }
    with transaction.atomic():
        _lock_unless_under_review(material)
        newest = newest_record(material)
        if newest is None or newest.confirmed_at is not None:
            newest = Rights(material=material)
        for name, value in fields.items():
            setattr(newest, name, value)
        newest.recorded_by, newest.recorded_at = by, timezone.now()
        newest.save()
        audit.record("rights.record", newest, by=by, after=_facts(newest))
    return newest


def add_document(*, rights: Rights, by: Person, name: str, data: bytes) -> RightsDocument:
    """A proof kept with an unconfirmed record: PDF, JPEG or PNG by their first bytes."""
    require(by, Act.RIGHTS_EDIT, rights)
    media_type, ending = _document_kind(data)
    if rights.confirmed_at is not None:
        raise WrongState(str(_("confirmed")))
    files = {"file": (f"document.{ending}", data)}
    with kept("rights", files) as names, transaction.atomic():
        _lock_unless_under_review(rights.material)
        document = RightsDocument.objects.create(
            rights=rights,
            file=names["file"],
            name=name[:120] or f"document.{ending}",
            media_type=media_type,
            sha256=hashlib.sha256(data).hexdigest(),
            added_by=by,
        )
        audit.record("rights.add_document", rights, by=by, after={"sha256": document.sha256})
    return document


def newest_record(material: Material) -> Rights | None:
    """The last record, confirmed or not."""
    return material.rights_records.order_by("-recorded_at", "-pk").first()


def missing(rights: Rights | None, at: datetime | None = None) -> list[str]:
    """What the record lacks, each as a sentence that says what to do; empty when complete."""
    if rights is None:
        return [str(_("Record where the picture is from and who holds the rights."))]
    proof = rights.consent in (Consent.RELEASE, Consent.GUARDIAN) or rights.source in (
        Source.LICENSED,
        Source.STOCK,
        Source.COMMISSIONED,
    )
    points = [
        (not rights.source, _("Say where the picture is from.")),
        (not rights.holder.strip(), _("Name who holds the rights.")),
        (not rights.depicted, _("Say who is shown.")),
        (not _consent_fits(rights), _("Say how the people shown agreed.")),
        (
            proof and not (rights.pk and rights.documents.exists()),
            _("Add the document that proves it: the release or the licence."),
        ),
        (
            rights.ends_on is None and not rights.without_end,
            _("Give the last day, or say that there is no end."),
        ),
        (not rights.holds(at or timezone.now()), _("The last day has passed; give a later one.")),
    ]
    return [str(sentence) for lacking, sentence in points if lacking]


def confirm(*, rights: Rights, by: Person) -> None:
    """A second person vouches for the record; from now on it is the one in force."""
    require(by, Act.MATERIAL_REVIEW, rights)
    with transaction.atomic():
        Material.objects.select_for_update().get(pk=rights.material_id)
        confirm_locked(rights, by)


def confirm_locked(rights: Rights, by: Person) -> None:
    """The same for a caller who holds the material's lock and has checked the role."""
    require_other(by, rights.recorded_by)
    lacking = missing(rights)
    if lacking:
        raise RightsMissing(lacking)
    now = timezone.now()
    confirmed = Rights.objects.filter(pk=rights.pk, confirmed_at__isnull=True).update(
        confirmed_by=by, confirmed_at=now
    )
    if not confirmed:
        raise WrongState(str(_("confirmed")))
    Material.objects.filter(pk=rights.material_id).update(rights=rights, changed_at=now)
    audit.record("rights.confirm", rights, by=by, after=_facts(rights))


def unconfirm_locked(rights: Rights, by: Person) -> None:
    """Take back what an undone approval confirmed; the record before it is in force again."""
    Rights.objects.filter(pk=rights.pk).update(confirmed_by=None, confirmed_at=None)
    earlier = rights.material.rights_records.filter(confirmed_at__isnull=False)
    Material.objects.filter(pk=rights.material_id).update(
        rights=earlier.order_by("-confirmed_at").first()
    )
    audit.record("rights.unconfirm", rights, by=by)


def end_early(*, rights: Rights, ends_on: date, by: Person, why: str) -> None:
    """Move the last day forward, with effect at once; WrongState for a later day."""
    require(by, Act.RIGHTS_EDIT, rights)
    ends_at = end_of_day(ends_on, rights.material.campaign)
    if rights.ends_at is not None and (ends_at is None or ends_at > rights.ends_at):
        raise WrongState(str(_("ends sooner already")))
    before = _facts(rights)
    with transaction.atomic():
        Rights.objects.filter(pk=rights.pk).update(
            ends_on=ends_on, ends_at=ends_at, without_end=False
        )
        rights.refresh_from_db()
        audit.record(
            "rights.end_early", rights, by=by, before=before, after=_facts(rights), why=why
        )


def lapse(now: datetime) -> int:
    """Mark the rights in force that have ended and tell the operators; how many there were.

    Serving stops by the clock in `catalogue`, whether or not this ran.
    """
    ended = Rights.objects.filter(
        pk__in=Material.objects.values("rights"), ends_at__lte=now, lapsed_at__isnull=True
    ).select_related("material__campaign__organisation")
    lapsed = 0
    for rights in ended:
        with transaction.atomic():
            marked = Rights.objects.filter(pk=rights.pk, lapsed_at__isnull=True)
            if not marked.update(lapsed_at=now):
                continue
            lapsed += 1
            audit.record("rights.lapse", rights, by=None, after={"lapsed_at": now})
            tell(
                rights.material,
                RIGHTS_LAPSED,
                role=Role.OPERATOR,
                once=f"{rights.pk}/{rights.ends_on}",
                loud=True,
                ends_on=rights.ends_on,
            )
    return lapsed


def warn(now: datetime) -> int:
    """Tell the operators 30, 7 and 1 day before rights in force end; how many were told."""
    ending = Rights.objects.filter(
        pk__in=Material.objects.exclude(state=State.WITHDRAWN).values("rights"),
        ends_at__gt=now,
        ends_at__lte=now + timedelta(days=max(WARNING_DAYS)),
    ).select_related("material__campaign__organisation")
    told = 0
    for rights in ending:
        left = (rights.ends_at or now) - now
        days = min(day for day in WARNING_DAYS if left <= timedelta(days=day))
        told += tell(
            rights.material,
            RIGHTS_ENDING,
            role=Role.OPERATOR,
            once=f"{rights.pk}/{rights.ends_on}/{days}",
            ends_on=rights.ends_on,
        )
    return told


def end_of_day(day: date | None, campaign: Campaign) -> datetime | None:
    """The midnight after that day on the campaign's clock; None for no day."""
    if day is None:
        return None
    zone = zoneinfo.ZoneInfo(campaign.time_zone)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def _lock_unless_under_review(material: Material) -> None:
    locked = Material.objects.select_for_update().get(pk=material.pk)
    for version in locked.versions.filter(state__in=(State.PENDING, State.APPEALED)):
        raise WrongState(State(version.state))


def _consent_fits(rights: Rights) -> bool:
    """Nobody shown needs none; adults a release; minors their guardians'."""
    fitting = {
        Depicted.NOBODY: (Consent.NOT_NEEDED,),
        Depicted.ADULTS: (Consent.RELEASE,),
        Depicted.MINORS: (Consent.GUARDIAN,),
    }
    return rights.consent in fitting.get(Depicted(rights.depicted), ()) if rights.depicted else True


def _document_kind(data: bytes) -> tuple[str, str]:
    for start, kind in DOCUMENT_KINDS.items():
        if data.startswith(start) and len(data) <= MAX_DOCUMENT_BYTES:
            return kind
    raise RightsDocumentRefused(
        measured=round(len(data) / 1024 / 1024, 1), limit=MAX_DOCUMENT_BYTES // 1024 // 1024
    )


def _facts(rights: Rights) -> dict[str, object]:
    return {
        name: getattr(rights, name)
        for name in ("source", "holder", "depicted", "consent", "ends_on", "without_end")
    }
