"""The whole way of a visitor in a real browser, on phone and desktop, by finger and by keyboard."""

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Request, expect

from campaigns.models import Campaign
from fusionsite.funnel.models import FunnelCount
from fusionsite.results import claiming
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.factories import an_approved_material
from tests.pictures import file_of
from tests.upload.browsing import (
    A_FACE,
    DESKTOP,
    PHONE,
    Open,
    choose,
    heading,
    make_the_picture,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    ("language", "start", "there"),
    [("en-US", "Start", "There you are"), ("zh-CN", "开始", "这就是你")],
)
@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_visitor_gets_a_picture_and_deletes_it(
    visit: Open, material: Material, screen: dict[str, int], language: str, start: str, there: str
) -> None:
    an_approved_material(material.campaign, seed=4)
    page = visit("/c/lanterns/", locale=language, viewport=screen, has_touch=screen is PHONE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if is_upload(request) else None)
    page.get_by_role("link", name=start).click()
    page.locator(".tile").nth(1).click()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.locator(".choice-dock button, .beside > button").locator("visible=true").click()
    choose(page, file_of(A_FACE))
    page.locator("[data-step=look] [data-go=consent]").click()
    assert page.locator("input:checked").count() == 0
    assert sent == []  # nothing leaves the phone before the consent
    page.locator("[name=agrees]").check()
    send(page)
    expect(page.get_by_role("heading", name=there)).to_be_visible()
    address = page.url
    page.get_by_role("slider").press("End")
    assert page.locator("[data-picture]").evaluate("e => e.style.getPropertyValue('--cut')") == (
        "100%"
    )
    page.locator("[data-asks=delete] button").click()
    page.locator("[data-confirm]").click()
    expect(page.locator(".receipt")).to_have_text(re.compile(r"\w{3}-\w{3}"))
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 410


def is_upload(request: Request) -> bool:
    """Whether it carries more than a word: the steps that are counted are named and no more."""
    return bool(request.post_data) and not request.url.endswith("/step/")


@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_whole_way_works_by_keyboard_alone(visit: Open, material: Material) -> None:
    an_approved_material(material.campaign, seed=4)
    page = visit("/c/lanterns/", viewport=DESKTOP, has_touch=False)
    tab_to(page, page.get_by_role("link", name="Start")).press("Enter")
    radios = page.get_by_role("radio")
    tab_to(page, radios.first).press("ArrowDown")
    expect(radios.nth(1)).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Use this scene")).press("Enter")
    picker = page.locator("[data-controls=start] [data-picker]")
    with page.expect_file_chooser() as chooser:
        tab_to(page, picker).press("Enter")
    chooser.value.set_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file_of(A_FACE)})
    tab_to(page, page.locator("[data-step=look] .dock [data-go=consent]")).press("Enter")
    tab_to(page, page.locator("[name=agrees]")).press("Space")
    tab_to(page, page.locator("[data-step=consent] [data-send]")).press("Enter")
    expect(heading(page, "There you are")).to_be_visible()
    slider = tab_to(page, page.get_by_role("slider"))
    slider.press("ArrowRight")
    expect(slider).to_have_value("35")
    tab_to(page, page.get_by_role("link", name="Share")).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    tab_to(page, page.get_by_role("button", name="Delete now")).press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(heading(page, "Picture deleted")).to_be_visible()


def tab_to(page: Page, wanted: Locator) -> Locator:
    """Presses Tab until the wanted thing has the focus, as long as a patient person would."""
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached by Tab")


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_code_brings_the_picture_to_another_device(visit: Open) -> None:
    page = visit()
    make_the_picture(page)
    code = page.locator("[data-code]").text_content() or ""
    other = visit("/find/")
    other.get_by_label("Your code").fill(code.lower().replace("-", " "))
    other.get_by_role("button", name="Find it").click()
    expect(heading(other, "My picture and my data")).to_be_visible()
    other.wait_for_load_state()  # the page is seen before its script is there
    other.get_by_role("button", name="Withdraw everything and delete").click()
    other.locator("dialog [data-confirm]").click()
    expect(heading(other, "Picture deleted")).to_be_visible()
    page.reload()
    expect(heading(page, "This picture is gone")).to_be_visible()


