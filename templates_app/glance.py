"""A material at a glance: its version in work, the faces on it, and what needs mending first.

The list of a thousand materials and the page of one show the same facts, from the same few
queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from templates_app import rights
from templates_app.drawing import drawing
from templates_app.findings import RULES, sentence
from templates_app.models import State
from templates_app.preparing import MAX_BYTES, MAX_SIDE_PX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from templates_app.drawing import Drawing
    from templates_app.models import Finding, Material, MaterialVersion, Rights

ENDING_SOON_DAYS = 30


class Tone(StrEnum):
    """How a remark is meant; always shown with a sign and words."""

    BAD = "bad"
    WARN = "warn"
    OK = "ok"


@dataclass(frozen=True)
class Remark:
    """The one line under a portrait; ``more`` counts what else should be mended."""

    tone: Tone
    text: str
    more: int = 0


@dataclass(frozen=True)
class Check:
    """One measured value beside its limit; ``sentence`` says what to do where it is missed."""

    rule: str
    title: str
    measured: str
    limit: str
    met: bool
    sentence: str
    face: int | None = None


@dataclass(frozen=True)
class Glance:
    """A material with its version in work, the faces on it and its most urgent remark."""

    material: Material
    version: MaterialVersion
    drawing: Drawing
    remark: Remark
    serves_earlier: bool

    @property
    def state(self) -> str:
        """Where the version in work stands, or that the material was withdrawn."""
        withdrawn = self.material.state == State.WITHDRAWN
        return str(State.WITHDRAWN if withdrawn else self.version.state)


def at_a_glance(materials: Iterable[Material]) -> list[Glance]:
    """Each material as a list shows it; the number of queries does not grow with their number."""
    rows = list(materials)
    prefetch_related_objects(rows, "versions", "rights_records__documents")
    shown = {row.pk: newest_of(row) for row in rows}
    prefetch_related_objects(list(shown.values()), "faces__findings", "findings__other")
    return [_glance(row, shown[row.pk]) for row in rows]


def newest_of(material: Material) -> MaterialVersion:
    """The version that is worked on, from versions that were fetched before."""
    newest = max(material.versions.all(), key=lambda version: version.number)
    newest.material = material
    return newest


def checks(version: MaterialVersion) -> list[Check]:
    """Every rule's figure and limit, missed ones first; of several faces the worst one."""
    prefetch_related_objects([version], "findings__other", "findings__face")
    found = sorted(version.findings.all(), key=_urgency, reverse=True)
    shown: dict[str, Check] = {}
    for finding in found:
        key = finding.rule if finding.met else f"{finding.rule}/{finding.face_id}"
        if finding.met and finding.rule in {check.rule for check in shown.values()}:
            continue
        shown.setdefault(key, _check(finding))
    return [*shown.values(), *_file_checks(version)]


def _glance(material: Material, version: MaterialVersion) -> Glance:
    return Glance(
        material=material,
        version=version,
        drawing=drawing(version),
        remark=_remark(material, version),
        serves_earlier=material.current_id not in (None, version.pk),
    )


def _remark(material: Material, version: MaterialVersion) -> Remark:
    """The worst finding, else what the rights lack, else that all is well."""
    missed = sorted((f for f in version.findings.all() if not f.met), key=_urgency, reverse=True)
    about_rights = _rights_remark(material)
    more = len(missed) - 1 + bool(about_rights)
    if missed:
        return Remark(Tone.BAD, _short(missed[0]), more)
    if about_rights:
        return about_rights
    number = len(version.findings.all())
    passed = ngettext("%(number)s check passes", "All %(number)s checks pass", number)
    return Remark(Tone.OK, passed % {"number": number})


def _rights_remark(material: Material, now: datetime | None = None) -> Remark | None:
    """What the rights lack, or how soon they end."""
    at = now or timezone.now()
    records = sorted(material.rights_records.all(), key=_recorded, reverse=True)
    if not records:
        return Remark(Tone.WARN, _("Rights not filled in"))
    newest = records[0]
    if not newest.holds(at):
        return Remark(Tone.BAD, _("Rights have ended"))
    if rights.missing(newest, at):
        return Remark(Tone.WARN, _("Rights not complete"))
    days = None if newest.ends_at is None else (newest.ends_at - at).days
    if days is None or days > ENDING_SOON_DAYS or material.state == State.WITHDRAWN:
        return None
    text = ngettext("Rights end in %(days)s day", "Rights end in %(days)s days", days)
    return Remark(Tone.WARN, text % {"days": days})


def _recorded(record: Rights) -> tuple[datetime, int]:
    return record.recorded_at, record.pk


def _urgency(finding: Finding) -> float:
    """How far beyond its limit, as a share of it; negative when it is kept."""
    beyond = finding.limit - finding.measured
    share = beyond / (abs(finding.limit) or 1.0)
    share = share if RULES[finding.rule].at_least else -share
    return share if finding.met else max(share, 0.0) + 1.0


def _short(finding: Finding) -> str:
    """The finding for under a tile: figure, then limit."""
    rule = RULES[finding.rule]
    words = _("%(title)s %(measured)s, limit %(limit)s")
    return words % {
        "title": rule.title,
        "measured": rule.shown(finding.measured),
        "limit": rule.shown(finding.limit),
    }


def _check(finding: Finding) -> Check:
    rule = RULES[finding.rule]
    sign = "≥" if rule.at_least else "≤"
    return Check(
        rule=rule.name,
        title=str(rule.title),
        measured=rule.shown(finding.measured),
        limit=f"{sign} {rule.shown(finding.limit)}",
        met=finding.met,
        sentence=sentence(finding),
        face=finding.face.number if finding.face else None,
    )


def _file_checks(version: MaterialVersion) -> Sequence[Check]:
    """What intake made sure of; shown because people ask."""
    size_kb = -(-version.size_bytes // 1024)
    longest = max(version.width, version.height)
    return (
        Check(
            "file",
            _("File size"),
            f"{size_kb} KB",
            f"≤ {MAX_BYTES // 1024} KB",
            version.size_bytes <= MAX_BYTES,
            "",
        ),
        Check(
            "size",
            _("Picture"),
            f"{version.width} × {version.height}",
            f"≤ {MAX_SIDE_PX} px",
            longest <= MAX_SIDE_PX,
            "",
        ),
    )
