"""Clock work: lines older than thirty days are erased."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from fusionsite.requestlog.models import KEPT_DAYS, LoggedRequest

log = logging.getLogger(__name__)
BATCH = 2_000


@shared_task(name="requestlog.erase_old")
def erase_old(now: datetime | None = None) -> int:
    """Erases a batch of what is older than `KEPT_DAYS`; says how many lines went.

    A batch at a time: a statement that holds the database's lock for long holds up every call.
    """
    before = (now or timezone.now()) - timedelta(days=KEPT_DAYS)
    old = LoggedRequest.objects.filter(at__lt=before).order_by("at")
    oldest = list(old.values_list("pk", flat=True)[:BATCH])
    gone, _kinds = LoggedRequest.objects.filter(pk__in=oldest).delete()
    if gone:
        log.info("erased lines of the request log", extra={"lines": gone})
    return gone
