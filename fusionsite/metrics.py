"""/metrics for Prometheus, read from the database at every scrape.

No process keeps counters, so it does not matter which one is asked, how many there are, or that
they are replaced; the text format (version 0.0.4) is then a few lines.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from fusionsite.incoming import client_address
from fusionsite.jobs import photos
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.results.models import Result

HOUR = timedelta(hours=1)
LATELY = timedelta(minutes=5)
# The clock's beat goes to one worker at a time, so each is heard from less often than every 5 s.
ALIVE_WITHIN = timedelta(seconds=60)
TIMED_AT_MOST = 20_000
State = FusionJob.State

Samples = Iterator[tuple[Mapping[str, str], float]]


@dataclass(frozen=True)
class Gauge:
    """One figure, with a sample per set of labels."""

    name: str
    help: str
    samples: Samples

    def text(self) -> str:
        """In Prometheus' words."""
        lines = [f"# HELP {self.name} {self.help}", f"# TYPE {self.name} gauge"]
        lines += [f"{self.name}{_labels(labels)} {value:g}" for labels, value in self.samples]
        return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures for an address of FUSION_METRICS_FROM; for others there is no such page."""
    if not _may_read(client_address(request)):
        raise Http404
    text = "".join(gauge.text() for gauge in gauges(timezone.now()))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(address: str) -> bool:
    try:
        reader = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(reader in ipaddress.ip_network(one) for one in settings.FUSION_METRICS_FROM)


def gauges(now: datetime) -> Iterator[Gauge]:
    """Everything there is to tell, as of now."""
    yield from _jobs(now)
    yield from _pictures(now)
    alive = Heartbeat.objects.filter(beat_at__gte=now - ALIVE_WITHIN).count()
    yield Gauge("fusion_workers_alive", "Workers heard from in the last minute.", _one(alive))


def _one(value: float) -> Samples:
    yield {}, value


def _jobs(now: datetime) -> Iterator[Gauge]:
    jobs = FusionJob.objects
    waiting, at_work = jobs.waiting(), jobs.filter(state=State.RUNNING)
    yield Gauge("fusion_jobs_waiting", "Jobs in the queue.", _one(waiting.count()))
    yield Gauge("fusion_jobs_at_work", "Jobs being made.", _one(at_work.count()))
    yield Gauge("fusion_jobs_ended", "Jobs ended in the last hour.", _ended(now))
    yield Gauge("fusion_jobs_refused", "Jobs refused in the last hour, by reason.", _refused(now))
    left = jobs.filter(leftovers=True).count()
    yield Gauge("fusion_jobs_with_leftovers", "Ended jobs whose files must be cleared.", _one(left))
    yield Gauge(
        "fusion_queue_seconds",
        "Seconds from the queue to a worker, jobs of the last 5 minutes.",
        _queue_seconds(now),
    )


def _ended(now: datetime) -> Samples:
    ended = FusionJob.objects.filter(finished_at__gte=now - HOUR)
    for state, door, count in ended.values_list("state", "door").annotate(n=Count("pk")):
        yield {"state": state, "door": door}, count


def _refused(now: datetime) -> Samples:
    refused = FusionJob.objects.filter(finished_at__gte=now - HOUR).exclude(reason=None)
    for code, count in refused.values_list("reason__code").annotate(n=Count("pk")):
        yield {"code": str(code)}, count


def _queue_seconds(now: datetime) -> Samples:
    lately = FusionJob.objects.filter(finished_at__gte=now - LATELY, started_at__isnull=False)
    times = lately.order_by("-finished_at").values_list("queued_at", "started_at")[:TIMED_AT_MOST]
    seconds = sorted(max((b - a).total_seconds(), 0) for a, b in times if b is not None)
    for percent in (50, 95):
        if seconds:
            at = min(len(seconds) - 1, len(seconds) * percent // 100)
            yield {"quantile": f"{percent / 100}"}, seconds[at]


def _pictures(now: datetime) -> Iterator[Gauge]:
    held = sum(1 for _ in photos.held())
    yield Gauge("fusion_photos_held", "Jobs whose photos are held now.", _one(held))
    kept = Result.objects.filter(erased_at=None)
    facts = kept.aggregate(count=Count("pk"), oldest=Min("created_at"))
    oldest_s = (now - facts["oldest"]).total_seconds() if facts["oldest"] else 0
    overdue = Result.objects.due(now).count()
    yield Gauge("fusion_results_held", "Pictures held.", _one(facts["count"]))
    yield Gauge("fusion_results_oldest_seconds", "Age of the oldest picture.", _one(oldest_s))
    yield Gauge("fusion_results_overdue", "Pictures past their link's end.", _one(overdue))
