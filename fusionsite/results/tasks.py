"""Clock work: pictures whose link has ended are erased."""

import logging

from celery import shared_task
from django.utils import timezone

from fusionsite.results.models import Result
from fusionsite.results.storing import erase

log = logging.getLogger(__name__)
BATCH = 500


@shared_task(name="results.erase_expired")
def erase_expired() -> dict[str, int]:
    """Erases what is due, a batch at a time; says how many went and how many must be retried."""
    now = timezone.now()
    due = list(Result.objects.due(now).order_by("expires_at")[:BATCH])
    erased = sum(erase(result, Result.Why.EXPIRED, now) for result in due)
    report = {"erased": erased, "failed": len(due) - erased}
    if due:
        log.info("erased results", extra=report)
    return report
