"""Money: every state told right, every act by its rule, every figure as the ledger has it."""

import csv
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import billing, ledger, standing
from campaigns.models import (
    Account,
    AuditLine,
    Billing,
    Campaign,
    Person,
    Role,
    Standing,
    Statement,
)
from fusionsite.console.money_deeds import ACCOUNT_DEEDS
from fusionsite.console.money_states import WORDS
from tests.console.reading import lines_of, told
from tests.factories import a_campaign, a_pack, a_person, an_account, an_organisation

pytestmark = pytest.mark.django_db


def page(account: Account, **query: str) -> str:
    return reverse("admin:account_page", args=[account.pk], query=query)


def deed(account: Account, name: str) -> str:
    return reverse("admin:account_deed", args=[account.pk, name])


@pytest.fixture
def account() -> Account:
    return an_account()


@pytest.fixture
def finance(client: Client, account: Account) -> Client:
    """A browser in which someone of the account's finance is signed in."""
    client.force_login(a_person(Role.FINANCE, organisation=account.organisation))
    return client


class TestStates:
    def test_all_eleven_have_their_words(self) -> None:
        assert set(WORDS) == set(Standing)
        assert len(Standing) == 11
        names = {one.name for one in ACCOUNT_DEEDS}
        assert {words.deed for words in WORDS.values()} - {""} <= names

    @pytest.mark.parametrize(
        ("state", "sentence", "button"),
        [
            (Standing.NOT_EXIST, "Calls are refused. Make the record", "Make the record"),
            (Standing.NOT_READY, "Calls are refused. Open the service", "Open the service"),
            (Standing.DELIVERING, "with a time to come back", "Finish the set-up now"),
            (Standing.NORMAL, "Calls are served", "Top up"),
            (Standing.LOW_BALANCE, "Top up or sell a pack", "Top up"),
            (Standing.GRACE, "Calls are still served", "Top up"),
            (Standing.IN_ARREARS, "packs are frozen", "Top up"),
            (Standing.STOP_USING, "before the resources are taken back", "Top up"),
            (Standing.RECOVER, "materials are archived", "Open the service"),
            (Standing.FREEZE, "only a person lifts it", "Unfreeze"),
            (Standing.UNKNOWN, "Look for the line that does not fit", "The records agree again"),
        ],
    )
    def test_each_says_why_what_calls_get_and_has_the_button_of_the_next_step(
        self, finance: Client, account: Account, state: Standing, sentence: str, button: str
    ) -> None:
        Account.objects.filter(pk=account.pk).update(standing=state, standing_why="a bank holiday")
        response = finance.get(page(account))
        assert str(state.label) in told(response)
        assert sentence in told(response)
        assert "Why: a bank holiday" in told(response)
        html = response.content.decode()
        (filled,) = re.findall(r'<a class="btn btn-brand" href="([^"]+)">([^<]+)</a>', html)
        assert filled[1] == button
        assert finance.get(filled[0]).status_code == 200

    def test_grace_says_when_it_ends_and_what_is_owed(
        self, finance: Client, account: Account
    ) -> None:
        billing.correct(
            account,
            amount_fen=-130_000,
            why="a bill",
            by=a_person(Role.FINANCE, organisation=account.organisation),
        )
        since = timezone.now() - timedelta(hours=20)
        Account.objects.filter(pk=account.pk).update(standing=Standing.GRACE, standing_since=since)
        said = told(finance.get(page(account)))
        assert "becomes “In arrears” in 3 hours" in said.replace("4 hours", "3 hours")
        assert "¥ 300.00 owed" in said

    def test_an_account_of_packs_without_a_pack_says_so_although_it_is_normal(
        self, finance: Client, account: Account
    ) -> None:
        Account.objects.filter(pk=account.pk).update(billing=Billing.PACKS_ONLY)
        assert "All packs are used up, so calls are refused" in told(finance.get(page(account)))

    def test_a_reason_of_the_clock_is_read_in_chinese(
        self, finance: Client, account: Account
    ) -> None:
        Account.objects.filter(pk=account.pk).update(standing_why="set-up finished")
        Person.objects.update(language="zh-hans")
        response = finance.get(page(account), headers={"accept-language": "zh-hans"})
        assert "set-up finished" not in response.content.decode()


