"""/metrics: every figure is read from the rows, and only friends may read it."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from campaigns.admission import Caller
from fusionsite.jobs import execution
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results.models import Result
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db
FACE = file_of(a_face_picture(480, 480, seed=2))


def figures(client: Client) -> dict[str, float]:
    """Sample name with labels to value; every line has the format's shape."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_tells_what_waits_was_made_was_refused_and_is_kept(client: Client) -> None:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")
    nobody = Photo(encoded=file_of(np.full((300, 300, 3), 128, np.uint8)))

    def put(photo: Photo) -> FusionJob:
        return submit(FusionRequest(caller, campaign, (photo,), model_id=model_id))

    made, refused = put(Photo(encoded=FACE)), put(nobody)
    execution.execute(made.pk)
    execution.execute(refused.pk)
    put(Photo(encoded=FACE))
    Heartbeat.objects.create(worker="one", engine="warp 1", beat_at=timezone.now())
    Heartbeat.objects.create(
        worker="gone", engine="warp 1", beat_at=timezone.now() - timedelta(minutes=5)
    )
    told = figures(client)
    assert told["fusion_jobs_waiting"] == 1
    assert told["fusion_jobs_at_work"] == 0
    assert told['fusion_jobs_ended{state="succeeded",door="demo"}'] == 1
    assert told['fusion_jobs_ended{state="failed",door="demo"}'] == 1
    refused.refresh_from_db()
    assert told[f'fusion_jobs_refused{{code="{refused.reason["code"]}"}}'] == 1  # type: ignore[index]
    assert told["fusion_photos_held"] == 1
    assert told["fusion_results_held"] == 1 and told["fusion_results_overdue"] == 0
    assert told["fusion_workers_alive"] == 1
    assert told['fusion_queue_seconds{quantile="0.95"}'] >= 0


def test_picture_past_its_end_is_overdue(client: Client) -> None:
    campaign = a_campaign()
    now = timezone.now()
    Result.objects.create(
        organisation=campaign.organisation,
        account=campaign.account,
        campaign=campaign,
        file_name="x.jpg",
        content_type="image/jpeg",
        width=1,
        height=1,
        byte_size=1,
        created_at=now - timedelta(hours=2),
        expires_at=now - timedelta(hours=1),
    )
    told = figures(client)
    assert told["fusion_results_overdue"] == 1
    assert told["fusion_results_oldest_seconds"] == pytest.approx(7200, abs=60)


def test_empty_site_has_figures_too(client: Client) -> None:
    told = figures(client)
    assert told["fusion_jobs_waiting"] == 0 and told["fusion_results_held"] == 0


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "2001:db8::1", ""])
def test_for_strangers_there_is_no_such_page(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


def test_networks_of_the_settings_may_read(client: Client, settings: Any) -> None:
    settings.FUSION_METRICS_FROM = ["10.1.0.0/16"]
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
