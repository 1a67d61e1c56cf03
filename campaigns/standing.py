"""The states of an account and the moves between them; models.Standing has the diagram.

Every move compares and sets, is written down with its reason, and is told to the organisation.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns import audit, ledger, notices
from campaigns.access import Act, require
from campaigns.models import Account, Billing, Person, Standing
from campaigns.refusals import (
    AccountDelivering,
    AccountFreeze,
    AccountInArrears,
    AccountLowBalance,
    AccountNotExist,
    AccountNotReady,
    AccountRecover,
    AccountRefusal,
    AccountStopUsing,
    AccountUnknown,
    ReasonMissing,
    WrongState,
)

SERVED = frozenset({Standing.NORMAL, Standing.GRACE})
OWING = frozenset({Standing.GRACE, Standing.IN_ARREARS, Standing.STOP_USING})
# How long an account stays in a state before the clock moves it on.
DUNNING = {
    Standing.GRACE: (timedelta(hours=24), Standing.IN_ARREARS),
    Standing.IN_ARREARS: (timedelta(days=7), Standing.STOP_USING),
    Standing.STOP_USING: (timedelta(days=15), Standing.RECOVER),
}
_DELIVERING_RETRY_S = 60

REFUSALS: dict[Standing, type[AccountRefusal]] = {
    Standing.NOT_EXIST: AccountNotExist,
    Standing.NOT_READY: AccountNotReady,
    Standing.DELIVERING: AccountDelivering,
    Standing.LOW_BALANCE: AccountLowBalance,
    Standing.IN_ARREARS: AccountInArrears,
    Standing.STOP_USING: AccountStopUsing,
    Standing.RECOVER: AccountRecover,
    Standing.FREEZE: AccountFreeze,
    Standing.UNKNOWN: AccountUnknown,
}


def check_served(account: Account, *, now: datetime | None = None) -> None:
    """Raises the refusal of the account's state; a low balance that has risen is seen here."""
    if account.standing == Standing.LOW_BALANCE:
        settle(account, now=now)
    standing = Standing(account.standing)
    if standing in SERVED:
        return
    retry_after_s = _DELIVERING_RETRY_S if standing == Standing.DELIVERING else None
    raise REFUSALS[standing](retry_after_s=retry_after_s)


def make_record(account: Account, *, by: Person) -> None:
    """Billing learns of the account: NOT_EXIST -> NOT_READY."""
    require(by, Act.SERVICE_OPEN, account)
    _move(account, Standing.NOT_READY, {Standing.NOT_EXIST}, by=by, why=gettext_noop("record made"))


def open_service(account: Account, *, by: Person) -> None:
    """NOT_READY or RECOVER -> DELIVERING; the clock finishes the set-up."""
    require(by, Act.SERVICE_OPEN, account)
    _move(
        account,
        Standing.DELIVERING,
        {Standing.NOT_READY, Standing.RECOVER},
        by=by,
        why=gettext_noop("service opened"),
    )


def finish_setup(account: Account, *, by: Person | None = None) -> None:
    """DELIVERING -> NORMAL; by the clock, or by someone of finance who does not want to wait."""
    if by is not None:
        require(by, Act.SERVICE_OPEN, account)
    _move(
        account, Standing.NORMAL, {Standing.DELIVERING}, by=by, why=gettext_noop("set-up finished")
    )


def freeze(account: Account, *, by: Person, why: str) -> None:
    """Stops every call, from any state but NOT_EXIST; only a person lifts it again."""
    require(by, Act.FREEZE, account)
    _need(why)
    before = Standing(account.standing)
    freezable = set(Standing) - {Standing.NOT_EXIST, Standing.FREEZE}
    with transaction.atomic():
        _move(account, Standing.FREEZE, freezable, by=by, why=why)
        Account.objects.filter(pk=account.pk).update(standing_before_freeze=before)
    account.refresh_from_db()