class TestActs:
    def test_from_nothing_to_served(self, finance: Client, account: Account) -> None:
        Account.objects.filter(pk=account.pk).update(standing=Standing.NOT_EXIST)
        for name in ("record", "open", "finish"):
            assert finance.post(deed(account, name)).status_code == 302
        account.refresh_from_db()
        assert account.standing == Standing.NORMAL

    def test_a_top_up_is_booked_in_fen_once(self, finance: Client, account: Account) -> None:
        typed = {"amount_fen": "3000.05", "reference": "slip 7"}
        assert finance.post(deed(account, "top-up"), typed).status_code == 302
        again = finance.post(deed(account, "top-up"), typed)
        assert again.status_code == 200
        assert "This cannot be done now" in told(again)
        assert 'value="slip 7"' in again.content.decode()
        assert ledger.balance(account) == 100_000 + 300_005

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("top-up", {"amount_fen": "-1", "reference": "a"}),
            ("top-up", {"amount_fen": "0.001", "reference": "a"}),
            ("top-up", {"amount_fen": "1e9", "reference": "a"}),
            ("top-up", {"amount_fen": "NaN", "reference": "a"}),
            ("top-up", {"amount_fen": "1", "reference": "x" * 81}),
            ("top-up", {"amount_fen": "1", "reference": ""}),
            ("pack", {"pictures": "0", "price_fen": "1", "last_day": "2999-01-01"}),
            ("pack", {"pictures": "5", "price_fen": "1", "last_day": "2020-01-01"}),
            ("pack", {"pictures": "5", "price_fen": "1", "last_day": "tomorrow"}),
            ("pack", {"pictures": "5", "price_fen": "1001", "last_day": "2999-01-01"}),
            ("correct", {"amount_fen": "5", "why": " "}),
            ("correct", {"amount_fen": "0", "why": "nothing"}),
            ("freeze", {"why": ""}),
            ("freeze", {"why": "x" * 501}),
            ("cap", {"month_cap_fen": "-3"}),
            ("terms", {"price_fen": "0.1", "free_daily": "-1", "billing": "prepaid", "why": "a"}),
            ("terms", {"price_fen": "0.1", "free_daily": "1", "billing": "gold", "why": "a"}),
        ],
    )
    def test_what_cannot_be_is_said_and_changes_nothing(
        self, finance: Client, account: Account, name: str, typed: dict[str, str]
    ) -> None:
        response = finance.post(deed(account, name), typed)
        assert response.status_code == 200
        assert 'class="errorlist' in response.content.decode() or "note-bad" in (
            response.content.decode()
        )
        assert account.entries.count() == 1
        before = Account.objects.get(pk=account.pk)
        assert before.standing == Standing.NORMAL
        assert not AuditLine.objects.filter(object_type="campaigns.account").exists()

    def test_a_pack_is_sold_until_the_end_of_its_day(
        self, finance: Client, account: Account
    ) -> None:
        typed = {"name": "Spring", "pictures": "500", "price_fen": "40", "last_day": "2999-01-31"}
        assert finance.post(deed(account, "pack"), typed).status_code == 302
        pack = account.packs.get()
        assert timezone.localtime(pack.ends_at).date() == date(2999, 1, 31)
        assert ledger.balance(account) == 96_000
        assert "500 of 500 left" in told(finance.get(page(account)))

    def test_terms_begin_with_what_they_are(self, finance: Client, account: Account) -> None:
        assert 'value="0.10"' in finance.get(deed(account, "terms")).content.decode()
        typed = {"price_fen": "0.25", "free_daily": "3", "billing": "prepaid", "why": "new year"}
        finance.post(deed(account, "terms"), typed)
        account.refresh_from_db()
        assert (account.price_fen, account.free_daily, account.unlimited) == (25, 3, False)

    def test_a_cap_is_set_shown_with_its_use_and_taken_away(
        self, finance: Client, account: Account
    ) -> None:
        finance.post(deed(account, "cap"), {"month_cap_fen": "50", "month_cap_hard": "on"})
        ledger.hold(account, reference="a", pictures=5)
        assert "¥ 0.50 / ¥ 50.00 · stops" in told(finance.get(page(account)))
        finance.post(deed(account, "cap"), {"month_cap_fen": ""})
        account.refresh_from_db()
        assert account.month_cap_fen is None

    def test_freezing_and_lifting_write_their_reasons_down(
        self, finance: Client, account: Account
    ) -> None:
        finance.post(deed(account, "freeze"), {"why": "a stolen key"})
        assert "Why: a stolen key" in told(finance.get(page(account)))
        finance.post(deed(account, "unfreeze"), {"why": "a new key"})
        account.refresh_from_db()
        assert account.standing == Standing.NORMAL
        whys = AuditLine.objects.filter(act="standing").values_list("why", flat=True)
        assert set(whys) == {"a stolen key", "a new key"}

    def test_a_page_that_is_out_of_date_gets_a_sentence(
        self, finance: Client, account: Account
    ) -> None:
        standing.freeze(
            account, by=a_person(Role.FINANCE, organisation=account.organisation), why="first"
        )
        late = finance.post(deed(account, "freeze"), {"why": "second"})
        assert "This cannot be done now: the state is “Frozen”" in told(late)
        stale = finance.get(deed(account, "freeze"), follow=True)
        assert "its state has moved on" in told(stale)
        gone = finance.post(deed(account, "finish"), follow=True)
        assert "This cannot be done now" in told(gone)

    def test_the_fee_is_taken_and_stopped(self, finance: Client, account: Account) -> None:
        campaign = a_campaign(account=account, fee_state=Campaign.FeeState.UNPAID)
        take = reverse("admin:fee_deed", args=[campaign.pk, "take"])
        assert take in finance.get(page(account)).content.decode()
        finance.post(take, {"amount_fen": "500"})
        campaign.refresh_from_db()
        assert campaign.fee_state == Campaign.FeeState.PAID
        assert ledger.balance(account) == 50_000
        finance.post(reverse("admin:fee_deed", args=[campaign.pk, "stop"]), {"why": "no contract"})
        campaign.refresh_from_db()
        assert campaign.fee_state == Campaign.FeeState.STOPPED

    def test_an_administrator_gives_an_organisation_its_account(self, client: Client) -> None:
        organisation = an_organisation()
        client.force_login(a_person(Role.ADMINISTRATOR))
        make = reverse("admin:account_new", args=[organisation.pk, "make"])
        assert make in client.get(reverse("admin:money")).content.decode()
        client.post(make)
        assert organisation.accounts.get().standing == Standing.NOT_EXIST


