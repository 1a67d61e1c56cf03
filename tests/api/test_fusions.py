"""Fusions: made at once or later, watched, cancelled, erased, made once per key."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Campaign
from fusionsite.jobs import execution, photos, submission
from fusionsite.jobs.models import FusionJob
from tests.api.asking import ask, form
from tests.api.conftest import World
from tests.dialects.world import base64_of, picture
from tests.factories import an_approved_material


def a_fusion(world: World, **changes: Any) -> dict[str, Any]:
    """A body that works; None takes a field away."""
    plain = {
        "campaign": world.campaign.project_id,
        "material": world.material.model_id,
        "photos": [{"base64": base64_of("face.jpg")}],
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


@pytest.fixture
def nobody_works(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs stay in the queue."""
    monkeypatch.setattr(submission, "enqueue", lambda _job: None)


@pytest.mark.usefixtures("pictures_in_memory")
def test_a_fusion_is_made_and_its_picture_opens(world: World) -> None:
    said = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token)
    made = said.json
    assert said.status == 201 and said.headers["Location"] == made["url"]
    assert said.headers["Preference-Applied"] == "wait=5"
    assert (made["state"], made["problem"]) == ("succeeded", None)
    assert made["charge"] == {"charged": True, "why": "balance", "amount_fen": 10}
    assert made["request_id"] == said.headers["X-Request-Id"]
    shown = Client().get(made["picture"]["url"].removeprefix("http://127.0.0.1:8000"))
    assert shown.status_code == 200 and len(shown.content) == made["picture"]["bytes"]
    assert abs(made["picture"]["expires_in_s"] - world.campaign.link_life_s) < 5


def test_asking_again_says_the_same_and_then_304(world: World) -> None:
    made = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token).json
    again = ask("GET", made["url"], token=world.token)
    assert again.json["picture"]["url"] == made["picture"]["url"]
    tag = ask("GET", made["url"], token=world.token).headers["ETag"]
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        same = ask("GET", made["url"], token=world.token, headers={"If-None-Match": tag})
    assert (same.status, same.body) == (304, b"")


def test_a_job_that_takes_longer_is_accepted_and_tells_how_far_it_is(
    world: World, nobody_works: None
) -> None:
    said = ask("POST", "/fusions", a_fusion(world), token=world.token)
    job = said.json
    assert (said.status, job["state"], job["stage"], job["place"]) == (202, "queued", "waiting", 1)
    assert job["charge"] == {"charged": False, "why": "held", "amount_fen": 0}
    assert job["seconds_left"] >= 0 and said.headers["Retry-After"] == "1"
    second = ask("POST", "/fusions", a_fusion(world), token=world.token).json
    assert ask("GET", second["url"], token=world.token).json["place"] == 2
    picture_said = ask("GET", f"{job['url']}/picture", token=world.token)
    assert (picture_said.status, picture_said.json["code"]) == (409, "picture-not-ready")


def test_a_wait_that_is_over_leaves_the_job_running(
    world: World, nobody_works: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "wait_for", lambda _job, seconds: seconds == 2)
    for path, headers in (("/fusions?wait=2", {}), ("/fusions", {"Prefer": "wait=2"})):
        said = ask("POST", path, a_fusion(world), token=world.token, headers=headers)
        assert said.status == 202 and said.headers["Preference-Applied"] == "wait=2"
    assert FusionJob.objects.waiting().count() == 2


@pytest.mark.parametrize("text", ["-1", "16", "1.5", "x", "", "99999999999"])
def test_a_wait_that_is_none_is_refused_before_anything_is_made(world: World, text: str) -> None:
    said = ask("POST", f"/fusions?wait={text}", a_fusion(world), token=world.token)
    assert (said.status, said.json["errors"][0]["field"]) == (400, "wait")
    assert not FusionJob.objects.exists()


def test_a_fusion_that_fails_is_a_problem_with_its_figures_and_costs_nothing(
    world: World,
) -> None:
    before = ledger.balance(world.account)
    photo = {"base64": base64_of("noface.jpg")}
    said = ask("POST", "/fusions?wait=5", a_fusion(world, photos=[photo]), token=world.token)
    problem = said.json
    assert (said.status, problem["code"], problem["charged"]) == (422, "no-face", False)
    assert said.headers["Content-Type"] == "application/problem+json"
    assert problem["errors"][0]["field"] == "photos[0]" and problem["advice"]
    job = ask("GET", f"/fusions/{problem['job']}", token=world.token).json
    assert (job["state"], job["problem"]["code"]) == ("failed", "no-face")
    assert job["charge"]["why"] == "released"
    assert ledger.balance(world.account) == before


