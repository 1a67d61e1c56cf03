"""Campaigns and materials by API: from nothing to a published campaign, through the same gate."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns import billing
from campaigns.models import AuditLine, Campaign, Role, Scope
from fusionsite.api import idempotency
from fusionsite.api.models import KeptAnswer
from templates_app import review
from templates_app.models import Material, MaterialVersion, State
from tests.api.asking import ask, form
from tests.api.conftest import World
from tests.dialects.world import base64_of, picture
from tests.factories import a_draft_material, a_person, a_submission, with_rights

RIGHTS = {
    "source": "generated",
    "holder": "Example Ltd",
    "depicted": "nobody",
    "consent": "not_needed",
    "without_end": True,
}


def send(world: World, method: str, path: str, body: Any = None, **more: Any) -> Any:
    """The answer's JSON, which must be a good one."""
    said = ask(method, path, body, token=world.token, **more)
    assert said.status < 300, (path, said.body)
    return said.json


def refused(world: World, method: str, path: str, body: Any = None) -> tuple[int, str, list[str]]:
    """Status, code and the fields that are named."""
    said = ask(method, path, body, token=world.token)
    fields = [error["field"] for error in said.json.get("errors", [])]
    return said.status, said.json["code"], fields


def test_a_campaign_goes_from_nothing_to_published(world: World) -> None:
    now = timezone.now()
    made = send(
        world,
        "POST",
        "/campaigns",
        {
            "slug": "summer",
            "owner_contact": "owner@example.org",
            "languages": ["en", "zh-hans"],
            "starts_at": (now - timedelta(days=1)).isoformat(),
            "ends_at": (now + timedelta(days=30)).isoformat(),
        },
    )
    path = made["url"]
    assert made["state"] == "draft"
    assert {point["code"] for point in made["unmet"]} == {"texts", "materials", "consent", "fee"}
    blocked = ask("POST", f"{path}/publish", token=world.token)
    assert (blocked.status, blocked.json["code"]) == (409, "publish-blocked")
    assert len(blocked.json["points"]) == blocked.json["measured"] == 4
    for language in ("en", "zh-hans"):
        send(world, "PUT", f"{path}/texts/{language}", {"name": "Summer"})
        text = {"responsible": "Example Ltd", "contact": "privacy@example.org", "body": "Yes."}
        version = send(world, "PUT", f"{path}/consent-texts/{language}", text)["version"]
        assert version == 1
    material = uploaded(world, made["id"])
    send(world, "PUT", f"{material['url']}/rights", RIGHTS)
    assert send(world, "POST", f"{path}/submit") == {"submitted": [material["id"]], "refused": []}
    approve(Material.objects.get(model_id=material["id"]))
    campaign = Campaign.objects.get(project_id=made["id"])
    finance = a_person(Role.FINANCE, organisation=campaign.organisation)
    billing.take_fee(campaign, amount_fen=100, by=finance)
    assert send(world, "POST", f"{path}/publish")["state"] == "published"
    fusion = {"campaign": made["id"], "material": material["id"]}
    fusion |= {"photos": [{"base64": base64_of("face.jpg")}]}
    assert send(world, "POST", "/fusions?wait=5", fusion)["state"] == "succeeded"
    assert send(world, "POST", f"{path}/pause", {"why": "rain"})["state"] == "paused"
    assert refused(world, "POST", "/fusions", fusion)[:2] == (409, "campaign-paused")
    assert send(world, "POST", f"{path}/resume")["state"] == "published"
    assert send(world, "POST", f"{path}/end")["state"] == "ended"
    assert send(world, "POST", f"{path}/archive")["state"] == "archived"


def uploaded(world: World, campaign: int, **fields: Any) -> Any:
    """A new draft, from a form."""
    plain = {"campaign": campaign, "title": "Portrait", "picture": picture("template.jpg")}
    body, kind = form(plain | fields)
    return send(world, "POST", "/materials", body, content_type=kind)


def approve(material: Material) -> None:
    asked = material.newest.reviews.get()
    reviewer = a_person(Role.REVIEWER, organisation=material.organisation)
    review.approve(review=review.claim(review=asked, by=reviewer), by=reviewer)


