"""What is written down: the request id from door to worker, and never a photo or a secret."""

import base64
import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings as django_settings
from django.test import Client

from campaigns.models import Campaign
from fusionsite import settings as site_settings
from fusionsite.jobs import execution
from fusionsite.jobs.models import FusionJob
from tests.factories import a_campaign, a_credential, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db

MARKER = b"CANARY-IN-THE-PHOTO-9f3b"


def with_marker(photo: bytes) -> bytes:
    """A JPEG with a comment that can be found again."""
    comment = b"\xff\xfe" + (len(MARKER) * 3 + 2).to_bytes(2, "big") + MARKER * 3
    return photo[:2] + comment + photo[2:]


FACE = with_marker(file_of(a_face_picture(480, 480, seed=2)))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that any logger writes, in the form of the site's own settings."""
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    made: dict[str, Any] = {**site_settings.LOGGING["formatters"]["lines"]}  # type: ignore[index]
    # As in production, whatever a trial on this machine has chosen for its terminal.
    made["processors"] = [*made["processors"][:-1], structlog.processors.JSONRenderer()]
    handler.setFormatter(made.pop("()")(**made))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield sink
    root.removeHandler(handler)
    root.setLevel(before)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def sent(client: Client, campaign: Campaign, model_id: str) -> FusionJob:
    fields = {
        "model_id": model_id,
        "consent_version": "1",
        "consent_language": "en",
        "agrees": "yes",
        "photo": io.BytesIO(FACE),
    }
    answer = client.post(f"/c/{campaign.slug}/jobs/", fields)
    assert answer.status_code == 303
    return FusionJob.objects.get()


def test_request_id_goes_from_the_door_to_the_worker(
    client: Client, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = a_campaign()
    job = sent(client, campaign, an_approved_material(campaign).model_id)
    at_the_door = {line.get("request_id") for line in lines(written) if "request" in line}
    assert at_the_door == {job.request_id} and job.request_id
    written.seek(written.truncate(0))
    monkeypatch.setattr(execution, "_fuse", lambda *_: 1 / 0)
    execution.execute(job.pk)
    (broke,) = [line for line in lines(written) if line["level"] == "error"]
    assert broke["request_id"] == job.request_id
    assert broke["job"] == str(job.public_id) and broke["door"] == "upload"
    assert "ZeroDivisionError" in broke["exception"]


def test_worker_forgets_the_request_id_of_the_job_before(
    client: Client, written: io.StringIO
) -> None:
    campaign = a_campaign()
    job = sent(client, campaign, an_approved_material(campaign).model_id)
    execution.execute(job.pk)
    written.seek(written.truncate(0))
    logging.getLogger("fusionsite.jobs.tasks").warning("something else")
    assert "request_id" not in written.getvalue()


def test_no_photo_and_no_secret_is_ever_written(
    client: Client, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    made = a_credential(campaign.account)
    body = {
        "ProjectId": str(campaign.project_id),
        "ModelId": model_id,
        "RspImgType": "url",
        "MergeInfos": [{"Image": base64.b64encode(FACE).decode()}],
    }
    headers = {
        "X-TC-Action": "FuseFace",
        "X-TC-Version": "2022-09-27",
        "X-TC-Timestamp": "1",
        "Authorization": f"TC3-HMAC-SHA256 Credential={made.credential.secret_id}/2026-01-01/"
        f"facefusion/tc3_request, SignedHeaders=content-type;host, Signature={made.secret}",
    }
    client.post("/", json.dumps(body), content_type="application/json", headers=headers)
    monkeypatch.setattr(execution, "_finish", lambda picture, *_: picture[MARKER])
    execution.execute(sent(client, campaign, model_id).pk)
    said = written.getvalue()
    assert len(lines(written)) > 3
    for canary in (MARKER, base64.b64encode(MARKER * 3)[4:28], FACE[2000:2016].hex().encode()):
        assert canary.decode() not in said
    assert made.secret not in said
    assert str(django_settings.SECRET_KEY) not in said


def test_a_token_in_the_query_of_a_refused_call_is_not_written(
    client: Client, written: io.StringIO
) -> None:
    client.post("/v1/faceswap?token=fk_secret_token_in_the_query", b"{}", "application/json")
    assert "/v1/faceswap" in written.getvalue()
    assert "fk_secret_token" not in written.getvalue()
