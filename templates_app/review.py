"""Submit, claim, decide, undo, appeal: every move can lose, and says to whom.

Each move takes the material's row lock, then changes a row only if it is still in the state the
caller saw. Nobody decides what they uploaded, submitted, decided or appealed themselves.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns import audit, notices
from campaigns.access import Act, require, require_other
from campaigns.models import Role
from campaigns.refusals import ReasonMissing, Refusal, WrongState
from templates_app.models import (
    Appeal,
    Material,
    MaterialVersion,
    Outcome,
    Reason,
    Review,
    Rights,
    State,
)
from templates_app.models.material import SERVING_STATES
from templates_app.models.review import LASTING_REASONS
from templates_app.moves import already_decided, close, free_for, lock, loss, move
from templates_app.refusals import (
    AlreadyAppealed,
    MaterialNoFace,
    ReasonsNeeded,
    RightsMissing,
    TooLateToUndo,
)
from templates_app.rights import confirm_locked, missing, newest_record, unconfirm_locked
from templates_app.telling import (
    APPEAL_LOST,
    APPEAL_OVERDUE,
    APPEAL_WON,
    APPEALED,
    APPROVED,
    REJECTED,
    SUBMITTED,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from campaigns.models import Person

_Row = TypeVar("_Row")

CLAIM_LIFE = timedelta(minutes=10)
UNDO_LIFE = timedelta(minutes=15)


def submit(*, material: Material, by: Person, note: str = "") -> Review:
    """The newest version, a draft, goes to the reviewers.

    RightsMissing when the rights are not complete, MaterialNoFace when every face was removed.
    The same file that was turned down before for what it shows is turned down by machine.
    """
    require(by, Act.MATERIAL_SUBMIT, material)
    with transaction.atomic():
        locked = lock(material.pk)
        version = locked.newest
        if version.state != State.DRAFT or locked.state == State.WITHDRAWN:
            raise WrongState(
                State(locked.state if locked.state == State.WITHDRAWN else version.state)
            )
        lacking = missing(newest_record(locked))
        if lacking:
            raise RightsMissing(lacking)
        if not version.faces.filter(removed=False).exists():
            raise MaterialNoFace
        move(version, (State.DRAFT,), State.PENDING)
        review = Review.objects.create(version=version, submitted_by=by, note=note)
        locked.settle()
        audit.record("material.submit", locked, by=by, after={"version": version.number}, why=note)
        if not _turned_down_before(locked, review):
            tell(locked, SUBMITTED, role=Role.REVIEWER)
    return review


def recall(*, review: Review, by: Person) -> None:
    """The submitter's side takes an undecided submission back into draft."""
    require(by, Act.MATERIAL_SUBMIT, review)
    with transaction.atomic():
        locked = lock(review.version.material_id)
        close(review, by, Q(), outcome=Outcome.RECALLED)
        move(review.version, (State.PENDING,), State.DRAFT)
        locked.settle()
        audit.record("material.recall", locked, by=by)


def claim(*, review: Review, by: Person, now: datetime | None = None) -> Review:
    """Hold an item for ten minutes; claiming again prolongs it. ClaimedByOther for the loser."""
    require(by, Act.MATERIAL_REVIEW, review)
    _require_outsider(review, by)
    at = now or timezone.now()
    held = Review.objects.filter(free_for(by, at), pk=review.pk, outcome="").update(
        claimed_by=by, claim_until=at + CLAIM_LIFE
    )
    if not held:
        raise loss(review, at)
    review.refresh_from_db()
    return review


def release(*, review: Review, by: Person) -> None:
    """Let a claimed item go; harmless when it is not held by ``by``."""
    require(by, Act.MATERIAL_REVIEW, review)
    Review.objects.filter(pk=review.pk, outcome="", claimed_by=by).update(
        claimed_by=None, claim_until=None
    )


def approve(*, review: Review, by: Person, comment: str = "") -> None:
    """The version serves from now on, and its rights record counts as confirmed."""
    _decide(review, by, Outcome.APPROVED, State.APPROVED, comment=comment)


def reject(
    *, review: Review, by: Person, reasons: Iterable[Reason | str], comment: str = ""
) -> None:
    """The version is turned down for at least one reason of the list; words are added to it."""
    chosen = _known(reasons)
    _decide(review, by, Outcome.REJECTED, State.REJECTED, reasons=chosen, comment=comment)


