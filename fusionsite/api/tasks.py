"""Clock work: answers that were kept for a day are erased."""

from celery import shared_task

from fusionsite.api import idempotency


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """How many went."""
    return idempotency.forget_old()
