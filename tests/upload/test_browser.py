"""The whole way of a visitor in a real browser, on a phone's screen."""

import importlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Route,
    expect,
    sync_playwright,
)

from fusionsite.jobs import execution, submission
from fusionsite.jobs.models import FusionJob
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.conftest import CHROMIUM
from tests.factories import an_approved_material
from tests.pictures import a_face_picture, file_of, turned_by_exif

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
]
PHONE = {"width": 390, "height": 844}
A_FACE = a_face_picture(600, 800, seed=2)

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def trails_can_be_emptied(transactional_db: None) -> Iterator[None]:
    """Ledger and audit trail refuse the deletion that ends a test with real transactions."""
    yield
    rules = importlib.import_module("campaigns.migrations.0002_append_only")
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in rules.sqlite_permit():
            cursor.execute(statement)
        for table in rules.TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for statement in rules.sqlite_forbid():
            cursor.execute(statement)


@pytest.fixture(scope="module")
def camera_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera sees: a drawn face, as uncompressed video."""
    path = tmp_path_factory.mktemp("camera") / "face.y4m"
    frame = cv2.cvtColor(a_face_picture(640, 480, seed=2), cv2.COLOR_RGB2YUV_I420).tobytes()
    header = b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420mpeg2\n"
    path.write_bytes(header + (b"FRAME\n" + frame) * 10)
    return path


@pytest.fixture(scope="module")
def browser(camera_film: Path) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread; the tests still talk to the database from it.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        film = f"--use-file-for-fake-video-capture={camera_film}"
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, film])
        yield started
        started.close()


@pytest.fixture
def quiet(transactional_db: None) -> Iterator[Callable[[], bool]]:
    """Waits until the server works on nothing: what still runs would meet an emptied database."""
    moved, under_way = Condition(), [0]

    def count(step: int) -> Callable[..., None]:
        def on_signal(**_: object) -> None:
            with moved:
                under_way[0] += step
                moved.notify_all()

        return on_signal

    up, down = count(1), count(-1)
    request_started.connect(up)
    request_finished.connect(down)

    def wait() -> bool:
        with moved:
            return moved.wait_for(lambda: under_way[0] <= 0, timeout=10)

    yield wait
    request_started.disconnect(up)
    request_finished.disconnect(down)


@pytest.fixture
def visit(
    browser: Browser, live_server: Any, material: Material, quiet: Callable[[], bool]
) -> Iterator[Open]:
    """Opens an address in a fresh browser; afterwards nothing may have broken in it."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def note(page: Page) -> None:
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda line: broken.append(line.text) if "Content Security" in line.text else None,
        )

    def open_page(path: str = "", *, permissions: tuple[str, ...] = (), **options: Any) -> Page:
        defaults: dict[str, Any] = {"viewport": PHONE, "locale": "en-US", "has_touch": True}
        context = browser.new_context(**defaults | options)
        context.set_default_timeout(10_000)
        context.grant_permissions(list(permissions), origin=live_server.url)
        contexts.append(context)
        page = context.new_page()
        note(page)
        page.goto(f"{live_server.url}{path or make_page(material)}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert quiet()
    assert broken == []


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """No worker is there; the test does the queued jobs when it likes."""
    monkeypatch.setattr(submission, "enqueue", lambda job: None)

    def work() -> None:
        for job in FusionJob.objects.waiting():
            execution.execute(job.pk)

    return work


def make_page(material: Material) -> str:
    return f"/c/lanterns/make/?model={material.model_id}"


def choose(page: Page, encoded: bytes, name: str = "me.jpg", mime: str = "image/jpeg") -> None:
    file: FilePayload = {"name": name, "mimeType": mime, "buffer": encoded}
    page.locator("[data-picker]").first.set_input_files(file)


def agree(page: Page) -> None:
    page.locator("[data-step=look] [data-go=consent]").click()
    page.locator("[name=agrees]").check()


def send(page: Page) -> None:
    page.locator("[data-step=consent] [data-send]").click()


def shown_step(page: Page) -> str:
    return str(page.locator("[data-step]:not([hidden])").get_attribute("data-step"))


@pytest.mark.parametrize(
    ("language", "start", "there"),
    [("en-US", "Start", "There you are"), ("zh-CN", "开始", "这就是你")],
)
@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_visitor_gets_a_picture_and_deletes_it(
    visit: Open, material: Material, language: str, start: str, there: str
) -> None:
    an_approved_material(material.campaign, seed=4)
    page = visit("/c/lanterns/", locale=language)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.post_data else None)
    page.get_by_role("link", name=start).click()
    page.locator(".tile").nth(1).click()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.locator(".choice-dock button").click()
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
    page.locator("[data-delete] button").click()
    page.locator("[data-confirm]").click()
    expect(page.locator(".receipt")).to_have_text(re.compile(r"\w{3}-\w{3}"))
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 410


def test_a_file_picked_before_the_script_came_is_not_lost(visit: Open, material: Material) -> None:
    page = visit("/c/lanterns/")
    held: list[Route] = []
    page.route("**/upload/make*.js", lambda route: held.append(route))
    page.goto(page.url.replace("/c/lanterns/", make_page(material)), wait_until="commit")
    choose(page, file_of(A_FACE))
    for route in held:
        route.continue_()
    page.unroute("**/upload/make*.js")
    page.locator("[data-step=look] [data-go=consent]").click()
    assert shown_step(page) == "consent"


