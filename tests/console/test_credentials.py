"""Keys and webhooks: made and shown once, changed over, switched off; told, tested, sent again."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import credentials, webhooks
from campaigns.models import (
    Account,
    AuditLine,
    Credential,
    Dialect,
    Role,
    Scope,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from tests.console.reading import told
from tests.factories import a_campaign, a_credential, a_person, an_account

pytestmark = pytest.mark.django_db
KEYS = "/console/keys/"
HOOKS = "/console/webhooks/"
State = WebhookDelivery.State


@pytest.fixture
def account() -> Account:
    return an_account()


@pytest.fixture
def partner(client: Client, account: Account) -> Client:
    client.force_login(a_person(Role.PARTNER, organisation=account.organisation))
    return client


def make(account: Account) -> str:
    return reverse("admin:credential_new", args=[account.pk, "make"])


def act(credential: Credential, name: str) -> str:
    return reverse("admin:credential_deed", args=[credential.pk, name])


TYPED = {"name": "Shop", "kind": "tencent", "dialects": ["tencent_v3"], "addresses": ""}


class TestKeys:
    def test_the_secret_is_shown_once_and_opens_the_door(
        self, partner: Client, account: Account
    ) -> None:
        shown = partner.post(make(account), TYPED)
        assert shown.status_code == 200
        assert "no-store" in shown["Cache-Control"]
        credential = account.credentials.get()
        secret = credentials.secret_of(credential)
        assert secret in shown.content.decode()
        assert "It is shown this once" in told(shown)
        assert "SecretKey" in told(shown)
        assert secret not in partner.get(KEYS).content.decode()
        assert credential.secret_id in partner.get(KEYS).content.decode()
        assert secret not in str(list(AuditLine.objects.values()))

    def test_the_next_page_is_the_first_call(self, partner: Client, account: Account) -> None:
        shown = partner.post(make(account), TYPED).content.decode()
        assert reverse("developers:index") in shown

    def test_scopes_campaigns_and_addresses_are_kept(
        self, partner: Client, account: Account
    ) -> None:
        campaign = a_campaign(account=account)
        typed = {
            "name": "Reporting",
            "kind": "bearer",
            "dialects": ["api"],
            "scopes": ["read"],
            "campaigns": [campaign.pk],
            "addresses": "203.0.113.7\n198.51.100.0/24",
        }
        partner.post(make(account), typed)
        key = account.credentials.get()
        assert key.scopes == [Scope.READ]
        assert key.addresses == ["203.0.113.7/32", "198.51.100.0/24"]
        assert list(key.campaigns.all()) == [campaign]
        said = told(partner.get(KEYS))
        assert "198.51.100.0/24" in said
        assert f"only {campaign.project_id}" in said
        assert "never used" in said

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "This field is required"),
            ({"name": "x" * 81}, "at most 80 characters"),
            ({"kind": "gold"}, "Select a valid choice"),
            ({"dialects": []}, "This field is required"),
            ({"dialects": ["api"]}, "A key of this kind opens: fuseapi, FaceFusion v3."),
            ({"addresses": "300.1.1.1"}, "“300.1.1.1” is no address"),
            ({"addresses": "<script>"}, "“<script>” is no address"),
            ({"addresses": "\n".join(["10.0.0.1"] * 51)}, "51 addresses; at most 50 fit"),
            ({"campaigns": ["999999"]}, "not one of the available choices"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_made(
        self, partner: Client, account: Account, wrong: dict[str, Any], sentence: str
    ) -> None:
        response = partner.post(make(account), TYPED | wrong)
        assert sentence in told(response)
        assert "<script>" not in response.content.decode().split("<main")[-1].split("</main")[0]
        assert not account.credentials.exists()

    def test_another_accounts_campaign_is_no_choice(
        self, partner: Client, account: Account
    ) -> None:
        foreign = a_campaign()
        response = partner.post(make(account), TYPED | {"campaigns": [foreign.pk]})
        assert "not one of the available choices" in told(response)

    def test_two_at_a_time_and_the_third_is_refused_with_the_remedy(
        self, partner: Client, account: Account
    ) -> None:
        first = a_credential(account, dialects=[Dialect.TENCENT_V3]).credential
        shown = partner.post(act(first, "rotate"))
        assert account.credentials.filter(disabled_at=None).count() == 2
        newest = account.credentials.order_by("-pk")[0]
        assert credentials.secret_of(newest) in shown.content.decode()
        third = partner.post(act(first, "rotate"), follow=True)
        assert "already 2 active keys" in told(third)
        assert "Switch one off first" in told(third)
        assert account.credentials.count() == 2

    def test_switching_off_is_confirmed_by_the_name(
        self, partner: Client, account: Account
    ) -> None:
        key = a_credential(account, name="Shop").credential
        wrong = partner.post(act(key, "disable"), {"named": "shop", "why": "moved"})
        assert "This is not its name" in told(wrong)
        key.refresh_from_db()
        assert key.active
        partner.post(act(key, "disable"), {"named": "Shop", "why": "moved"})
        key.refresh_from_db()
        assert not key.active
        assert AuditLine.objects.filter(why="moved").exists()
        stale = partner.post(act(key, "disable"), {"named": "Shop", "why": "again"})
        assert "This cannot be done now" in told(stale)

    def test_strangers_and_other_roles_are_turned_away(
        self, client: Client, account: Account
    ) -> None:
        key = a_credential(account).credential
        client.force_login(a_person(Role.PARTNER))
        assert client.post(make(account), TYPED).status_code == 404
        assert client.post(act(key, "disable"), {"named": key.name}).status_code == 404
        assert key.secret_id not in client.get(KEYS).content.decode()
        client.force_login(a_person(Role.OPERATOR, organisation=account.organisation))
        assert client.get(KEYS).status_code == 403
        assert client.post(act(key, "rotate")).status_code == 403
        assert account.credentials.filter(disabled_at=None).count() == 1

    @pytest.mark.parametrize("accounts", [1, 6])
    def test_the_list_costs_the_same_for_one_account_and_for_many(
        self, client: Client, django_assert_max_num_queries: Any, accounts: int
    ) -> None:
        for _number in range(accounts):
            a_credential()
        client.force_login(a_person(Role.ADMINISTRATOR))
        client.get(KEYS)
        with django_assert_max_num_queries(14):
            assert client.get(KEYS).status_code == 200


class TestWebhooks:
    @pytest.fixture
    def endpoint(self, account: Account) -> WebhookEndpoint:
        by = a_person(Role.PARTNER, organisation=account.organisation)
        url = "https://example.org/hook"
        return webhooks.add_endpoint(account.organisation, by=by, url=url, events=[]).endpoint

    def test_one_is_added_and_its_secret_is_shown_once(
        self, partner: Client, account: Account
    ) -> None:
        url = reverse("admin:webhook_new", args=[account.organisation_id, "add"])
        typed = {"url": "https://example.org/hook", "events": ["result.ready"]}
        shown = partner.post(url, typed)
        (secret,) = re.findall(r"whsec_[\w+/=]+", shown.content.decode())
        endpoint = WebhookEndpoint.objects.get()
        assert endpoint.events == ["result.ready"]
        page = reverse("admin:webhook_page", args=[endpoint.pk])
        assert secret not in partner.get(page).content.decode()
        assert "Result ready" in told(partner.get(HOOKS))

    @pytest.mark.parametrize(
        "url",
        [
            *("http://127.0.0.1/", "https://10.0.0.8/hook", "https://[::1]/", "https://localhost/"),
            *("ftp://example.org/", "no address", "", "https://example.org:8443/"),
            *("https://me:secret@example.org/", "https://example.org/" + "x" * 500),
        ],
    )
    def test_an_address_we_do_not_go_to_is_refused(
        self, partner: Client, account: Account, url: str
    ) -> None:
        add = reverse("admin:webhook_new", args=[account.organisation_id, "add"])
        response = partner.post(add, {"url": url})
        assert response.status_code == 200
        assert not WebhookEndpoint.objects.exists()

    def test_the_log_says_how_often_and_when_again(
        self, partner: Client, endpoint: WebhookEndpoint
    ) -> None:
        endpoint.deliveries.create(
            event=WebhookEvent.RESULT_READY,
            payload={},
            attempts=3,
            due_at=timezone.now() + timedelta(minutes=31),
            answer_status=503,
            problem="http-503",
        )
        said = told(partner.get(reverse("admin:webhook_page", args=[endpoint.pk])))
        assert "1 being retried" in said
        assert "3 / 10" in said
        assert "in 30 minutes" in said
        assert "503 http-503" in said
        assert "5 s, 5 min, 30 min, 2 h" in said

    def test_a_test_goes_out_and_a_finished_one_goes_again(
        self, partner: Client, endpoint: WebhookEndpoint
    ) -> None:
        test = reverse("admin:webhook_deed", args=[endpoint.pk, "test"])
        assert "The test is on its way" in told(partner.post(test, follow=True))
        delivery = endpoint.deliveries.get()
        again = reverse("admin:delivery_deed", args=[delivery.pk, "replay"])
        early = partner.post(again, follow=True)
        assert "This cannot be done now" in told(early)
        endpoint.deliveries.update(state=State.GIVEN_UP, attempts=10)
        page = partner.get(reverse("admin:webhook_page", args=[endpoint.pk]))
        assert again in page.content.decode()
        partner.post(again)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (State.WAITING, 0)

    def test_one_that_is_switched_off_says_so_and_offers_nothing(
        self, partner: Client, endpoint: WebhookEndpoint
    ) -> None:
        off = reverse("admin:webhook_deed", args=[endpoint.pk, "disable"])
        partner.post(off)
        page = partner.get(reverse("admin:webhook_page", args=[endpoint.pk]))
        assert "Switched off" in told(page)
        assert off not in page.content.decode()

    def test_another_organisations_are_not_there(
        self, client: Client, endpoint: WebhookEndpoint
    ) -> None:
        client.force_login(a_person(Role.PARTNER))
        delivery = endpoint.deliveries.create(event=WebhookEvent.TEST, payload={})
        for name, pk, more in (
            ("webhook_page", endpoint.pk, []),
            ("webhook_deed", endpoint.pk, ["test"]),
            ("delivery_deed", delivery.pk, ["replay"]),
        ):
            assert client.get(reverse(f"admin:{name}", args=[pk, *more])).status_code == 404
        assert endpoint.url not in told(client.get(HOOKS))

    @pytest.mark.parametrize("query", ["?before=x", "?before=" + "9" * 40, "?state=nothing"])
    def test_an_address_that_makes_no_sense_shows_the_newest(
        self, partner: Client, endpoint: WebhookEndpoint, query: str
    ) -> None:
        page = reverse("admin:webhook_page", args=[endpoint.pk])
        assert partner.get(page + query).status_code == 200
