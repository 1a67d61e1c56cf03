"""Clock work: pictures whose link has ended are erased."""

import logging

from celery import shared_task
from django.utils import timezone

from fusionsite.results import erasing

log = logging.getLogger(__name__)


@shared_task(name="results.erase_expired")
def erase_expired() -> dict[str, int]:
    """Erases what is due, a batch at a time; says how many went and how many must be retried."""
    run = erasing.erase_due(timezone.now())
    report = {"erased": run.erased, "failed": run.failed}
    if any(report.values()):
        log.info("erased results", extra=report)
    return report
