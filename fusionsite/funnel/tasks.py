"""Clock work: what is long past is kept by the day, no longer by the hour."""

from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from fusionsite.funnel.models import FunnelCount

HOURS_KEPT = timedelta(days=62)


@shared_task(name="funnel.compact")
def compact() -> int:
    """Adds the hours of old days up; how many rows that saved. Sums stay what they were."""
    return merge_days_before(timezone.now() - HOURS_KEPT)


def merge_days_before(moment: datetime) -> int:
    """The same, for days (UTC) that ended before `moment`."""
    end = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    old = FunnelCount.objects.filter(hour__lt=end)
    with transaction.atomic():
        before = old.count()
        by_day = old.annotate(day=TruncDay("hour")).order_by()
        cells = list(by_day.values("campaign", "day", "source", "step").annotate(n=Sum("count")))
        if len(cells) == before:
            return 0
        old.delete()
        FunnelCount.objects.bulk_create(
            FunnelCount(
                campaign_id=cell["campaign"],
                hour=cell["day"],
                source=cell["source"],
                step=cell["step"],
                count=cell["n"],
            )
            for cell in cells
        )
    return before - len(cells)
