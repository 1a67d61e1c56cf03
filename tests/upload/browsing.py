"""Drives a real browser through the visitor pages: the fixtures and the steps that tests share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from fusion import read_picture
from fusion.faces import RGB
from fusionsite.jobs import execution, submission
from fusionsite.jobs.models import FusionJob
from fusionsite.painted import PICTURES
from templates_app.models import Material
from tests.conftest import CHROMIUM
from tests.pictures import a_face_picture, file_of

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
DESKTOP = {"width": 1280, "height": 800}
A_FACE = a_face_picture(600, 800, seed=2)

expect.set_options(
    timeout=15_000
)  # a shared machine may be slow; nothing waits longer than it must

Open = Callable[..., Page]


def painted_visitor() -> RGB:
    """One of the demo's stand-ins for a person; nobody's photo."""
    return read_picture((PICTURES / "visitor_a.jpg").read_bytes())


@pytest.fixture(scope="module")
def camera_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera sees: a painted visitor before a wall, as uncompressed video."""
    path = tmp_path_factory.mktemp("camera") / "face.y4m"
    seen = np.full((480, 640, 3), 200, np.uint8)
    seen[:, 140:500] = cv2.resize(painted_visitor(), (360, 480), interpolation=cv2.INTER_AREA)
    frame = cv2.cvtColor(seen, cv2.COLOR_RGB2YUV_I420).tobytes()
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


class Traffic:
    """The requests that the server of a test works on."""

    def __init__(self) -> None:
        self._moved, self._under_way = Condition(), 0

    def came(self, **_: object) -> None:
        with self._moved:
            self._under_way += 1

    def went(self, **_: object) -> None:
        with self._moved:
            self._under_way -= 1
            self._moved.notify_all()

    @contextmanager
    def stopped(self) -> Iterator[bool]:
        """Waits until nothing is worked on; what comes meanwhile has to wait as well."""
        with self._moved:
            yield self._moved.wait_for(lambda: self._under_way <= 0, timeout=30)


@pytest.fixture
def traffic(transactional_db: None) -> Iterator[Traffic]:
    counter = Traffic()
    request_started.connect(counter.came)
    request_finished.connect(counter.went)
    yield counter
    request_started.disconnect(counter.came)
    request_finished.disconnect(counter.went)


@pytest.fixture
def quiet(traffic: Traffic) -> Callable[[], bool]:
    """Waits until the server works on nothing: what still runs would meet an emptied database."""

    def wait() -> bool:
        with traffic.stopped() as ended:
            return ended

    return wait


@pytest.fixture
def visit(
    browser: Browser,
    live_server: Any,
    material: Material,
    quiet: Callable[[], bool],
    trails_can_be_emptied: None,
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
        context.set_default_timeout(30_000)
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
def by_hand(monkeypatch: pytest.MonkeyPatch, traffic: Traffic) -> Callable[[], None]:
    """No worker is there; the test does the queued jobs when it likes.

    Pages that ask meanwhile have to wait: a database in memory knows no patience.
    """
    monkeypatch.setattr(submission, "enqueue", lambda job: None)

    def work() -> None:
        with traffic.stopped():
            for job in FusionJob.objects.waiting():
                execution.execute(job.pk)

    return work


def make_page(material: Material) -> str:
    return f"/c/lanterns/make/?model={material.model_id}"


def choose(page: Page, photo: bytes | Path, name: str = "me.jpg", mime: str = "image/jpeg") -> None:
    """Picks the photo; a large one had better be a file already."""
    file: FilePayload | Path = (
        photo if isinstance(photo, Path) else {"name": name, "mimeType": mime, "buffer": photo}
    )
    page.locator("[data-picker]").first.set_input_files(file)


def agree(page: Page) -> None:
    page.locator("[data-step=look] [data-go=consent]").click()
    page.locator("[name=agrees]").check()


def send(page: Page) -> None:
    page.locator("[data-step=consent] [data-send]").click()


def shown_step(page: Page) -> str:
    return str(page.locator("[data-step]:not([hidden])").get_attribute("data-step"))


def make_the_picture(page: Page) -> None:
    """From the make page to the picture, with a drawn face."""
    choose(page, file_of(A_FACE))
    agree(page)
    send(page)
    page.wait_for_url("**/p/**")


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", name=words)