def undo(*, review: Review, by: Person, now: datetime | None = None) -> Review:
    """Take one's own decision back within fifteen minutes; the version is pending again.

    Gives the new, claimed review. WrongState when the material has moved on meanwhile.
    """
    require(by, Act.MATERIAL_REVIEW, review)
    at = now or timezone.now()
    with transaction.atomic():
        locked = lock(review.version.material_id)
        review.refresh_from_db()
        _require_undoable(review, by, at)
        decided_as = State.APPROVED if review.outcome == Outcome.APPROVED else State.REJECTED
        if locked.newest.pk != review.version_id:
            raise WrongState(State(locked.newest.state))
        move(review.version, (decided_as,), State.PENDING)
        Review.objects.filter(pk=review.pk).update(undone_at=at)
        again = Review.objects.create(
            version=review.version,
            note=review.note,
            submitted_by_id=review.submitted_by_id,
            submitted_at=review.submitted_at,
            claimed_by=by,
            claim_until=at + CLAIM_LIFE,
        )
        for rights in Rights.objects.filter(
            material=locked, confirmed_by=by, confirmed_at__gte=review.decided_at
        ):
            unconfirm_locked(rights, by)
        locked.refresh_from_db()
        locked.settle()
        audit.record("material.undo", locked, by=by, before={"outcome": review.outcome})
    return again


def revise(*, material: Material, by: Person) -> MaterialVersion:
    """A rejected version becomes a draft again, to be mended and submitted once more."""
    require(by, Act.MATERIAL_EDIT, material)
    with transaction.atomic():
        locked = lock(material.pk)
        version = locked.newest
        move(version, (State.REJECTED, State.APPEAL_LOST), State.DRAFT)
        MaterialVersion.objects.filter(pk=version.pk).update(decided_by_machine=False)
        locked.settle()
        audit.record("material.revise", locked, by=by, after={"version": version.number})
    version.refresh_from_db()
    return version


def appeal(*, review: Review, by: Person, text: str, now: datetime | None = None) -> Appeal:
    """Object to a rejection, once; another reviewer has one working day."""
    require(by, Act.MATERIAL_APPEAL, review)
    if not text.strip():
        raise ReasonMissing
    at = now or timezone.now()
    with transaction.atomic():
        locked = lock(review.version.material_id)
        review.refresh_from_db()
        if Appeal.objects.filter(review=review).exists():
            raise AlreadyAppealed
        newest = locked.newest
        if newest.pk != review.version_id or review.undone_at is not None:
            raise WrongState(State(newest.state))
        move(review.version, (State.REJECTED,), State.APPEALED)
        due_at = next_working_day(at, locked.campaign.time_zone)
        made = Appeal.objects.create(
            review=review, text=text, appealed_by=by, appealed_at=at, due_at=due_at
        )
        locked.settle()
        audit.record("material.appeal", locked, by=by, why=text[:500])
        tell(locked, APPEALED, role=Role.REVIEWER, due=due_at)
    return made


def decide_appeal(*, appeal: Appeal, by: Person, won: bool, comment: str) -> None:
    """A reviewer who had no part in it yet decides, with a comment that the submitter reads."""
    require(by, Act.APPEAL_DECIDE, appeal)
    review = appeal.review
    _require_outsider(review, by)
    require_other(by, review.decided_by)
    require_other(by, appeal.appealed_by)
    if not comment.strip():
        raise ReasonMissing
    with transaction.atomic():
        locked = lock(review.version.material_id)
        decided = Appeal.objects.filter(pk=appeal.pk, won__isnull=True).update(
            won=won, decided_by=by, decided_at=timezone.now(), comment=comment
        )
        if not decided:
            appeal.refresh_from_db()
            raise already_decided(review.version, appeal.decided_by)
        target = State.APPEAL_WON if won else State.APPEAL_LOST
        move(review.version, (State.APPEALED,), target)
        kind = APPEAL_WON if won else APPEAL_LOST
        _settle_decision(locked, review, by, kind, serves=won)
        audit.record("material.decide_appeal", locked, by=by, after={"won": won}, why=comment)
    appeal.refresh_from_db()


def chase_appeals(now: datetime) -> int:
    """Remind the reviewers, once, of each appeal that is past its working day; how many."""
    late = Appeal.objects.filter(won__isnull=True, due_at__lte=now, chased_at__isnull=True)
    chased = 0
    for one in late.select_related("review__version__material__campaign__organisation"):
        if Appeal.objects.filter(pk=one.pk, chased_at__isnull=True).update(chased_at=now):
            tell(one.review.version.material, APPEAL_OVERDUE, role=Role.REVIEWER, loud=True)
            chased += 1
    return chased