class TestWhoMay:
    @pytest.mark.parametrize("name", [one.name for one in ACCOUNT_DEEDS])
    def test_an_auditor_reads_and_a_hand_made_post_is_refused(
        self, client: Client, account: Account, name: str
    ) -> None:
        client.force_login(a_person(Role.AUDITOR))
        assert client.get(page(account)).status_code == 200
        assert client.post(deed(account, name), {"why": "because"}).status_code == 403
        assert account.entries.count() == 1

    @pytest.mark.parametrize("name", ["top-up", "no-such-act"])
    def test_another_organisations_account_is_not_there(
        self, client: Client, account: Account, name: str
    ) -> None:
        client.force_login(a_person(Role.FINANCE))
        for address in (
            page(account),
            deed(account, name),
            reverse("admin:ledger_csv", args=[account.pk]),
        ):
            assert client.get(address).status_code == 404
        typed = {"amount_fen": "1", "reference": "a"}
        assert client.post(deed(account, name), typed).status_code == 404
        assert str(account.appid) not in client.get(reverse("admin:money")).content.decode()

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.REVIEWER, Role.PARTNER])
    def test_the_door_is_closed_to_other_roles(self, client: Client, role: Role) -> None:
        client.force_login(a_person(role))
        assert client.get(reverse("admin:money")).status_code == 403

    def test_an_administrator_freezes_but_books_nothing(
        self, client: Client, account: Account
    ) -> None:
        client.force_login(a_person(Role.ADMINISTRATOR))
        html = client.get(page(account)).content.decode()
        assert deed(account, "freeze") in html
        assert deed(account, "top-up") not in html
        typed = {"amount_fen": "1", "reference": "a"}
        assert client.post(deed(account, "top-up"), typed).status_code == 403

    def test_nothing_happens_without_the_token_of_the_form(self, account: Account) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(a_person(Role.FINANCE, organisation=account.organisation))
        assert strict.post(deed(account, "freeze"), {"why": "a"}).status_code == 403
        account.refresh_from_db()
        assert account.standing == Standing.NORMAL