def unfreeze(account: Account, *, by: Person, why: str) -> None:
    """Back to the state before the freeze; what was paid in the meantime counts."""
    require(by, Act.FREEZE, account)
    _need(why)
    back_to = Standing(account.standing_before_freeze or Standing.NORMAL)
    _move(account, back_to, {Standing.FREEZE}, by=by, why=why)
    settle(account)


def resolve(account: Account, *, by: Person, why: str) -> None:
    """UNKNOWN -> NORMAL once the records agree again; raises WrongState while they do not."""
    require(by, Act.ACCOUNT_CORRECT, account)
    _need(why)
    if not ledger.adds_up(account):
        raise WrongState(Standing(account.standing))
    _move(account, Standing.NORMAL, {Standing.UNKNOWN}, by=by, why=why)
    settle(account)


def settle(account: Account, *, now: datetime | None = None) -> None:
    """Moves the account where its money says, at once: after a payment, and when a call is short.

    An account that only buys packs stays NORMAL when they are used up: it answers PackUsedUp.
    """
    standing = Standing(account.standing)
    if standing in OWING and ledger.balance(account) >= 0:
        _settle_to(account, Standing.NORMAL, gettext_noop("nothing owed any more"))
    elif standing == Standing.LOW_BALANCE and ledger.covers(account, now=now):
        _settle_to(account, Standing.NORMAL, gettext_noop("a picture can be paid again"))
    elif (
        standing == Standing.NORMAL
        and account.billing == Billing.PREPAID
        and not ledger.covers(account, now=now)
    ):
        _settle_to(
            account, Standing.LOW_BALANCE, gettext_noop("balance below the price of a picture")
        )


def close_of_month(account: Account) -> None:
    """After a month close: a negative balance begins the days of grace."""
    if account.standing in (Standing.NORMAL, Standing.LOW_BALANCE) and ledger.balance(account) < 0:
        _settle_to(account, Standing.GRACE, gettext_noop("month closed with a negative balance"))


def dun(account: Account, *, now: datetime) -> None:
    """The clock's step: whoever owes for too long is moved on; whoever does not, back."""
    settle(account, now=now)
    step = DUNNING.get(Standing(account.standing))
    if step is not None and now - account.standing_since >= step[0]:
        _move(
            account,
            step[1],
            {Standing(account.standing)},
            by=None,
            why=gettext_noop("negative balance for too long"),
            now=now,
        )


def examine(account: Account) -> bool:
    """Whether the records agree; if not, the account goes to UNKNOWN and everyone is told."""
    if ledger.adds_up(account):
        return True
    if account.standing != Standing.UNKNOWN:
        _settle_to(account, Standing.UNKNOWN, gettext_noop("the ledger does not add up"))
    return False


def _need(why: str) -> None:
    if not why.strip():
        raise ReasonMissing


def _settle_to(account: Account, to: Standing, why: str) -> None:
    """A move nobody decided: if somebody else moved the account meanwhile, theirs stands."""
    try:
        _move(account, to, {Standing(account.standing)}, by=None, why=why)
    except WrongState:
        account.refresh_from_db()


def _move(
    account: Account,
    to: Standing,
    expected: Collection[Standing],
    *,
    by: Person | None,
    why: str,
    now: datetime | None = None,
) -> None:
    """Compare and set from the state `account` was read in; raises WrongState for the loser."""
    before = Standing(account.standing)
    with transaction.atomic():
        moved = before in expected and Account.objects.filter(
            pk=account.pk, standing=before
        ).update(standing=to, standing_since=now or timezone.now(), standing_why=why)
        account.refresh_from_db()
        if not moved:
            raise WrongState(Standing(account.standing))
        audit.record(
            "standing", account, by=by, before={"standing": before}, after={"standing": to}, why=why
        )
        notices.tell(
            account.organisation,
            notices.ACCOUNT_STATE,
            facts={"appid": account.appid, "before": before, "after": to, "why": why},
            loud=to not in SERVED or to == Standing.GRACE,
        )