@dataclass(frozen=True)
class Bulk(Generic[_Row]):
    """What became of many: those that went through, and the others with the reason of each."""

    done: list[_Row]
    refused: list[tuple[_Row, Refusal]]


def each(rows: Iterable[_Row], act: Callable[[_Row], object]) -> Bulk[_Row]:
    """Do the act with each row in a transaction of its own; one refusal stops no other."""
    outcome: Bulk[_Row] = Bulk([], [])
    for row in rows:
        try:
            act(row)
        except Refusal as refusal:
            outcome.refused.append((row, refusal))
        else:
            outcome.done.append(row)
    return outcome


def next_working_day(at: datetime, time_zone: str) -> datetime:
    """The same time on the next day that is neither Saturday nor Sunday where the campaign is."""
    due = at.astimezone(zoneinfo.ZoneInfo(time_zone)) + timedelta(days=1)
    while due.isoweekday() > 5:
        due += timedelta(days=1)
    return due


def _decide(
    review: Review,
    by: Person,
    outcome: Outcome,
    target: State,
    *,
    reasons: tuple[str, ...] = (),
    comment: str = "",
) -> None:
    require(by, Act.MATERIAL_REVIEW, review)
    _require_outsider(review, by)
    with transaction.atomic():
        locked = lock(review.version.material_id)
        free = free_for(by, timezone.now())
        close(review, by, free, outcome=outcome, reasons=list(reasons), comment=comment)
        move(review.version, (State.PENDING,), target)
        serves = outcome == Outcome.APPROVED
        _settle_decision(locked, review, by, APPROVED if serves else REJECTED, serves=serves)
        after = {"outcome": outcome, "reasons": list(reasons)}
        audit.record("material.decide", locked, by=by, after=after, why=comment[:500])


def _settle_decision(
    locked: Material, review: Review, by: Person | None, kind: notices.Kind, *, serves: bool
) -> None:
    """What follows from any decision: rights in force, the serving version, and telling people."""
    record = newest_record(locked)
    if serves and by is not None and record is not None and record.confirmed_at is None:
        confirm_locked(record, by)
    locked.refresh_from_db()
    locked.settle()
    review.refresh_from_db()
    tell(
        locked,
        kind,
        person=review.submitted_by,
        version=review.version.number,
        version_state=review.version.state,
        reasons=review.reasons,
    )


def _turned_down_before(locked: Material, review: Review) -> bool:
    """Reject by machine a file that a person rejected in this organisation for what it shows."""
    version = review.version
    same_file = Q(
        version__sha256=version.sha256,
        version__material__campaign__organisation=version.organisation,
    )
    if Review.objects.filter(same_file, version__state__in=SERVING_STATES).exists():
        return False
    earlier = Review.objects.filter(
        same_file,
        version__state__in=(State.REJECTED, State.APPEAL_LOST),
        outcome=Outcome.REJECTED,
        by_machine=False,
        undone_at__isnull=True,
    ).order_by("-decided_at")
    lasting = next((r for r in earlier if LASTING_REASONS.intersection(r.reasons)), None)
    if lasting is None:
        return False
    Review.objects.filter(pk=review.pk, outcome="").update(
        outcome=Outcome.REJECTED,
        by_machine=True,
        decided_at=timezone.now(),
        reasons=[r for r in lasting.reasons if r in LASTING_REASONS],
        comment=lasting.version.material.model_id,
    )
    move(version, (State.PENDING,), State.REJECTED, decided_by_machine=True)
    audit.record("material.decide", locked, by=None, after={"outcome": Outcome.REJECTED})
    _settle_decision(locked, review, None, REJECTED, serves=False)
    return True


def _require_outsider(review: Review, by: Person) -> None:
    require_other(by, review.submitted_by)
    require_other(by, review.version.uploaded_by)


def _require_undoable(review: Review, by: Person, at: datetime) -> None:
    if review.decided_by_id != by.pk or review.undone_at is not None or review.decided_at is None:
        raise already_decided(review.version, review.decided_by)
    age = at - review.decided_at
    if age > UNDO_LIFE:
        raise TooLateToUndo(
            measured=age // timedelta(minutes=1), limit=UNDO_LIFE // timedelta(minutes=1)
        )


def _known(reasons: Iterable[Reason | str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(str(Reason(reason)) for reason in reasons if reason in Reason))
    if not chosen:
        raise ReasonsNeeded
    return chosen