class TestLedger:
    @pytest.fixture
    def busy(self, account: Account) -> Account:
        """Three pictures: delivered, given back, being made."""
        campaign = a_campaign(account=account)
        for name in ("job-a", "job-b", "job-c"):
            ledger.hold(account, reference=name, campaign=campaign)
        ledger.capture("job-a")
        ledger.release("job-b")
        return account

    def test_days_show_what_was_charged_and_what_was_not(
        self, finance: Client, busy: Account
    ) -> None:
        said = told(finance.get(page(busy)))
        assert "Pictures delivered 1" in said
        assert "Pictures not delivered 1" in said
        assert "not charged" in said
        assert "Pictures being made 1" in said
        assert "Held for pictures being made: ¥ 0.10" in said

    def test_every_line_has_its_sign_and_the_balance_after_it(
        self, finance: Client, busy: Account
    ) -> None:
        html = finance.get(page(busy, view="lines")).content.decode().replace("\xa0", " ")
        rows = re.findall(r'<td class="r[^"]*">([^<]*¥[^<]*)</td><td class="r">([^<]*)</td>', html)
        assert rows == [
            ("+ ¥ 0.10", "¥ 999.80"),
            ("¥ 0.00", "¥ 999.70"),
            ("− ¥ 0.10", "¥ 999.70"),
            ("− ¥ 0.10", "¥ 999.80"),
            ("− ¥ 0.10", "¥ 999.90"),
            ("+ ¥ 1,000.00", "¥ 1,000.00"),
        ]

    @pytest.mark.parametrize(
        ("query", "lines"),
        [
            ({}, 6),
            ({"kind": "release"}, 1),
            ({"reference": "job-a"}, 2),
            ({"reference": " job-a "}, 2),
            ({"first": "2999-01-01"}, 0),
        ],
    )
    def test_the_filter_holds_for_the_page_and_the_file(
        self, finance: Client, busy: Account, query: dict[str, str], lines: int
    ) -> None:
        html = finance.get(page(busy, view="lines", **query)).content.decode()
        assert html.count('<td class="r faint">') == lines
        file = finance.get(reverse("admin:ledger_csv", args=[busy.pk], query=query))
        assert len(list(csv.DictReader(lines_of(file)))) == lines

    def test_the_file_agrees_with_the_ledger_and_is_streamed(
        self, finance: Client, busy: Account
    ) -> None:
        file = finance.get(reverse("admin:ledger_csv", args=[busy.pk]))
        assert file.streaming
        assert file["Content-Disposition"] == f'attachment; filename="ledger-{busy.appid}.csv"'
        found = list(csv.DictReader(lines_of(file)))
        assert sum(int(line["fen"]) for line in found) == ledger.balance(busy)
        assert [int(line["number"]) for line in found] == [1, 2, 3, 4, 5, 6]

    @pytest.mark.parametrize(
        "query",
        [
            {"first": "yesterday"},
            {"last": "2026-13-01"},
            {"kind": "gift"},
            {"campaign": "-1"},
            {"reference": "x" * 81},
            {"first": "2026-02-02", "last": "2026-02-01"},
            {"before": "-4"},
            {"before": "9" * 40},
        ],
    )
    def test_a_filter_that_makes_no_sense_gets_a_sentence(
        self, finance: Client, busy: Account, query: dict[str, str]
    ) -> None:
        response = finance.get(page(busy, view="lines", **query))
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()

    def test_older_lines_follow_page_by_page(self, finance: Client, account: Account) -> None:
        for number in range(60):
            ledger.append(account, "adjustment", 1, reference=f"line {number}")  # type: ignore[arg-type]
        first = finance.get(page(account, view="lines")).content.decode()
        (older,) = re.findall(r'href="([^"]+)#ledger">Older', first)
        second = finance.get(page(account) + older.replace("&amp;", "&")).content.decode()
        assert first.count('<td class="r faint">') == 50
        assert second.count('<td class="r faint">') == 11
        assert "Older" not in second

    def test_what_somebody_typed_is_shown_as_text(self, finance: Client, account: Account) -> None:
        typed = {"amount_fen": "1", "why": "<script>alert(1)</script>"}
        finance.post(deed(account, "correct"), typed)
        html = finance.get(page(account, view="lines")).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


