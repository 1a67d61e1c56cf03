"""Takedown: anyone may say that a picture should not be there."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fusionsite.results.models import Report, Result

DECIDE_WITHIN = timedelta(hours=48)
HIDE_AT_ONCE = {Report.Ground.INTIMATE, Report.Ground.MINOR}


def report(result: Result, *, ground: Report.Ground, words: str = "", contact: str = "") -> Report:
    """Takes the report down; grounds that cannot wait hide the picture at once."""
    now = timezone.now()
    with transaction.atomic():
        if ground in HIDE_AT_ONCE:
            Result.objects.filter(pk=result.pk, hidden_at=None).update(hidden_at=now)
        return Report.objects.create(
            result=result,
            ground=ground,
            words=words,
            contact=contact,
            made_at=now,
            due_at=now + DECIDE_WITHIN,
        )
