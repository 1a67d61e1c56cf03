"""Compare-and-set on versions and reviews: each move can lose, and says to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from campaigns.refusals import Refusal, WrongState
from templates_app.models import Material, MaterialVersion, Review, State
from templates_app.refusals import AlreadyDecided, ClaimedByOther

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.models import Person


def lock(material_pk: int) -> Material:
    """The material, its row locked until the transaction ends; always the first lock taken."""
    return Material.objects.select_for_update().get(pk=material_pk)


def move(
    version: MaterialVersion, expected: tuple[State, ...], target: State, **fields: object
) -> None:
    """Compare and set; WrongState with the state that was found instead."""
    moved = MaterialVersion.objects.filter(pk=version.pk, state__in=expected).update(
        state=target, **fields
    )
    version.refresh_from_db(fields=["state", *fields])
    if not moved:
        raise WrongState(State(version.state))


def close(review: Review, by: Person, condition: Q, **fields: object) -> None:
    """Give an open review its outcome, or say who holds or has decided it."""
    closed = Review.objects.filter(condition, pk=review.pk, outcome="").update(
        decided_by=by, decided_at=timezone.now(), claimed_by=None, claim_until=None, **fields
    )
    if not closed:
        raise loss(review, timezone.now())


def free_for(by: Person, at: datetime) -> Q:
    """Reviews that nobody else holds at that moment."""
    return Q(claimed_by__isnull=True) | Q(claimed_by=by) | Q(claim_until__lte=at)


def loss(review: Review, at: datetime) -> Refusal:
    """Why a compare-and-set on that review changed nothing."""
    row = Review.objects.select_related("claimed_by", "decided_by", "version").get(pk=review.pk)
    if row.outcome or row.claimed_by is None or row.claim_until is None:
        return already_decided(row.version, row.decided_by)
    return ClaimedByOther(str(row.claimed_by), max((row.claim_until - at).total_seconds(), 1))


def already_decided(version: MaterialVersion, who: Person | None) -> AlreadyDecided:
    """The refusal for whoever came second."""
    version.refresh_from_db(fields=["state"])
    return AlreadyDecided(State(version.state), "" if who is None else str(who))
