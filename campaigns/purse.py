"""An account's money in the database: read, locked, and moved, with one plain statement each.

Plain, because every picture does all three, and rows as objects would be most of the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model
from django.utils import timezone

from campaigns.models import Account, Hold, LedgerEntry, Tally

_READ = """
    SELECT account.*,
        COALESCE(newest.number, 0) AS line,
        COALESCE(newest.balance_fen, 0) AS balance_fen,
        COALESCE((SELECT SUM(free) FROM campaigns_tally
                  WHERE account_id = account.id AND day = %s), 0) AS free_used,
        EXISTS (SELECT 1 FROM campaigns_pack
                WHERE account_id = account.id AND used < pictures
                  AND starts_at <= %s AND ends_at > %s) AS has_packs
    FROM campaigns_account account
    LEFT JOIN campaigns_ledgerentry newest
      ON newest.account_id = account.id
     AND newest.number = (SELECT MAX(number) FROM campaigns_ledgerentry
                          WHERE account_id = account.id)
    WHERE account.id = %s
"""
_NEWEST = "FROM campaigns_ledgerentry WHERE account_id = %s ORDER BY number DESC LIMIT 1"
_FOLLOWS = {
    "number": f"1 + COALESCE((SELECT number {_NEWEST}), 0)",
    "balance_fen": f"%s + COALESCE((SELECT balance_fen {_NEWEST}), 0)",
}
_TALLY = """
    UPDATE campaigns_tally
    SET pictures = pictures + %s, free = free + %s, spent_fen = spent_fen + %s
    WHERE account_id = %s AND day = %s AND
"""
_TOTAL = "UPDATE campaigns_campaign SET pictures_total = pictures_total + %s WHERE id = %s"
_ONCE = "ON CONFLICT (reference) DO NOTHING RETURNING id"
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
    moment = connection.ops.adapt_datetimefield_value(now)
    today = connection.ops.adapt_datefield_value(timezone.localdate(now))
    for account in Account.objects.raw(_READ, [today, moment, moment, account_id]):
        facts = vars(account)
        return Purse(
            account,
            facts.pop("line"),
            facts.pop("balance_fen"),
            int(facts.pop("free_used")),
            bool(facts.pop("has_packs")),
        )
    raise Account.DoesNotExist


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
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [account_id])


def add_hold(held: Hold) -> bool:
    """Writes the hold; False, and nothing is written, when its reference is in use."""
    with connection.cursor() as cursor:
        cursor.execute(_insert(Hold, _ONCE), _values(held))
        written = cursor.fetchone()
    if written:
        (held.pk,) = written
    return bool(written)


def add_line(line: LedgerEntry) -> None:
    """Writes the line; its number and balance follow from the newest one. The account is locked."""
    follows = {"number": [line.account_id], "balance_fen": [line.amount_fen, line.account_id]}
    with connection.cursor() as cursor:
        cursor.execute(_insert(LedgerEntry), _values(line, follows))


def count(held: Hold, *, free: int, sign: int) -> None:
    """Adds the hold to the day's tally and the campaign's total, or takes it out again."""
    added = (sign * held.pictures, sign * free, sign * held.amount_fen)
    day = connection.ops.adapt_datefield_value(held.day)
    with connection.cursor() as cursor:
        if held.campaign_id is None:
            cursor.execute(f"{_TALLY} campaign_id IS NULL", [*added, held.account_id, day])
        else:
            of_campaign = [*added, held.account_id, day, held.campaign_id]
            cursor.execute(f"{_TALLY} campaign_id = %s", of_campaign)
        tallied = cursor.rowcount
        if held.campaign_id is not None:
            cursor.execute(_TOTAL, [sign * held.pictures, held.campaign_id])
    if not tallied:
        names = ("account_id", "campaign_id", "day")
        same = {name: getattr(held, name) for name in names}
        Tally.objects.create(**same, pictures=held.pictures, free=free, spent_fen=held.amount_fen)


def _values(row: Model, follows: Mapping[str, list[int]] | None = None) -> list[Any]:
    values: list[Any] = []
    for field in _columns(type(row)):
        own = field.get_db_prep_save(getattr(row, field.attname), connection)
        values += (follows or {}).get(field.attname, [own])
    return values


@cache
def _insert(model: type[Model], tail: str = "") -> str:
    """One row's INSERT; what follows from other rows is asked in it."""
    names = ", ".join(str(field.column) for field in _columns(model))
    follows = _FOLLOWS if model is LedgerEntry else {}
    marks = ", ".join(follows.get(field.attname, "%s") for field in _columns(model))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks}) {tail}"  # noqa: S608 - our own names


@cache
def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]
