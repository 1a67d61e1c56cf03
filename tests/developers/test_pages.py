"""Who may open the developers' pages, what stands on them, and what never does."""

import json
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns import audit
from campaigns.models import AuditLine, Campaign, Credential, Organisation, Person, Role
from fusionsite.api.errors import TABLE
from fusionsite.developers.calls import OPERATIONS
from fusionsite.developers.guides import guides
from fusionsite.developers.snippets import SECRET_HERE
from fusionsite.developers.urls import urlpatterns
from fusionsite.dialects.aigs.errors import SAID
from fusionsite.dialects.jd.errors import BUSINESS, SYSTEM
from fusionsite.dialects.tencent_fuseapi.errors import CODES as RETS
from fusionsite.dialects.tencent_v3.errors import CODES
from tests.dialects.transcripts import forget_counts
from tests.factories import a_campaign, a_credential, a_person, an_account, an_approved_material

pytestmark = pytest.mark.django_db
EVERYBODY = set(Role)
KEEPERS = {Role.PARTNER, Role.ADMINISTRATOR}
# Every address of this room, and whom it lets in; others get 403.
WHO_MAY = {
    "index": EVERYBODY,
    "guides": EVERYBODY,
    "guide": EVERYBODY,
    "webhooks": EVERYBODY,
    "sample": EVERYBODY,
    "start": KEEPERS,
    "explorer": KEEPERS,
    "checker": KEEPERS,
    "simulator": KEEPERS,
}
ARGUMENTS = {"guide": ["tencent-v3"], "sample": ["me.jpg"]}


def address(name: str) -> str:
    return reverse(f"developers:{name}", args=ARGUMENTS.get(name, []))


