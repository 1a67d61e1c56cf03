"""An account's money in the database: read, locked, and moved, with one statement each.

Every picture does all three, and the account stays locked meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns import prepared
from campaigns.models import Account, Hold, LedgerEntry, Pack, Tally
from campaigns.prepared import Asked, Prepared, Slot


def _account() -> QuerySet[Account]:
    def newest(column: str) -> Coalesce:
        # Asked one by one: a join of "the newest line" is planned as a walk through all lines
        # while a fresh site's ledger is short, and the plan is kept.
        lines = LedgerEntry.objects.filter(account=OuterRef("pk")).order_by("-number")
        return Coalesce(Subquery(lines.values(column)[:1]), 0)

    tallies = Tally.objects.filter(account=OuterRef("pk"), day=Slot("day", DateField())).order_by()
    free = tallies.values("account").annotate(used=Sum("free")).values("used")
    now = Slot("now", DateTimeField())
    packs = Pack.objects.filter(account=OuterRef("pk"), used__lt=F("pictures"))
    return Account.objects.filter(pk=Slot("account")).annotate(
        line=newest("number"),
        balance_fen=newest("balance_fen"),
        free_used=Coalesce(Subquery(free), 0),
        has_packs=Exists(packs.filter(starts_at__lte=now, ends_at__gt=now)),
    )


_ACCOUNT = Prepared(_account)
_NEWEST = "FROM campaigns_ledgerentry WHERE account_id = %s ORDER BY number DESC LIMIT 1"
_NUMBER = f"COALESCE((SELECT number {_NEWEST}), 0)"
_BALANCE = f"COALESCE((SELECT balance_fen {_NEWEST}), 0)"
_TALLY = """
    UPDATE campaigns_tally
    SET pictures = pictures + %s, free = free + %s, spent_fen = spent_fen + %s
    WHERE account_id = %s AND day = %s AND
"""
_ENDING = f"""
    INSERT INTO campaigns_ledgerentry (
        account_id, number, kind, amount_fen, balance_fen, source, pictures, accrued_fen,
        hold_id, line, pack_id, campaign_id, why, reference, created_at, value_day
    )
    SELECT
        account_id, {_NUMBER} + ROW_NUMBER() OVER (ORDER BY line),
        %s, amount_fen * %s, {_BALANCE} + SUM(amount_fen * %s) OVER (ORDER BY line),
        source, pictures, accrued_fen, hold_id, line, pack_id, campaign_id, '', '', %s, %s
    FROM campaigns_ledgerentry WHERE hold_id = %s AND kind = 'hold' ORDER BY line
"""  # noqa: S608 - our own names
_LOCK = "SELECT id FROM campaigns_account WHERE id = %s FOR NO KEY UPDATE"


@dataclass(frozen=True)
class Purse:
    """An account as it is now, and its money.

    line: the newest ledger line's number, 0 without one; balance_fen: the sum up to that line;
    free_used: of the free pictures of the day; has_packs: whether a pack can be used now.
    """

    account: Account
    line: int
    balance_fen: int
    free_used: int
    has_packs: bool

    @property
    def free_left(self) -> int:
        """Pictures that are free today."""
        return max(self.account.free_daily - self.free_used, 0)


def read(account_id: int, now: datetime) -> Purse:
    """The account and its money; raises Account.DoesNotExist."""
    account = _ACCOUNT.first(account=account_id, now=now, day=timezone.localdate(now))
    if account is None:
        raise Account.DoesNotExist
    facts = vars(account)
    return Purse(
        account,
        facts.pop("line"),
        facts.pop("balance_fen"),
        facts.pop("free_used"),
        facts.pop("has_packs"),
    )


def require_transaction() -> None:
    """Raises TransactionManagementError outside of one: what moves money stands or falls as one."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("money moves inside a transaction")


def lock(account_id: int) -> None:
    """Until the transaction ends nobody else writes a line of this account.

    Rows that merely name the account are still written by others. SQLite has one writer anyway.
    """
    require_transaction()
    if connection.features.has_select_for_update:
        prepared.ask(_LOCK, [account_id])


def add_hold(held: Hold) -> bool:
    """Writes the hold; False, and nothing is written, when its reference is in use."""
    return prepared.insert(held, unless_same="reference")


def add_line(line: LedgerEntry) -> None:
    """Writes the line; its number and balance follow from the newest one. The account is locked."""
    prepared.insert(
        line,
        number=Asked(f"1 + {_NUMBER}", [line.account_id]),
        balance_fen=Asked(f"%s + {_BALANCE}", [line.amount_fen, line.account_id]),
    )


def add_ending(ended: Hold, now: datetime) -> None:
    """Writes what ends a hold: each of its lines again, as delivered or given back.

    What they took out of the balance comes back, or nothing. The account is locked.
    """
    given_back = ended.state == Hold.State.RELEASED
    kind = LedgerEntry.Kind.RELEASE if given_back else LedgerEntry.Kind.CAPTURE
    share = -1 if given_back else 0
    when = connection.ops.adapt_datetimefield_value(now)
    day = connection.ops.adapt_datefield_value(timezone.localdate(now))
    account = ended.account_id
    values = [account, kind.value, share, account, share, when, day, ended.pk]
    prepared.change(_ENDING, values)


def count(held: Hold, *, free: int, sign: int) -> None:
    """Adds the hold to the day's tally, or takes it out again."""
    added = (sign * held.pictures, sign * free, sign * held.amount_fen)
    day = connection.ops.adapt_datefield_value(held.day)
    if held.campaign_id is None:
        tallied = prepared.change(f"{_TALLY} campaign_id IS NULL", [*added, held.account_id, day])
    else:
        of_campaign = [*added, held.account_id, day, held.campaign_id]
        tallied = prepared.change(f"{_TALLY} campaign_id = %s", of_campaign)
    if not tallied:
        names = ("account_id", "campaign_id", "day")
        same = {name: getattr(held, name) for name in names}
        Tally.objects.create(**same, pictures=held.pictures, free=free, spent_fen=held.amount_fen)
