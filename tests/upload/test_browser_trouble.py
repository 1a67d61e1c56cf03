"""What goes wrong on the way, in a real browser: reload, back, two presses, no network, the end."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fusionsite.jobs.models import FusionJob
from fusionsite.results import links, storing
from fusionsite.results.models import Result
from tests.pictures import file_of
from tests.upload.browsing import (
    A_FACE,
    Open,
    agree,
    choose,
    heading,
    make_the_picture,
    send,
    shown_step,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pressing_twice_makes_one_picture(visit: Open, by_hand: Callable[[], None]) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    page.locator("[data-step=consent] [data-send]").dblclick()
    page.wait_for_url("**/jobs/**")
    assert FusionJob.objects.count() == 1


def test_progress_survives_a_reload_and_ends_at_the_picture(
    visit: Open, by_hand: Callable[[], None]
) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    send(page)
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_text("You are next")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You are next")).to_be_visible()
    by_hand()
    expect(page.get_by_role("heading", name="There you are")).to_be_visible()
    expect(page.get_by_role("slider")).to_be_attached()  # the photo was still on this device


def test_cancelling_leaves_nothing(visit: Open, by_hand: Callable[[], None]) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    send(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    by_hand()
    assert not Result.objects.exists()


def test_back_and_reload_keep_the_photo_and_the_ticks(visit: Open) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Use this photo?")).to_be_visible()
    page.go_forward()
    page.reload()
    assert shown_step(page) == "consent"
    expect(page.locator("[name=agrees]")).to_be_checked()
    expect(page.locator("[data-step=consent] [data-photo]")).to_be_visible()


def test_another_photo_needs_another_consent(visit: Open) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    page.go_back()
    choose(page, file_of(A_FACE[:, ::-1].copy()))
    page.locator("[data-step=look] [data-go=consent]").click()
    expect(page.locator("[name=agrees]")).not_to_be_checked()


def test_sending_without_the_tick_leads_to_it(visit: Open) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    page.locator("[data-step=look] [data-go=consent]").click()
    make = page.locator("[data-step=consent] [data-send]")
    expect(make).to_have_attribute("aria-disabled", "true")
    make.click(force=True)
    expect(page.locator("[name=agrees]")).to_be_focused()
    assert not FusionJob.objects.exists()


def test_offline_keeps_the_photo_and_says_so(visit: Open, by_hand: Callable[[], None]) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    page.context.set_offline(True)
    send(page)
    expect(page.locator("#why")).to_contain_text("You are offline")
    page.context.set_offline(False)
    send(page)
    page.wait_for_url("**/jobs/**")
    assert FusionJob.objects.count() == 1


def test_a_line_that_breaks_while_waiting_keeps_the_place(
    visit: Open, by_hand: Callable[[], None]
) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    agree(page)
    send(page)
    page.wait_for_url("**/jobs/**")
    page.context.set_offline(True)
    expect(page.locator("[data-left]")).to_contain_text("You are offline")
    by_hand()
    page.context.set_offline(False)
    expect(heading(page, "There you are")).to_be_visible(timeout=15_000)
    assert FusionJob.objects.count() == 1


def test_the_back_button_after_the_picture_leads_to_a_page_that_works(
    visit: Open, run_jobs_at_once: None
) -> None:
    page = visit()
    make_the_picture(page)
    page.go_back()
    assert "/make/" in page.url
    choose(page, file_of(A_FACE[:, ::-1].copy()))
    agree(page)
    send(page)
    expect(heading(page, "There you are")).to_be_visible()
    assert Result.objects.count() == 2


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("expired", "Its link ended"),
        ("deleted", "The person shown deleted it"),
        ("revoked", "It was reported"),
    ],
)
def test_a_link_that_ended_says_why_on_page_picture_and_preview(
    visit: Open, run_jobs_at_once: None, end: str, said: str
) -> None:
    page = visit()
    make_the_picture(page)
    address = page.url
    friend = visit(address.partition("/p/")[1] + address.partition("/p/")[2])
    preview = friend.locator('meta[property="og:image"]').get_attribute("content") or ""
    result = Result.objects.get()
    if end == "revoked":
        Result.objects.update(hidden_at=timezone.now())
    else:
        why = Result.Why.OWNER if end == "deleted" else Result.Why.EXPIRED
        assert storing.erase(result, why)
    for browser in (page, friend):
        answer = browser.goto(address)
        assert answer is not None
        assert answer.status == 410
        expect(browser.locator(".gone-middle")).to_contain_text(said)
        expect(browser.get_by_role("link", name="I have a code")).to_be_visible()
    assert preview.endswith(f"/r/{links.token_of(result)}")
    picture = page.request.get(f"{address.partition('/p/')[0]}/r/{links.token_of(result)}")
    assert picture.status == 410
