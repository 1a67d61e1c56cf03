"""Money: what is held, captured, given back, capped; and that the database itself adds it up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from campaigns import ledger
from campaigns.models import (
    Account,
    Billing,
    Campaign,
    Hold,
    LedgerEntry,
    Notice,
    Pack,
    Source,
    Standing,
    Tally,
    with_pictures_total,
)
from campaigns.refusals import AccountLowBalance, CapReached, PackUsedUp, WrongState
from tests.factories import a_campaign, a_pack, an_account

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sources(held: Hold) -> list[tuple[str, int]]:
    lines = held.entries.filter(kind="hold").order_by("line")
    return [(line.source or "", line.pictures) for line in lines]


def test_a_delivered_picture_is_charged_once() -> None:
    account = an_account(balance_fen=100)
    ledger.hold(account, reference="job-1")
    assert ledger.balance(account) == 90
    ledger.capture("job-1")
    assert ledger.capture("job-1").state == Hold.State.CAPTURED
    assert ledger.balance(account) == 90
    assert account.entries.filter(kind="capture").count() == 1


def test_a_failed_picture_costs_nothing() -> None:
    account = an_account(balance_fen=100)
    ledger.hold(account, reference="job-1")
    ledger.release("job-1")
    ledger.release("job-1")
    assert ledger.balance(account) == 100
    assert ledger.adds_up(account)


@pytest.mark.parametrize(
    ("first", "second"), [(ledger.capture, ledger.release), (ledger.release, ledger.capture)]
)
def test_a_hold_ends_in_one_way_only(first: object, second: object) -> None:
    assert callable(first)
    assert callable(second)
    account = an_account(balance_fen=100)
    ledger.hold(account, reference="job-1")
    first("job-1")
    with pytest.raises(WrongState):
        second("job-1")


def test_a_reference_is_held_once() -> None:
    account = an_account(balance_fen=100)
    ledger.hold(account, reference="job-1")
    with pytest.raises(WrongState):
        ledger.hold(account, reference="job-1")
    assert ledger.balance(account) == 90


def test_a_balance_below_the_price_is_refused_with_both_numbers() -> None:
    account = an_account(balance_fen=9)
    with pytest.raises(AccountLowBalance) as refused:
        ledger.hold(account, reference="job-1")
    assert (refused.value.measured, refused.value.limit, refused.value.unit) == (9, 10, "fen")
    assert not Hold.objects.exists()


def test_days_of_grace_let_the_balance_fall_further() -> None:
    account = an_account(balance_fen=-5, standing=Standing.GRACE)
    ledger.hold(account, reference="job-1")
    assert ledger.balance(account) == -15


def test_packs_go_before_the_balance_and_the_nearest_end_first() -> None:
    account = an_account(balance_fen=100, free_daily=1)
    late = a_pack(account, pictures=5, days=60)
    soon = a_pack(account, pictures=1, days=1)
    held = ledger.hold(account, reference="job-1", pictures=8)
    assert sources(held) == [("free", 1), ("pack", 1), ("pack", 5), ("balance", 1)]
    order = held.entries.exclude(pack=None).order_by("line")
    assert [line.pack for line in order] == [soon, late]
    assert ledger.balance(account) == 90


def test_a_pack_that_ended_or_has_not_begun_is_not_used() -> None:
    account = an_account(balance_fen=100)
    a_pack(account, starts_at=NOON - timedelta(days=9), ends_at=NOON)
    a_pack(account, starts_at=NOON + timedelta(seconds=1), ends_at=NOON + timedelta(days=9))
    assert sources(ledger.hold(account, reference="job-1", now=NOON)) == [("balance", 1)]


def test_a_released_pack_picture_can_be_used_again() -> None:
    account = an_account(balance_fen=0, billing=Billing.PACKS_ONLY)
    pack = a_pack(account, pictures=1)
    ledger.hold(account, reference="job-1")
    with pytest.raises(PackUsedUp):
        ledger.hold(account, reference="job-2")
    ledger.release("job-1")
    ledger.hold(account, reference="job-3")
    pack.refresh_from_db()
    assert pack.used == 1
    assert ledger.adds_up(account)


def test_free_pictures_start_anew_each_day() -> None:
    account = an_account(balance_fen=0, free_daily=2)
    ledger.hold(account, reference="a", pictures=2, now=NOON)
    with pytest.raises(AccountLowBalance):
        ledger.hold(account, reference="b", now=NOON)
    assert sources(ledger.hold(account, reference="c", now=NOON + timedelta(days=1))) == [
        ("free", 1)
    ]


def test_a_free_picture_released_the_next_day_goes_back_to_its_own_day() -> None:
    account = an_account(balance_fen=0, free_daily=1)
    ledger.hold(account, reference="a", now=NOON)
    ledger.release("a", now=NOON + timedelta(days=1))
    assert not Tally.objects.filter(pictures__gt=0).exists()
    assert ledger.remaining(account, now=NOON) == 1


def test_an_unlimited_account_is_never_charged() -> None:
    account = an_account(balance_fen=0, unlimited=True)
    held = ledger.hold(account, reference="a", pictures=9)
    assert sources(held) == [("unlimited", 9)]
    assert ledger.remaining(account) == ledger.UNLIMITED
    assert not ledger.capture("a").charged


def test_a_sandbox_is_never_charged_and_never_counted() -> None:
    campaign = a_campaign(account=an_account(balance_fen=0), state="draft", sandbox=True)
    held = ledger.hold(campaign.account, reference="a", campaign=campaign)
    assert sources(held) == [("sandbox", 1)]
    assert campaign.pictures_total == 0


def test_paying_by_the_month_writes_a_bill_and_leaves_the_balance() -> None:
    account = an_account(balance_fen=0, billing=Billing.MONTHLY)
    ledger.hold(account, reference="a", pictures=3)
    captured = ledger.capture("a")
    assert ledger.balance(account) == 0
    assert captured.entries.filter(kind="capture").aggregate(s=Sum("accrued_fen"))["s"] == 30
    assert captured.charged


@pytest.mark.parametrize(("end", "given_back"), [(ledger.capture, 0), (ledger.release, -1)])
def test_what_ends_a_hold_repeats_its_lines(end: Callable[..., Hold], given_back: int) -> None:
    campaign = a_campaign()
    account = campaign.account
    Account.objects.filter(pk=account.pk).update(free_daily=1)
    a_pack(account, pictures=1)
    ledger.hold(account, reference="a", pictures=4, campaign=campaign)
    before = ledger.balance(account)
    later = timezone.now() + timedelta(days=2)
    held = end("a", now=later)
    taken = list(held.entries.filter(kind="hold").order_by("line"))
    ended = list(held.entries.exclude(kind="hold").order_by("line"))
    assert [line.source for line in taken] == ["free", "pack", "balance"]
    its_own = {"id", "number", "kind", "amount_fen", "balance_fen", "created_at", "value_day"}
    same = {field.attname for field in LedgerEntry._meta.concrete_fields} - its_own
    for old, new in zip(taken, ended, strict=True):
        assert {name: getattr(new, name) for name in same} == {
            name: getattr(old, name) for name in same
        }
        assert new.amount_fen == given_back * old.amount_fen
        before += new.amount_fen
        assert (new.number, new.balance_fen) == (old.number + 3, before)
        assert (new.created_at, new.value_day) == (later, timezone.localdate(later))
    assert ledger.adds_up(account)


def test_remaining_counts_free_packs_and_balance() -> None:
    account = an_account(balance_fen=25, free_daily=3)
    a_pack(account, pictures=4)
    assert ledger.remaining(account) == 3 + 4 + 2


def test_a_later_price_does_not_touch_a_hold() -> None:
    account = an_account(balance_fen=100)
    ledger.hold(account, reference="a")
    Account.objects.filter(pk=account.pk).update(price_fen=70)
    ledger.release("a")
    assert ledger.balance(account) == 100


def test_a_campaign_is_only_charged_to_its_own_account() -> None:
    with pytest.raises(ValueError, match="another account"):
        ledger.hold(an_account(), reference="a", campaign=a_campaign())


# --- Caps ------------------------------------------------------------------------------------


def test_a_hard_daily_cap_stops_and_says_when_it_starts_anew() -> None:
    campaign = a_campaign(daily_cap=2)
    ledger.hold(campaign.account, reference="a", pictures=2, campaign=campaign, now=NOON)
    with pytest.raises(CapReached) as refused:
        ledger.hold(campaign.account, reference="b", campaign=campaign, now=NOON)
    assert (refused.value.measured, refused.value.limit) == (2, 2)
    assert refused.value.retry_after_s == 12 * 3600
    tomorrow = NOON + timedelta(days=1)
    ledger.hold(campaign.account, reference="c", campaign=campaign, now=tomorrow)


def test_a_hard_total_cap_stops_for_good() -> None:
    campaign = a_campaign(total_cap=1)
    ledger.hold(campaign.account, reference="a", campaign=campaign)
    with pytest.raises(CapReached) as refused:
        ledger.hold(campaign.account, reference="b", campaign=campaign)
    assert refused.value.retry_after_s is None
    ledger.release("a")
    ledger.hold(campaign.account, reference="c", campaign=campaign)


def test_a_soft_cap_only_tells() -> None:
    campaign = a_campaign(total_cap=1, caps_hard=False)
    for reference in "ab":
        ledger.hold(campaign.account, reference=reference, campaign=campaign)
    assert Notice.objects.filter(kind="cap_threshold").count() == 3


def test_notices_come_at_50_80_and_100_percent_once_each() -> None:
    campaign = a_campaign(total_cap=10)
    told = []
    for number in range(10):
        ledger.hold(campaign.account, reference=f"{number}", campaign=campaign)
        told.append(Notice.objects.filter(kind="cap_threshold").count())
    assert told == [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    ledger.release("9")
    ledger.hold(campaign.account, reference="again", campaign=campaign)
    assert Notice.objects.filter(kind="cap_threshold").count() == 3
    assert list(Notice.objects.order_by("pk").values_list("facts__percent", flat=True)) == [
        50,
        80,
        100,
    ]


def test_a_spending_cap_counts_this_month_only() -> None:
    account = an_account(month_cap_fen=20, month_cap_hard=True)
    ledger.hold(account, reference="a", pictures=2, now=NOON)
    with pytest.raises(CapReached) as refused:
        ledger.hold(account, reference="b", now=NOON)
    assert refused.value.unit == "fen"
    ledger.hold(account, reference="c", now=NOON + timedelta(days=11))


def test_a_cap_is_not_reached_by_pictures_that_cost_nothing() -> None:
    account = an_account(month_cap_fen=0, month_cap_hard=True, free_daily=1)
    ledger.hold(account, reference="a")


# --- The database itself ---------------------------------------------------------------------


def an_entry() -> LedgerEntry:
    return an_account(balance_fen=100).entries.get()


def test_the_database_refuses_to_change_a_line() -> None:
    entry = an_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(amount_fen=1_000_000)


def test_the_database_refuses_to_delete_a_line() -> None:
    entry = an_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()


@pytest.mark.parametrize(("number", "balance_fen"), [(2, 151), (3, 150), (1, 150)])
def test_the_database_refuses_a_line_that_does_not_add_up(number: int, balance_fen: int) -> None:
    first = an_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            account=first.account,
            number=number,
            kind="top_up",
            amount_fen=50,
            balance_fen=balance_fen,
            value_day=first.value_day,
        )


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's")
def test_the_database_refuses_to_replace_a_line() -> None:
    entry = an_entry()
    columns = ", ".join(str(field.column) for field in LedgerEntry._meta.concrete_fields)
    kept = columns.replace("number", "2").replace("amount_fen", "0")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO campaigns_ledgerentry ({columns}) "
            f"SELECT {kept} FROM campaigns_ledgerentry WHERE id = %s",
            [entry.pk],
        )


def test_the_database_refuses_a_pack_used_beyond_its_size() -> None:
    pack = a_pack(an_account(), pictures=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(used=4)


def test_the_database_refuses_a_charge_above_the_price() -> None:
    held = ledger.hold(an_account(), reference="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=held.pk).update(amount_fen=11)


def test_records_that_disagree_are_seen() -> None:
    account = an_account()
    pack = a_pack(account)
    assert ledger.adds_up(account)
    Pack.objects.filter(pk=pack.pk).update(used=7)
    assert not ledger.adds_up(account)


def test_totals_follow_holds_and_releases() -> None:
    campaign = a_campaign()
    ledger.hold(campaign.account, reference="a", pictures=2, campaign=campaign)
    ledger.hold(campaign.account, reference="b", campaign=campaign)
    ledger.release("a")
    assert Campaign.objects.get(pk=campaign.pk).pictures_total == 1
    tally = Tally.objects.get(campaign=campaign)
    assert (tally.pictures, tally.spent_fen) == (1, 10)
    assert {Source(s) for s, _ in sources(ledger.capture("b"))} == {Source.BALANCE}


def test_totals_come_with_many_campaigns_in_one_statement(django_assert_num_queries: Any) -> None:
    busy, idle = a_campaign(), a_campaign()
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    ledger.hold(busy.account, reference="a", pictures=2, campaign=busy, now=noon)
    ledger.hold(busy.account, reference="b", campaign=busy, now=noon + timedelta(days=1))
    with django_assert_num_queries(1):
        found = with_pictures_total(Campaign.objects.order_by("pk"))
        assert {campaign: campaign.pictures_total for campaign in found} == {busy: 3, idle: 0}
