"""Exports: only what people agreed to, written down before the first byte leaves."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import AuditLine, Campaign, Role
from fusionsite.funnel.models import Step, add_one
from fusionsite.jobs.models import FusionJob
from fusionsite.results.models import Result
from tests.console.reading import rows_of, told
from tests.console.test_privacy import a_consent, a_lead, a_result
from tests.console.test_requests import a_job
from tests.factories import a_campaign, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def operator(client: Client, campaign: Campaign) -> Client:
    client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
    return client


def page(campaign: Campaign) -> str:
    return reverse("admin:export", args=[campaign.project_id])


def a_shown_picture(campaign: Campaign, **consent: Any) -> Result:
    """A picture whose owner has agreed to the gallery, unless `consent` says otherwise."""
    result = a_result(campaign)
    job = a_job(campaign, answer="link", result=result)
    agreed: dict[str, Any] = {"job": job, "gallery": True} | consent
    a_consent(campaign, **agreed)
    return result


def names_in(response: Any) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        return [name.split("/")[1].removesuffix(".jpg") for name in archive.namelist()]


def test_the_archive_holds_agreed_pictures_and_no_other(
    operator: Client, campaign: Campaign
) -> None:
    agreed = a_shown_picture(campaign)
    a_shown_picture(campaign, gallery=False)
    a_shown_picture(campaign, withdrawn_at=timezone.now())
    hidden, erased, ended = (a_shown_picture(campaign) for _number in range(3))
    now = timezone.now()
    Result.objects.filter(pk=hidden.pk).update(hidden_at=now)
    Result.objects.filter(pk=erased.pk).update(erased_at=now, erased_why="owner")
    Result.objects.filter(pk=ended.pk).update(expires_at=now - timedelta(seconds=1))
    a_shown_picture(a_campaign(account=campaign.account))
    assert "1 picture whose owner agreed" in told(operator.get(page(campaign)))
    file = operator.post(page(campaign), {"what": "pictures"})
    assert file.streaming
    assert file["Content-Type"] == "application/zip"
    assert names_in(file) == [agreed.key]


def test_a_picture_that_is_erased_meanwhile_is_left_out(
    operator: Client, campaign: Campaign
) -> None:
    gone, kept = a_shown_picture(campaign), a_shown_picture(campaign)
    storages["results"].delete(gone.file_name)
    assert names_in(operator.post(page(campaign), {"what": "pictures"})) == [kept.key]


def test_contact_details_are_of_those_who_ticked_and_have_not_taken_it_back(
    operator: Client, campaign: Campaign
) -> None:
    a_lead(campaign, name="=Lin")
    taken_back = a_lead(campaign, name="Ben")
    type(taken_back.consent).objects.filter(pk=taken_back.consent_id).update(contact=False)
    a_lead(campaign, name="Old", days_left=0)
    a_lead(a_campaign(), name="Foreign")
    rows = rows_of(operator.post(page(campaign), {"what": "leads"}))
    assert [row["name"] for row in rows] == ["'=Lin"]


def test_consents_say_which_words_and_lead_to_nobody(operator: Client, campaign: Campaign) -> None:
    a_consent(campaign, gallery=True)
    a_consent(campaign, withdrawn_at=timezone.now())
    rows = rows_of(operator.post(page(campaign), {"what": "consents"}))
    assert [row["gallery"] for row in rows] == ["True", "False"]
    assert [bool(row["withdrawn at"]) for row in rows] == [False, True]
    assert not {"name", "visitor", "address"} & set(rows[0])


def test_counts_are_by_day_jobs_and_steps_together(operator: Client, campaign: Campaign) -> None:
    a_job(campaign, charged=True)
    a_job(campaign, state=FusionJob.State.FAILED)
    a_job(campaign, created_at=timezone.now() - timedelta(days=2))
    add_one(campaign, Step.OPENED)
    add_one(campaign, Step.OPENED)
    rows = rows_of(operator.post(page(campaign), {"what": "counts"}))
    assert len(rows) == 2
    today = rows[1]
    assert (today["asked"], today["delivered"], today["refused"], today["charged"]) == (
        ("2", "1", "1", "1")
    )
    assert (today["opened"], today["saved"]) == ("2", "0")


@pytest.mark.parametrize("what", ["counts", "leads", "consents", "pictures"])
def test_each_is_written_down_and_refused_without_the_right(
    client: Client, campaign: Campaign, what: str
) -> None:
    client.force_login(a_person(Role.OPERATOR, organisation=campaign.organisation))
    client.post(page(campaign), {"what": what})
    assert AuditLine.objects.get(act="export").after == {"what": what}
    client.force_login(a_person(Role.AUDITOR))
    assert client.post(page(campaign), {"what": what}).status_code == 403
    client.force_login(a_person(Role.OPERATOR))
    assert client.post(page(campaign), {"what": what}).status_code == 404
    assert AuditLine.objects.filter(act="export").count() == 1


def test_reading_the_page_takes_nothing_along(operator: Client, campaign: Campaign) -> None:
    operator.get(page(campaign), {"what": "pictures"})
    assert not AuditLine.objects.filter(act="export").exists()


@pytest.mark.parametrize("what", ["", "everything", "../leads", "x" * 9000])
def test_there_is_no_other_file(operator: Client, campaign: Campaign, what: str) -> None:
    assert operator.post(page(campaign), {"what": what}).status_code == 404
    assert not AuditLine.objects.filter(act="export").exists()


def test_the_list_names_ones_own_campaigns(operator: Client, campaign: Campaign) -> None:
    foreign = a_campaign()
    html = operator.get(reverse("admin:exports")).content.decode()
    assert page(campaign) in html
    assert page(foreign) not in html
