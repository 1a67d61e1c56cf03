"""Clock work: rights that end, appeals that wait too long."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from templates_app import review, rights


@shared_task(name="templates_app.lapse_rights")
def lapse_rights() -> None:
    """Take materials whose rights have ended out of service, and warn of those that will."""
    now = timezone.now()
    rights.lapse(now)
    rights.warn(now)


@shared_task(name="templates_app.chase_appeals")
def chase_appeals() -> None:
    """Remind the reviewers of appeals that are past their working day."""
    review.chase_appeals(timezone.now())
