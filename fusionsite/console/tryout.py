"""Trying a material out: a bundled, painted face fused into it, seen beside the sliders.

Nothing is charged and nothing is kept: the labelled picture waits in the cache for some minutes,
for whoever asked. The pixels are worked on by a worker, at the campaign's trial rate.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache as once
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError

from campaigns import quota
from campaigns.access import Act, allowed
from campaigns.models import Layer
from campaigns.refusals import NotAllowed
from fusion import FuseOptions, Swap, read_picture
from fusionsite.jobs import provenance
from fusionsite.jobs.engine import engine, shelf
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order, SkinTone
from fusionsite.jobs.refusals import Busy
from fusionsite.painted import PICTURES, VISITORS

if TYPE_CHECKING:
    from campaigns.models import Person
    from fusion import RGB, Face
    from templates_app.models import Material, MaterialVersion

log = logging.getLogger(__name__)

SAMPLES = dict(zip("abc", VISITORS, strict=True))
KEPT_S = 300

Enqueue = Callable[[str, int, dict[str, Any]], object]


@dataclass(frozen=True)
class Strengths:
    """What the sliders say; `sample` is the painted face of the first seat."""

    sample: str
    face_degree: int
    profile_degree: int
    skin_tone: str


@dataclass(frozen=True)
class Tried:
    """What became of a try: waiting while it has neither picture nor fault."""

    by: int
    material: int
    picture: bytes = b""
    failed: bool = False


def ask(*, material: Material, by: Person, strengths: Strengths, enqueue: Enqueue) -> str:
    """The token under which the picture of the version in work will be found.

    ``enqueue(token, version key, strengths)`` sends the work off. TooFast beyond the campaign's
    trial rate; Busy while the queue is away.
    """
    if not may_try(by, material):
        raise NotAllowed(Act.MATERIAL_EDIT)
    campaign = material.campaign
    quota.take(Layer.TRIAL, campaign.pk, quota.rates(campaign=campaign)[Layer.TRIAL])
    token = secrets.token_urlsafe(16)
    keep(token, Tried(by=by.pk, material=material.pk))
    try:
        enqueue(token, material.newest.pk, asdict(strengths))
    except (OperationalError, OSError) as error:
        log.warning("try-out not queued: %s", type(error).__name__)
        raise Busy(retry_after_s=5) from error
    return token


def may_try(by: Person, material: Material) -> bool:
    """Whoever edits the material, and whoever reviews it."""
    return any(allowed(by, act, material) for act in (Act.MATERIAL_EDIT, Act.MATERIAL_REVIEW))


def keep(token: str, tried: Tried) -> None:
    """Notes what became of the try, for some minutes."""
    cache.set(_key(token), tried, KEPT_S)


def started(token: str) -> Tried | None:
    """The try as it was asked for; None when it is forgotten."""
    tried = cache.get(_key(token))
    return tried if isinstance(tried, Tried) else None


def ended(tried: Tried, *, picture: bytes) -> Tried:
    """The try with its picture, or without one when it failed."""
    return replace(tried, picture=picture, failed=not picture)


def find(token: str, *, material: Material, by: Person) -> Tried | None:
    """What became of the person's own try; None when it was never asked or is forgotten."""
    tried = started(token)
    if tried is not None and (tried.by, tried.material) == (by.pk, material.pk):
        return tried
    return None


def make(version: MaterialVersion, strengths: Strengths) -> bytes:
    """The labelled JPEG of the version with a painted face in every seat."""
    template = shelf.analysis_of(version)
    seats = version.faces.filter(removed=False).order_by("position", "number")
    swaps = [
        Swap(*_sample(name), seat.template_face)
        for seat, name in zip(seats, _in_turn(strengths.sample, len(seats)), strict=True)
    ]
    tone = cast(SkinTone, strengths.skin_tone)
    options = FuseOptions(strengths.face_degree, strengths.profile_degree, tone)
    picture = engine().fuse(template, swaps, options)
    job = FusionJob(kind=FusionJob.Kind.FUSE, campaign=version.material.campaign)
    boxes = [face.box for face in template.faces]
    return provenance.mark(picture, job=job, order=Order(), faces=boxes).encoded


def sample_bytes(name: str) -> bytes:
    """The file of the painted face of that name; KeyError for another name."""
    return (PICTURES / SAMPLES[name]).read_bytes()


def _in_turn(first: str, number: int) -> list[str]:
    names = [*SAMPLES]
    start = names.index(first)
    return [names[(start + seat) % len(names)] for seat in range(number)]


@once
def _sample(name: str) -> tuple[RGB, Face]:
    """The painted face, decoded and found once per process."""
    picture = read_picture(sample_bytes(name))
    return picture, engine().find_faces(picture)[0]


def _key(token: str) -> str:
    return f"tryout/{settings.FUSION_QUEUE_NAME}/{token}"
