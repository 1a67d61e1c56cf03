"""The pages before the photo: the door in every state, the scenes, the words, the colours."""

import io
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from campaigns.models import Campaign, Standing
from fusion import FusionError
from fusionsite.brand import colour_set, contrast
from fusionsite.upload import example, tasks
from templates_app import editing
from templates_app.models import Material
from tests.factories import a_campaign, a_draft_material, an_account, an_approved_material

pytestmark = pytest.mark.django_db

BILLING_WORDS = re.compile(
    r"\b(balance|arrears|fee|unpaid|account is|quota|billing|project|detector)\b", re.IGNORECASE
)


def page(client: Client, address: str, *, language: str = "en", status: int = 200) -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == status
    return response.content.decode()


def test_an_open_campaign_invites(client: Client, material: Material) -> None:
    html = page(client, "/c/lanterns/")
    assert "Start" in html
    assert "30 days left" in html
    assert "/c/lanterns/make/" in html


def test_two_scenes_lead_to_the_grid_first(client: Client, material: Material) -> None:
    an_approved_material(material.campaign, seed=5, title="Moon pilot")
    html = page(client, "/c/lanterns/")
    assert 'href="/c/lanterns/templates/"' in html
    grid = page(client, "/c/lanterns/templates/")
    assert "Lantern keeper" in grid
    assert "Moon pilot" in grid


