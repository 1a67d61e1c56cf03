"""Results on an S3 server: kept, shown by a short-lived address, erased; and an S3 that fails."""

import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.storage import storages
from django.test import Client

from campaigns import ledger
from campaigns.admission import Caller
from campaigns.models import Hold
from fusionsite import settings as site_settings
from fusionsite.jobs import execution, photos
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import StorageFailed
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results import links, storing
from fusionsite.results.models import Result
from fusionsite.results.storing import MadePicture
from tests.factories import a_campaign, an_approved_material
from tests.live.s3 import S3Wire, own_s3
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db

JPEG = b"\xff\xd8\xff\xe0 not decoded by anything here \xff\xd9"
FACE = file_of(a_face_picture(480, 480, seed=2))
TIMEOUT_S = 0.3


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[S3Wire, str]]:
    with own_s3() as (address, bucket):
        wire = S3Wire(address)
        yield wire, bucket
        wire.close()


@pytest.fixture
def s3(
    server: tuple[S3Wire, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3Wire]:
    """Photos and results as the site's own settings put them there, behind a wire that fails."""
    wire, bucket = server
    for name, value in {
        "FUSION_S3_BUCKET": bucket,
        "FUSION_S3_ENDPOINT_URL": wire.url,
        "FUSION_S3_ACCESS_KEY": "test",
        "FUSION_S3_SECRET_KEY": "test",
        "FUSION_S3_TIMEOUT_S": TIMEOUT_S,
    }.items():
        monkeypatch.setattr(site_settings, name, value)
        setattr(settings, name, value)
    on_s3 = {alias: site_settings._storage(alias) for alias in ("photos", "results")}
    settings.STORAGES = {**settings.STORAGES, **on_s3}
    yield wire
    wire.fault = ""


def a_result() -> Result:
    campaign = a_campaign()
    result = storing.keep(
        MadePicture(JPEG, "image/jpeg", 810, 1080),
        key="aKeyThatNobodyGuesses",
        attempt=1,
        account_id=campaign.account_id,
        organisation_id=campaign.organisation_id,
        campaign=campaign,
        life=timedelta(days=7),
    )
    result.save()
    return result


def a_job() -> FusionJob:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")
    return submit(FusionRequest(caller, campaign, (Photo(encoded=FACE),), model_id=model_id))


@pytest.mark.usefixtures("s3")
def test_kept_read_and_erased() -> None:
    result = a_result()
    assert storing.read(result) == JPEG
    assert storing.erase(result, Result.Why.OWNER)
    with pytest.raises(FileNotFoundError):
        storing.read(result)


@pytest.mark.usefixtures("s3")
def test_link_leads_to_an_address_that_opens_for_a_minute(client: Client) -> None:
    result = a_result()
    answer = client.get(f"/r/{links.token_of(result)}")
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    signed = parse_qs(urlsplit(answer["Location"]).query)
    assert signed["X-Amz-Expires"] == ["60"] and signed["X-Amz-Signature"]
    with urllib.request.urlopen(answer["Location"]) as opened:
        assert opened.read() == JPEG
    storing.erase(result, Result.Why.OWNER)
    assert client.get(f"/r/{links.token_of(result)}").status_code == 410


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("visitor", "query", "headers"),
    [
        ("a visitor", "", {}),
        ("", "?download", {}),
        ("", "", {"sec-fetch-site": "same-origin"}),
    ],
)
def test_what_a_page_of_ours_asks_for_comes_from_this_site(
    client: Client, visitor: str, query: str, headers: dict[str, str]
) -> None:
    """The pages' policy lets them show pictures of this site alone."""
    result = a_result()
    Result.objects.filter(pk=result.pk).update(visitor=visitor)
    answer = client.get(f"/r/{links.token_of(result)}{query}", headers=headers)
    assert answer.status_code == 200 and answer.content == JPEG
    assert ("attachment" in answer["Content-Disposition"]) == (query == "?download")


@pytest.mark.usefixtures("s3")
def test_whole_job_with_photo_and_result_on_s3() -> None:
    job = a_job()
    assert str(job.public_id) in photos.held()
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == FusionJob.State.SUCCEEDED and job.result is not None
    assert storing.read(job.result)[:3] == b"\xff\xd8\xff"
    assert str(job.public_id) not in photos.held()


@pytest.mark.parametrize("fault", ["500", "hang"])
def test_s3_that_fails_gives_a_reason_and_the_money_back(
    s3: S3Wire, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job()
    real = storing.keep

    def failing(*args: Any, **kwargs: Any) -> Result:
        s3.fault = fault
        return real(*args, **kwargs)

    monkeypatch.setattr(storing, "keep", failing)
    execution.execute(job.pk)
    s3.fault = ""
    job.refresh_from_db()
    assert isinstance(job.refusal, StorageFailed) and job.leftovers
    assert not job.charged and not Result.objects.exists()
    assert not Hold.objects.filter(account=job.account, state=Hold.State.HELD).exists()
    assert ledger.adds_up(job.account)
    photos.erase_stale()  # the clock, once S3 is back
    assert str(job.public_id) not in photos.held()
    assert execution.clear_leftovers(job)
    assert not [name for name in storages["results"].listdir("")[0] if name == job.result_key[0]]


@pytest.mark.parametrize("fault", ["500", "hang"])
def test_photo_that_cannot_be_stored_is_refused_before_there_is_a_job(
    s3: S3Wire, fault: str
) -> None:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")
    s3.fault = fault
    with pytest.raises(StorageFailed):
        submit(FusionRequest(caller, campaign, (Photo(encoded=FACE),), model_id=model_id))
    assert not FusionJob.objects.exists() and not Hold.objects.exists()


def test_photo_that_cannot_be_read_is_the_storages_fault(s3: S3Wire) -> None:
    job = a_job()
    s3.fault = "500"
    execution.execute(job.pk)
    job.refresh_from_db()
    assert isinstance(job.refusal, StorageFailed) and not job.charged
