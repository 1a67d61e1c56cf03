"""A site under fault: callers that offer jobs, and the count of what became of them."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.storage import storages
from django.db.models import Q
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Account, Hold
from fusionsite.jobs import execution, photos, tasks
from fusionsite.jobs.models import FusionJob
from fusionsite.results.models import Result
from tests.live.callers import Answer, Ends, Partner
from tests.live.s3 import S3Wire
from tests.live.servers import OwnRedis, Wire
from tests.live.site import Site

CALLERS = 6
SETTLES_WITHIN_S = 90.0


@dataclass
class Ground:
    """The site, its ends, and what can be broken in it; None where the set-up has no such part."""

    site: Site
    ends: Ends
    photo: bytes
    redis: OwnRedis | None = None
    broker: Wire | None = None
    database: Wire | None = None
    s3: S3Wire | None = None
    answers: list[Answer] = field(default_factory=list)

    def engine(self, fault: str) -> None:
        """What the engine does from now on; empty for its work."""
        (self.site.folder / "engine-fault").write_text(fault)

    def offering(self, calls: int = 12) -> "Offer":
        """Starts callers that offer so many jobs; join it to have their answers."""
        offer = Offer(self, calls)
        offer.start()
        return offer


class Offer:
    """Partners' calls under way."""

    def __init__(self, ground: Ground, calls: int) -> None:
        self._ground = ground
        each = calls // CALLERS
        self._threads = [
            threading.Thread(target=self._call, args=(each,), daemon=True) for _ in range(CALLERS)
        ]

    def start(self) -> None:
        """All callers at once."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Until every caller was answered or cut off."""
        for thread in self._threads:
            thread.join(120)

    def _call(self, times: int) -> None:
        partner = Partner(self._ground.ends, self._ground.photo)
        for _ in range(times):
            answer = partner.fuse()
            self._ground.answers.append(answer)
            if answer.said.startswith("broken"):
                time.sleep(1)  # as a client would, before it tries again


@dataclass(frozen=True)
class Count:
    """What became of the jobs of one fault."""

    offered: int
    done: int
    refused: int
    charged: int
    photos_left: int
    orphans: int
    adds_up: bool
    lost: int
    reasons: dict[str, int]
    answers: dict[str, int]

    @property
    def is_right(self) -> bool:
        """Nothing lost, nothing left, nothing charged twice or for nothing."""
        return (
            self.offered == self.done + self.refused
            and self.charged == self.done
            and self.adds_up
            and not (self.lost or self.photos_left or self.orphans)
        )


def wait_until(settled: Callable[[], bool], within_s: float = SETTLES_WITHIN_S) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if settled():
            return True
        time.sleep(0.2)
    return False


def count(ground: Ground, since: datetime) -> Count:
    """Waits until no job is open any more, lets the clock's erasers run, and counts."""
    jobs = FusionJob.objects.filter(created_at__gte=since)
    still_open = jobs.exclude(state__in=FusionJob.ENDED)
    wait_until(lambda: not still_open.exists())
    wait_until(lambda: not _may_come_back(), 20)
    wait_until(_photos_erased, 80)  # files without a row are left alone for a minute
    for job in FusionJob.objects.filter(leftovers=True).select_related("result"):
        execution.clear_leftovers(job)
    held = Hold.objects.filter(created_at__gte=since)
    ended = jobs.filter(state__in=FusionJob.ENDED)
    refused = ended.exclude(state=FusionJob.State.SUCCEEDED)
    account = Account.objects.get(pk=ground.ends.campaign.account_id)
    return Count(
        offered=jobs.count(),
        done=ended.filter(state=FusionJob.State.SUCCEEDED).count(),
        refused=refused.exclude(reason=None).count(),
        charged=held.filter(state=Hold.State.CAPTURED).count(),
        photos_left=len(list(photos.held())),
        orphans=len(_files() - set(Result.objects.values_list("file_name", flat=True))),
        adds_up=ledger.adds_up(account) and not held.filter(state=Hold.State.HELD).exists(),
        lost=still_open.count() + jobs.filter(~Q(reason=None), result__isnull=False).count(),
        reasons=dict(Counter(job.reason["code"] for job in refused if job.reason)),
        answers=dict(Counter(answer.said for answer in ground.answers)),
    )


def _photos_erased() -> bool:
    tasks.erase_photos()
    return not list(photos.held())


def _may_come_back() -> bool:
    """Whether a worker may still hold a job that was taken from it."""
    return FusionJob.objects.filter(
        leftovers=True, finished_at__gt=timezone.now() - tasks.surely_over()
    ).exists()


def _files() -> set[str]:
    """Every file in the storage of results."""
    storage = storages["results"]
    try:
        folders, top = storage.listdir("")
    except FileNotFoundError:
        return set()
    inside = {f"{name}/{file}" for name in folders for file in storage.listdir(name)[1]}
    return inside | set(top)
