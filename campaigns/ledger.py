"""What a picture costs and who pays: hold on accept, capture on delivery, release on failure.

Lines are only added; the balance is their sum, and the database checks it. Whoever writes a line
has locked the account's row, so one account's lines are in one order. The lock is taken as late as
can be and ends with the transaction: `hold`, `capture` and `release` are part of their caller's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from campaigns import caps, purse
from campaigns.models import (
    Account,
    Billing,
    Campaign,
    Hold,
    LedgerEntry,
    Pack,
    Person,
    Source,
    Standing,
)
from campaigns.prepared import PreparedUpdate, Slot
from campaigns.purse import Purse
from campaigns.refusals import AccountLowBalance, PackUsedUp, WrongState

UNLIMITED = -1
_END_HOLD = PreparedUpdate(
    lambda: (
        Hold.objects.filter(reference=Slot("reference"), state=Hold.State.HELD),
        {"state": Slot("state"), "ended_at": Slot("now", DateTimeField())},
    )
)


@dataclass(frozen=True)
class Share:
    """Some of a hold's pictures, paid from one source. Amounts in fen, not negative."""

    source: Source
    pictures: int
    amount_fen: int = 0
    accrued_fen: int = 0
    pack_id: int | None = None


def balance(account: Account) -> int:
    """The balance in fen: the sum of all lines, which the newest line carries."""
    newest = _newest(account)
    return 0 if newest is None else newest.balance_fen