@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_camera_with_its_oval_takes_the_photo(visit: Open) -> None:
    page = visit(permissions=("camera",))
    expect(page.locator("[data-finder]")).not_to_have_class(re.compile("finder-off"))
    expect(page.locator("[data-finder]")).to_have_class(re.compile("finder-ready"))
    page.get_by_role("button", name="Take the photo").click()
    agree(page)
    send(page)
    expect(page.get_by_role("heading", name="There you are")).to_be_visible()


def test_a_denied_camera_is_not_a_dead_end(visit: Open) -> None:
    page = visit()
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Open the camera").click()
    expect(page.locator("[data-hint]")).to_contain_text("The camera is off for this page")
    expect(page.locator("[data-controls=picker]")).to_be_visible()
    choose(page, file_of(A_FACE))
    expect(page.get_by_role("heading", name="Use this photo?")).to_be_visible()


def test_an_in_app_browser_goes_straight_to_the_picker(visit: Open) -> None:
    page = visit(user_agent="Mozilla/5.0 (Linux; Android 13) Chrome/110 MicroMessenger/8.0")
    expect(page.locator("[data-controls=picker]")).to_be_visible()
    expect(page.locator("[data-controls=start]")).to_be_hidden()


def test_a_photo_that_lies_on_its_side_stands_up(visit: Open) -> None:
    page = visit()
    choose(page, turned_by_exif(A_FACE))
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_be_visible()
    assert photo.evaluate("e => [e.naturalWidth, e.naturalHeight]") == [600, 800]
    page.get_by_role("button", name="Rotate").click()
    expect(photo).to_have_js_property("naturalWidth", 800)


def test_a_large_photo_is_made_small_on_the_phone(visit: Open) -> None:
    page = visit()
    large = cv2.resize(A_FACE, (3000, 4000)).astype(np.uint8)
    choose(page, file_of(large))
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_have_js_property("naturalHeight", 1600)


def test_a_letter_named_jpg_is_refused_on_the_phone(visit: Open) -> None:
    page = visit()
    choose(page, b"dear visitor, this is no picture", "letter.jpg")
    expect(page.get_by_role("heading", name="Another file, please")).to_be_visible()
    assert not FusionJob.objects.exists()


def test_a_dark_photo_is_measured_on_the_phone_and_may_be_used_anyway(visit: Open) -> None:
    page = visit()
    choose(page, file_of((A_FACE * 0.12).astype(np.uint8)))
    expect(page.get_by_role("heading", name="It is a little dark")).to_be_visible()
    expect(page.locator("[data-measure] svg")).to_be_visible()
    page.get_by_role("button", name="Use it anyway").click()
    expect(page.get_by_role("heading", name="Use this photo?")).to_be_visible()


def test_a_photo_from_an_iphone_is_sent_as_it_is(visit: Open, by_hand: Callable[[], None]) -> None:
    heic = (Path(__file__).parent.parent / "templates_app" / "drawn_face.heic").read_bytes()
    page = visit()
    choose(page, heic, "IMG_1.HEIC", "image/heic")
    expect(page.get_by_text("This browser cannot show HEIC photos")).to_be_visible()
    agree(page)
    send(page)
    page.wait_for_url("**/jobs/**")
    assert FusionJob.objects.count() == 1


@pytest.mark.usefixtures("run_jobs_at_once")
def test_of_two_faces_the_chosen_one_is_used(visit: Open) -> None:
    page = visit()
    choose(page, file_of(a_face_picture(960, 480, faces=2, seed=3)))
    agree(page)
    send(page)
    expect(page.get_by_role("heading", name="Which one is you?")).to_be_visible()
    page.get_by_role("radio", name="Left").press("ArrowRight")
    expect(page.get_by_role("radio", name="Right")).to_be_checked()
    page.get_by_role("button", name="This is me").click()
    expect(page.get_by_role("heading", name="There you are")).to_be_visible()
    chosen = FusionJob.objects.get(state=FusionJob.State.SUCCEEDED).order["faces"][0]["box"]
    assert chosen["left"] > 480


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_refusal_draws_the_measured_fact_on_the_photo(visit: Open) -> None:
    page = visit()
    choose(page, file_of(a_face_picture(960, 960, face_px=700, seed=2)[:, 330:]))
    agree(page)
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-shot] img")).to_be_visible()
    expect(page.locator("[data-shot] .box-is")).to_be_visible()
    page.get_by_text("Take it again").click()
    expect(page.get_by_role("heading", name="Take your photo")).to_be_visible()


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


@pytest.mark.usefixtures("run_jobs_at_once")
def test_without_scripts_a_plain_form_makes_the_picture(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    photo: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file_of(A_FACE)}
    page.locator("input[name=photo]").set_input_files(photo)
    page.locator("[name=agrees]").check()
    page.get_by_role("button", name="Make my picture").click()
    expect(page.get_by_role("heading", name="There you are")).to_be_visible()


def test_no_page_scrolls_sideways_on_the_smallest_phone(visit: Open, material: Material) -> None:
    for path in ("/c/lanterns/", "/c/lanterns/templates/", make_page(material), "/", "/p/x/"):
        page = visit(path, viewport={"width": 320, "height": 568})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