def test_the_audit_trail_names_the_person_and_the_key(world: World) -> None:
    send(world, "POST", f"/campaigns/{world.campaign.project_id}/pause", {"why": "rain"})
    line = AuditLine.objects.get(act="campaign_pause")
    assert (line.by, line.credential, line.why) == (world.partner, world.key, "rain")


# --- Campaigns -------------------------------------------------------------------------------


def test_settings_are_changed_together_or_not_at_all(world: World) -> None:
    path = f"/campaigns/{world.campaign.project_id}"
    said = send(world, "PATCH", path, {"label_corner": "top_left", "daily_cap": 5})
    assert (said["label_corner"], said["daily_cap"]) == ("top_left", 5)
    line = AuditLine.objects.get(act="campaign_edit")
    assert line.before == {"label_corner": "bottom_right", "daily_cap": None}
    early = (timezone.now() - timedelta(days=9)).isoformat()
    body = {"ends_at": early, "daily_cap": 7}
    assert refused(world, "PATCH", path, body)[:2] == (400, "invalid-request")
    assert send(world, "GET", path)["daily_cap"] == 5


def test_a_published_campaign_is_not_changed_into_one_that_could_not_be_published(
    world: World,
) -> None:
    path = f"/campaigns/{world.campaign.project_id}"
    assert refused(world, "PATCH", path, {"label_text": "Holiday"})[:2] == (409, "publish-blocked")
    assert send(world, "GET", path)["label_text"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "published"}, "state"),
        ({"fee_state": "paid"}, "fee_state"),
        ({"slug": "other"}, "slug"),
        ({"brand_colour": "red"}, "brand_colour"),
        ({"time_zone": "Moon/Base"}, "time_zone"),
        ({"languages": ["xx"]}, "languages.0"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"link_life_s": 1}, "link_life_s"),
        ({"face_degree": 101}, "face_degree"),
        ({"caps_hard": "yes"}, "caps_hard"),
        ({"leads_purged_at": "2026-13-01"}, "leads_purged_at"),
        ({"owner_contact": "nobody"}, "owner_contact"),
    ],
)
def test_a_setting_that_will_not_do_is_named(
    world: World, body: dict[str, Any], field: str
) -> None:
    path = f"/campaigns/{world.campaign.project_id}"
    status, code, fields = refused(world, "PATCH", path, body)
    assert (status, code) == (400, "invalid-request")
    assert field in fields or fields == [field.replace(".0", "[0]")]


def test_a_short_name_is_given_once(world: World) -> None:
    assert refused(world, "POST", "/campaigns", {"slug": "spring"}) == (
        400,
        "invalid-request",
        ["slug"],
    )


def test_moves_that_do_not_fit_the_state_say_it(world: World) -> None:
    path = f"/campaigns/{world.campaign.project_id}"
    for move in ("resume", "publish", "archive"):
        said = ask("POST", f"{path}/{move}", token=world.token)
        assert said.status == 409 and said.json["code"] in ("wrong-state", "publish-blocked")
    send(world, "POST", f"{path}/end")
    assert refused(world, "PATCH", path, {"daily_cap": 1})[:2] == (409, "wrong-state")
    assert refused(world, "POST", f"{path}/pause", {"reason": "x"})[2] == ["reason"]


def test_a_text_in_an_unknown_language_is_nowhere(world: World) -> None:
    path = f"/campaigns/{world.campaign.project_id}/texts/xx"
    assert refused(world, "PUT", path, {"name": "x"})[:2] == (404, "no-such-address")


def test_campaigns_are_listed_and_found(world: World, django_assert_num_queries: Any) -> None:
    assert [c["slug"] for c in send(world, "GET", "/campaigns?state=published")["items"]] == [
        "spring"
    ]
    assert send(world, "GET", "/campaigns?slug=winter")["items"] == []
    with django_assert_num_queries(7):
        ask("GET", "/campaigns", token=world.token)


# --- Materials -------------------------------------------------------------------------------


