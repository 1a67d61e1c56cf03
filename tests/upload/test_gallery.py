"""The public gallery: only who wants to be there, only while it may be seen, nothing to go on."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from campaigns.models import Campaign, Role
from fusionsite.results import gallery, links
from fusionsite.results.models import Report, Result
from fusionsite.upload.gallery import PER_PAGE
from templates_app.models import Material
from tests.factories import a_campaign, a_person

pytestmark = pytest.mark.django_db

Shown = Callable[[], Result]


@pytest.fixture
def shown(send: Any, material: Material, run_jobs_at_once: None) -> Shown:
    """Makes a picture whose maker wants it in the gallery of a campaign that shows at once."""
    Campaign.objects.update(gallery=Campaign.Gallery.AT_ONCE)

    def make() -> Result:
        assert send(gallery="yes").status_code == 303
        result = Result.objects.order_by("-pk").first()
        assert result is not None
        return result

    return make


def pictures(client: Client, address: str = "/c/lanterns/gallery/") -> list[str]:
    """The addresses of the pictures on the page."""
    response = client.get(address)
    assert response.status_code == 200
    return re.findall(r'<img src="([^"]+\.webp)"', response.content.decode())


def test_a_picture_is_shown_labelled_and_small(client: Client, shown: Shown) -> None:
    shown()
    html = client.get("/c/lanterns/gallery/").content.decode()
    assert "AI generated" in html
    (address,) = pictures(client)
    answer = client.get(address)
    assert answer["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert max(picture.size) <= 560
        assert b"AIGC" in picture.info["xmp"]


def test_without_the_tick_nobody_is_shown(
    client: Client, send: Any, shown: Shown, run_jobs_at_once: None
) -> None:
    send()
    assert pictures(client) == []
    assert "No picture is here yet" in client.get("/c/lanterns/gallery/").content.decode()


def test_a_campaign_that_looks_first_shows_what_a_person_approved(
    client: Client, shown: Shown, campaign: Campaign
) -> None:
    Campaign.objects.update(gallery=Campaign.Gallery.AFTER_REVIEW)
    result = shown()
    assert pictures(client) == []
    gallery.approve(result, by=a_person(Role.REVIEWER, organisation=campaign.organisation))
    assert len(pictures(client)) == 1


def by_moderator(result: Result) -> None:
    organisation = result.organisation
    gallery.hide(result, by=a_person(Role.REVIEWER, organisation=organisation))


def by_its_maker(result: Result) -> None:
    gallery.withdraw(result)


def by_time(result: Result) -> None:
    now = timezone.now()
    Result.objects.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))


def by_takedown(result: Result) -> None:
    Result.objects.update(hidden_at=timezone.now())


def by_switch(result: Result) -> None:
    Campaign.objects.update(gallery=Campaign.Gallery.OFF)


@pytest.mark.parametrize("goes", [by_moderator, by_its_maker, by_time, by_takedown, by_switch])
def test_what_goes_is_gone_at_once(
    client: Client, shown: Shown, goes: Callable[[Result], None]
) -> None:
    result = shown()
    (address,) = pictures(client)
    assert client.get(address).status_code == 200
    goes(result)
    assert client.get(address).status_code == 404
    if goes is by_switch:
        assert client.get("/c/lanterns/gallery/").status_code == 404
    else:
        assert pictures(client) == []


def test_nothing_is_kept_in_shared_caches(client: Client, shown: Shown) -> None:
    shown()
    (address,) = pictures(client)
    assert client.get("/c/lanterns/gallery/")["Cache-Control"] == "private, no-store"
    cached = client.get(address)["Cache-Control"]
    assert "private" in cached
    assert int(re.search(r"max-age=(\d+)", cached)[1]) <= 30  # type: ignore[index]


def test_the_gallery_gives_no_private_link_away(client: Client, shown: Shown) -> None:
    result = shown()
    html = client.get("/c/lanterns/gallery/").content.decode()
    assert links.token_of(result) not in html
    (address,) = pictures(client)
    token = address.rpartition("/")[2].removesuffix(".webp")
    for private in (f"/r/{token}", f"/p/{token}/", f"/p/{token}/report/"):
        assert client.get(private).status_code == 404
    of_a_link = links.token_of(result)
    assert client.get(f"/c/lanterns/gallery/{of_a_link}.webp").status_code == 404


def test_another_campaigns_gallery_does_not_serve_it(client: Client, shown: Shown) -> None:
    a_campaign(slug="other", gallery=Campaign.Gallery.AT_ONCE)
    shown()
    (address,) = pictures(client)
    assert client.get(address.replace("lanterns", "other")).status_code == 404


def test_a_serious_report_hides_it_and_another_does_not(client: Client, shown: Shown) -> None:
    shown()
    (address,) = pictures(client)
    report = address.replace(".webp", "/report/")
    assert client.get(report).status_code == 200
    assert client.post(report, {"ground": "nonsense"}).status_code == 400
    answer = client.post(report, {"ground": "other"})
    assert Report.objects.get().number in answer.content.decode()
    assert len(pictures(client)) == 1
    client.post(report, {"ground": "intimate"})
    assert pictures(client) == []


def test_many_pictures_come_page_by_page(
    client: Client, shown: Shown, django_assert_max_num_queries: Any
) -> None:
    first = shown()
    for number in range(PER_PAGE + 2):
        copy = Result.objects.get(pk=first.pk)
        copy.pk, copy.key, copy.claim_digest = None, f"copy-{number}", ""
        copy.receipt_code = f"RECEIPT{number}"
        copy.save(force_insert=True)
    with django_assert_max_num_queries(14):
        assert len(pictures(client)) == PER_PAGE
    assert len(pictures(client, "/c/lanterns/gallery/?page=2")) == 3
    assert len(pictures(client, "/c/lanterns/gallery/?page=nonsense")) == PER_PAGE


def test_the_landing_page_leads_there_only_if_it_is_on(client: Client, shown: Shown) -> None:
    assert "/c/lanterns/gallery/" in client.get("/c/lanterns/").content.decode()
    Campaign.objects.update(gallery=Campaign.Gallery.OFF)
    assert "/c/lanterns/gallery/" not in client.get("/c/lanterns/").content.decode()


def test_search_engines_are_kept_out(client: Client, shown: Shown) -> None:
    assert "noindex" in client.get("/c/lanterns/gallery/")["X-Robots-Tag"]