def a_browser(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(is_staff=True)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def partner(settings: LazySettings) -> Person:
    settings.FUSION_BASE_URL = "http://testserver"
    return a_person(Role.PARTNER, organisation=an_account().organisation)


def home(partner: Person) -> Organisation:
    organisation = partner.memberships.get().organisation
    assert organisation is not None
    return organisation


def test_every_address_of_the_room_is_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(WHO_MAY)


@pytest.mark.parametrize("role", Role)
def test_who_may_open_what(role: Role, subtests: pytest.Subtests) -> None:
    client = a_browser(a_person(role))
    for name, roles in WHO_MAY.items():
        with subtests.test(name):
            assert client.get(address(name)).status_code == (200 if role in roles else 403)


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    for name in WHO_MAY:
        answer = client.get(address(name))
        assert answer.status_code == 302 and "login" in answer["Location"]


# --- Guides ----------------------------------------------------------------------------------


def test_no_code_is_missing_from_the_guides() -> None:
    told = {guide.slug: {mistake.code for mistake in guide.mistakes} for guide in guides()}
    assert told["tencent-v3"] == set(CODES)
    assert told["fuseapi"] == set(RETS)
    assert told["jd"] == set(SYSTEM) | {str(status) for status in BUSINESS}
    assert told["own-api"] == {kind.code for kind in TABLE}
    assert told["aigs"] == {said.code for said in SAID.values()}


def test_every_code_has_its_own_anchor_a_cause_and_a_remedy_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for guide in guides():
                anchors = [mistake.anchor for mistake in guide.mistakes]
                assert len(set(anchors)) == len(anchors)
                for mistake in guide.mistakes:
                    assert str(mistake.cause), mistake.code
                    assert str(mistake.remedy) or not mistake.word, mistake.code


def test_guides_open_for_every_protocol_and_show_every_anchor(partner: Person) -> None:
    client = a_browser(partner)
    for guide in guides():
        page = client.get(reverse("developers:guide", args=[guide.slug])).content.decode()
        for mistake in guide.mistakes:
            assert f'id="{mistake.anchor}"' in page
    assert client.get(reverse("developers:guide", args=["nothing"])).status_code == 404


# --- First steps -----------------------------------------------------------------------------


def start(client: Client, account: Any, door: str, **more: str) -> Any:
    fields = {"account": account.pk, "door": door, "name": "first", "sandbox": "on"} | more
    return client.post(address("start"), fields)


def test_a_key_is_made_with_its_sandbox_and_shown_once_in_filled_programs(
    partner: Person,
) -> None:
    client, account = a_browser(partner), an_account(organisation=home(partner))
    answer = start(client, account, "tencent_v3")
    key = Credential.objects.get()
    sandbox = Campaign.objects.get(sandbox=True)
    assert list(key.campaigns.all()) == [sandbox]
    page = answer.content.decode()
    secret = re.search(r'id="secret"[^>]*>([^<]+)<', page)
    assert secret and secret[1] in page
    assert str(sandbox.project_id) in page and SECRET_HERE not in page
    assert "no-store" in answer["Cache-Control"]
    again = client.get(address("start"), {"key": key.secret_id}).content.decode()
    assert secret[1] not in again and SECRET_HERE in again


def test_a_third_key_is_refused_and_nothing_typed_is_lost(partner: Person) -> None:
    client, account = a_browser(partner), an_account(organisation=home(partner))
    for _ in range(2):
        assert b'id="secret"' in start(client, account, "jd_morph").content
    page = start(client, account, "jd_morph", name="my third").content.decode()
    assert 'role="alert"' in page and "my third" in page
    assert Credential.objects.count() == 2


def test_another_organisations_account_cannot_be_chosen(partner: Person) -> None:
    page = start(a_browser(partner), an_account(), "aigs").content.decode()
    assert "errorlist" in page and not Credential.objects.exists()


# --- Explorer --------------------------------------------------------------------------------


@pytest.fixture
def ground(partner: Person, run_jobs_at_once: None) -> tuple[Client, Campaign]:
    account = an_account(organisation=home(partner))
    campaign = a_campaign(account=account)
    an_approved_material(campaign)
    return a_browser(partner), campaign


def explore(client: Client, slug: str, **fields: Any) -> Any:
    forget_counts()
    return client.post(f"{address('explorer')}?call={slug}", fields)


def a_key(campaign: Campaign, operation: Any) -> tuple[Credential, str]:
    kinds = {
        "tencent": "tencent",
        "fuseapi": "tencent",
        "jd": "jd",
        "aigs": "bearer",
        "api": "hmac",
    }
    made = a_credential(
        campaign.account,
        kind=next(kind for door, kind in kinds.items() if door in str(operation.door)),
        dialects=[operation.door],
    )
    return made.credential, made.secret


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_every_operation_is_served_from_the_page(
    ground: tuple[Client, Campaign], operation: Any
) -> None:
    client, campaign = ground
    key, secret = a_key(campaign, operation)
    material = campaign.materials.get()
    fields = {
        "key": key.pk,
        "token": secret,
        "campaign": str(campaign.project_id),
        "material": f"{campaign.project_id}:{material.model_id}",
        "photo": "visitor_a.jpg",
        "template": "old_master.jpg",
        "answer": "url",
    }
    answer = explore(client, operation.slug, **fields)
    shown = answer.context["shown"]
    assert shown and shown.went_well, (shown and shown.body, answer.context["form"].errors)
    page = answer.content.decode()
    assert secret not in page and shown.took_ms >= 0
    assert "state-ok" in page


def test_a_wrong_call_shows_the_doors_own_error_and_is_in_the_trail(
    ground: tuple[Client, Campaign],
) -> None:
    client, campaign = ground
    operation = next(op for op in OPERATIONS if op.slug == "v3-2022-FuseFace")
    key, _secret = a_key(campaign, operation)
    material = campaign.materials.get()
    answer = explore(
        client,
        operation.slug,
        key=key.pk,
        material=f"{campaign.project_id}:{material.model_id}",
        photo="noface.jpg",
        answer="base64",
    )
    shown = answer.context["shown"]
    assert not shown.went_well and "NoFaceDetected" in shown.body
    line = AuditLine.objects.get(act="explorer.call")
    assert line.after == {"operation": operation.slug}


def test_fields_of_ones_own_go_before_ours_and_broken_json_is_told(
    ground: tuple[Client, Campaign],
) -> None:
    client, campaign = ground
    operation = next(op for op in OPERATIONS if op.slug == "v3-2022-DescribeMaterialList")
    key, _secret = a_key(campaign, operation)
    fields = {"key": key.pk, "campaign": str(campaign.project_id)}
    shown = explore(client, operation.slug, **fields, more='{"Limit": 99}').context["shown"]
    assert "ParameterValueError" in shown.body
    form = explore(client, operation.slug, **fields, more="{").context["form"]
    assert "more" in form.errors


def test_another_organisations_key_cannot_be_called_with(ground: tuple[Client, Campaign]) -> None:
    client, _campaign = ground
    operation = OPERATIONS[0]
    key, _secret = a_key(a_campaign(), operation)
    answer = explore(client, operation.slug, key=key.pk, photo="visitor_a.jpg")
    assert "key" in answer.context["form"].errors and answer.context["shown"] is None


# --- Errors on purpose -----------------------------------------------------------------------


def test_an_error_is_provoked_with_one_press(ground: tuple[Client, Campaign]) -> None:
    client, campaign = ground
    operation = next(op for op in OPERATIONS if op.slug == "v3-2022-FuseFace")
    key, _secret = a_key(campaign, operation)
    word = "simulate.ResourceUnavailable.Freeze"
    fields = {"key": key.pk, "call": operation.slug, "word": word}
    answer = client.post(f"{address('simulator')}?guide=tencent-v3", fields)
    body = json.loads(answer.context["shown"].body)
    assert body["Response"]["Error"]["Code"] == "ResourceUnavailable.Freeze"
    nonsense = client.post(f"{address('simulator')}?guide=tencent-v3", {**fields, "word": "x"})
    assert nonsense.status_code == 200 and nonsense.context.get("shown") is None


def test_trail_lines_name_no_secret() -> None:
    key = a_credential()
    audit.record("explorer.call", key.credential, by=None, after={"operation": "x"})
    assert key.secret not in str(AuditLine.objects.values())