def test_an_upload_is_measured_and_its_picture_comes_back(world: World) -> None:
    made = uploaded(world, world.campaign.project_id)
    assert (made["state"], made["servable"], made["titles"]) == ("draft", False, {"en": "Portrait"})
    (face,) = made["version"]["faces"]
    assert face["id"] == f"{made['id']}_1" and face["box"]["width"] > 34
    assert {finding["rule"] for finding in made["version"]["findings"]} >= {"face_size", "turn"}
    loaded = ask("GET", made["picture_url"], token=world.token)
    assert loaded.status == 200 and loaded.headers["Content-Type"] == "image/jpeg"
    again = {"picture": {"base64": base64_of("face.jpg")}}
    assert send(world, "PUT", made["picture_url"], again)["version"]["width"] == 160


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [
        ("noface.jpg", "material-no-face", "picture"),
        ("wide.png", "material-too-large", "picture"),
    ],
)
def test_a_picture_that_will_not_do_says_why(
    world: World, name: str, code: str, field: str
) -> None:
    body = {"campaign": world.campaign.project_id, "picture": {"base64": base64_of(name)}}
    assert refused(world, "POST", "/materials", body) == (422, code, [field])


def test_a_layer_that_cannot_be_read_is_named(world: World) -> None:
    body = {
        "campaign": world.campaign.project_id,
        "picture": {"base64": base64_of("template.jpg")},
        "layer": {"base64": "***"},
    }
    assert refused(world, "POST", "/materials", body) == (422, "photo-not-base64", ["layer"])


def test_titles_and_strengths_are_changed_one_by_one(world: World) -> None:
    path = f"/materials/{world.material.model_id}"
    send(world, "PATCH", path, {"titles": {"en": "Garden", "zh-hans": "花园"}, "face_degree": 70})
    said = send(world, "PATCH", path, {"profile_degree": 10})
    assert said["titles"]["en"] == "Garden"
    assert (said["face_degree"], said["profile_degree"]) == (70, 10)
    assert send(world, "PATCH", path, {"face_degree": None})["face_degree"] is None
    assert refused(world, "PATCH", path, {"titles": {"xx": "x"}})[2] == ["titles.xx"]


def test_the_way_of_a_material_through_its_review(world: World) -> None:
    made = uploaded(world, world.campaign.project_id)
    path = made["url"]
    assert refused(world, "POST", f"{path}/submit")[:2] == (409, "rights-missing")
    assert refused(world, "POST", f"{path}/recall")[:2] == (409, "wrong-state")
    send(world, "PUT", f"{path}/rights", RIGHTS)
    said = send(world, "POST", f"{path}/submit", {"note": "please"})
    assert (said["state"], said["review"]["outcome"], said["rights"]["missing"]) == (
        "pending",
        "",
        [],
    )
    assert send(world, "POST", f"{path}/recall")["state"] == "draft"
    send(world, "POST", f"{path}/submit")
    material = Material.objects.get(model_id=made["id"])
    asked = material.newest.reviews.get(outcome="")
    reviewer = a_person(Role.REVIEWER, organisation=material.organisation)
    review.reject(review=asked, by=reviewer, reasons=["look"], comment="Too dark.")
    said = send(world, "GET", path)
    assert (said["state"], said["review"]["reasons"]) == ("rejected", ["look"])
    assert send(world, "POST", f"{path}/revise")["state"] == "draft"


def test_withdrawing_needs_a_reason_and_takes_effect_at_once(world: World) -> None:
    path = f"/materials/{world.material.model_id}"
    assert refused(world, "POST", f"{path}/withdraw", {}) == (400, "invalid-request", ["why"])
    assert send(world, "POST", f"{path}/withdraw", {"why": "expired"})["state"] == "withdrawn"
    body = {
        "campaign": world.campaign.project_id,
        "material": world.material.model_id,
        "photos": [{"base64": base64_of("face.jpg")}],
    }
    assert refused(world, "POST", "/fusions", body) == (410, "material-gone", ["material"])
    assert send(world, "POST", f"{path}/restore")["state"] == "approved"


def test_only_a_draft_that_nobody_saw_is_deleted(world: World) -> None:
    made = uploaded(world, world.campaign.project_id)
    gone = ask("DELETE", made["url"], token=world.token)
    assert (gone.status, gone.body) == (204, b"")
    assert ask("GET", made["url"], token=world.token).status == 404
    path = f"/materials/{world.material.model_id}"
    assert refused(world, "DELETE", path)[:2] == (409, "wrong-state")


