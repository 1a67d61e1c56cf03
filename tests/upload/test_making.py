"""From the sent form to the picture, without any script; and what a script is answered."""

import io
import json
from uuid import uuid4

import numpy as np
import pytest
from django.conf import LazySettings
from django.test import Client
from numpy.typing import NDArray
from PIL import Image

from campaigns.models import Campaign
from fusionsite.jobs import execution, photos
from fusionsite.jobs.models import Consent, FusionJob
from fusionsite.results import storing
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.factories import a_campaign
from tests.pictures import file_of
from tests.upload.conftest import FACE, TWO_FACES, Send

pytestmark = pytest.mark.django_db

A_LETTER = b"hello, I am a letter"


def pixels_of(encoded: bytes) -> NDArray[np.uint8]:
    """The picture in coarse steps, so that compression alone changes little."""
    with Image.open(io.BytesIO(encoded)) as opened:
        return np.asarray(opened.convert("RGB")) // 32


def done() -> FusionJob:
    """The one job, worked on as a worker would."""
    job = FusionJob.objects.get()
    execution.execute(job.pk)
    job.refresh_from_db()
    return job


def test_the_page_asks_for_photo_and_consent(client: Client, material: Material) -> None:
    html = client.get(f"/c/lanterns/make/?model={material.model_id}").content.decode()
    assert 'enctype="multipart/form-data"' in html
    assert 'name="photo"' in html
    assert " checked" not in html
    assert 'name="consent_version" value="1"' in html


def test_a_single_scene_needs_no_choice(client: Client, material: Material) -> None:
    html = client.get("/c/lanterns/make/").content.decode()
    assert f'value="{material.model_id}"' in html


def test_an_unknown_scene_leads_to_the_grid(client: Client, material: Material) -> None:
    response = client.get("/c/lanterns/make/?model=qc_1_2_3")
    assert response["Location"] == "/c/lanterns/templates/"


def test_a_form_without_script_ends_at_the_picture(client: Client, send: Send) -> None:
    response = send()
    assert response.status_code == 303
    assert "In the queue" in client.get(response["Location"]).content.decode()
    done()
    shown = client.get(response["Location"], follow=True)
    assert shown.redirect_chain[-1][0].startswith("/p/")
    assert "There you are" in shown.content.decode()


def test_the_consent_is_kept_with_its_version(client: Client, send: Send) -> None:
    send(gallery="yes")
    consent = Consent.objects.get()
    assert (consent.text.version, consent.text.language) == (1, "en")
    assert (consent.gallery, consent.contact) == (True, False)


def test_the_same_key_twice_is_one_job(client: Client, send: Send) -> None:
    key = "0123456789abcdef" * 2
    first, second = send(idempotency_key=key), send(idempotency_key=key)
    assert first["Location"] == second["Location"]
    assert FusionJob.objects.count() == 1


def test_without_consent_nothing_is_kept(client: Client, send: Send) -> None:
    response = send(agrees=None)
    assert response.status_code == 409
    assert "Your consent is missing" in response.content.decode()
    assert not FusionJob.objects.exists()
    assert list(photos.held()) == []


def test_words_that_changed_must_be_read_again(client: Client, send: Send) -> None:
    response = send(consent_version="7")
    assert "The words have changed" in response.content.decode()


@pytest.mark.parametrize(
    ("answers", "status", "kept"),
    [
        ({}, 409, None),
        ({"age": "old"}, 303, (True, False)),
        ({"age": "young"}, 409, None),
        ({"age": "young", "guardian": "yes"}, 303, (False, True)),
        ({"age": "old", "guardian": "yes"}, 303, (True, False)),
    ],
)
def test_a_guardian_agrees_for_a_child(
    client: Client, send: Send, answers: dict[str, str], status: int, kept: tuple[bool, bool] | None
) -> None:
    Campaign.objects.update(age_rule=Campaign.AgeRule.GUARDIAN)
    assert "I am the parent or guardian" in client.get("/c/lanterns/make/").content.decode()
    assert send(**answers).status_code == status
    found = Consent.objects.values_list("of_age", "by_guardian").first()
    assert found == kept


def test_a_child_is_turned_away_kindly_where_children_may_not(client: Client, send: Send) -> None:
    Campaign.objects.update(age_rule=Campaign.AgeRule.REFUSE)
    html = client.get("/c/lanterns/make/").content.decode()
    assert "I am the parent or guardian" not in html
    response = send(age="young", guardian="yes")
    assert response.status_code == 409
    assert "This one is for people from 14" in response.content.decode()
    assert not FusionJob.objects.exists()
    assert list(photos.held()) == []
    assert send(age="old").status_code == 303


def test_a_name_is_written_into_the_picture_and_kept_nowhere(client: Client, send: Send) -> None:
    Campaign.objects.update(nickname=True)
    assert 'name="nickname"' in client.get("/c/lanterns/make/").content.decode()
    send(nickname="  Little  Ada ")
    named = done()
    assert "Ada" not in json.dumps(named.order)
    with_name = storing.read(Result.objects.get())
    send(photo=FACE + b" ")
    without = FusionJob.objects.exclude(pk=named.pk).get()
    execution.execute(without.pk)
    without.refresh_from_db()
    assert without.result is not None
    assert pixels_of(with_name).shape == pixels_of(storing.read(without.result)).shape
    differing = (pixels_of(with_name) != pixels_of(storing.read(without.result))).mean()
    assert 0.005 < differing < 0.2


