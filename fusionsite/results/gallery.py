"""The public gallery: only pictures whose makers asked for it, and only as long as they want.

    off -> waiting -> shown <-> hidden
    off -> shown                        where the campaign shows at once and looks later
    waiting -> hidden
    shown, hidden -> waiting            a decision taken back
    waiting, shown, hidden -> off       withdrawn by the person who made it

Every move is compare-and-set; the loser of a race gets WrongState.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign, Person
from campaigns.refusals import WrongState
from fusionsite.results.models import Result, ResultQuerySet

State = Result.GalleryState


def offer(result: Result) -> bool:
    """Puts a picture up, as its maker agreed; False where the campaign has no gallery.

    Offering twice changes nothing.
    """
    rule = result.campaign.gallery if result.campaign else Campaign.Gallery.OFF
    if rule == Campaign.Gallery.OFF:
        return False
    at_once = rule == Campaign.Gallery.AT_ONCE
    return _move(
        result,
        State.SHOWN if at_once else State.WAITING,
        came_from=(State.OFF,),
        gallery_offered_at=timezone.now(),
    )


def approve(result: Result, by: Person) -> None:
    """A person has looked and shows it. Raises WrongState, NotAllowed or NothingHere."""
    looked_at_later = result.gallery_decided_at is None and result.gallery_state == State.SHOWN
    came_from = (State.WAITING, State.HIDDEN, *([State.SHOWN] if looked_at_later else []))
    _decide(result, State.SHOWN, by=by, came_from=came_from)


def hide(result: Result, by: Person) -> None:
    """Takes it out of the gallery; its own link still opens."""
    _decide(result, State.HIDDEN, by=by, came_from=(State.WAITING, State.SHOWN))


def reconsider(result: Result, by: Person) -> None:
    """Takes a decision back: it waits for a person again."""
    _decide(result, State.WAITING, by=by, came_from=(State.SHOWN, State.HIDDEN))


def withdraw(result: Result) -> bool:
    """Its maker takes it out, whatever was decided; False when it was not in."""
    wherever = (State.WAITING, State.SHOWN, State.HIDDEN)
    return _move(result, State.OFF, came_from=wherever, gallery_decided_at=None)


def shown(campaign: Campaign) -> ResultQuerySet:
    """What the gallery of a campaign shows now, newest first."""
    if campaign.gallery == Campaign.Gallery.OFF:
        return Result.objects.none()
    return _standing().filter(campaign=campaign, gallery_state=State.SHOWN)


def waiting(campaigns: Iterable[Campaign]) -> ResultQuerySet:
    """What a person has to look at, newest first: also what is shown but was never looked at."""
    unseen = Q(gallery_state=State.WAITING) | Q(gallery_state=State.SHOWN, gallery_decided_at=None)
    return _standing().filter(unseen, campaign__in=campaigns).select_related("campaign")


def _standing() -> ResultQuerySet:
    """Pictures whose own link opens; what is gone or taken down is in no gallery."""
    live = Result.objects.live(timezone.now()).filter(hidden_at=None)
    return live.order_by("-gallery_offered_at", "-pk")


def _decide(
    result: Result, state: Result.GalleryState, *, by: Person, came_from: tuple[str, ...]
) -> None:
    require(by, Act.RESULT_MODERATE, result)
    before = result.gallery_state
    decided_at = None if state == State.WAITING else timezone.now()
    with transaction.atomic():
        if not _move(result, state, came_from=came_from, gallery_decided_at=decided_at):
            raise WrongState(State(result.gallery_state))
        audit.record(
            Act.RESULT_MODERATE,
            result,
            by=by,
            before={"gallery_state": before},
            after={"gallery_state": state},
        )


def _move(
    result: Result, state: Result.GalleryState, *, came_from: tuple[str, ...], **facts: object
) -> bool:
    moved = Result.objects.filter(pk=result.pk, gallery_state__in=came_from).update(
        gallery_state=state, **facts
    )
    result.refresh_from_db()
    return bool(moved)
