"""The review queue: what waits, for whom, and the next item to hold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from campaigns.access import Act, visible_to
from campaigns.refusals import Refusal
from templates_app import review
from templates_app.models import Appeal, Finding, Outcome, Review, State

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from campaigns.models import Person
    from templates_app.models.review import ReviewQuerySet

TRIES = 25


def visible_reviews(by: Person) -> QuerySet[Review]:
    """All submissions, decided or not, where the person reviews."""
    return visible_to(by, Review.objects.all(), Act.MATERIAL_REVIEW)


def visible_appeals(by: Person) -> QuerySet[Appeal]:
    """All appeals, decided or not, where the person decides them."""
    return visible_to(by, Appeal.objects.all(), Act.APPEAL_DECIDE)


def waiting(by: Person) -> ReviewQuerySet:
    """Everything that is open where the person reviews, oldest first; nothing withdrawn."""
    rows = visible_to(by, Review.objects.open(), Act.MATERIAL_REVIEW)
    return cast("ReviewQuerySet", rows.exclude(version__material__state=State.WITHDRAWN))


def appeals(by: Person) -> QuerySet[Appeal]:
    """The appeals nobody has decided yet, the most urgent first."""
    return visible_appeals(by).filter(won=None).order_by("due_at", "pk")


def decided(by: Person) -> QuerySet[Review]:
    """What was decided where the person reviews, the newest first."""
    rows = visible_reviews(by)
    return rows.filter(outcome__in=(Outcome.APPROVED, Outcome.REJECTED)).order_by("-decided_at")


def narrowed(
    rows: ReviewQuerySet, *, campaign: int | None = None, rule: str = "", hours: int = 0
) -> ReviewQuerySet:
    """Those of a campaign, that miss a rule's limit, and that have waited so long."""
    if campaign:
        rows = rows.filter(version__material__campaign=campaign)
    if rule:
        missed = Finding.objects.filter(version=OuterRef("version"), rule=rule, met=False)
        rows = rows.filter(Exists(missed))
    if hours:
        rows = rows.filter(submitted_at__lte=timezone.now() - timedelta(hours=hours))
    return rows


def held_by(rows: ReviewQuerySet, by: Person, at: datetime) -> Review | None:
    """The item the person holds already."""
    return rows.filter(claimed_by=by, claim_until__gt=at).first()


def take_next(rows: ReviewQuerySet, by: Person, *, after: Review | None = None) -> Review | None:
    """Holds the oldest item that is free for the person, beginning behind ``after``.

    None when there is none. Whoever is slower takes the next one: two never hold the same.
    """
    free = rows.free_for(by.pk, timezone.now()).exclude(version__uploaded_by=by)
    behind = free
    if after is not None:
        free = free.exclude(pk=after.pk)
        later = Q(submitted_at__gt=after.submitted_at)
        behind = free.filter(later | Q(submitted_at=after.submitted_at, pk__gt=after.pk))
    for candidate in [*behind[:TRIES], *(free[:TRIES] if after is not None else [])]:
        try:
            return review.claim(review=candidate, by=by)
        except Refusal:
            continue  # somebody was faster
    return None


def last_decision(by: Person, at: datetime) -> Review | None:
    """The person's newest decision that can still be taken back."""
    fresh = decided(by).filter(decided_by=by, undone_at=None)
    return fresh.filter(decided_at__gte=at - review.UNDO_LIFE).first()
