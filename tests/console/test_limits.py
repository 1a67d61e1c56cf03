"""Quotas: every layer with its use now and its reason; a raise takes two people."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import quota
from campaigns.models import Campaign, Layer, Notice, Quota, QuotaRaise, Role
from tests.console.reading import told
from tests.factories import a_campaign, a_credential, a_person, an_account

pytestmark = pytest.mark.django_db
PAGE = "/console/limits/"


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def operator(client: Client, campaign: Campaign) -> Client:
    client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(a_person(Role.ADMINISTRATOR, username="root"))
    return client


def ask(campaign: Campaign) -> str:
    return reverse("admin:limit_ask", args=[campaign.pk, "ask"])


def decide(asked: QuotaRaise, how: str) -> str:
    return reverse("admin:limit_raise", args=[asked.pk, how])


def asked_for(campaign: Campaign, calls: int = 120) -> QuotaRaise:
    by = a_person(Role.OPERATOR, organisation=campaign.organisation)
    return quota.ask(campaign, by=by, calls=calls, reason="opening night")


def test_every_layer_is_there_in_the_order_of_checking(operator: Client) -> None:
    said = told(operator.get(PAGE))
    order = [
        "network address",
        "device",
        "Keys",
        "before they are",
        "Published",
        "Accounts",
        "site",
    ]
    places = [said.index(f"{number}. ") for number in range(1, 8)]
    assert places == sorted(places)
    for place, words in zip(places, order, strict=True):
        assert words in said[place : place + 60]


def test_what_is_used_right_now_is_counted(operator: Client, campaign: Campaign) -> None:
    for _call in range(3):
        quota.take(Layer.CAMPAIGN, campaign.pk, quota.Rate(50))
    html = operator.get(PAGE).content.decode()
    assert 'aria-label="3 of 50 used"' in html


def test_a_rate_that_was_set_says_by_whom_and_why(
    administrator: Client, campaign: Campaign
) -> None:
    url = reverse("admin:limit_account", args=[campaign.account_id, "set"])
    typed = {"calls": "150", "per_s": "1", "why": "two campaigns at once"}
    assert administrator.post(url, typed).status_code == 302
    said = told(administrator.get(PAGE))
    assert "150 per second" in said
    assert "root · 0 minutes ago · two campaigns at once" in said
    assert Quota.objects.get(layer=Layer.ACCOUNT).calls == 150


def test_a_layer_of_the_site_is_set_and_other_names_are_nothing(administrator: Client) -> None:
    typed = {"calls": "90", "per_s": "60", "why": "a quiet week"}
    url = reverse("admin:limit_site", args=[Layer.ADDRESS, "set"])
    assert administrator.post(url, typed).status_code == 302
    assert quota.rates()[Layer.ADDRESS] == quota.Rate(90, 60)
    for layer in (Layer.CAMPAIGN, "nothing"):
        wrong = reverse("admin:limit_site", args=[layer, "set"])
        assert administrator.post(wrong, typed).status_code == 404


def test_a_key_is_set_by_itself(administrator: Client) -> None:
    key = a_credential().credential
    url = reverse("admin:limit_credential", args=[key.pk, "set"])
    administrator.post(url, {"calls": "7", "per_s": "1", "why": "a slow shop"})
    assert quota.rates(credential=key)[Layer.CREDENTIAL] == quota.Rate(7)
    assert "a slow shop" in told(administrator.get(PAGE))


@pytest.mark.parametrize(
    "typed",
    [
        {"calls": "0", "per_s": "1", "why": "a"},
        {"calls": "-5", "per_s": "1", "why": "a"},
        {"calls": "9" * 30, "per_s": "1", "why": "a"},
        {"calls": "5", "per_s": "0", "why": "a"},
        {"calls": "5", "per_s": "1", "why": "  "},
        {"calls": "many", "per_s": "1", "why": "a"},
        {},
    ],
)
def test_a_rate_that_cannot_be_changes_nothing(
    administrator: Client, typed: dict[str, str]
) -> None:
    url = reverse("admin:limit_account", args=[an_account().pk, "set"])
    response = administrator.post(url, typed)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not Quota.objects.exists()


class TestRaise:
    def test_one_asks_and_somebody_else_grants(
        self, operator: Client, campaign: Campaign, client: Client
    ) -> None:
        typed = {"layer": "campaign", "calls": "120", "reason": "opening night"}
        answer = operator.post(ask(campaign), typed, follow=True)
        assert "Asked. You are told when it is decided." in told(answer)
        assert "opening night" in told(answer)
        asked = QuotaRaise.objects.get()
        client.force_login(a_person(Role.ADMINISTRATOR))
        assert decide(asked, "grant") in client.get(PAGE).content.decode()
        client.post(decide(asked, "grant"), {"note": "good luck"})
        assert quota.rates(campaign=campaign)[Layer.CAMPAIGN] == quota.Rate(120)
        assert Notice.objects.get(kind="quota_decided").person == asked.asked_by

    def test_refusing_needs_a_sentence(self, administrator: Client, campaign: Campaign) -> None:
        asked = asked_for(campaign)
        silent = administrator.post(decide(asked, "refuse"), {"note": " "})
        assert "A reason is needed" in told(silent)
        administrator.post(decide(asked, "refuse"), {"note": "the machine is too small"})
        asked.refresh_from_db()
        assert asked.state == QuotaRaise.State.REFUSED
        assert "the machine is too small" in told(administrator.get(PAGE))

    def test_nobody_decides_their_own(self, client: Client, campaign: Campaign) -> None:
        both = a_person(Role.OPERATOR, Role.ADMINISTRATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=both, calls=99, reason="mine")
        client.force_login(both)
        said = told(client.get(PAGE))
        assert "You asked for this. Somebody else decides it." in said
        answer = client.post(decide(asked, "grant"), {"note": ""})
        assert "somebody else has to decide" in told(answer)
        asked.refresh_from_db()
        assert asked.state == QuotaRaise.State.ASKED

    def test_what_was_decided_meanwhile_stays_decided(
        self, administrator: Client, campaign: Campaign
    ) -> None:
        asked = asked_for(campaign)
        quota.refuse(asked, by=a_person(Role.ADMINISTRATOR), note="no")
        late = administrator.post(decide(asked, "grant"), {"note": ""})
        assert "This cannot be done now: the state is “Refused”" in told(late)
        assert not Quota.objects.exists()
        assert administrator.get(decide(asked, "grant")).status_code == 302

    def test_one_open_request_is_enough(self, operator: Client, campaign: Campaign) -> None:
        asked_for(campaign)
        again = operator.post(ask(campaign), {"layer": "campaign", "calls": "9", "reason": "b"})
        assert "This cannot be done now" in told(again)
        assert QuotaRaise.objects.count() == 1

    def test_the_wrong_role_and_the_wrong_organisation_are_turned_away(
        self, client: Client, campaign: Campaign
    ) -> None:
        asked = asked_for(campaign)
        client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
        assert client.post(decide(asked, "grant"), {"note": ""}).status_code == 403
        client.force_login(a_person(Role.OPERATOR))
        typed = {"layer": "campaign", "calls": "9", "reason": "b"}
        assert client.post(ask(campaign), typed).status_code == 404
        assert str(campaign.project_id) not in told(client.get(PAGE))


def test_a_search_narrows_and_takes_anything(operator: Client, campaign: Campaign) -> None:
    assert campaign.slug in told(operator.get(PAGE, {"q": campaign.slug}))
    for hostile in ("nothing like it", "'; DROP TABLE --", "x" * 5000):
        response = operator.get(PAGE, {"q": hostile})
        assert response.status_code == 200
        assert campaign.slug not in told(response)
    assert operator.get(PAGE, {"q": "\x00"}).status_code == 200


@pytest.mark.parametrize("campaigns", [1, 10])
def test_the_page_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: Any, campaigns: int
) -> None:
    for _number in range(campaigns):
        asked_for(a_campaign())
    client.force_login(a_person(Role.ADMINISTRATOR))
    client.get(PAGE)
    with django_assert_max_num_queries(34):
        assert client.get(PAGE).status_code == 200