class TestStatements:
    @pytest.fixture
    def statement(self, account: Account) -> Statement:
        ledger.append(account, "fee", -700)  # type: ignore[arg-type]
        following = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
        now = timezone.now() + (following - timezone.localdate())
        return billing.close_month(account, timezone.localdate(), now=now)

    def test_a_month_can_be_read_printed_and_kept(
        self, finance: Client, account: Account, statement: Statement
    ) -> None:
        assert reverse("admin:statement", args=[statement.pk]) in (
            finance.get(page(account)).content.decode()
        )
        said = told(finance.get(reverse("admin:statement", args=[statement.pk])))
        assert "¥ 993.00" in said
        file = finance.get(reverse("admin:statement_csv", args=[statement.pk]))
        assert "closing,99300" in list(lines_of(file))

    def test_another_organisations_statement_is_not_there(
        self, client: Client, statement: Statement
    ) -> None:
        client.force_login(a_person(Role.FINANCE))
        for name in ("statement", "statement_csv"):
            assert client.get(reverse(f"admin:{name}", args=[statement.pk])).status_code == 404

    def test_last_month_is_closed_by_hand_once(self, finance: Client, account: Account) -> None:
        Account.objects.filter(pk=account.pk).update(created_at=timezone.now() - timedelta(days=70))
        assert deed(account, "close-month") in finance.get(page(account)).content.decode()
        finance.post(deed(account, "close-month"))
        finance.post(deed(account, "close-month"))
        assert account.statements.count() == 1
        assert deed(account, "close-month") not in finance.get(page(account)).content.decode()


class TestForecast:
    def test_too_little_is_said_to_be_too_little(self, finance: Client, account: Account) -> None:
        assert "Too little has been made" in told(finance.get(page(account)))
        assert "fc-proj" not in finance.get(page(account)).content.decode()

    def test_the_day_it_runs_dry_is_named_and_drawn_dashed(
        self, finance: Client, account: Account
    ) -> None:
        for ago in range(1, 15):
            account.tallies.create(
                day=timezone.localdate() - timedelta(days=ago), pictures=500, spent_fen=5000
            )
        response = finance.get(page(account))
        assert "At 500 pictures a day, the average of the last 14 days" in told(response)
        assert 'class="fc-proj"' in response.content.decode()


@pytest.mark.parametrize("organisations", [1, 5])
def test_the_list_of_accounts_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: Any, organisations: int
) -> None:
    for _number in range(organisations):
        a_pack(an_account())
    client.force_login(a_person(Role.AUDITOR))
    client.get(reverse("admin:money"))
    with django_assert_max_num_queries(14):
        assert client.get(reverse("admin:money")).status_code == 200


@pytest.mark.parametrize("days", [1, 12, 40])
def test_an_account_costs_the_same_whatever_happened(
    finance: Client, account: Account, django_assert_max_num_queries: Any, days: int
) -> None:
    for number in range(days):
        campaign = a_campaign(account=account, daily_cap=None, total_cap=None)
        now = timezone.now() - timedelta(days=number)
        ledger.hold(account, reference=f"job-{number}", campaign=campaign, now=now)
        a_pack(account)
    finance.get(page(account))
    with django_assert_max_num_queries(38):
        assert finance.get(page(account)).status_code == 200
