"""What finance does: accounts, top-ups, packs, fees, corrections, terms, the close of a month."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from campaigns import audit, books, ledger, notices, standing
from campaigns.access import Act, require
from campaigns.models import (
    Account,
    Billing,
    Campaign,
    LedgerEntry,
    Organisation,
    Pack,
    Person,
    Role,
    Standing,
    Statement,
)
from campaigns.refusals import AccountLowBalance, ReasonMissing, WrongState
from campaigns.sheets import csv_lines

Kind = LedgerEntry.Kind
FeeState = Campaign.FeeState
TERMS = ("price_fen", "free_daily", "unlimited", "billing")
CAPS = ("month_cap_fen", "month_cap_hard")


def make_account(organisation: Organisation, *, by: Person) -> Account:
    """A new account with its numbers, which billing has no record of yet."""
    require(by, Act.ACCOUNT_TERMS, organisation)
    with transaction.atomic():
        appid, uin = Account.numbers()
        account = Account.objects.create(organisation=organisation, appid=appid, uin=uin)
        audit.record(Act.ACCOUNT_TERMS, account, by=by, after={"appid": appid, "uin": uin})
    return account


def top_up(
    account: Account, *, amount_fen: int, by: Person, reference: str, why: str = ""
) -> LedgerEntry:
    """Books money that came in. Booking the same reference twice raises WrongState.

    Whoever owes nothing afterwards is served again at once.
    """
    require(by, Act.TOP_UP, account)
    if amount_fen <= 0:
        raise ValueError("a top-up is positive")
    with transaction.atomic():
        entry = ledger.append(account, Kind.TOP_UP, amount_fen, by=by, why=why, reference=reference)
        audit.record(Act.TOP_UP, account, by=by, after={"fen": amount_fen}, why=why)
        account.refresh_from_db()
        standing.settle(account)
    return entry


def sell_pack(
    account: Account,
    *,
    pictures: int,
    ends_at: datetime,
    price_fen: int,
    by: Person,
    name: str = "",
) -> Pack:
    """A pack, paid from the balance; raises AccountLowBalance if that does not cover it."""
    require(by, Act.PACK_SELL, account)
    with transaction.atomic():
        _check_affords(account, price_fen)
        pack = Pack(account=account, name=name, pictures=pictures, ends_at=ends_at)
        pack.full_clean()
        pack.save()
        ledger.append(account, Kind.PACK, -price_fen, by=by, pack=pack)
        audit.record(Act.PACK_SELL, account, by=by, after={"pictures": pictures, "fen": price_fen})
        account.refresh_from_db()
        standing.settle(account)
    return pack


def take_fee(campaign: Campaign, *, amount_fen: int, by: Person) -> None:
    """The authorization fee of a campaign: a ledger line, and the campaign counts as paid.

    Raises WrongState if it is paid already, AccountLowBalance if the balance does not cover it.
    """
    require(by, Act.FEE_TAKE, campaign)
    with transaction.atomic():
        _check_affords(campaign.account, amount_fen)
        _move_fee(campaign, FeeState.PAID, {FeeState.UNPAID, FeeState.STOPPED}, by=by)
        ledger.append(campaign.account, Kind.FEE, -amount_fen, by=by, campaign=campaign)
        standing.settle(campaign.account)


def stop_fee(campaign: Campaign, *, by: Person, why: str) -> None:
    """Takes the authorization away: calls are refused until it is taken anew."""
    require(by, Act.FEE_TAKE, campaign)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        _move_fee(campaign, FeeState.STOPPED, {FeeState.PAID}, by=by, why=why)


def correct(account: Account, *, amount_fen: int, by: Person, why: str) -> LedgerEntry:
    """A correction in either direction, with its reason; lines are never changed."""
    require(by, Act.ACCOUNT_CORRECT, account)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        entry = ledger.append(account, Kind.ADJUSTMENT, amount_fen, by=by, why=why)
        audit.record(Act.ACCOUNT_CORRECT, account, by=by, after={"fen": amount_fen}, why=why)
        account.refresh_from_db()
        standing.settle(account)
    return entry


def set_terms(account: Account, *, by: Person, why: str, **terms: object) -> None:
    """Price, free pictures, unlimited, way of billing; holds already made keep their price."""
    require(by, Act.ACCOUNT_TERMS, account)
    _set(account, TERMS, terms, Act.ACCOUNT_TERMS, by, why)


def set_caps(account: Account, *, by: Person, why: str = "", **caps: object) -> None:
    """The spending cap of a month and whether it stops or only tells."""
    require(by, Act.CAPS_SET, account)
    _set(account, CAPS, caps, Act.CAPS_SET, by, why)


def close_month(account: Account, month: date, *, now: datetime | None = None) -> Statement:
    """The statement of the month that `month` lies in; the same one if it was closed before.

    An account that pays at the end of the month is charged here for what was delivered. A
    negative balance afterwards begins the days of grace. Raises ValueError before the month ends.
    """
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    now = now or timezone.now()
    if timezone.localdate(now) < following:
        raise ValueError("the month has not ended")
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account.pk)
        closed = account.statements.filter(month=first).first()
        if closed is not None:
            return closed
        _settle_bill(account, first, following, now)
        statement = _statement(account, first, following)
        notices.tell(
            account.organisation,
            notices.STATEMENT_READY,
            facts={"month": f"{first:%Y-%m}", "closing_fen": statement.closing_fen},
            role=Role.FINANCE,
        )
        standing.close_of_month(account)
    return statement


def close_those_due(now: datetime) -> int:
    """Closes last month for every account that billing knows; how many were closed."""
    first = (timezone.localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    due = Account.objects.exclude(standing=Standing.NOT_EXIST).exclude(statements__month=first)
    closed = 0
    for account in due.filter(created_at__date__lt=timezone.localdate(now).replace(day=1)):
        close_month(account, first, now=now)
        closed += 1
    return closed


def statement_csv(statement: Statement) -> str:
    """Every line of the statement's month and its sums, as CSV."""
    sums = [
        ("opening", statement.opening_fen),
        ("topped up", statement.topped_up_fen),
        ("charged", statement.charged_fen),
        ("fees and packs", statement.fees_fen),
        ("corrections", statement.corrections_fen),
        ("closing", statement.closing_fen),
        ("pictures", statement.pictures),
    ]
    return ledger_csv(statement_lines(statement)) + "".join(csv_lines([[], *sums]))


