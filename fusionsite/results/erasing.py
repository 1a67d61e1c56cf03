"""Erases pictures whose link has ended, and keeps book of every erasure that found work."""

from datetime import datetime, timedelta

from campaigns.models import Person
from fusionsite.results.models import ErasureRun, Result
from fusionsite.results.storing import erase

BATCH = 500
# The book itself is kept so long.
BOOK_KEPT = timedelta(days=400)


def erase_due(now: datetime, *, by: Person | None = None) -> ErasureRun:
    """Erases what is due, a batch at a time; what fails is tried again at the next run."""
    due = list(Result.objects.due(now).order_by("expires_at")[:BATCH])
    erased = sum(erase(result, Result.Why.EXPIRED, now) for result in due)
    return note(ErasureRun.Kind.RESULTS, now, erased=erased, failed=len(due) - erased, by=by)


def note(
    kind: ErasureRun.Kind,
    now: datetime,
    *,
    erased: int,
    failed: int = 0,
    by: Person | None = None,
) -> ErasureRun:
    """The run's row; not saved when the clock found nothing to do."""
    run = ErasureRun(kind=kind, at=now, erased=erased, failed=failed, by=by)
    if erased or failed or by is not None:
        run.save()
        ErasureRun.objects.filter(at__lt=now - BOOK_KEPT).delete()
    return run
