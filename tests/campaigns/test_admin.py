"""The plain pages: everyone sees their own, strangers get 404, acts happen by POST only."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from campaigns import credentials, quota, webhooks
from campaigns.access import TABLE, Act, visible_to
from campaigns.admin.base import AccessAdmin
from campaigns.models import (
    Account,
    AuditLine,
    Campaign,
    Credential,
    Person,
    Role,
    Standing,
    WebhookEvent,
)
from tests.factories import (
    a_campaign,
    a_credential,
    a_pack,
    a_person,
    add_role,
    an_account,
    an_organisation,
)

pytestmark = pytest.mark.django_db
PAGES = {
    model: page
    for model, page in admin.site._registry.items()
    if isinstance(page, AccessAdmin) and model._meta.app_label == "campaigns"
}


def signed_in(client: Client, *roles: Role, organisation: object = None) -> Person:
    person = a_person(*roles, organisation=organisation)  # type: ignore[arg-type]
    client.force_login(person)
    return person


def furnished() -> Campaign:
    """A campaign with something of everything around it."""
    campaign = a_campaign()
    a_pack(campaign.account)
    made = a_credential(campaign.account)
    partner = made.credential.created_by
    assert isinstance(partner, Person)
    quota.ask(campaign, by=partner, calls=99, reason="a launch")
    webhooks.add_endpoint(
        campaign.organisation, by=partner, url="https://example.org/hook", events=[]
    )
    webhooks.post(campaign.organisation, WebhookEvent.TEST, {})
    return campaign


@pytest.mark.parametrize("role", Role)
def test_every_list_and_every_row_opens_for_those_who_may_see(client: Client, role: Role) -> None:
    campaign = furnished()
    person = signed_in(client, role, organisation=campaign.organisation)
    for model, page in PAGES.items():
        name = f"admin:campaigns_{model._meta.model_name}"
        may = page.see_act in TABLE[role]
        assert client.get(reverse(f"{name}_changelist")).status_code == (200 if may else 403), name
        for row in visible_to(person, model._default_manager.all(), page.see_act)[:2]:
            assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.PARTNER, Role.REVIEWER])
def test_another_organisations_rows_are_not_there(client: Client, role: Role) -> None:
    campaign = furnished()
    signed_in(client, role)
    for model in (Campaign, Account):
        url = reverse(f"admin:campaigns_{model._meta.model_name}_change", args=[campaign.pk])
        answer = client.get(url)
        assert answer.status_code in (302, 404)
        assert campaign.slug not in client.get(url, follow=True).content.decode()
    act = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "pause"])
    assert client.post(act, {"why": "x"}).status_code == 404
    campaign.refresh_from_db()
    assert campaign.state == "published"


def test_looking_at_an_act_changes_nothing(client: Client) -> None:
    campaign = a_campaign()
    signed_in(client, Role.OPERATOR, organisation=campaign.organisation)
    url = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "pause"])
    assert client.get(url).status_code == 200
    campaign.refresh_from_db()
    assert campaign.state == "published"
    assert client.post(url, {"why": "rain"}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == "paused"


def test_an_act_of_another_role_is_refused(client: Client) -> None:
    campaign = a_campaign()
    signed_in(client, Role.FINANCE, organisation=campaign.organisation)
    url = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "pause"])
    assert client.post(url, {"why": "x"}).status_code == 403


def test_an_act_in_the_wrong_state_says_so(client: Client) -> None:
    campaign = a_campaign(state="draft")
    signed_in(client, Role.OPERATOR, organisation=campaign.organisation)
    url = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "pause"])
    answer = client.post(url, {"why": "x"})
    assert answer.status_code == 200
    assert "Draft" in answer.content.decode()


@pytest.mark.parametrize("state", ["published", "ended"])
def test_a_hand_made_request_cannot_set_the_state(client: Client, state: str) -> None:
    campaign = a_campaign(state="draft")
    signed_in(client, Role.OPERATOR, organisation=campaign.organisation)
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    fields = {name: form.initial.get(name) or "" for name in form.fields}
    fields |= {"state": state, "fee_state": "paid", "project_id": "1", "languages": '["en"]'}
    fields |= {"starts_at_0": "", "starts_at_1": "", "ends_at_0": "", "ends_at_1": ""}
    fields |= {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}
    assert client.post(url, fields).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert campaign.project_id > 1
    assert AuditLine.objects.filter(act=Act.CAMPAIGN_EDIT, object_id=str(campaign.pk)).exists()


def test_finance_opens_the_service_and_tops_up(client: Client) -> None:
    account = an_account(standing=Standing.NOT_EXIST, balance_fen=0)
    signed_in(client, Role.FINANCE, organisation=account.organisation)
    for act, fields in [
        ("record", {}),
        ("open", {}),
        ("finish", {}),
        ("top-up", {"amount_fen": "500", "reference": "bank-1"}),
        ("pack", {"pictures": "5", "price_fen": "100", "last_day": "2099-01-01"}),
        ("terms", {"price_fen": "9", "free_daily": "1", "billing": "prepaid", "why": "deal"}),
        ("cap", {"month_cap_fen": "1000"}),
        ("correct", {"amount_fen": "-1", "why": "rounding"}),
        ("freeze", {"why": "asked by the bank"}),
        ("unfreeze", {"why": "cleared"}),
    ]:
        url = reverse("admin:campaigns_account_act", args=[account.pk, act])
        assert client.get(url).status_code == 200, act
        answer = client.post(url, fields)
        assert answer.status_code == 302, (act, answer.content.decode()[-3000:])
    account.refresh_from_db()
    assert (account.standing, account.price_fen) == (Standing.NORMAL, 9)


def test_a_new_key_is_shown_once_and_never_again(client: Client) -> None:
    account = an_account()
    signed_in(client, Role.PARTNER, organisation=account.organisation)
    url = reverse("admin:campaigns_account_act", args=[account.pk, "make-key"])
    fields = {"name": "shop", "kind": "tencent", "dialects": ["tencent_v3"], "addresses": ""}
    answer = client.post(url, fields)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    credential = Credential.objects.get()
    secret = credentials.secret_of(credential)
    assert secret in answer.content.decode()
    page = client.get(reverse("admin:campaigns_credential_change", args=[credential.pk]))
    assert secret not in page.content.decode()
    assert credential.secret_sealed not in page.content.decode()


def test_a_bad_address_in_the_allow_list_is_said(client: Client) -> None:
    account = an_account()
    signed_in(client, Role.PARTNER, organisation=account.organisation)
    url = reverse("admin:campaigns_account_act", args=[account.pk, "make-key"])
    fields = {"name": "x", "kind": "jd", "dialects": ["jd_morph"], "addresses": "not-an-address"}
    answer = client.post(url, fields)
    assert answer.status_code == 200
    assert "not-an-address" in answer.content.decode()
    assert not Credential.objects.exists()


def test_an_operator_makes_a_campaign_only_in_their_own_organisation(client: Client) -> None:
    account, foreign = an_account(), an_account()
    signed_in(client, Role.OPERATOR, organisation=account.organisation)
    page = client.get(reverse("admin:campaigns_campaign_add")).content.decode()
    assert account.organisation.name in page
    assert foreign.organisation.name not in page


def test_an_administrator_makes_people_and_gives_roles(client: Client) -> None:
    signed_in(client, Role.ADMINISTRATOR)
    organisation = an_organisation()
    person = a_person()
    url = reverse("admin:campaigns_person_change", args=[person.pk])
    assert client.get(url).status_code == 200
    answer = client.post(
        url,
        {
            "username": "new-name",
            "language": "en",
            "is_active": "on",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-person": person.pk,
            "memberships-0-organisation": organisation.pk,
            "memberships-0-role": "operator",
        },
    )
    assert answer.status_code == 302
    assert person.memberships.get().role == Role.OPERATOR


def test_granting_ones_own_raise_is_refused(client: Client) -> None:
    campaign = a_campaign()
    person = signed_in(client, Role.PARTNER, organisation=campaign.organisation)
    add_role(person, Role.ADMINISTRATOR)
    asked = quota.ask(campaign, by=person, calls=80, reason="launch")
    url = reverse("admin:campaigns_quotaraise_act", args=[asked.pk, "grant"])
    answer = client.post(url, {"note": "fine"})
    assert "somebody else" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"
