"""What finance does, and what a month comes to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from campaigns import billing, ledger
from campaigns.models import (
    Account,
    AuditLine,
    Billing,
    LedgerEntry,
    Notice,
    Person,
    Role,
    Standing,
    Statement,
)
from campaigns.refusals import AccountLowBalance, NotAllowed, ReasonMissing, WrongState
from tests.factories import a_campaign, a_person, an_account, an_organisation

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
MID_OCTOBER = datetime(2026, 10, 15, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, 0, 5, tzinfo=UTC)


def finance_of(account: Account) -> Person:
    return a_person(Role.FINANCE, organisation=account.organisation)


def an_old_account(balance_fen: int = 100, **fields: Any) -> Account:
    """One whose money came in October."""
    account = an_account(balance_fen=0, created_at=MID_OCTOBER, **fields)
    if balance_fen:
        ledger.append(account, LedgerEntry.Kind.TOP_UP, balance_fen, now=MID_OCTOBER)
    return account


def test_a_new_account_has_numbers_of_its_own() -> None:
    organisation = an_organisation()
    finance = a_person(Role.FINANCE, organisation=organisation)
    first = billing.make_account(organisation, by=finance)
    second = billing.make_account(organisation, by=finance)
    assert first.appid.isdigit()
    assert len({first.appid, second.appid, first.uin, second.uin}) == 4
    assert first.standing == Standing.NOT_EXIST


def test_the_same_payment_is_booked_once() -> None:
    account = an_account(balance_fen=0)
    finance = finance_of(account)
    billing.top_up(account, amount_fen=70, by=finance, reference="bank-7")
    with pytest.raises(WrongState):
        billing.top_up(account, amount_fen=70, by=finance, reference="bank-7")
    assert ledger.balance(account) == 70
    with pytest.raises(ValueError, match="positive"):
        billing.top_up(account, amount_fen=0, by=finance, reference="nothing")


def test_a_pack_is_paid_from_the_balance() -> None:
    account = an_account(balance_fen=100)
    finance = finance_of(account)
    ends_at = datetime(2099, 1, 1, tzinfo=UTC)
    billing.sell_pack(account, pictures=50, ends_at=ends_at, price_fen=90, by=finance)
    assert ledger.balance(account) == 10
    assert ledger.remaining(account) == 51
    with pytest.raises(AccountLowBalance):
        billing.sell_pack(account, pictures=50, ends_at=ends_at, price_fen=11, by=finance)
    assert account.packs.count() == 1


def test_the_authorization_fee_is_a_ledger_line_taken_once() -> None:
    campaign = a_campaign(account=an_account(balance_fen=100), fee_state="unpaid")
    finance = finance_of(campaign.account)
    billing.take_fee(campaign, amount_fen=60, by=finance)
    assert campaign.fee_state == "paid"
    with pytest.raises(WrongState):
        billing.take_fee(campaign, amount_fen=40, by=finance)
    assert ledger.balance(campaign.account) == 40
    billing.stop_fee(campaign, by=finance, why="licence withdrawn")
    assert campaign.fee_state == "stopped"


def test_a_fee_the_balance_does_not_cover_leaves_the_campaign_unpaid() -> None:
    campaign = a_campaign(account=an_account(balance_fen=10), fee_state="unpaid")
    with pytest.raises(AccountLowBalance):
        billing.take_fee(campaign, amount_fen=11, by=finance_of(campaign.account))
    campaign.refresh_from_db()
    assert campaign.fee_state == "unpaid"


def test_a_correction_needs_a_reason_and_leaves_the_old_lines() -> None:
    account = an_account(balance_fen=100)
    finance = finance_of(account)
    with pytest.raises(ReasonMissing):
        billing.correct(account, amount_fen=-100, by=finance, why="")
    billing.correct(account, amount_fen=-100, by=finance, why="booked to the wrong account")
    assert ledger.balance(account) == 0
    assert account.standing == Standing.LOW_BALANCE
    assert account.entries.count() == 2


def test_terms_are_changed_with_before_and_after() -> None:
    account = an_account()
    billing.set_terms(account, by=finance_of(account), why="contract", price_fen=7)
    line = AuditLine.objects.get(act="account_terms")
    assert (line.before, line.after, line.why) == ({"price_fen": 10}, {"price_fen": 7}, "contract")
    with pytest.raises(ValueError, match="standing"):
        billing.set_terms(account, by=finance_of(account), why="x", standing="normal")
    with pytest.raises(ValidationError):
        billing.set_terms(account, by=finance_of(account), why="x", price_fen=-1)


def test_an_operator_moves_no_money() -> None:
    account = an_account()
    operator = a_person(Role.OPERATOR, organisation=account.organisation)
    with pytest.raises(NotAllowed):
        billing.top_up(account, amount_fen=1, by=operator, reference="x")
    with pytest.raises(NotAllowed):
        billing.set_caps(account, by=operator, month_cap_fen=1)


# --- Month close -----------------------------------------------------------------------------


def test_a_statement_adds_up_and_is_made_once() -> None:
    account = an_old_account(100)
    ledger.hold(account, reference="a", pictures=2, now=MID_OCTOBER)
    ledger.capture("a", now=MID_OCTOBER)
    ledger.hold(account, reference="b", now=MID_OCTOBER)
    ledger.release("b", now=MID_OCTOBER)
    ledger.append(account, LedgerEntry.Kind.FEE, -30, now=MID_OCTOBER)
    ledger.append(account, LedgerEntry.Kind.TOP_UP, 999, now=NOVEMBER)
    made = billing.close_month(account, OCTOBER, now=NOVEMBER)
    assert billing.close_month(account, OCTOBER, now=NOVEMBER) == made
    found = (made.opening_fen, made.topped_up_fen, made.charged_fen, made.fees_fen)
    assert found == (0, 100, -20, -30)
    assert (made.closing_fen, made.pictures) == (50, 2)
    following = billing.close_month(account, date(2026, 11, 9), now=NOVEMBER + timedelta(days=30))
    assert (following.opening_fen, following.closing_fen) == (50, 1049)


def test_a_month_is_not_closed_before_it_has_ended() -> None:
    with pytest.raises(ValueError, match="not ended"):
        billing.close_month(an_old_account(), OCTOBER, now=MID_OCTOBER)


def test_paying_by_the_month_charges_what_was_delivered_and_begins_grace() -> None:
    account = an_old_account(25, billing=Billing.MONTHLY)
    for reference in ("a", "b", "c", "d"):
        ledger.hold(account, reference=reference, now=MID_OCTOBER)
    for reference in ("a", "b", "c"):
        ledger.capture(reference, now=MID_OCTOBER)
    ledger.release("d", now=MID_OCTOBER)
    made = billing.close_month(account, OCTOBER, now=NOVEMBER)
    assert (made.charged_fen, made.closing_fen, made.pictures) == (-30, -5, 3)
    account.refresh_from_db()
    assert account.standing == Standing.GRACE
    november = billing.close_month(account, date(2026, 11, 1), now=NOVEMBER + timedelta(days=30))
    assert november.opening_fen == -5


def test_paying_exactly_the_bill_is_enough() -> None:
    account = an_old_account(0, billing=Billing.MONTHLY)
    ledger.hold(account, reference="a", now=MID_OCTOBER)
    ledger.capture("a", now=MID_OCTOBER)
    billing.close_month(account, OCTOBER, now=NOVEMBER)
    account.refresh_from_db()
    billing.top_up(account, amount_fen=10, by=finance_of(account), reference="x")
    assert account.standing == Standing.NORMAL


def test_the_clock_closes_each_account_once() -> None:
    an_old_account()
    an_old_account(standing=Standing.NOT_EXIST)
    an_account(created_at=NOVEMBER)
    assert billing.close_those_due(NOVEMBER) == 1
    assert billing.close_those_due(NOVEMBER) == 0
    assert Notice.objects.filter(kind="statement_ready").count() == 1


def test_a_statement_can_be_downloaded_and_holds_no_formula() -> None:
    account = an_old_account()
    ledger.append(account, LedgerEntry.Kind.ADJUSTMENT, 1, why="=1+1", now=MID_OCTOBER)
    text = billing.statement_csv(billing.close_month(account, OCTOBER, now=NOVEMBER))
    assert "'=1+1" in text
    assert "closing,101" in text
    assert text.splitlines()[0].startswith("number,time")
    assert Statement.objects.count() == 1
