"""The photo in a real browser: camera, files of every kind, turning, cutting, checks."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Route, expect

from fusionsite.jobs.models import FusionJob
from templates_app.models import Material
from tests.pictures import file_of, turned_by_exif
from tests.upload.browsing import (
    A_FACE,
    DESKTOP,
    PHONE,
    Open,
    agree,
    choose,
    heading,
    make_page,
    send,
    shown_step,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


HEIC = Path(__file__).parent.parent / "templates_app" / "drawn_face.heic"


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


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.usefixtures("run_jobs_at_once")
def test_the_camera_with_its_oval_takes_the_photo(visit: Open, screen: dict[str, int]) -> None:
    page = visit(permissions=("camera",), viewport=screen)
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


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_photo_that_lies_on_its_side_stands_up(visit: Open) -> None:
    page = visit()
    choose(page, turned_by_exif(A_FACE))
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_be_visible()
    assert photo.evaluate("e => [e.naturalWidth, e.naturalHeight]") == [600, 800]
    page.get_by_role("button", name="Rotate").click()
    expect(photo).to_have_js_property("naturalWidth", 800)
    page.get_by_role("button", name="Rotate").click()
    page.get_by_role("button", name="Rotate").click()
    page.get_by_role("button", name="Rotate").click()
    expect(photo).to_have_js_property("naturalHeight", 800)
    agree(page)
    send(page)
    expect(heading(page, "There you are")).to_be_visible()


def test_a_large_photo_is_made_small_on_the_phone(visit: Open) -> None:
    page = visit()
    large = cv2.resize(A_FACE, (3000, 4000)).astype(np.uint8)
    choose(page, file_of(large))
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_have_js_property("naturalHeight", 1600)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_photo_of_30_megabytes_is_made_small_and_used(visit: Open, tmp_path: Path) -> None:
    page = visit()
    grain = np.random.default_rng(1).integers(-20, 20, (4400, 3300, 3), np.int16)
    large = np.clip(cv2.resize(A_FACE, (3300, 4400)).astype(np.int16) + grain, 0, 255)
    file = tmp_path / "me.png"
    file.write_bytes(file_of(large.astype(np.uint8), "PNG"))
    assert file.stat().st_size > 30_000_000
    choose(page, file)
    agree(page)
    with page.expect_request("**/jobs/") as sent:
        send(page)
    assert len(sent.value.post_data_buffer or b"") < 2_000_000
    expect(heading(page, "There you are")).to_be_visible()


def test_a_heic_of_30_megabytes_is_refused_with_its_size(visit: Open, tmp_path: Path) -> None:
    page = visit()
    file = tmp_path / "IMG_2.HEIC"
    file.write_bytes(b"\0\0\0\x18ftypheic" + bytes(30_000_000))
    choose(page, file)
    expect(heading(page, "This file is too big")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("30")
    assert not FusionJob.objects.exists()


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


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_photo_from_an_iphone_comes_through_to_the_picture(visit: Open) -> None:
    page = visit()
    choose(page, HEIC.read_bytes(), "IMG_1.HEIC", "image/heic")
    expect(page.get_by_text("This browser cannot show HEIC photos")).to_be_visible()
    expect(page.get_by_role("button", name="Crop")).to_be_hidden()
    agree(page)
    send(page)
    expect(heading(page, "There you are")).to_be_visible()


def test_the_photo_is_cut_by_keys(visit: Open) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    loaded = "performance.getEntriesByType('resource').some((e) => /crop[^/]*js/.test(e.name))"
    assert not page.evaluate(loaded)
    page.get_by_role("button", name="Crop").press("Enter")
    frame = page.locator(".crop-frame")
    expect(frame).to_be_focused()
    for _ in range(5):
        frame.press("ArrowRight")
    for _ in range(10):
        frame.press("Shift+ArrowUp")
    expect(page.locator(".crop [role=status]")).to_have_text("480 by 480 pixels")
    frame.press("Enter")
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_have_js_property("naturalHeight", 480)
    expect(photo).to_have_js_property("naturalWidth", 480)
    expect(page.get_by_role("button", name="Crop")).to_be_focused()


def test_the_photo_is_cut_by_hand_and_left_alone(visit: Open) -> None:
    page = visit()
    choose(page, file_of(A_FACE))
    page.get_by_role("button", name="Crop").click()
    corner = page.locator(".crop-se").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 22, corner["y"] + 22)
    page.mouse.down()
    page.mouse.move(corner["x"] - 60, corner["y"] - 100, steps=4)
    page.mouse.up()
    expect(page.locator(".crop [role=status]")).not_to_have_text("")
    page.get_by_role("button", name="Leave it").click()
    photo = page.locator("[data-step=look] [data-photo]")
    expect(photo).to_have_js_property("naturalHeight", 800)
    page.get_by_role("button", name="Crop").click()
    page.get_by_role("button", name="Cut").click()
    expect(photo).to_have_js_property("naturalHeight", 640)