def remaining(account: Account, *, now: datetime | None = None) -> int:
    """Pictures that can still be made: free ones of today, packs, balance; UNLIMITED if no end."""
    now = now or timezone.now()
    has = purse.read(account.pk, now)
    free, packs = has.free_left, _packs_left(account, now)
    if account.unlimited or account.billing == Billing.MONTHLY:
        return UNLIMITED
    if account.billing == Billing.PACKS_ONLY:
        return free + packs
    if account.price_fen == 0:
        return UNLIMITED
    return free + packs + max(has.balance_fen // account.price_fen, 0)


def covers(account: Account, *, now: datetime | None = None) -> bool:
    """Whether one more picture can be paid for; caps are not looked at."""
    now = now or timezone.now()
    try:
        _plan(purse.read(account.pk, now), None, 1, now)
    except (AccountLowBalance, PackUsedUp):
        return False
    return True


def check_cover(
    account: Account,
    campaign: Campaign | None,
    *,
    pictures: int = 1,
    now: datetime | None = None,
    has: Purse | None = None,
) -> None:
    """Raises what `hold` would: AccountLowBalance, PackUsedUp or CapReached; changes nothing.

    has: what the account pays with, if it was read a moment ago.
    """
    now = now or timezone.now()
    has = has or purse.read(account.pk, now)
    _check_caps(has.account, campaign, _plan(has, campaign, pictures, now), now)


def hold(
    account: Account,
    *,
    reference: str,
    pictures: int = 1,
    campaign: Campaign | None = None,
    now: datetime | None = None,
) -> Hold:
    """Sets pictures aside for one job: from the free ones of the day, packs (nearest end first),
    then the balance, at the account's price at this moment.

    Raises AccountLowBalance, PackUsedUp, CapReached, or WrongState if the reference is in use.
    """
    purse.require_transaction()
    now = now or timezone.now()
    if campaign is not None and campaign.account_id != account.pk:
        raise ValueError("the campaign is paid by another account")
    purse.lock(account.pk)
    has = purse.read(account.pk, now)
    shares = _plan(has, campaign, pictures, now)
    nearing = _check_caps(has.account, campaign, shares, now)
    made = _make_hold(has.account, campaign, reference, pictures, shares, now)
    for line, share in enumerate(shares):
        _use(share)
        _append_share(made, line, share, now)
    _count(made, shares, sign=1)
    caps.tell(has.account, campaign, nearing)
    return made


def costs(reference: Slot) -> Exists:
    """Whether what is held is paid for: from a pack, the balance or the month's bill."""
    packs = LedgerEntry.objects.filter(hold=OuterRef("pk"), source=Source.PACK)
    return Exists(
        Hold.objects.filter(Q(amount_fen__gt=0) | Exists(packs), reference=reference).order_by()
    )


def capture(reference: str, *, now: datetime | None = None) -> Hold:
    """The picture was delivered: the hold becomes a charge. A second capture changes nothing.

    Raises WrongState if the hold was released, Hold.DoesNotExist if there is none.
    """
    captured, _ = _end(reference, Hold.State.CAPTURED, now or timezone.now())
    return captured


def release(reference: str, *, now: datetime | None = None) -> Hold:
    """No picture: everything goes back to where it came from. A second release changes nothing.

    Raises WrongState if the hold was captured, Hold.DoesNotExist if there is none.
    """
    released, just_now = _end(reference, Hold.State.RELEASED, now or timezone.now())
    if just_now:
        lines = released.entries.filter(kind=LedgerEntry.Kind.HOLD).order_by("line")
        shares = [_share_of(line) for line in lines]
        for share in shares:
            _give_back(share)
        _count(released, shares, sign=-1)
    return released


def append(
    account: Account,
    kind: LedgerEntry.Kind,
    amount_fen: int,
    *,
    by: Person | None = None,
    why: str = "",
    campaign: Campaign | None = None,
    pack: Pack | None = None,
    reference: str = "",
    value_day: date | None = None,
    now: datetime | None = None,
) -> LedgerEntry:
    """One line that is no picture: top-up, pack, fee, settlement, correction.

    A reference that was booked before raises WrongState.
    """
    now = now or timezone.now()
    with transaction.atomic():
        purse.lock(account.pk)
        if reference and account.entries.filter(kind=kind, reference=reference).exists():
            raise WrongState(LedgerEntry.Kind(kind))
        newest = _newest(account)
        return LedgerEntry.objects.create(
            account=account,
            number=1 + (newest.number if newest else 0),
            kind=kind,
            amount_fen=amount_fen,
            balance_fen=amount_fen + (newest.balance_fen if newest else 0),
            campaign=campaign,
            pack=pack,
            by=by,
            why=why,
            reference=reference,
            created_at=now,
            value_day=value_day or timezone.localdate(now),
        )


def adds_up(account: Account) -> bool:
    """Whether the records agree: the sum of the lines, their balance, and the use of the packs."""
    total = account.entries.aggregate(total=Sum("amount_fen"))["total"] or 0
    if total != balance(account):
        return False
    lines = account.entries.exclude(pack=None).values_list("pack", "kind")
    used = Counter[int]()
    for pack_id, kind, pictures in lines.annotate(Sum("pictures")):
        used[pack_id] += pictures * {"hold": 1, "release": -1}.get(kind, 0)
    return all(pack.used == used[pack.pk] for pack in account.packs.all())


# --- Who pays --------------------------------------------------------------------------------


def _plan(has: Purse, campaign: Campaign | None, pictures: int, now: datetime) -> list[Share]:
    """Which source pays for how many; raises AccountLowBalance or PackUsedUp."""
    account = has.account
    if campaign is not None and campaign.sandbox:
        return [Share(Source.SANDBOX, pictures)]
    if account.unlimited:
        return [Share(Source.UNLIMITED, pictures)]
    shares: list[Share] = []
    left = pictures
    free = min(has.free_left, left)
    if free:
        shares.append(Share(Source.FREE, free))
        left -= free
    for pack in _usable_packs(account, now) if has.has_packs else []:
        if not left:
            break
        part = min(pack.left, left)
        shares.append(Share(Source.PACK, part, pack_id=pack.pk))
        left -= part
    return [*shares, _paid(has, left)] if left else shares


def _paid(has: Purse, pictures: int) -> Share:
    """What neither free pictures nor packs cover."""
    account = has.account
    cost = pictures * account.price_fen
    if account.billing == Billing.PACKS_ONLY:
        raise PackUsedUp(measured=0, limit=pictures, unit="pictures")
    if account.billing == Billing.MONTHLY:
        return Share(Source.MONTHLY, pictures, accrued_fen=cost)
    have = has.balance_fen
    # In the days of grace calls are served although the balance is negative.
    if have < cost and account.standing != Standing.GRACE:
        raise AccountLowBalance(measured=have, limit=cost, unit="fen")
    return Share(Source.BALANCE, pictures, amount_fen=cost)


def _check_caps(
    account: Account, campaign: Campaign | None, shares: list[Share], now: datetime
) -> list[tuple[caps.Cap, int]]:
    """What the hold adds to each cap; raises CapReached."""
    if campaign is not None and campaign.sandbox:
        return []
    return caps.check(
        account,
        campaign,
        pictures=sum(share.pictures for share in shares),
        fen=sum(share.amount_fen + share.accrued_fen for share in shares),
        now=now,
    )


def _usable_packs(account: Account, now: datetime) -> QuerySet[Pack]:
    return account.packs.filter(
        starts_at__lte=now, ends_at__gt=now, used__lt=F("pictures")
    ).order_by("ends_at", "pk")


def _packs_left(account: Account, now: datetime) -> int:
    left = _usable_packs(account, now).aggregate(left=Sum(F("pictures") - F("used")))["left"]
    return left or 0


# --- Writing ---------------------------------------------------------------------------------


def _newest(account: Account) -> LedgerEntry | None:
    return account.entries.order_by("-number").first()


def _make_hold(
    account: Account,
    campaign: Campaign | None,
    reference: str,
    pictures: int,
    shares: list[Share],
    now: datetime,
) -> Hold:
    made = Hold(
        reference=reference,
        account=account,
        campaign=campaign,
        pictures=pictures,
        price_fen=account.price_fen,
        amount_fen=sum(share.amount_fen + share.accrued_fen for share in shares),
        day=timezone.localdate(now),
        created_at=now,
    )
    if not purse.add_hold(made):
        raise WrongState(Hold.State(Hold.objects.get(reference=reference).state))
    return made


def _end(reference: str, to: Hold.State, now: datetime) -> tuple[Hold, bool]:
    """The hold, and whether it was ended just now.

    Compare and set: of two callers one writes the lines, the other sees that they are there.
    """
    purse.require_transaction()
    ended = _END_HOLD.first(reference=reference, state=to, now=now)
    if ended is None:
        ended = Hold.objects.get(reference=reference)
        if ended.state == to:
            return ended, False
        raise WrongState(Hold.State(ended.state))
    purse.lock(ended.account_id)
    purse.add_ending(ended, now)
    return ended, True


def _share_of(line: LedgerEntry) -> Share:
    """A share of a hold, read back from its line."""
    return Share(
        source=Source(line.source),
        pictures=line.pictures,
        amount_fen=-line.amount_fen,
        accrued_fen=line.accrued_fen,
        pack_id=line.pack_id,
    )


def _append_share(held: Hold, line: int, share: Share, now: datetime) -> None:
    purse.add_line(
        LedgerEntry(
            account_id=held.account_id,
            kind=LedgerEntry.Kind.HOLD,
            amount_fen=-share.amount_fen,
            source=share.source,
            pictures=share.pictures,
            accrued_fen=share.accrued_fen,
            hold=held,
            line=line,
            pack_id=share.pack_id,
            campaign_id=held.campaign_id,
            created_at=now,
            value_day=timezone.localdate(now),
        )
    )


def _use(share: Share) -> None:
    if share.pack_id is not None:
        Pack.objects.filter(pk=share.pack_id).update(used=F("used") + share.pictures)


def _give_back(share: Share) -> None:
    if share.pack_id is not None:
        Pack.objects.filter(pk=share.pack_id).update(used=F("used") - share.pictures)


def _count(held: Hold, shares: Sequence[Share], *, sign: int) -> None:
    """Adds the hold to the day's tally, or takes it out again; a sandbox has none."""
    if held.campaign is not None and held.campaign.sandbox:
        return
    free = sum(share.pictures for share in shares if share.source == Source.FREE)
    purse.count(held, free=free, sign=sign)
