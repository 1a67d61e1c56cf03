"""The audit trail: complete, side by side, exported as it stands, and closed to every change."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import audit, billing, standing
from campaigns.models import Account, AuditLine, Role
from fusionsite.console.trail_words import act_label
from tests.console.reading import rows_of, told
from tests.factories import a_person, an_account

pytestmark = pytest.mark.django_db
PAGE = "/console/audit/"
FILE = "/console/audit/csv/"


@pytest.fixture
def account() -> Account:
    account = an_account()
    finance = a_person(Role.FINANCE, organisation=account.organisation, username="wei")
    billing.set_caps(account, by=finance, month_cap_fen=500, why="a small month")
    standing.freeze(account, by=finance, why="a stolen key")
    return account


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(a_person(Role.AUDITOR))
    return client


def test_a_line_says_who_what_before_after_and_why(auditor: Client, account: Account) -> None:
    said = told(auditor.get(PAGE))
    assert "wei" in said
    assert "state of an account" in said
    assert "standing Normal" in said
    assert "standing Frozen" in said
    assert "a stolen key" in said
    assert "set spending caps" in said


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ({}, 2),
        ({"act": "standing"}, 1),
        ({"by": "WEI"}, 2),
        ({"by": "nobody"}, 0),
        ({"q": "no such thing"}, 0),
        ({"first": "2999-01-01"}, 0),
    ],
)
def test_the_filter_holds_for_the_page_and_the_file(
    auditor: Client, account: Account, query: dict[str, str], lines: int
) -> None:
    assert len(auditor.get(PAGE, query).context["lines"]) == lines
    assert len(rows_of(auditor.get(FILE, query))) == lines


def test_lines_are_found_by_the_thing_and_by_the_request(auditor: Client, account: Account) -> None:
    audit.record("export", account, by=None, request_id="req-7")
    for wanted in ("req-7", account.appid, str(account.pk)):
        assert auditor.get(PAGE, {"q": wanted}).context["lines"], wanted
    assert len(auditor.get(PAGE, {"q": "req-7"}).context["lines"]) == 1
    assert auditor.get(PAGE, {"organisation": account.organisation_id}).context["lines"]


def test_the_file_is_the_trail_word_for_word(auditor: Client, account: Account) -> None:
    audit.record("export", account, by=None, why="=HYPERLINK(1)")
    file = auditor.get(FILE)
    assert file.streaming
    found = rows_of(file)
    assert [row["why"] for row in found] == ["'=HYPERLINK(1)", "a stolen key", "a small month"]
    assert found[1]["before"] == "standing: normal"
    assert found[1]["after"] == "standing: freeze"
    assert found[1]["by"] == "wei"


def test_older_lines_follow(auditor: Client, account: Account) -> None:
    for number in range(60):
        audit.record("export", account, by=None, why=f"line {number}")
    first = auditor.get(PAGE)
    second = auditor.get(PAGE, {"before": first.context["older"]})
    assert len(first.context["lines"]) == 50
    assert len(second.context["lines"]) == 12
    assert second.context["older"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"act": "gold"},
        {"organisation": "x"},
        {"before": "-1"},
        {"q": "x" * 201},
        {"first": "2026-02-02", "last": "2026-02-01"},
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_an_empty_file(
    auditor: Client, account: Account, query: dict[str, str]
) -> None:
    assert 'role="alert"' in auditor.get(PAGE, query).content.decode()
    assert rows_of(auditor.get(FILE, query)) == []


def test_what_somebody_typed_is_shown_as_text(auditor: Client, account: Account) -> None:
    after = {"<b>name</b>": "<script>alert(1)</script>"}
    audit.record("export", account, by=None, after=after)
    html = auditor.get(PAGE).content.decode()
    assert "<script>alert" not in html
    assert "<b>name</b>" not in html


class TestClosed:
    def test_no_page_offers_to_change_or_remove_a_line(
        self, client: Client, account: Account
    ) -> None:
        line = AuditLine.objects.latest("pk")
        page = admin.site._registry[AuditLine]
        for role in (Role.AUDITOR, Role.ADMINISTRATOR):
            client.force_login(a_person(role))
            for html in (client.get(PAGE), client.get(f"/console/campaigns/auditline/{line.pk}/")):
                assert 'method="post"' not in html.content.decode().split('id="console"')[-1]
            base = "admin:campaigns_auditline"
            assert client.get(reverse(f"{base}_add")).status_code == 403
            assert client.post(reverse(f"{base}_delete", args=[line.pk])).status_code == 403
            changed = {"why": "another reason", "act": "nothing"}
            answer = client.post(reverse(f"{base}_change", args=[line.pk]), changed)
            assert answer.status_code == 403
        assert not getattr(page, "act_pages", ())
        assert AuditLine.objects.get(pk=line.pk).why == line.why

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_the_pages_answer_to_reading_only(self, auditor: Client, method: str) -> None:
        for url in (PAGE, FILE):
            assert getattr(auditor, method)(url).status_code == 405

    def test_the_database_refuses_too(self, account: Account) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditLine.objects.update(why="another reason")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditLine.objects.all().delete()

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.PARTNER, Role.REVIEWER])
    def test_other_roles_do_not_read_it(self, client: Client, role: Role) -> None:
        client.force_login(a_person(role))
        assert client.get(PAGE).status_code == 403
        assert client.get(FILE).status_code == 403


def test_every_act_that_is_written_has_words(account: Account) -> None:
    for act in AuditLine.objects.values_list("act", flat=True).distinct():
        assert act_label(act) != act


@pytest.mark.parametrize("lines", [1, 40])
def test_the_list_costs_the_same_for_one_and_for_many(
    auditor: Client, account: Account, django_assert_max_num_queries: Any, lines: int
) -> None:
    for _number in range(lines):
        by = a_person(Role.FINANCE, organisation=account.organisation)
        audit.record("export", account, by=by, after={"at": timezone.now() + timedelta(1)})
    auditor.get(PAGE)
    with django_assert_max_num_queries(13):
        assert auditor.get(PAGE).status_code == 200
