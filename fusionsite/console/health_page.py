"""Health: a light for each thing that a picture needs, with its figure beside its limit."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.access import Act
from fusionsite import vitals
from fusionsite.console.page import ConsolePage
from fusionsite.jobs.models import FusionJob, Heartbeat

GREEN, AMBER, RED = "ok", "warn", "bad"
ALIVE_WITHIN = timedelta(seconds=60)
# The clock makes a worker beat every 5 s; a beat this old has missed two.
LATE_AFTER = timedelta(seconds=15)
TIGHT_DISK_MB = 2_000
TIGHT_MEMORY, LOW_MEMORY = 0.15, 0.05


@dataclass(frozen=True)
class Light:
    """One thing, its colour, its figure, and what to do when it is not green."""

    name: str
    colour: str
    figure: str
    remedy: str = ""

    @property
    def word(self) -> str:
        """The colour as a word, for who cannot tell it."""
        return {GREEN: _("well"), AMBER: _("look at it"), RED: _("failing")}[self.colour]


class HealthPage(ConsolePage):
    """The lights, the worst first in the head."""

    template_name = "console/office/health.html"
    act = Act.HEALTH_SEE
    title = gettext_lazy("Health")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        now = timezone.now()
        lights = lights_of(now)
        worst = next((c for c in (RED, AMBER) if any(one.colour == c for one in lights)), GREEN)
        workers = Heartbeat.objects.order_by("-beat_at")[:20]
        return super().get_context_data(
            lights=lights,
            worst=worst,
            workers=[(one, now - one.beat_at <= ALIVE_WITHIN) for one in workers],
            asked_at=now,
            **more,
        )


def lights_of(now: datetime) -> list[Light]:
    """All lights, in the order in which a picture needs them."""
    return [_queue(), _workers(now), _clock(now), _memory(), _disk(), _storage(now)]


def _queue() -> Light:
    waiting, room = FusionJob.objects.waiting().count(), settings.FUSION_QUEUE_LENGTH
    colour = GREEN if waiting * 2 < room else AMBER if waiting < room else RED
    figure = _("%(waiting)s of %(room)s places taken") % {"waiting": waiting, "room": room}
    remedy = _("New pictures are refused while it is full. Add workers, or wait.")
    return Light(_("Queue"), colour, figure, remedy)


def _workers(now: datetime) -> Light:
    alive = Heartbeat.objects.filter(beat_at__gte=now - ALIVE_WITHIN).count()
    figure = ngettext("%(count)s heard from in a minute", "%(count)s heard from in a minute", alive)
    remedy = _("No picture is made without one. Start a worker: see the operator's manual.")
    return Light(_("Workers"), GREEN if alive else RED, figure % {"count": alive}, remedy)


def _clock(now: datetime) -> Light:
    last = Heartbeat.objects.order_by("-beat_at").first()
    remedy = _(
        "Erasure, dunning and webhooks hang on the clock. Start exactly one: see the manual."
    )
    if last is None:
        return Light(_("Clock"), RED, _("never heard from"), remedy)
    ago = now - last.beat_at
    if -ago > vitals.CLOCK_OFF_BY:
        words = _("a worker's clock is %(seconds)s s ahead of this one")
        return Light(_("Clock"), RED, words % {"seconds": round(-ago.total_seconds())}, remedy)
    late = GREEN if ago <= LATE_AFTER else AMBER if ago <= vitals.WORKER_SILENT_FOR else RED
    figure = _("last beat %(seconds)s s ago") % {"seconds": max(round(ago.total_seconds()), 0)}
    return Light(_("Clock"), late, figure, remedy)


def _size(megabytes: int) -> str:
    """12.3 GB, or megabytes where that says more."""
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes} MB"


def _memory() -> Light:
    seen = vitals.memory()
    if seen is None:
        return Light(_("Memory"), AMBER, _("cannot be asked on this system"))
    share = seen.available_mb / max(seen.total_mb, 1)
    colour = GREEN if share > TIGHT_MEMORY else AMBER if share > LOW_MEMORY else RED
    figure = _("%(free)s of %(total)s free")
    remedy = _("Lower FUSION_WORKER_PROCESSES, or give the machine more memory.")
    facts = {"free": _size(seen.available_mb), "total": _size(seen.total_mb)}
    return Light(_("Memory"), colour, figure % facts, remedy)


def _disk() -> Light:
    usage = shutil.disk_usage(settings.FUSION_VAR_DIR)
    free_mb = usage.free // 2**20
    colour = GREEN if free_mb > TIGHT_DISK_MB else AMBER if free_mb > vitals.MIN_FREE_MB else RED
    figure = _("%(free)s of %(total)s free")
    facts = {"free": _size(free_mb), "total": _size(usage.total // 2**20)}
    remedy = _("Make room, or shorten the life of links: pictures are erased when theirs ends.")
    return Light(_("Disk"), colour, figure % facts, remedy)


def _storage(now: datetime) -> Light:
    remedy = _("Pictures cannot be kept. Look at the storage's own log, then reload.")
    try:
        vitals.storage(now)
    except vitals.Unwell as reason:
        return Light(_("Storage"), RED, str(reason), remedy)
    return Light(_("Storage"), GREEN, _("takes, gives and removes files"), remedy)