def test_a_photo_that_is_too_small_says_measured_and_limit(world: World) -> None:
    photo = {"base64": base64_of("tiny.jpg")}
    problem = ask("POST", "/fusions", a_fusion(world, photos=[photo]), token=world.token).json
    assert (problem["code"], problem["measured"], problem["limit"]) == ("photo-too-small", 40, 64)


def test_the_answer_can_be_bytes_which_are_not_kept(world: World) -> None:
    body = a_fusion(world, answer="bytes", format="PNG")
    said = ask("POST", "/fusions?wait=5", body, token=world.token).json
    assert b64decode(said["picture"]["base64"])[:4] == b"\x89PNG"
    assert said["picture"]["content_type"] == "image/png" and said["picture"]["url"] is None
    again = ask("GET", said["url"], token=world.token).json
    assert again["state"] == "succeeded" and again["picture"] is None
    gone = ask("GET", f"{said['url']}/picture", token=world.token)
    assert (gone.status, gone.json["code"]) == (410, "picture-gone")
    assert not list(photos.held())


def test_bytes_of_a_job_that_was_not_waited_for_are_fetched_later(
    world: World, nobody_works: None
) -> None:
    accepted = ask("POST", "/fusions", a_fusion(world, answer="bytes"), token=world.token).json
    execution.execute(FusionJob.objects.get().pk)
    loaded = ask("GET", f"{accepted['url']}/picture", token=world.token)
    assert loaded.status == 200 and loaded.headers["Content-Type"] == "image/jpeg"
    assert loaded.body[:3] == b"\xff\xd8\xff"


def test_the_picture_can_be_loaded_with_the_key(world: World) -> None:
    made = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token).json
    loaded = ask("GET", f"{made['url']}/picture", token=world.token)
    assert (loaded.status, len(loaded.body)) == (200, made["picture"]["bytes"])


def test_a_form_with_files_does_the_same(world: World) -> None:
    fields = {
        "campaign": world.campaign.project_id,
        "material": world.material.model_id,
        "photos": picture("face.jpg"),
        "face_degree": 70,
        "faces": '[{"photo": 1, "template_face": 1}]',
    }
    body, kind = form(fields)
    said = ask("POST", "/fusions?wait=5", body, token=world.token, content_type=kind)
    assert said.status == 201, said.body
    assert FusionJob.objects.get().order["face_degree"] == 70


def test_a_template_can_be_sent_along_without_a_campaign(world: World) -> None:
    body = {
        "photos": [{"base64": base64_of("face.jpg")}],
        "template": {"base64": base64_of("template.jpg")},
        "skin_tone": "own",
    }
    said = ask("POST", "/fusions?wait=5", body, token=world.token)
    assert said.status == 201 and said.json["campaign"] is None
    assert said.json["material"] is None


def test_two_photos_go_into_two_faces(world: World) -> None:
    duo = an_approved_material(world.campaign, faces=2, seed=7)
    photo = {"base64": base64_of("face.jpg")}
    faces = [{"photo": 1, "template_face": 1}, {"photo": 2, "face": 1, "template_face": 2}]
    body = a_fusion(world, material=duo.model_id, photos=[photo, photo], faces=faces)
    assert ask("POST", "/fusions?wait=5", body, token=world.token).status == 201
    body = a_fusion(world, faces=[{"template_face": 9}])
    said = ask("POST", "/fusions?wait=5", body, token=world.token)
    assert (said.status, said.json["code"]) == (422, "material-face-not-found")


def test_a_link_lives_as_long_as_the_caller_says(world: World) -> None:
    said = ask("POST", "/fusions?wait=5", a_fusion(world, link_life_s=3600), token=world.token).json
    assert 3590 < said["picture"]["expires_in_s"] <= 3600


# --- Deleting --------------------------------------------------------------------------------


def test_deleting_cancels_what_is_not_made_yet(world: World, nobody_works: None) -> None:
    job = ask("POST", "/fusions", a_fusion(world), token=world.token).json
    gone = ask("DELETE", job["url"], token=world.token)
    assert (gone.status, gone.json["state"], gone.json["charge"]["why"]) == (
        200,
        "cancelled",
        "released",
    )
    assert not list(photos.held())
    assert ask("DELETE", job["url"], token=world.token).status == 200


