"""Every page a visitor can meet, in a real browser: read by an accessibility engine, weighed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Campaign, ConsentText
from fusionsite.results import links, storing
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.axe import flaws
from tests.factories import an_approved_material
from tests.pictures import a_face_picture, file_of
from tests.upload.browsing import (
    A_FACE,
    DESKTOP,
    PHONE,
    Open,
    agree,
    choose,
    heading,
    make_page,
    make_the_picture,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


LOOKS = [
    pytest.param({"viewport": PHONE, "color_scheme": "light"}, id="phone"),
    pytest.param({"viewport": DESKTOP, "color_scheme": "dark", "locale": "zh-CN"}, id="night"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_before_the_photo(visit: Open, material: Material, look: dict[str, Any]) -> None:
    an_approved_material(material.campaign, seed=4)
    now = timezone.now()
    doors: list[dict[str, Any]] = [
        {},
        {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=9)},
        {"state": Campaign.State.PAUSED},
        {"state": Campaign.State.ENDED},
    ]
    found = []
    page = visit("/c/lanterns/templates/", **look)
    found += flaws(page)
    for door in doors:
        Campaign.objects.update(**door)
        page.goto(page.url.replace("templates/", ""))
        found += flaws(page)
    for path in ("/", "/c/lanterns/consent/", "/find/?c=lanterns", "/made-here/", "/p/none/"):
        page.goto(page.url.partition("/c/")[0] + path if "/c/" in page.url else path_of(page, path))
        found += flaws(page)
    assert found == []


def path_of(page: Page, path: str) -> str:
    scheme, _, rest = page.url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}{path}"


@pytest.mark.parametrize("look", LOOKS)
def test_the_steps_of_the_photo(
    visit: Open, material: Material, look: dict[str, Any], by_hand: Callable[[], None]
) -> None:
    Campaign.objects.update(age_rule=Campaign.AgeRule.GUARDIAN, nickname=True, gallery="at_once")
    ConsentText.objects.update(gallery_body="All may see it.", contact_body="They may write.")
    two = an_approved_material(material.campaign, faces=2, seed=5)
    page = visit(make_page(two), **look)
    found = flaws(page)
    choose(page, file_of((A_FACE * 0.1).astype("uint8")))
    expect(page.get_by_role("alert")).to_be_visible()
    found += flaws(page)
    page.go_back()
    choose(page, file_of(a_face_picture(960, 480, faces=2, seed=3)))
    expect(page.locator("[data-seat]").first).to_be_visible()
    found += flaws(page)
    page.locator("[data-crop]").click()
    expect(page.locator(".crop-frame")).to_be_focused()
    found += flaws(page)
    page.keyboard.press("Escape")
    agree(page)
    page.locator("[name=age]").last.check()
    found += flaws(page)
    page.locator("[name=age]").first.check()
    send(page)
    page.wait_for_url("**/jobs/**")
    found += flaws(page)
    by_hand()
    page.wait_for_url("**#faces")
    expect(page.locator("[data-face-row] input").first).to_be_visible()
    found += flaws(page)
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_pages_of_the_picture(visit: Open, material: Material, look: dict[str, Any]) -> None:
    Campaign.objects.update(lead_form=True, gallery="at_once")
    ConsentText.objects.update(gallery_body="All may see it.", contact_body="They may write.")
    page = visit(**look)
    choose(page, file_of(A_FACE))
    agree(page)
    page.locator("[name=contact]").check()
    page.locator("[name=gallery]").check()
    send(page)
    page.wait_for_url("**/p/**")
    found = flaws(page)
    address = page.url
    for opener in ("[data-share]", "[data-asks=delete] button"):
        page.locator(opener).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found += flaws(page)
        page.keyboard.press("Escape")
    for more in ("data/", "details/", "report/"):
        page.goto(address + more)
        found += flaws(page)
    stranger = visit(path_of_result(address), **look)
    found += flaws(stranger)
    storing.erase(Result.objects.get(), Result.Why.OWNER)
    page.goto(address)
    found += flaws(page)
    assert found == []


def path_of_result(address: str) -> str:
    return "/p/" + address.partition("/p/")[2]


@pytest.mark.parametrize("page_name", ["", "make/", "result"])
@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_pages_of_a_kiosk(visit: Open, material: Material, page_name: str) -> None:
    Campaign.objects.update(kiosk=True)
    page = visit("/c/lanterns/?kiosk=1", viewport={"width": 1080, "height": 1920})
    if page_name:
        page.get_by_role("link", name="Start").click()
    if page_name == "result":
        make_the_picture(page)
        expect(heading(page, "Take it with you")).to_be_visible()
    assert flaws(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1080


@pytest.mark.usefixtures("run_jobs_at_once")
@pytest.mark.parametrize("screen", [(1080, 1920), (1920, 1080)])
def test_the_kiosks_line_lies_beside_the_label_of_the_picture(
    visit: Open, material: Material, screen: tuple[int, int]
) -> None:
    Campaign.objects.update(kiosk=True)
    width, height = screen
    page = visit("/c/lanterns/?kiosk=1", viewport={"width": width, "height": height})
    page.reload()  # the first view asks for the example
    line = page.get_by_text("Example · AI generated").bounding_box()
    start = page.get_by_role("link", name="Start").bounding_box()
    assert line is not None
    assert start is not None
    assert line["y"] + line["height"] < start["y"]
    assert line["x"] + line["width"] < width / 2


def test_a_picture_of_ours_is_recognised_when_it_is_dropped(
    visit: Open, run_jobs_at_once: None
) -> None:
    page = visit()
    make_the_picture(page)
    made = storing.read(Result.objects.get())
    page.goto(path_of(page, "/made-here/"))
    page.locator("input[name=picture]").set_input_files(
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": made}
    )
    expect(heading(page, "Yes, made here")).to_be_visible()
    assert flaws(page) == []


@pytest.mark.usefixtures("run_jobs_at_once")
def test_no_page_scrolls_sideways_on_the_smallest_phone(visit: Open, material: Material) -> None:
    small = {"width": 320, "height": 568}
    two = an_approved_material(material.campaign, faces=2, seed=5)
    page = visit(viewport=small)
    make_the_picture(page)
    token = links.token_of(Result.objects.get())
    paths = [
        *("/", "/c/lanterns/", "/c/lanterns/templates/", make_page(two), "/find/", "/made-here/"),
        *(f"/p/{token}/", f"/p/{token}/data/", f"/p/{token}/report/", "/p/x/"),
    ]
    for path in paths:
        page.goto(path_of(page, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_first_view_is_light(visit: Open, material: Material) -> None:
    page = visit("/made-here/")
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(answer.request.sizes()["responseBodySize"]))
    page.goto(path_of(page, "/c/lanterns/"), wait_until="networkidle")
    assert 0 < sum(weights) < 100_000, weights
    assert len(weights) <= 8
