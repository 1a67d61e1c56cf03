"""What protects and spreads a campaign, in a real browser: proof of work, frames, small screens."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from campaigns import previews, quota
from campaigns.models import Campaign, Layer, Role
from fusionsite.funnel.models import FunnelCount
from fusionsite.jobs.models import FusionJob
from fusionsite.results import gallery, pacing
from fusionsite.results.models import Result
from fusionsite.upload import proof
from templates_app.models import Material
from tests.conftest import CHROMIUM
from tests.factories import a_person
from tests.pictures import file_of
from tests.upload.browsing import A_FACE, FLAGS, Open, agree, choose, send

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("trails_can_be_emptied"),
]

SMALL = {"width": 320, "height": 568}
SHOP = "https://shop.example.org"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Like the visitors', and a page from the internet may show one from this machine."""
    flags = [*FLAGS, "--disable-features=LocalNetworkAccessChecks"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield started
        started.close()


def make_a_picture(page: Page) -> None:
    choose(page, file_of(A_FACE))
    agree(page)
    send(page)


def test_the_sum_is_solved_unseen_and_right(visit: Open) -> None:
    page = visit("/c/lanterns/")
    for text in ("", "abc", "a" * 55, "a" * 56, "b" * 64, "salt?expires=1&" + "9" * 120):
        words = page.evaluate(
            "async (text) => { const m = await import('/static/upload/proof.js');"
            " return [...m.sha256(text)].map((w) => w.toString(16).padStart(8, '0')).join('') }",
            text,
        )
        assert words == hashlib.sha256(text.encode()).hexdigest()


def test_a_campaign_that_always_asks_is_no_more_work_for_its_visitor(
    visit: Open, material: Material, run_jobs_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "EFFORT", 3000)
    Campaign.objects.update(captcha=Campaign.Captcha.ALWAYS)
    page = visit()
    assert not page.evaluate("performance.getEntries().some((e) => e.name.includes('proof.js'))")
    make_a_picture(page)
    expect(page.locator(".picture img").first).to_be_visible()
    job = FusionJob.objects.get()
    assert job.state == FusionJob.State.SUCCEEDED


def test_a_browser_without_workers_solves_it_all_the_same(visit: Open) -> None:
    page = visit("/c/lanterns/")
    challenge = proof.challenge()
    solution = page.evaluate(
        "async (sum) => { window.Worker = undefined;"
        " return (await import('/static/upload/proof.js')).solve(sum) }",
        challenge,
    )
    assert proof.is_solved(solution)
    assert not proof.is_solved(solution)


def shop(route: Route, site: str) -> None:
    """A shop's page that shows the campaign in a frame."""
    frame = f'<iframe src="{site}/c/lanterns/?from=embed" width=420 height=860></iframe>'
    route.fulfill(body=f"<!doctype html><title>Shop</title>{frame}", content_type="text/html")


@pytest.fixture
def framed(visit: Open, live_server: Any) -> Page:
    """A browser in which that shop's page can be opened, and may show the campaign."""
    Campaign.objects.update(frame_ancestors=[SHOP])
    page = visit("/")
    page.context.clear_cookies()
    page.route(f"{SHOP}/**", lambda route: shop(route, live_server.url))
    return page


def test_the_whole_way_works_in_another_sites_frame_without_cookies(
    framed: Page, material: Material, run_jobs_at_once: None
) -> None:
    framed.goto(f"{SHOP}/fair")
    frame = framed.frame_locator("iframe")
    frame.get_by_role("link", name="Start").click()
    picker = frame.locator("[data-picker]").first
    picker.set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file_of(A_FACE)})
    frame.locator("[data-step=look] [data-go=consent]").click()
    frame.locator("[name=agrees]").check()
    frame.locator("[data-step=consent] [data-send]").click()
    expect(frame.locator("main img").first).to_be_visible()
    expect(frame.locator(".picture img").first).to_be_visible()
    assert framed.context.cookies() == []
    assert Result.objects.count() == 1
    assert FunnelCount.objects.filter(step="made", source="embed").exists()


def test_a_site_that_is_not_named_gets_an_empty_frame(
    browser: Browser, live_server: Any, material: Material, quiet: Callable[[], bool]
) -> None:
    Campaign.objects.update(frame_ancestors=["https://other.example.org"])
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.route(f"{SHOP}/**", lambda route: shop(route, live_server.url))
    page.goto(f"{SHOP}/fair", wait_until="load")
    expect(page.frame_locator("iframe").get_by_role("link", name="Start")).to_have_count(0)
    assert any("frame-ancestors" in line for line in said)
    context.close()
    assert quiet()


def test_slowing_down_counts_the_seconds_and_leads_back(visit: Open) -> None:
    pace = pacing.PACES["claim"].address
    for _ in range(pace.calls):
        quota.take(Layer.ADDRESS, "claim:127.0.0.1", pace)
    page = visit("/find/")
    page.get_by_role("textbox").fill("ABCDE")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Try again in \d+ seconds"))
    page.get_by_role("button", name="Back").click()
    expect(page).to_have_url(re.compile("/find/$"))


def test_no_page_of_ours_scrolls_sideways_on_the_smallest_phone(
    visit: Open, material: Material, run_jobs_at_once: None
) -> None:
    Campaign.objects.update(gallery=Campaign.Gallery.AT_ONCE)
    for locale in ("en-US", "zh-CN"):
        for path in ("/c/lanterns/", "/c/lanterns/gallery/", "/c/lanterns/templates/", "/find/"):
            page = visit(path, viewport=SMALL, locale=locale, color_scheme="dark")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, f"{path} in {locale}"


def test_a_preview_is_walked_by_whoever_has_the_link(
    visit: Open, material: Material, run_jobs_at_once: None
) -> None:
    campaign = material.campaign
    Campaign.objects.update(state=Campaign.State.DRAFT)
    campaign.refresh_from_db()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    token = previews.give(campaign, by=operator)
    page = visit(reverse("upload:preview", args=[campaign.slug, token]))
    expect(page.get_by_role("note")).to_contain_text("Preview")
    page.get_by_role("link", name="Start").click()
    make_a_picture(page)
    expect(page.locator(".picture img").first).to_be_visible()
    assert FusionJob.objects.get().preview
    assert not FunnelCount.objects.exists()


def test_the_gallery_shows_reports_and_turns_pages_by_keyboard(
    visit: Open, material: Material, run_jobs_at_once: None
) -> None:
    Campaign.objects.update(gallery=Campaign.Gallery.AT_ONCE)
    page = visit()
    make_a_picture(page)
    expect(page.locator(".picture img").first).to_be_visible()
    gallery.offer(Result.objects.get())
    page.goto(page.url.partition("/p/")[0] + "/c/lanterns/gallery/")
    picture = page.locator(".gallery-grid img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    page.get_by_role("link", name="Report picture 1").press("Enter")
    page.get_by_label("It is intimate or degrading").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Report received")).to_be_visible()
    page.goto(page.url.partition("/c/")[0] + "/c/lanterns/gallery/")
    expect(page.locator(".gallery-grid img")).to_have_count(0)
