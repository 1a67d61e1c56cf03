"""What a reviewer needs on one screen: picture, measured values, rights, and what went before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from fusionsite.console.inspector import records_of, versions_of
from fusionsite.console.materials import name_of
from fusionsite.console.materials_files import picture_url
from templates_app.drawing import drawing
from templates_app.glance import checks
from templates_app.models import MaterialVersion, Reason
from templates_app.review import UNDO_LIFE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from campaigns.models import Campaign, Person
    from templates_app.models import Appeal, Review

REASON_KEYS = "1234567890QWE"


@dataclass(frozen=True)
class Line:
    """One entry of the list at the side."""

    pk: int
    title: str
    campaign: str
    thumbnail: str
    since: datetime
    due: datetime | None = None
    current: bool = False
    held_by: str = ""
    own: bool = False


def reasons() -> list[dict[str, str]]:
    """The reasons for a rejection, each with its key."""
    return [
        {"value": reason.value, "label": str(reason.label), "key": key}
        for reason, key in zip(Reason, REASON_KEYS, strict=True)
    ]


def review_lines(rows: Iterable[Review], shown: Review | None, by: Person) -> list[Line]:
    """The open submissions as the side shows them."""
    now, names = timezone.now(), _Names()
    return [
        Line(
            pk=row.pk,
            title=row.version.material.title(),
            campaign=names.of(row.version.material.campaign),
            thumbnail=picture_url(row.version, "thumbnail"),
            since=row.submitted_at,
            current=shown is not None and row.pk == shown.pk,
            held_by=_holder(row, by, now),
            own=by.pk in (row.submitted_by_id, row.version.uploaded_by_id),
        )
        for row in rows
    ]


def appeal_lines(rows: Iterable[Appeal], shown: Appeal | None) -> list[Line]:
    """The open appeals as the side shows them."""
    names = _Names()
    return [
        Line(
            pk=row.pk,
            title=row.review.version.material.title(),
            campaign=names.of(row.review.version.material.campaign),
            thumbnail=picture_url(row.review.version, "thumbnail"),
            since=row.appealed_at,
            due=row.due_at,
            current=row == shown,
        )
        for row in rows
    ]


def decided_lines(rows: Iterable[Review], by: Person) -> list[dict[str, Any]]:
    """Decisions, each with whether the reader can still take it back."""
    now = timezone.now()
    return [
        {
            "row": row,
            "title": row.version.material.title(),
            "address": reverse("admin:material_page", args=[row.version.material.model_id]),
            "reasons": row.reason_sentences(),
            "undoable": _undoable(row, by, now),
        }
        for row in rows
    ]


def about_review(row: Review, by: Person) -> dict[str, Any]:
    """Everything about one open submission."""
    now = timezone.now()
    mine = row.claimed_by_id == by.pk and row.is_claimed(now)
    until = row.claim_until if mine else None
    return {
        "item": row,
        "mine": mine,
        "until": until,
        "left_s": int((until - now).total_seconds()) if until else 0,
        "held_by": _holder(row, by, now),
        "own": by.pk in (row.submitted_by_id, row.version.uploaded_by_id),
        **_about_version(row.version),
    }


def about_appeal(row: Appeal, by: Person) -> dict[str, Any]:
    """Everything about one open appeal, with its clock."""
    now = timezone.now()
    part_of_it = {
        row.appealed_by_id,
        row.review.submitted_by_id,
        row.review.decided_by_id,
        row.review.version.uploaded_by_id,
    }
    return {
        "item": row,
        "appeal": row,
        "overdue": row.due_at <= now,
        "own": by.pk in part_of_it,
        **_about_version(row.review.version),
    }


def _about_version(version: MaterialVersion) -> dict[str, Any]:
    version = MaterialVersion.objects.select_related(
        "material__campaign__organisation", "uploaded_by"
    ).get(pk=version.pk)
    material, faces = version.material, list(version.faces.all())
    return {
        "version": version,
        "material": material,
        "campaign_name": name_of(material.campaign),
        "picture_url": picture_url(version),
        "drawing": drawing(version),
        "checks": checks(version),
        "several": len(faces) > 1,
        "faces": faces,
        "records": records_of(material),
        "versions": versions_of(material),
    }


def _holder(row: Review, by: Person, at: datetime) -> str:
    """Who else is looking at it."""
    if not row.is_claimed(at) or row.claimed_by_id == by.pk:
        return ""
    return str(row.claimed_by)


def _undoable(row: Review, by: Person, at: datetime) -> bool:
    fresh = row.decided_at is not None and at - row.decided_at <= UNDO_LIFE
    return fresh and row.decided_by_id == by.pk and row.undone_at is None


class _Names:
    """The campaigns' names, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, campaign: Campaign) -> str:
        if campaign.pk not in self._known:
            self._known[campaign.pk] = name_of(campaign)
        return self._known[campaign.pk]
