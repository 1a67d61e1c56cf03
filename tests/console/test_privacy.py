"""Privacy: what is held now, for how long, and whether erasure keeps its word."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import AuditLine, Campaign, ConsentText, Role
from fusionsite.jobs import erasure
from fusionsite.jobs.models import Consent, Lead
from fusionsite.results import erasing
from fusionsite.results.models import ErasureRun, Result
from tests.console.reading import told
from tests.console.test_requests import a_job
from tests.factories import a_campaign, a_person

pytestmark = pytest.mark.django_db
PAGE = "/console/privacy/"
RUN = "/console/privacy/erase/run/"


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(a_person(Role.ADMINISTRATOR, username="root"))
    return client


def a_result(campaign: Campaign, *, days_left: float = 7, **fields: Any) -> Result:
    now = timezone.now()
    name = storages["results"].save("aa/picture.jpg", ContentFile(b"picture"))
    facts = {
        "organisation": campaign.organisation,
        "account": campaign.account,
        "campaign": campaign,
        "file_name": name,
        "content_type": "image/jpeg",
        "width": 10,
        "height": 10,
        "byte_size": 7,
        "created_at": now - timedelta(days=8),
        "expires_at": now + timedelta(days=days_left),
    }
    return Result.objects.create(**facts | fields)


def a_consent(campaign: Campaign, *, days_ago: float = 0, **fields: Any) -> Consent:
    text = ConsentText.objects.filter(campaign=campaign)[0]
    given_at = timezone.now() - timedelta(days=days_ago)
    facts = {"campaign": campaign, "text": text, "use_photo": True, "given_at": given_at}
    return Consent.objects.create(**facts | fields)


def a_lead(campaign: Campaign, *, days_left: int = 30, **fields: Any) -> Lead:
    agreed = a_consent(campaign, contact=True)
    now = timezone.now()
    purge_on = timezone.localdate() + timedelta(days=days_left)
    facts = {"name": "Lin", "reach": "lin@example.org", "left_at": now, "purge_on": purge_on}
    return Lead.objects.create(campaign=campaign, consent=agreed, **facts | fields)


class TestFigures:
    def test_nothing_held_reads_nothing(self, administrator: Client) -> None:
        said = told(administrator.get(PAGE))
        assert "Visitors' photos held now 0 as it should be" in said
        assert "Nothing is held too long" in said

    def test_a_photo_that_is_held_is_counted_and_named(
        self, administrator: Client, campaign: Campaign
    ) -> None:
        job = a_job(campaign)
        storages["photos"].save(f"jobs/{job.public_id}/photo", ContentFile(b"face"))
        said = told(administrator.get(PAGE))
        assert "Visitors' photos held now 1 being used; gone within 10 min" in said
        assert "Something waits to be erased" in said

    def test_people_are_counted_once_and_measured_against_the_threshold(
        self, administrator: Client, campaign: Campaign, settings: Any
    ) -> None:
        settings.FUSION_FILING_THRESHOLD = 5
        for visitor in ("ana", "ana", "ben", "", ""):
            a_result(campaign, visitor=visitor)
        a_result(campaign, visitor="gone", erased_at=timezone.now(), erased_why="expired")
        html = administrator.get(PAGE).content.decode()
        assert 'aria-label="4 of 5 people"' in html
        assert "Pictures held 5" in told(administrator.get(PAGE))

    def test_an_organisation_sees_its_own_only(self, client: Client, campaign: Campaign) -> None:
        a_result(campaign)
        a_lead(campaign)
        a_result(a_campaign())
        ErasureRun.objects.create(kind="results", at=timezone.now(), erased=77)
        client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
        said = told(client.get(PAGE))
        assert "Pictures held 1" in said
        assert "Contact details 1" in said
        assert "77" not in said
        assert RUN not in client.get(PAGE).content.decode()

    def test_what_could_not_be_erased_is_listed(
        self, administrator: Client, campaign: Campaign
    ) -> None:
        a_result(campaign, days_left=-1, erase_failures=3)
        said = told(administrator.get(PAGE))
        assert "3 attempts failed" in said
        assert "1 picture is past its link's end" in said


class TestErasing:
    def test_by_hand_everything_due_goes_and_nothing_else(
        self, administrator: Client, campaign: Campaign
    ) -> None:
        due, live = a_result(campaign, days_left=-1), a_result(campaign)
        old_lead, lead = a_lead(campaign, days_left=-1), a_lead(campaign)
        answer = administrator.post(RUN, follow=True)
        assert "Erased what was due" in told(answer)
        assert not Result.objects.filter(erased_at=None, pk=due.pk).exists()
        assert Result.objects.filter(erased_at=None, pk=live.pk).exists()
        assert list(Lead.objects.all()) == [lead]
        assert old_lead.pk != lead.pk
        runs = {run.kind: run.erased for run in ErasureRun.objects.all()}
        assert runs == {"photos": 0, "results": 1, "leads": 1, "consents": 0}
        assert AuditLine.objects.filter(act="erasure_run", by__username="root").count() == 4
        assert "root" in told(administrator.get(PAGE))

    def test_a_storage_that_fails_is_a_failure_in_the_book_and_tried_again(
        self, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_result(campaign, days_left=-1)

        def broken(_self: object, _name: str) -> None:
            raise OSError("no room")

        with monkeypatch.context() as away:
            away.setattr(type(storages["results"]), "delete", broken)
            run = erasing.erase_due(timezone.now())
        assert (run.erased, run.failed) == (0, 1)
        again = erasing.erase_due(timezone.now())
        assert (again.erased, again.failed) == (1, 0)
        assert ErasureRun.objects.count() == 2

    def test_the_clock_writes_nothing_when_there_is_nothing(self) -> None:
        erasing.erase_due(timezone.now())
        erasure.erase_consents(timezone.now())
        assert not ErasureRun.objects.exists()

    def test_consents_go_when_their_time_is_over_and_their_picture_is_gone(
        self, campaign: Campaign
    ) -> None:
        kept_days = campaign.organisation.consent_kept_days
        young = a_consent(campaign, days_ago=kept_days - 1)
        a_consent(campaign, days_ago=kept_days + 1)
        job = a_job(campaign, answer="link", result=a_result(campaign))
        with_picture = a_consent(campaign, days_ago=kept_days + 1, job=job)
        assert erasure.erase_consents(timezone.now()).erased == 1
        assert set(Consent.objects.all()) == {young, with_picture}

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
    def test_a_hand_made_post_without_the_right_erases_nothing(
        self, client: Client, campaign: Campaign, role: Role
    ) -> None:
        a_result(campaign, days_left=-1)
        client.force_login(a_person(role, organisation=campaign.organisation))
        assert client.post(RUN).status_code == 403
        assert Result.objects.filter(erased_at=None).exists()


class TestPeriods:
    def url(self, campaign: Campaign) -> str:
        return reverse("admin:retention", args=[campaign.organisation_id, "consents"])

    def test_a_period_is_set_with_its_reason(
        self, administrator: Client, campaign: Campaign
    ) -> None:
        administrator.post(self.url(campaign), {"days": "200", "why": "the contract says so"})
        campaign.organisation.refresh_from_db()
        assert campaign.organisation.consent_kept_days == 200
        line = AuditLine.objects.get(act="retention_set")
        assert (line.before, line.after) == (
            {"consent_kept_days": 365},
            {"consent_kept_days": 200},
        )
        assert "200 days" in told(administrator.get(PAGE))

    @pytest.mark.parametrize(
        "typed",
        [
            {"days": "182", "why": "a"},
            {"days": "0", "why": "a"},
            {"days": "-3", "why": "a"},
            {"days": "99999999999999999999", "why": "a"},
            {"days": "long", "why": "a"},
            {"days": "200", "why": " "},
        ],
    )
    def test_what_cannot_be_changes_nothing(
        self, administrator: Client, campaign: Campaign, typed: dict[str, str]
    ) -> None:
        response = administrator.post(self.url(campaign), typed)
        assert "errorlist" in response.content.decode()
        campaign.organisation.refresh_from_db()
        assert campaign.organisation.consent_kept_days == 365

    def test_an_operator_reads_the_periods_and_sets_none(
        self, client: Client, campaign: Campaign
    ) -> None:
        client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
        assert "365 days" in told(client.get(PAGE))
        typed = {"days": "200", "why": "a"}
        assert client.post(self.url(campaign), typed).status_code == 403


@pytest.mark.parametrize("results", [1, 30])
def test_the_page_costs_the_same_for_one_and_for_many(
    administrator: Client, campaign: Campaign, django_assert_max_num_queries: Any, results: int
) -> None:
    for number in range(results):
        a_result(campaign, visitor=str(number), erase_failures=number % 2)
    administrator.get(PAGE)
    with django_assert_max_num_queries(24):
        assert administrator.get(PAGE).status_code == 200