def test_a_draft_is_not_there_for_visitors(client: Client) -> None:
    a_campaign(slug="secret", state=Campaign.State.DRAFT)
    page(client, "/c/secret/", status=404)
    page(client, "/c/no-such-campaign/", status=404)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_at": timezone.now() + timedelta(days=2)}, "Not open yet"),
        ({"state": Campaign.State.PAUSED}, "Back soon"),
        ({"state": Campaign.State.ENDED}, "has ended"),
        ({"ends_at": timezone.now() - timedelta(minutes=1)}, "has ended"),
        ({"fee_state": Campaign.FeeState.UNPAID}, "taking a break"),
    ],
)
def test_a_closed_door_says_what_it_may(client: Client, fields: dict[str, Any], said: str) -> None:
    a_campaign(slug="closed", **fields)
    html = page(client, "/c/closed/")
    assert said in html
    assert "/make/" not in html
    assert not BILLING_WORDS.search(re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("standing", [Standing.IN_ARREARS, Standing.FREEZE, Standing.UNKNOWN])
def test_an_account_out_of_service_is_only_a_break(client: Client, standing: Standing) -> None:
    a_campaign(slug="closed", account=an_account(standing=standing))
    html = page(client, "/c/closed/")
    assert "taking a break" in html
    assert not BILLING_WORDS.search(re.sub(r"<[^>]*>", " ", html))


def test_a_closed_campaign_leads_back_to_its_door(client: Client, material: Material) -> None:
    Campaign.objects.update(state=Campaign.State.PAUSED)
    for inner in ("templates/", f"make/?model={material.model_id}"):
        response = client.get(f"/c/lanterns/{inner}")
        assert response.status_code == 302
        assert response["Location"] == "/c/lanterns/"


def test_only_approved_scenes_are_shown(client: Client, material: Material) -> None:
    a_draft_material(material.campaign, seed=6, title="Unfinished")
    assert "Unfinished" not in page(client, "/c/lanterns/templates/")


def test_a_withdrawn_scene_is_gone_at_once(client: Client, material: Material) -> None:
    picture = f"/c/lanterns/t/{material.model_id}.jpg"
    assert client.get(picture).status_code == 200
    editing.withdraw(material=material, by=material.created_by, why="poster season is over")
    assert client.get(picture).status_code == 404
    assert material.model_id not in page(client, "/c/lanterns/")


def test_a_scene_of_another_campaign_is_not_served(client: Client, material: Material) -> None:
    a_campaign(slug="other")
    assert client.get(f"/c/other/t/{material.model_id}.jpg").status_code == 404


def test_a_picture_that_is_known_is_not_sent_again(client: Client, material: Material) -> None:
    address = f"/c/lanterns/t/{material.model_id}.jpg?w=480"
    first = client.get(address)
    assert first["Content-Type"] == "image/webp"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_scene_is_light_enough_for_the_first_view(client: Client, material: Material) -> None:
    response = client.get(f"/c/lanterns/t/{material.model_id}.jpg")
    assert response["Content-Type"] == "image/webp"
    assert material.current is not None
    assert len(response.content) < len(material.current.image_bytes()) / 2
    again = client.get(
        f"/c/lanterns/t/{material.model_id}.jpg", headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304


def test_the_stylesheet_is_the_campaigns_own(client: Client, material: Material) -> None:
    Campaign.objects.update(brand_colour="#0b656d")
    html = page(client, "/c/lanterns/")
    address = re.search(r'href="(/c/lanterns/look-[0-9a-f]+\.css)"', html)
    assert address is not None
    response = client.get(address[1])
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert "--brand:#0b656d" in response.content.decode()


def test_an_old_stylesheet_gives_the_present_colours(client: Client, material: Material) -> None:
    response = client.get("/c/lanterns/look-000000000000.css")
    assert response.status_code == 200 and b"--brand:" in response.content
    assert response["Cache-Control"] == "no-store"


def test_every_page_speaks_the_visitors_language(client: Client, material: Material) -> None:
    assert "开始" in page(client, "/c/lanterns/", language="zh-CN")
    assert 'lang="zh-hans"' in page(client, "/c/lanterns/", language="zh-CN")


def test_the_language_can_be_switched_on_the_page(client: Client, material: Material) -> None:
    client.post("/language/", {"language": "zh-hans", "next": "/c/lanterns/"})
    assert "开始" in page(client, "/c/lanterns/", language="")


def test_no_page_asks_another_host_or_writes_inline(client: Client, material: Material) -> None:
    for address in ("", "templates/", f"make/?model={material.model_id}", "consent/"):
        html = page(client, f"/c/lanterns/{address}")
        loaded = re.findall(r'(?:src|srcset|action)="([^"]*)"', html)
        loaded += re.findall(r'<link[^>]*href="([^"]*)"', html)
        assert [each for each in loaded if not each.startswith("/")] == []
        assert not re.search(r"<style|style=|<script(?![^>]*src)| on[a-z]+=", html)


def test_the_words_of_the_consent_can_be_read_in_full(client: Client, material: Material) -> None:
    html = page(client, "/c/lanterns/consent/")
    assert "use this photo once" in html
    assert "privacy@example.org" in html


def test_the_home_page_lists_nothing_outside_the_demonstration(
    client: Client, material: Material, settings: LazySettings
) -> None:
    settings.FUSION_DEMO = False
    assert "lanterns" not in page(client, "/")
    settings.FUSION_DEMO = True
    assert "/c/lanterns/" in page(client, "/")


def test_the_grid_costs_the_same_queries_for_any_number_of_scenes(
    client: Client, material: Material, django_assert_max_num_queries: Any
) -> None:
    for seed in (5, 6, 7):
        an_approved_material(material.campaign, seed=seed)
    with django_assert_max_num_queries(14):
        page(client, "/c/lanterns/templates/")


# --- The example -----------------------------------------------------------------------------


def example_on(client: Client) -> str:
    """The address of the example picture on the landing page; empty while there is none."""
    found = re.search(
        r'class="hero-art" src="(/c/lanterns/example\.webp[^"]*)"', page(client, "/c/lanterns/")
    )
    return found[1].replace("&amp;", "&") if found else ""


def test_the_engine_makes_an_example_once_and_labels_it(
    client: Client, material: Material, run_jobs_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_once = example_on(client)  # asks for it; made at once here, shown from the next view on
    address = example_on(client)
    assert address
    assert asked_once in ("", address)
    assert "Example · AI generated" in page(client, "/c/lanterns/")
    answer = client.get(address)
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == "WEBP"
        assert b"AIGC" in picture.info["xmp"]
    monkeypatch.setattr(example, "make", lambda material: pytest.fail("made a second time"))
    tasks.make_example(material.campaign_id)


def test_the_example_is_not_the_bare_scene(
    client: Client, material: Material, run_jobs_at_once: None
) -> None:
    example_on(client)
    made = client.get(example_on(client)).content
    scene = client.get(f"/c/lanterns/t/{material.model_id}.jpg").content
    pixels = [
        np.asarray(Image.open(io.BytesIO(content)).convert("RGB").resize((120, 160)), int)
        for content in (made, scene)
    ]
    assert np.abs(pixels[0] - pixels[1]).mean() > 1.5


def test_another_first_scene_or_strength_gets_another_example(
    client: Client, material: Material, run_jobs_at_once: None
) -> None:
    example_on(client)
    first = example_on(client)
    Campaign.objects.update(face_degree=60)
    example_on(client)
    weaker = example_on(client)
    assert weaker != first
    storage = storages["materials"]
    _folders, names = storage.listdir(f"examples/{material.pk}")
    assert len(names) == len(example.SIDES)  # the former ones are gone
    assert all("-60-" in name for name in names)


def test_a_withdrawn_scene_takes_its_example_along(
    client: Client, material: Material, run_jobs_at_once: None
) -> None:
    example_on(client)
    address = example_on(client)
    editing.withdraw(material=material, by=material.created_by, why="poster season is over")
    assert client.get(address).status_code == 404
    assert example_on(client) == ""


def test_a_scene_without_a_usable_face_is_asked_for_once_a_day(
    client: Client, material: Material, run_jobs_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def fails(material: Material) -> None:
        tries.append(material.pk)
        raise FusionError("no face")

    monkeypatch.setattr(example, "make", fails)
    for _ in range(3):
        assert example_on(client) == ""
    assert len(tries) == 1
    assert "Lantern keeper" in page(client, "/c/lanterns/")


def test_the_page_comes_without_example_while_the_queue_is_away(
    client: Client, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError("the broker is away")

    monkeypatch.setattr(tasks.make_example, "apply_async", away)
    monkeypatch.setattr(transaction, "on_commit", lambda act: act())
    assert "Start" in page(client, "/c/lanterns/")


# --- Doors that are not open -----------------------------------------------------------------


def test_before_the_start_there_is_a_countdown_in_place_of_the_button(
    client: Client, material: Material
) -> None:
    Campaign.objects.update(starts_at=timezone.now() + timedelta(days=2, hours=3))
    html = page(client, "/c/lanterns/")
    assert "data-until=" in html
    assert "countdown.js" in html
    assert "/make/" not in html
    assert "Scenes" not in html or "Lantern keeper" in html


@pytest.mark.parametrize("state", [Campaign.State.PAUSED, Campaign.State.ENDED])
def test_who_has_a_picture_finds_it_behind_a_closed_door(
    client: Client, material: Material, state: Campaign.State
) -> None:
    Campaign.objects.update(state=state)
    html = page(client, "/c/lanterns/")
    assert 'href="/find/?c=lanterns"' in html
    assert "Find my picture" in html


def test_the_campaigns_own_last_words_are_said(client: Client, material: Material) -> None:
    Campaign.objects.update(state=Campaign.State.ENDED)
    material.campaign.texts.filter(language="en").update(ended_text="See you next spring.")
    assert "See you next spring." in page(client, "/c/lanterns/")


def test_a_stage_that_nobody_chose_comes_from_the_brand(client: Client, material: Material) -> None:
    Campaign.objects.update(brand_colour="#0b656d", stage_colour="")
    stage = colour_set("#0b656d").stage
    assert f'content="{stage}"' in page(client, "/c/lanterns/")
    assert contrast(stage, "#ffffff") > 12
    Campaign.objects.update(stage_colour="#201040")
    assert 'content="#201040"' in page(client, "/c/lanterns/")


def test_a_desktop_is_offered_the_way_to_the_phone_with_its_source(
    client: Client, material: Material
) -> None:
    html = page(client, "/c/lanterns/?from=poster")
    assert 'class="qr"' in html
    plain = re.search(r'class="qr".*?d="([^"]+)"', page(client, "/c/lanterns/"))
    tagged = re.search(r'class="qr".*?d="([^"]+)"', html)
    assert plain is not None
    assert tagged is not None
    assert plain[1] != tagged[1]


def test_the_pages_before_the_photo_come_compressed(client: Client, material: Material) -> None:
    plain = client.get("/c/lanterns/")
    packed = client.get("/c/lanterns/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