def test_deleting_erases_the_picture_everywhere(world: World) -> None:
    made = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token).json
    gone = ask("DELETE", made["url"], token=world.token)
    assert gone.status == 200 and gone.json["picture"] is None
    link = made["picture"]["url"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(link).status_code == 410
    assert ask("GET", f"{made['url']}/picture", token=world.token).status == 410


# --- Once per key ----------------------------------------------------------------------------


def test_the_same_key_gets_the_same_fusion_and_one_charge(world: World) -> None:
    key = {"Idempotency-Key": "order-17"}
    before = ledger.balance(world.account)
    first = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token, headers=key)
    second = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token, headers=key)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert first.json["picture"]["url"] == second.json["picture"]["url"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert before - ledger.balance(world.account) == 10


def test_the_same_key_gets_the_same_bytes(world: World) -> None:
    key = {"Idempotency-Key": "order-18"}
    body = a_fusion(world, answer="bytes")
    said = [ask("POST", "/fusions?wait=5", body, token=world.token, headers=key) for _ in range(2)]
    assert said[0].json["picture"]["base64"] == said[1].json["picture"]["base64"]


@pytest.mark.parametrize("change", [{"face_degree": 3}, {"link_life_s": 3600}, {"format": "PNG"}])
def test_the_same_key_with_another_body_is_refused(world: World, change: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "order-19"}
    ask("POST", "/fusions", a_fusion(world), token=world.token, headers=key)
    said = ask("POST", "/fusions", a_fusion(world, **change), token=world.token, headers=key)
    assert (said.status, said.json["code"]) == (422, "idempotency-key-used")
    assert said.json["errors"][0]["field"] == "Idempotency-Key"
    assert FusionJob.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 201, "\x7f", "ключ"])
def test_a_key_that_cannot_be_kept_is_refused(world: World, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    said = ask("POST", "/fusions", a_fusion(world), token=world.token, headers=headers)
    assert (said.status, said.json["errors"][0]["field"]) == (400, "Idempotency-Key")


# --- Gates -----------------------------------------------------------------------------------


def test_a_paused_campaign_refuses_the_next_request(world: World) -> None:
    Campaign.objects.update(state=Campaign.State.PAUSED)
    said = ask("POST", "/fusions", a_fusion(world), token=world.token)
    assert (said.status, said.json["code"], said.json["state"]) == (
        409,
        "campaign-paused",
        "paused",
    )


def test_a_full_queue_says_when_to_come_back(world: World, settings: LazySettings) -> None:
    settings.FUSION_QUEUE_LENGTH = 0
    said = ask("POST", "/fusions", a_fusion(world), token=world.token)
    assert (said.status, said.json["code"]) == (503, "busy")
    assert int(said.headers["Retry-After"]) == said.json["retry_after"] >= 1


def test_an_account_without_money_is_told_so(world: World) -> None:
    type(world.account).objects.update(price_fen=10**9)
    said = ask("POST", "/fusions", a_fusion(world), token=world.token)
    assert (said.status, said.json["code"]) == (402, "account-low-balance")


# --- Lists -----------------------------------------------------------------------------------


def test_fusions_are_listed_newest_first_page_by_page(
    world: World, django_assert_num_queries: Any
) -> None:
    made = [ask("POST", "/fusions", a_fusion(world), token=world.token).json for _ in range(3)]
    first = ask("GET", "/fusions?limit=2", token=world.token).json
    second = ask("GET", first["next"], token=world.token).json
    assert [item["id"] for item in first["items"] + second["items"]] == [
        job["id"] for job in reversed(made)
    ]
    assert second["next"] is None
    ask("GET", "/fusions", token=world.token)
    with django_assert_num_queries(7):
        ask("GET", "/fusions", token=world.token)


def test_lists_are_narrowed_by_what_the_query_says(world: World) -> None:
    ask("POST", "/fusions", a_fusion(world), token=world.token)
    later = (timezone.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    number = world.campaign.project_id
    for query, count in {
        "state=succeeded": 1,
        "state=failed": 0,
        f"campaign={number}": 1,
        f"campaign={number + 1}": 0,
        f"material={world.material.model_id}": 1,
        f"created_after={later}": 0,
        f"created_before={later}": 1,
    }.items():
        said = ask("GET", f"/fusions?{query}", token=world.token).json
        assert len(said["items"]) == count, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=done", "state"),
        ("state=", "state"),
        ("campaign=x", "campaign"),
        ("campaign=1.5", "campaign"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2026-13-45", "created_before"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=%FF", "cursor"),
        ("page=2", "page"),
        ("state=failed&state=queued", "state"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(world: World, query: str, field: str) -> None:
    said = ask("GET", f"/fusions?{query}", token=world.token)
    assert (said.status, said.json["code"]) == (400, "invalid-request")
    assert [error["field"] for error in said.json["errors"]] == [field]
