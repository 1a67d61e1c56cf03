"""Clock work: the sums follow the jobs."""

from celery import shared_task
from django.utils import timezone

from fusionsite.statistics.sums import roll_up


@shared_task(name="statistics.roll_up")
def roll_up_jobs() -> int:
    """Adds what ended since the last time; a job that waited long is added as soon as it runs."""
    return roll_up(timezone.now())