@pytest.mark.usefixtures("run_jobs_at_once")
def test_whoever_presses_delete_before_the_script_is_there_is_asked_all_the_same(
    visit: Open,
) -> None:
    page = visit()
    make_the_picture(page)
    page.route("**/upload/mine*.js", lambda route: route.abort())
    page.get_by_role("link", name="My picture and my data").click()
    page.get_by_role("button", name="Withdraw everything and delete").click()
    expect(heading(page, "Withdraw everything and delete the picture?")).to_be_visible()
    page.get_by_role("link", name="Keep it").click()
    expect(heading(page, "There you are")).to_be_visible()
    page.get_by_role("link", name="My picture and my data").click()
    page.get_by_role("button", name="Withdraw everything and delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(heading(page, "Picture deleted")).to_be_visible()


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_kiosk_hands_the_picture_to_a_phone_and_forgets(visit: Open, material: Material) -> None:
    Campaign.objects.update(kiosk=True)
    screen = visit("/c/lanterns/?kiosk=1", viewport={"width": 1080, "height": 1920})
    start = screen.get_by_role("link", name="Start").bounding_box()
    assert start is not None
    assert start["height"] >= 88
    screen.get_by_role("link", name="Start").click()
    make_the_picture(screen)
    code = screen.locator(".hand-over .qr").bounding_box()
    assert code is not None
    assert code["width"] >= 240
    assert (
        screen.locator(".hand-over-code").evaluate(
            "element => getComputedStyle(element).backgroundColor"
        )
        == "rgb(255, 255, 255)"
    )
    phone = visit(f"/find/#{claiming.code_of(Result.objects.get())}")
    expect(heading(phone, "My picture and my data")).to_be_visible()
    assert "#" not in phone.url
    result_page = screen.url
    screen.get_by_role("button", name="Done").click()
    expect(screen.get_by_role("link", name="Start")).to_be_visible()
    assert screen.evaluate("sessionStorage.length") == 0
    screen.go_back()
    assert screen.url != result_page
    expect(screen.get_by_role("heading", name="There you are")).to_be_hidden()
    assert Result.objects.get().erased_at is None


@pytest.mark.usefixtures("run_jobs_at_once")
@pytest.mark.parametrize("touch", [False, True])
def test_a_kiosk_that_nobody_touches_starts_anew(
    visit: Open, material: Material, *, touch: bool
) -> None:
    Campaign.objects.update(kiosk=True)
    page = visit("/c/lanterns/?kiosk=1", has_touch=touch)
    page.clock.install()
    page.get_by_role("link", name="Start").click()
    choose(page, file_of(A_FACE))
    expect(heading(page, "Use this photo?")).to_be_visible()
    # From here on only the test moves the page's time: the question stands for fifteen seconds.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 3)
    page.clock.run_for(48_000)
    expect(heading(page, "Are you still there?")).to_be_visible()
    go_on = page.get_by_role("button", name="Yes, go on")
    if touch:
        go_on.tap()
    else:
        go_on.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(heading(page, "Use this photo?")).to_be_visible()  # nothing beneath was pressed
    page.clock.run_for(61_000)
    expect(page.get_by_role("link", name="Start")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_steps_that_only_the_page_sees_are_counted(visit: Open) -> None:
    page = visit()
    make_the_picture(page)
    with page.expect_response("**/step/"), page.expect_download():
        page.get_by_role("link", name="Save").click()
    with page.expect_response("**/step/"):
        page.get_by_role("link", name="Share").click()
    counted = set(FunnelCount.objects.values_list("step", flat=True))
    assert counted >= {"chose", "photo", "consent", "made", "saved", "shared"}


@pytest.mark.usefixtures("run_jobs_at_once")
def test_without_scripts_a_plain_form_makes_the_picture(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    photo: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file_of(A_FACE)}
    page.locator("input[name=photo]").set_input_files(photo)
    page.locator("[name=agrees]").check()
    page.get_by_role("button", name="Make my picture").click()
    expect(page.get_by_role("heading", name="There you are")).to_be_visible()
