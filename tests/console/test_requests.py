"""The request log: found by whatever is known, told to the end, never with a picture."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Campaign, Credential, Organisation, Role
from fusionsite.jobs.models import FusionJob
from fusionsite.requestlog.models import LoggedRequest
from tests.console.reading import told
from tests.factories import a_campaign, a_credential, a_person, add_role

pytestmark = pytest.mark.django_db
PAGE = "/console/requests/"


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def partner(client: Client, campaign: Campaign) -> Client:
    client.force_login(a_person(Role.PARTNER, organisation=campaign.organisation))
    return client


def a_call(organisation: Organisation | None, ago_s: float = 0, **fields: Any) -> LoggedRequest:
    facts = {
        "request_id": str(uuid.uuid4()),
        "at": timezone.now() - timedelta(seconds=ago_s),
        "door": "tencent_v3",
        "organisation": organisation,
        "status": 200,
        "took_ms": 120,
    }
    return LoggedRequest.objects.create(**facts | fields)


def a_job(campaign: Campaign, **fields: Any) -> FusionJob:
    now = timezone.now()
    facts = {
        "door": "tencent_v3",
        "organisation": campaign.organisation,
        "account": campaign.account,
        "campaign": campaign,
        "order": {},
        "link_life_s": 3600,
        "request_digest": "x",
        "created_at": now,
        "queued_at": now,
        "started_at": now + timedelta(seconds=0.25),
        "finished_at": now + timedelta(seconds=1),
        "state": FusionJob.State.SUCCEEDED,
        "answer": FusionJob.Answer.BYTES,
    }
    return FusionJob.objects.create(**facts | fields)


class TestSearch:
    @pytest.mark.parametrize(
        "query",
        [
            {"request_id": "the-one"},
            {"request_id": " the-one "},
            {"door": "jd_morph"},
            {"code": "NoFace"},
            {"outcome": "refused"},
        ],
    )
    def test_a_call_is_found_by_what_is_known_of_it(
        self, partner: Client, campaign: Campaign, query: dict[str, str]
    ) -> None:
        a_call(campaign.organisation, request_id="another")
        a_call(campaign.organisation, request_id="the-one", door="jd_morph", code="NoFace")
        said = told(partner.get(PAGE, query))
        assert "the-one" in said
        assert "another" not in said

    def test_by_campaign_by_key_and_by_what_was_charged(
        self, partner: Client, campaign: Campaign
    ) -> None:
        key = a_credential(campaign.account).credential
        wanted: dict[str, Any] = {"campaign": campaign, "credential": key, "charged": True}
        a_call(campaign.organisation, request_id="the-one", **wanted)
        a_call(campaign.organisation, request_id="another")
        for query in (
            {"campaign": campaign.project_id},
            {"key": key.secret_id},
            {"outcome": "charged"},
        ):
            said = told(partner.get(PAGE, query))
            assert "the-one" in said
            assert "another" not in said

    def test_by_day(self, partner: Client, campaign: Campaign) -> None:
        a_call(campaign.organisation, request_id="today")
        a_call(campaign.organisation, ago_s=3 * 86_400, request_id="before")
        today = timezone.localdate()
        said = told(partner.get(PAGE, {"first": today.isoformat()}))
        assert "today" in said
        assert "before" not in said
        until = told(partner.get(PAGE, {"last": (today - timedelta(days=1)).isoformat()}))
        assert "before" in until

    def test_pages_follow_each_other_without_a_gap_and_without_a_repeat(
        self, partner: Client, campaign: Campaign
    ) -> None:
        at = timezone.now()
        made = {a_call(campaign.organisation, at=at).request_id for _number in range(30)}
        made |= {a_call(campaign.organisation, ago_s=n + 1).request_id for n in range(90)}
        seen: list[str] = []
        url = PAGE
        while url:
            page = partner.get(url)
            seen += [line.request_id for line in page.context["lines"]]
            older = page.context["older"]
            url = f"{PAGE}?before={older.replace('+', '%2B')}" if older else ""
        assert len(seen) == 120
        assert set(seen) == made

    @pytest.mark.parametrize(
        "query",
        [
            {"first": "yesterday"},
            {"campaign": "x"},
            {"campaign": "9" * 40},
            {"request_id": "x" * 65},
            {"outcome": "gold"},
            {"door": "back"},
            {"before": "yesterday,1"},
            {"before": ","},
            {"before": "2026-01-01T00:00:00,x"},
            {"first": "2026-02-02", "last": "2026-02-01"},
        ],
    )
    def test_what_makes_no_sense_gets_a_sentence(
        self, partner: Client, query: dict[str, str]
    ) -> None:
        response = partner.get(PAGE, query)
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()

    @pytest.mark.parametrize("hostile", ["' OR 1=1 --", "%", "<script>alert(1)</script>"])
    def test_hostile_words_find_nothing_and_do_nothing(
        self, partner: Client, campaign: Campaign, hostile: str
    ) -> None:
        a_call(campaign.organisation, request_id="another")
        response = partner.get(PAGE, {"request_id": hostile, "code": hostile, "key": hostile})
        assert "No call fits" in told(response)
        assert "<script>alert" not in response.content.decode()


class TestWhose:
    def test_only_ones_own_organisations_calls(self, partner: Client, campaign: Campaign) -> None:
        foreign = a_call(a_campaign().organisation, request_id="foreign")
        unknown = a_call(None, request_id="unknown-key")
        said = told(partner.get(PAGE))
        assert "foreign" not in said
        assert "unknown-key" not in said
        for line in (foreign, unknown):
            assert partner.get(reverse("admin:request_page", args=[line.pk])).status_code == 404

    def test_two_organisations_are_merged_by_time(self, client: Client) -> None:
        here, there = a_campaign().organisation, a_campaign().organisation
        person = a_person(Role.PARTNER, organisation=here)
        add_role(person, Role.PARTNER, there)
        a_call(here, 30, request_id="third")
        a_call(there, 20, request_id="second")
        a_call(here, 10, request_id="first")
        client.force_login(person)
        found = client.get(PAGE).context["lines"]
        assert [line.request_id for line in found] == ["first", "second", "third"]

    def test_an_auditor_sees_wrong_keys_too(self, client: Client) -> None:
        a_call(None, request_id="unknown-key", code="AuthFailure")
        client.force_login(a_person(Role.AUDITOR))
        assert "unknown-key" in told(client.get(PAGE))

    def test_a_key_of_another_organisation_finds_nothing(
        self, partner: Client, campaign: Campaign
    ) -> None:
        foreign: Credential = a_credential().credential
        a_call(campaign.organisation)
        assert "No call fits" in told(partner.get(PAGE, {"key": foreign.secret_id}))


class TestDetail:
    def told_of(self, client: Client, line: LoggedRequest) -> str:
        return told(client.get(reverse("admin:request_page", args=[line.pk])))

    def test_a_paid_picture_shows_its_ledger_lines(
        self, partner: Client, campaign: Campaign
    ) -> None:
        job = a_job(campaign, charged=True)
        ledger.hold(campaign.account, reference=job.reference, campaign=campaign)
        ledger.capture(job.reference)
        line = a_call(campaign.organisation, job=job.public_id, charged=True)
        said = self.told_of(partner, line)
        assert "Charged. Paid from the balance." in said
        assert "Held for a picture" in said
        assert "− ¥ 0.10" in said
        assert "0.25 s" in said
        assert "¥ 999.90" not in said  # the balance is finance's

    def test_finance_figures_are_for_who_may_see_the_ledger(
        self, client: Client, campaign: Campaign
    ) -> None:
        job = a_job(campaign, charged=True)
        ledger.hold(campaign.account, reference=job.reference, campaign=campaign)
        ledger.capture(job.reference)
        line = a_call(campaign.organisation, job=job.public_id)
        client.force_login(a_person(Role.AUDITOR))
        assert "¥ 999.90" in self.told_of(client, line)

    def test_a_refused_job_says_why_and_that_nothing_was_charged(
        self, partner: Client, campaign: Campaign
    ) -> None:
        job = a_job(campaign, state=FusionJob.State.FAILED)
        ledger.hold(campaign.account, reference=job.reference, campaign=campaign)
        ledger.release(job.reference)
        line = a_call(campaign.organisation, job=job.public_id, code="NoFace")
        said = self.told_of(partner, line)
        assert "Not charged. No picture was delivered, so what was held went back." in said

    def test_a_call_without_a_job_was_refused_before_any_work(
        self, partner: Client, campaign: Campaign
    ) -> None:
        line = a_call(campaign.organisation, code="AuthFailure")
        said = self.told_of(partner, line)
        assert "The call made no job." in said
        assert "refused before any work" in said

    def test_no_page_holds_a_picture(self, partner: Client, campaign: Campaign) -> None:
        job = a_job(campaign)
        line = a_call(campaign.organisation, job=job.public_id)
        html = partner.get(reverse("admin:request_page", args=[line.pk])).content.decode()
        assert "<img" not in html.split('id="console"')[1]

    def test_a_job_of_another_organisation_is_not_told(
        self, partner: Client, campaign: Campaign
    ) -> None:
        foreign = a_job(a_campaign())
        line = a_call(campaign.organisation, job=foreign.public_id)
        assert str(foreign.public_id) not in self.told_of(partner, line)


@pytest.mark.parametrize("calls", [1, 45])
def test_the_list_costs_the_same_for_one_and_for_many(
    partner: Client, campaign: Campaign, django_assert_max_num_queries: Any, calls: int
) -> None:
    key = a_credential(campaign.account).credential
    for number in range(calls):
        a_call(campaign.organisation, number, campaign=campaign, credential=key)
    partner.get(PAGE)
    with django_assert_max_num_queries(16):
        assert partner.get(PAGE).status_code == 200
