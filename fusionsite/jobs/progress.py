"""How long a job that waits still takes, from how long the last ones took."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Avg, F

from fusionsite.jobs.models import FusionJob, Heartbeat

LOOKED_BACK = 20
GUESSED_S = 0.6  # per picture, while nothing has been made yet


def seconds_left(place: int) -> float:
    """Until the job at that place of the queue is done; 0 is at work."""
    processes = Heartbeat.objects.processes() or settings.FUSION_WORKER_PROCESSES
    rounds = -(-place // processes) + 1
    return rounds * _seconds_each() if place > 1 else GUESSED_S


def _seconds_each() -> float:
    """How long the last pictures took, on average."""
    last = FusionJob.objects.filter(state=FusionJob.State.SUCCEEDED).order_by("-pk")[:LOOKED_BACK]
    took = last.aggregate(took=Avg(F("finished_at") - F("started_at")))["took"]
    return took.total_seconds() if isinstance(took, timedelta) else GUESSED_S
