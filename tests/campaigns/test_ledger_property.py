"""Whatever happens in whatever order: the balance is the sum, and never below what is allowed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import ledger
from campaigns.models import Account, Billing, Hold, LedgerEntry, Tally
from campaigns.refusals import Refusal
from tests.factories import a_campaign, a_pack, an_account

START = datetime(2026, 11, 1, tzinfo=UTC)


class Crash(Exception):
    """The process died in the middle: its transaction is rolled back."""


def crashing(act: Callable[[], Any]) -> None:
    with pytest.raises(Crash), transaction.atomic():
        act()
        raise Crash


STEP = st.tuples(
    st.sampled_from(["hold", "hold", "hold", "capture", "release", "top_up", "pack", "crash"]),
    st.integers(0, 5),
    st.integers(1, 4),
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(STEP, max_size=20),
    billing=st.sampled_from(Billing.values),
    free_daily=st.integers(0, 2),
    balance_fen=st.integers(0, 60),
)
def test_the_balance_is_the_sum_and_never_below_the_plan(
    steps: list[tuple[str, int, int]], billing: str, free_daily: int, balance_fen: int
) -> None:
    with transaction.atomic():
        account = an_account(billing=billing, free_daily=free_daily, balance_fen=balance_fen)
        campaign = a_campaign(account=account)
        prefix = str(account.pk)
        for number, (act, which, amount) in enumerate(steps):
            now = START + timedelta(hours=number * 7)
            with suppress(Refusal, Hold.DoesNotExist):
                step(account, campaign, act, f"{prefix}-{which}", amount, now)
            check(account)
        transaction.set_rollback(True)


def step(account: Account, campaign: Any, act: str, reference: str, amount: int, now: Any) -> None:
    match act:
        case "hold":
            ledger.hold(account, reference=reference, pictures=amount, campaign=campaign, now=now)
        case "capture":
            ledger.capture(reference, now=now)
        case "release":
            ledger.release(reference, now=now)
        case "top_up":
            ledger.append(account, LedgerEntry.Kind.TOP_UP, amount * 7, now=now)
        case "pack":
            a_pack(account, pictures=amount, starts_at=now, ends_at=now + timedelta(days=2))
        case "crash":
            crashing(lambda: _hold_if_possible(account, campaign, reference, amount, now))


def _hold_if_possible(account: Account, campaign: Any, reference: str, n: int, now: Any) -> None:
    with suppress(Refusal):
        ledger.hold(account, reference=reference, pictures=n, campaign=campaign, now=now)
        ledger.capture(reference, now=now)


def check(account: Account) -> None:
    entries = account.entries
    total = entries.aggregate(s=Sum("amount_fen"))["s"] or 0
    assert ledger.balance(account) == total
    assert total >= 0, "no plan lets holds alone go below zero"
    assert ledger.adds_up(account)
    assert all(0 <= pack.used <= pack.pictures for pack in account.packs.all())
    for tally in Tally.objects.filter(account=account):
        assert tally.free <= account.free_daily
    kept = account.holds.exclude(state="released").aggregate(s=Sum("pictures"))["s"] or 0
    counted = Tally.objects.filter(account=account).aggregate(s=Sum("pictures"))["s"] or 0
    assert kept == counted
    for held in account.holds.filter(state="released"):
        assert held.entries.aggregate(s=Sum("amount_fen"))["s"] == 0
