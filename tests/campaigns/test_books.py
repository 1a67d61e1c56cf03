"""Sums by day, chosen lines and the CSV all say what the ledger says."""

import csv
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import billing, books, ledger, sheets
from campaigns.models import LedgerEntry, Role
from tests.factories import a_campaign, a_pack, a_person, an_account

pytestmark = pytest.mark.django_db


def test_pictures_are_summed_by_what_became_of_them() -> None:
    campaign = a_campaign()
    account = campaign.account
    for name in ("a", "b", "c", "d"):
        ledger.hold(account, reference=name, campaign=campaign)
    ledger.capture("a")
    ledger.capture("b")
    ledger.release("c")
    (today,) = books.by_day(account, books.Choice(), days=14)
    told = {(one.kind, one.outcome): (one.pictures, one.amount_fen) for one in today.sums}
    assert told == {
        ("top_up", ""): (0, 100_000),
        ("pictures", "captured"): (2, -20),
        ("pictures", "released"): (1, 0),
        ("pictures", "held"): (1, -10),
    }
    assert today.closing_fen == ledger.balance(account) == 99_970
    assert [one.not_charged for one in today.sums if one.outcome == "released"] == [True]
    assert books.held_fen(account) == 10


def test_what_a_pack_pays_is_named() -> None:
    account = an_account()
    a_pack(account)
    ledger.hold(account, reference="a", pictures=3)
    ledger.capture("a")
    (today,) = books.by_day(account, books.Choice(kind="hold"), days=14)
    assert [(one.pictures, one.amount_fen, str(one.source)) for one in today.sums] == [
        (3, 0, "Pack")
    ]


def test_days_add_up_to_the_balance_and_go_back() -> None:
    account = an_account(balance_fen=0)
    now = timezone.now()
    for ago, fen in ((9, 500), (4, -200), (0, 50)):
        kind = LedgerEntry.Kind.ADJUSTMENT
        ledger.append(account, kind, fen, now=now - timedelta(days=ago))
    today = timezone.localdate(now)
    line = books.balance_by_day(account, today - timedelta(days=10), today)
    assert [fen for _day, fen in line] == [0, 500, 500, 500, 500, 500, 300, 300, 300, 300, 350]
    days = books.by_day(account, books.Choice(), days=2)
    assert [(day.day, day.closing_fen) for day in days] == [
        (today, 350),
        (today - timedelta(days=4), 300),
    ]


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        ({"kind": "top_up"}, [1]),
        ({"reference": "job-1"}, [3, 2]),
        ({"reference": "bank-7"}, [4]),
        ({"reference": "nothing"}, []),
    ],
)
def test_lines_are_chosen(choice: dict[str, str], numbers: list[int]) -> None:
    account = an_account()
    ledger.hold(account, reference="job-1")
    ledger.release("job-1")
    ledger.append(account, LedgerEntry.Kind.FEE, -5, reference="bank-7")
    found = books.lines(account, books.Choice(**choice))  # type: ignore[arg-type]
    assert [line.number for line in found] == numbers


def test_lines_of_a_campaign_and_a_period() -> None:
    campaign = a_campaign()
    ledger.hold(campaign.account, reference="job-1", campaign=campaign)
    today = timezone.localdate()
    mine = books.Choice(campaign_id=campaign.pk, first=today, last=today)
    assert [line.number for line in books.lines(campaign.account, mine)] == [2]
    before = books.Choice(last=today - timedelta(days=1))
    assert not books.lines(campaign.account, before).exists()


def test_the_csv_is_the_ledger_line_by_line() -> None:
    account = an_account()
    finance = a_person(Role.FINANCE, organisation=account.organisation)
    billing.correct(account, amount_fen=-7, by=finance, why="=1+1")
    lines = list(csv.DictReader(sheets.csv_lines(books.rows(account.entries.all()))))
    assert [int(line["fen"]) for line in lines] == [100_000, -7]
    assert sum(int(line["fen"]) for line in lines) == ledger.balance(account)
    assert [int(line["balance fen"]) for line in lines] == [100_000, 99_993]
    assert lines[1]["why"] == "'=1+1"