def statement_lines(statement: Statement) -> QuerySet[LedgerEntry]:
    """Every line that counts for the statement's month."""
    following = (statement.month + timedelta(days=32)).replace(day=1)
    return statement.account.entries.filter(value_day__gte=statement.month, value_day__lt=following)


def ledger_csv(lines: QuerySet[LedgerEntry]) -> str:
    """Ledger lines as CSV, oldest first; amounts in fen."""
    return "".join(csv_lines(books.rows(lines)))


def _check_affords(account: Account, price_fen: int) -> None:
    """Raises AccountLowBalance; who pays at the end of the month may go below zero."""
    if price_fen < 0:
        raise ValueError("a price is not negative")
    Account.objects.select_for_update().get(pk=account.pk)
    have = ledger.balance(account)
    if account.billing != Billing.MONTHLY and have < price_fen:
        raise AccountLowBalance(measured=have, limit=price_fen, unit="fen")


def _move_fee(
    campaign: Campaign,
    to: Campaign.FeeState,
    expected: set[Campaign.FeeState],
    *,
    by: Person,
    why: str = "",
) -> None:
    before = FeeState(campaign.fee_state)
    moved = before in expected and Campaign.objects.filter(pk=campaign.pk, fee_state=before).update(
        fee_state=to
    )
    campaign.refresh_from_db()
    if not moved:
        raise WrongState(FeeState(campaign.fee_state))
    audit.record(Act.FEE_TAKE, campaign, by=by, before={"fee": before}, after={"fee": to}, why=why)
    notices.tell(
        campaign.organisation,
        notices.FEE_STATE,
        facts={"campaign": campaign.project_id, "after": to, "why": why},
        campaign=campaign,
    )


def _set(
    account: Account,
    known: tuple[str, ...],
    values: dict[str, object],
    act: Act,
    by: Person,
    why: str,
) -> None:
    if unknown := set(values) - set(known):
        raise ValueError(f"not among {known}: {unknown}")
    with transaction.atomic():
        account.refresh_from_db()
        before = {name: getattr(account, name) for name in values}
        for name, value in values.items():
            setattr(account, name, value)
        account.full_clean()
        account.save(update_fields=list(values))
        audit.record(act, account, by=by, before=before, after=values, why=why)
        standing.settle(account)


def _settle_bill(account: Account, first: date, following: date, now: datetime) -> None:
    """The month's bill as one line that counts for the month's last day."""
    delivered = account.entries.filter(
        kind=Kind.CAPTURE, value_day__gte=first, value_day__lt=following
    )
    accrued = delivered.aggregate(s=Sum("accrued_fen"))["s"] or 0
    if accrued:
        ledger.append(
            account,
            Kind.SETTLEMENT,
            -accrued,
            reference=f"{first:%Y-%m}",
            value_day=following - timedelta(days=1),
            now=now,
        )


def _statement(account: Account, first: date, following: date) -> Statement:
    before = account.entries.filter(value_day__lt=first)
    opening = before.aggregate(s=Sum("amount_fen"))["s"] or 0
    sums = account.entries.filter(value_day__gte=first, value_day__lt=following).aggregate(
        topped_up=Sum("amount_fen", filter=Q(kind=Kind.TOP_UP)),
        charged=Sum("amount_fen", filter=Q(kind__in=[Kind.HOLD, Kind.RELEASE, Kind.SETTLEMENT])),
        fees=Sum("amount_fen", filter=Q(kind__in=[Kind.PACK, Kind.FEE])),
        corrections=Sum("amount_fen", filter=Q(kind=Kind.ADJUSTMENT)),
        pictures=Sum("pictures", filter=Q(kind=Kind.CAPTURE)),
    )
    known = {name: value or 0 for name, value in sums.items()}
    pictures = known.pop("pictures")
    return Statement.objects.create(
        account=account,
        month=first,
        opening_fen=opening,
        closing_fen=opening + sum(known.values()),
        pictures=pictures,
        **{f"{name}_fen": value for name, value in known.items()},
    )
