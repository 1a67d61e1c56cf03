"""The states of an account, one by one: how it gets there, what a call answers, how it leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import billing, ledger, standing
from campaigns.models import Account, AuditLine, Billing, Notice, Pack, Person, Role, Standing
from campaigns.refusals import (
    AccountDelivering,
    AccountFreeze,
    AccountInArrears,
    AccountLowBalance,
    AccountNotExist,
    AccountNotReady,
    AccountRecover,
    AccountStopUsing,
    AccountUnknown,
    NotAllowed,
    NothingHere,
    PackUsedUp,
    ReasonMissing,
    Refusal,
    WrongState,
)
from tests.factories import a_pack, a_person, an_account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFUSED = {
    Standing.NOT_EXIST: AccountNotExist,
    Standing.NOT_READY: AccountNotReady,
    Standing.DELIVERING: AccountDelivering,
    Standing.IN_ARREARS: AccountInArrears,
    Standing.STOP_USING: AccountStopUsing,
    Standing.RECOVER: AccountRecover,
    Standing.FREEZE: AccountFreeze,
    Standing.UNKNOWN: AccountUnknown,
}


def finance_of(account: Account) -> Person:
    return a_person(Role.FINANCE, organisation=account.organisation)


def test_a_new_account_becomes_normal_step_by_step() -> None:
    account = an_account(standing=Standing.NOT_EXIST)
    finance = finance_of(account)
    standing.make_record(account, by=finance)
    standing.open_service(account, by=finance)
    standing.finish_setup(account)
    assert account.standing == Standing.NORMAL
    standing.check_served(account)
    steps = AuditLine.objects.filter(act="standing").order_by("pk").values_list("after", flat=True)
    assert [step["standing"] for step in steps] == ["not_ready", "delivering", "normal"]
    assert list(Notice.objects.values_list("kind", flat=True)) == ["account_state"] * 3


@pytest.mark.parametrize(("state", "refusal"), REFUSED.items())
def test_each_state_answers_with_its_own_refusal(state: Standing, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        standing.check_served(an_account(standing=state))
    assert type(refused.value) is refusal


@pytest.mark.parametrize("state", [Standing.NORMAL, Standing.GRACE])
def test_normal_and_grace_are_served(state: Standing) -> None:
    standing.check_served(an_account(standing=state))


def test_every_state_is_served_or_has_its_refusal() -> None:
    assert set(standing.REFUSALS) | standing.SERVED == set(Standing)


def test_low_balance_is_refused_until_money_comes() -> None:
    account = an_account(balance_fen=9)
    standing.settle(account)
    assert account.standing == Standing.LOW_BALANCE
    with pytest.raises(AccountLowBalance):
        standing.check_served(account)
    billing.top_up(account, amount_fen=1, by=finance_of(account), reference="x")
    assert account.standing == Standing.NORMAL


def test_low_balance_ends_with_the_next_free_picture() -> None:
    account = an_account(balance_fen=0, free_daily=1, standing=Standing.LOW_BALANCE)
    standing.check_served(account)
    assert account.standing == Standing.NORMAL


def test_packs_only_stays_normal_when_they_are_used_up() -> None:
    account = an_account(balance_fen=0, billing=Billing.PACKS_ONLY)
    standing.settle(account)
    assert account.standing == Standing.NORMAL
    with pytest.raises(PackUsedUp):
        ledger.check_cover(account, None)


def test_a_negative_month_begins_grace_and_the_clock_goes_on_from_there() -> None:
    account = an_account(balance_fen=-1)
    standing.close_of_month(account)
    assert account.standing == Standing.GRACE
    seen = []
    start = account.standing_since
    for hours in (23, 25, 25 + 24 * 7, 26 + 24 * 7 + 24 * 15):
        standing.dun(account, now=start + timedelta(hours=hours))
        seen.append(account.standing)
    assert seen == ["grace", "in_arrears", "stop_using", "recover"]
    standing.dun(account, now=start + timedelta(days=999))
    assert account.standing == Standing.RECOVER


@pytest.mark.parametrize("state", [Standing.GRACE, Standing.IN_ARREARS, Standing.STOP_USING])
def test_a_top_up_above_zero_leads_straight_back(state: Standing) -> None:
    account = an_account(balance_fen=-50, standing=state)
    finance = finance_of(account)
    billing.top_up(account, amount_fen=49, by=finance, reference="part")
    assert account.standing == state
    billing.top_up(account, amount_fen=11, by=finance, reference="rest")
    assert account.standing == Standing.NORMAL


def test_packs_resume_after_arrears() -> None:
    account = an_account(balance_fen=-50, standing=Standing.IN_ARREARS)
    a_pack(account, pictures=1)
    with pytest.raises(AccountInArrears):
        standing.check_served(account)
    billing.top_up(account, amount_fen=51, by=finance_of(account), reference="x")
    standing.check_served(account)
    assert ledger.hold(account, reference="a").entries.get().pack == Pack.objects.get()


def test_recovered_resources_come_back_only_by_opening_anew() -> None:
    account = an_account(balance_fen=-5, standing=Standing.RECOVER)
    finance = finance_of(account)
    billing.top_up(account, amount_fen=500, by=finance, reference="x")
    assert account.standing == Standing.RECOVER
    standing.open_service(account, by=finance)
    standing.finish_setup(account)
    assert account.standing == Standing.NORMAL


def test_a_freeze_is_left_by_a_person_only_and_goes_back_where_it_was() -> None:
    account = an_account(balance_fen=-5, standing=Standing.GRACE)
    finance = finance_of(account)
    standing.freeze(account, by=finance, why="a court order")
    assert (account.standing, account.standing_why) == (Standing.FREEZE, "a court order")
    standing.dun(account, now=NOW + timedelta(days=99))
    billing.top_up(account, amount_fen=1, by=finance, reference="x")
    assert account.standing == Standing.FREEZE
    standing.unfreeze(account, by=finance, why="lifted")
    assert account.standing == Standing.GRACE


def test_what_was_paid_while_frozen_counts_afterwards() -> None:
    account = an_account(balance_fen=-5, standing=Standing.GRACE)
    finance = finance_of(account)
    standing.freeze(account, by=finance, why="a court order")
    billing.top_up(account, amount_fen=500, by=finance, reference="x")
    standing.unfreeze(account, by=finance, why="lifted")
    assert account.standing == Standing.NORMAL


@pytest.mark.parametrize("act", [standing.freeze, standing.unfreeze, standing.resolve])
def test_a_freeze_needs_a_reason(act: object) -> None:
    assert callable(act)
    account = an_account()
    with pytest.raises(ReasonMissing):
        act(account, by=finance_of(account), why="  ")


def test_what_billing_never_saw_cannot_be_frozen() -> None:
    account = an_account(standing=Standing.NOT_EXIST)
    with pytest.raises(WrongState):
        standing.freeze(account, by=finance_of(account), why="x")


def test_records_that_disagree_stop_the_account_until_they_agree() -> None:
    account = an_account()
    pack = a_pack(account)
    Pack.objects.filter(pk=pack.pk).update(used=3)
    assert not standing.examine(account)
    assert account.standing == Standing.UNKNOWN
    finance = finance_of(account)
    with pytest.raises(WrongState):
        standing.resolve(account, by=finance, why="looked at")
    Pack.objects.filter(pk=pack.pk).update(used=0)
    standing.resolve(account, by=finance, why="restored from the backup")
    assert account.standing == Standing.NORMAL


def test_the_slower_of_two_movers_is_told_the_state() -> None:
    account = an_account()
    same = Account.objects.get(pk=account.pk)
    finance = finance_of(account)
    standing.freeze(account, by=finance, why="first")
    with pytest.raises(WrongState) as refused:
        standing.freeze(same, by=finance, why="second")
    assert refused.value.state == Standing.FREEZE
    assert Account.objects.get(pk=account.pk).standing_why == "first"


def test_the_wrong_role_and_the_wrong_organisation_are_refused() -> None:
    account = an_account()
    with pytest.raises(NotAllowed):
        standing.freeze(
            account, by=a_person(Role.OPERATOR, organisation=account.organisation), why="x"
        )
    with pytest.raises(NothingHere):
        standing.freeze(account, by=a_person(Role.FINANCE), why="x")