def test_a_name_that_cannot_be_written_is_refused(client: Client, send: Send) -> None:
    Campaign.objects.update(nickname=True)
    response = send(nickname="Ada \U0001f600")
    assert "cannot be written into the picture" in response.content.decode()
    assert not FusionJob.objects.exists()


def test_a_campaign_without_names_draws_none(client: Client, send: Send) -> None:
    assert 'name="nickname"' not in client.get("/c/lanterns/make/").content.decode()
    send(nickname="Ada")
    assert done().order["nickname"] is False


def test_a_letter_is_not_a_photo(client: Client, send: Send) -> None:
    response = send(photo=A_LETTER)
    assert response.status_code == 422
    assert "Another file, please" in response.content.decode()


def test_a_form_without_photo_is_told_so(client: Client, send: Send) -> None:
    assert "A photo is missing" in send(photo=None).content.decode()


def test_a_photo_that_is_too_heavy_is_not_read(
    client: Client, send: Send, settings: LazySettings
) -> None:
    settings.FUSION_PHOTO_MAX_BYTES = 1000
    html = send().content.decode()
    assert "This file is too big" in html


def test_a_request_made_by_hand_is_turned_away(client: Client, send: Send) -> None:
    assert send(model_id=None).status_code == 400
    assert send(idempotency_key="../../etc/passwd").status_code == 400


def test_a_photo_without_a_face_is_refused_with_the_next_step(client: Client, send: Send) -> None:
    response = send(photo=file_of(np.full((300, 300, 3), 128, np.uint8)))
    done()
    html = client.get(response["Location"]).content.decode()
    assert "Face the camera" in html
    assert "Take it again" in html


def test_several_faces_come_back_as_boxes_to_choose_from(client: Client, send: Send) -> None:
    response = send(photo=TWO_FACES)
    done()
    answer = client.get(response["Location"], headers={"accept": "application/json"}).json()
    refusal = answer["refusal"]
    assert refusal["code"] == "several-faces"
    assert len(refusal["faces"]) == 2
    assert refusal["size"] == [960, 480]
    assert "Tap your face" in refusal["panel"]


def test_the_chosen_face_is_the_one_that_is_used(client: Client, send: Send) -> None:
    refused = send(photo=TWO_FACES)
    done()
    facts = client.get(refused["Location"], headers={"accept": "application/json"}).json()
    FusionJob.objects.all().delete()
    box = facts["refusal"]["faces"][1]
    send(photo=TWO_FACES, face=" ".join(map(str, box)))
    job = done()
    assert job.state == FusionJob.State.SUCCEEDED
    assert job.order["faces"][0]["box"]["left"] == box[0]


def test_a_face_that_is_no_box_is_refused(client: Client, send: Send) -> None:
    assert send(face="left").status_code == 422


def test_the_page_script_is_answered_in_json(client: Client, send: Send) -> None:
    address = send(json=True)["Location"]
    waiting = client.get(address, headers={"accept": "application/json"}).json()
    assert (waiting["state"], waiting["stage"], waiting["place"]) == ("queued", "waiting", 1)
    assert waiting["job_url"] == address
    done()
    ready = client.get(address, headers={"accept": "application/json"}).json()
    assert ready["result_url"].startswith("/p/")


def test_a_refusal_in_json_holds_its_facts_and_its_page(client: Client, send: Send) -> None:
    response = send(photo=A_LETTER, json=True)
    assert response.status_code == 422
    refusal = json.loads(response.content)["refusal"]
    assert refusal["code"] == "photo-not-a-picture"
    assert "<div" in refusal["panel"]


def test_cancelling_erases_the_photo_and_makes_nothing(client: Client, send: Send) -> None:
    address = send()["Location"]
    response = client.post(f"{address}cancel/", follow=True)
    assert "Cancelled" in response.content.decode()
    assert FusionJob.objects.get().state == FusionJob.State.CANCELLED
    assert list(photos.held()) == []


def test_cancelling_too_late_leads_to_the_picture(client: Client, send: Send) -> None:
    address = send()["Location"]
    done()
    assert client.post(f"{address}cancel/", follow=True).status_code == 200
    assert Result.objects.count() == 1


def test_a_job_cannot_be_guessed_or_seen_through_another_campaign(
    client: Client, send: Send
) -> None:
    address = send()["Location"]
    a_campaign(slug="other")
    assert client.get(f"/c/lanterns/jobs/{uuid4()}/").status_code == 404
    assert client.get(address.replace("lanterns", "other")).status_code == 404


def test_a_stranger_sees_the_picture_without_the_owners_tools(client: Client, send: Send) -> None:
    address = send()["Location"]
    done()
    stranger = Client()
    html = stranger.get(address, follow=True).content.decode()
    assert "Try it with my face" in html
    assert "Delete now" not in html


def test_too_fast_is_answered_with_the_time_to_wait(
    client: Client, send: Send, settings: LazySettings
) -> None:
    settings.FUSION_ADDRESS_RATE_PER_MIN = 1
    send()
    response = send(photo=FACE + b" ")
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert "One moment" in response.content.decode()


def test_a_paused_campaign_takes_no_photo(client: Client, send: Send) -> None:
    Campaign.objects.update(state=Campaign.State.PAUSED)
    response = send()
    assert response.status_code == 409
    assert "Back soon" in response.content.decode()