def test_many_drafts_are_submitted_at_once_and_each_refusal_is_told(world: World) -> None:
    ready = a_draft_material(world.campaign, by=world.partner, seed=2)
    with_rights(ready)
    lacking = a_draft_material(world.campaign, by=world.partner, seed=3)
    said = send(world, "POST", f"/campaigns/{world.campaign.project_id}/submit")
    assert said["submitted"] == [ready.model_id]
    (refusal,) = said["refused"]
    assert (refusal["material"], refusal["code"]) == (lacking.model_id, "rights-missing")
    assert Material.objects.get(pk=ready.pk).state == State.PENDING


def test_materials_are_listed_by_campaign_and_state(
    world: World, django_assert_num_queries: Any
) -> None:
    pending = a_submission(world.campaign, seed=5).version.material
    number = world.campaign.project_id
    found = send(world, "GET", f"/materials?campaign={number}&state=pending")["items"]
    assert [item["id"] for item in found] == [pending.model_id]
    assert send(world, "GET", f"/materials?campaign={number + 1}")["items"] == []
    shown = send(world, "GET", f"/materials/{world.material.model_id}")
    assert shown["servable"] and shown["rights"]["confirmed_at"]
    with django_assert_num_queries(6):
        ask("GET", "/materials", token=world.token)


def test_a_lost_file_is_gone(world: World) -> None:
    MaterialVersion.objects.update(image="nowhere.jpg")
    path = f"/materials/{world.material.model_id}/picture"
    assert refused(world, "GET", path)[:2] == (410, "picture-gone")


# --- Once per key ----------------------------------------------------------------------------


def test_the_same_key_uploads_once_even_in_another_form(world: World) -> None:
    key = {"Idempotency-Key": "upload-1"}
    fields = {"campaign": world.campaign.project_id, "picture": picture("template.jpg")}
    before = Material.objects.count()
    answers = []
    for boundary in (b"--one", b"--two"):
        body, kind = form(fields)
        body = body.replace(b"----a-boundary-of-the-tests", b"--" + boundary)
        kind = f"multipart/form-data; boundary=--{boundary.decode()}"
        answers.append(
            ask(
                "POST",
                "/materials",
                body,
                token=world.token,
                headers=key,
                content_type=kind,
            )
        )
    first, second = answers
    assert (first.status, second.status) == (201, 201), (first.body, second.body)
    assert first.body == second.body
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    assert Material.objects.count() == before + 1


def test_the_same_key_with_another_body_or_at_another_address_is_refused(world: World) -> None:
    key = {"Idempotency-Key": "c1"}
    assert ask("POST", "/campaigns", {"slug": "a"}, token=world.token, headers=key).status == 201
    for path, body in (
        ("/campaigns", {"slug": "b"}),
        ("/materials", {"campaign": 1, "picture": {"base64": "AA"}}),
    ):
        said = ask("POST", path, body, token=world.token, headers=key)
        assert (said.status, said.json["code"]) == (422, "idempotency-key-used")


def test_a_request_that_was_refused_leaves_its_key_free(world: World) -> None:
    key = {"Idempotency-Key": "c2"}
    said = ask("POST", "/campaigns", {"slug": "spring"}, token=world.token, headers=key)
    assert said.status == 400
    said = ask("POST", "/campaigns", {"slug": "autumn"}, token=world.token, headers=key)
    assert said.status == 201


def test_a_request_still_at_work_is_not_done_twice(world: World) -> None:
    KeptAnswer.objects.create(credential=world.key, key="c3", digest="", begun_at=timezone.now())
    said = ask(
        "POST",
        "/campaigns",
        {"slug": "twice"},
        token=world.token,
        headers={"Idempotency-Key": "c3"},
    )
    assert (said.status, said.json["code"]) == (409, "idempotency-key-in-use")
    assert int(said.headers["Retry-After"]) >= 1
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(minutes=5))
    key = {"Idempotency-Key": "c3"}
    said = ask("POST", "/campaigns", {"slug": "twice"}, token=world.token, headers=key)
    assert said.status == 201


def test_kept_answers_are_forgotten_after_a_day(world: World) -> None:
    key = {"Idempotency-Key": "c4"}
    ask("POST", "/campaigns", {"slug": "kept"}, token=world.token, headers=key)
    assert idempotency.forget_old() == 0
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    assert idempotency.forget_old() == 1


def test_scopes_are_words_of_the_console(world: World) -> None:
    said = send(world, "GET", "/key")
    assert set(said["scopes"]) == {str(scope) for scope in Scope}
