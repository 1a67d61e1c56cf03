"""The rule table of materials: what is measured, against which limit, said in which words.

A rule yields a finding, never a verdict: people decide, and both sides see the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from django.utils.translation import gettext_lazy as _

from templates_app.models import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    from fusion import RGB, Face

DHASH_BITS = 64


@dataclass(frozen=True)
class Rule:
    """One line of the table: a figure and the limit it should keep.

    ``at_least`` tells the side of the limit; the sentences know ``measured``, ``limit`` and
    ``other`` (the material a duplicate is compared with).
    """

    name: str
    title: Promise
    limit: float
    at_least: bool
    sentence: Promise
    sentence_met: Promise
    decimals: int = 0
    unit: str = ""

    def shown(self, figure: float) -> str:
        """The figure with as many decimals and the unit that people read it in."""
        return f"{figure:.{self.decimals}f}{self.unit}"

    def is_met(self, measured: float) -> bool:
        """Whether the figure keeps the limit."""
        return measured >= self.limit if self.at_least else measured <= self.limit


_RULES = (
    Rule(
        "face_size",
        _("Face size"),
        34,
        at_least=True,
        sentence=_(
            "The face is {measured} px on its shorter side; at least {limit} px are needed."
            " Use a closer portrait."
        ),
        sentence_met=_("The face is {measured} px on its shorter side (at least {limit} px)."),
        unit=" px",
    ),
    Rule(
        "turn",
        _("Turn to the side"),
        35,
        at_least=False,
        sentence=_(
            "The head is turned {measured}° to the side; up to {limit}° come out well."
            " Use a picture that looks towards the camera."
        ),
        sentence_met=_("The head is turned {measured}° to the side (up to {limit}°)."),
        unit="°",
    ),
    Rule(
        "tilt",
        _("Tilt up or down"),
        20,
        at_least=False,
        sentence=_(
            "The head is tilted {measured}° up or down; up to {limit}° come out well."
            " Use a picture taken at eye level."
        ),
        sentence_met=_("The head is tilted {measured}° up or down (up to {limit}°)."),
        unit="°",
    ),
    Rule(
        "margin",
        _("Room round the face"),
        0.15,
        at_least=True,
        sentence=_(
            "The nearest edge is {measured} face widths away; {limit} are needed for a clean"
            " transition. Leave more room round the face."
        ),
        sentence_met=_("The nearest edge is {measured} face widths away (at least {limit})."),
        decimals=2,
        unit=" ×",
    ),
    Rule(
        "sharpness",
        _("Sharpness"),
        20,
        at_least=True,
        sentence=_(
            "The face's sharpness is {measured}; below {limit} results look soft."
            " Use a sharper or larger picture."
        ),
        sentence_met=_("The face's sharpness is {measured} (at least {limit})."),
    ),
    Rule(
        "faces",
        _("Number of faces"),
        6,
        at_least=False,
        sentence=_(
            "The picture has {measured} faces; partners can fill at most {limit} in one call."
            " Remove those nobody should step into."
        ),
        sentence_met=_(
            "{measured} face(s) found, numbered from left to right (at most {limit});"
            " remove those nobody should step into."
        ),
    ),
    Rule(
        "duplicate",
        _("Near-duplicate"),
        6,
        at_least=True,
        sentence=_(
            "Differs from {other} in only {measured} of 64 picture bits; below {limit} two"
            " pictures look the same."
        ),
        sentence_met=_(
            "Differs from the most similar material, {other}, in {measured} of 64 picture bits"
            " (at least {limit})."
        ),
    ),
)
RULES = {rule.name: rule for rule in _RULES}


@dataclass(frozen=True)
class Measurement:
    """One figure for one rule; ``other_id`` is the material a duplicate was compared with."""

    rule: str
    measured: float
    other_id: int | None = None

    def as_finding(self, **where: object) -> Finding:
        """The unsaved row, on ``version`` and perhaps ``face``."""
        rule = RULES[self.rule]
        return Finding(
            rule=self.rule,
            measured=round(self.measured, 3),
            limit=rule.limit,
            met=rule.is_met(self.measured),
            other_id=self.other_id,
            **where,
        )


def of_face(face: Face, width_px: int, height_px: int) -> list[Measurement]:
    """What is measured on one face of a picture of that size."""
    return [
        Measurement("face_size", face.size_px),
        Measurement("turn", abs(face.pose.yaw)),
        Measurement("tilt", abs(face.pose.pitch)),
        Measurement("margin", margin(face, width_px, height_px)),
        Measurement("sharpness", face.sharpness),
    ]


def of_picture(
    number_of_faces: int, dhash: str, others: Iterable[tuple[int, str]]
) -> list[Measurement]:
    """What is measured on the whole picture; ``others`` are (material key, dHash) to compare."""
    measured = [Measurement("faces", number_of_faces)]
    apart = [(differing_bits(dhash, theirs), key) for key, theirs in others]
    if apart:
        bits, key = min(apart)
        measured.append(Measurement("duplicate", bits, other_id=key))
    return measured


def margin(face: Face, width_px: int, height_px: int) -> float:
    """Face widths from the face's box to the nearest edge; negative when the edge cuts it."""
    box = face.box
    nearest = min(box.left, box.top, width_px - box.right, height_px - box.bottom)
    return nearest / max(box.width, 1)


def difference_hash(picture: RGB) -> str:
    """The 64-bit dHash as 16 hex digits: is each of 8x8 cells darker than its right neighbour?

    After N. Krawetz, "Kind of Like That" (2013). Robust to size, compression and brightness.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return np.packbits(small[:, :-1] < small[:, 1:]).tobytes().hex()


def differing_bits(one: str, other: str) -> int:
    """Hamming distance of two hashes, 0..64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def sentence(finding: Finding) -> str:
    """The finding in the reader's language: what was measured, what is needed, what next."""
    rule = RULES[finding.rule]
    words = rule.sentence_met if finding.met else rule.sentence
    return str(words).format(
        measured=f"{finding.measured:.{rule.decimals}f}",
        limit=f"{finding.limit:g}",
        other=str(finding.other) if finding.other else _("a material since removed"),
    )
