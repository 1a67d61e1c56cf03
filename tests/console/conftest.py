"""A browser for the tests of the console, with a window per person."""

import os
from collections.abc import Callable, Iterator
from threading import Condition, RLock
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from campaigns.models import Person
from tests.conftest import CHROMIUM

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 800}

OpenAs = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread; the tests still talk to the database from it.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
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
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite in memory knows no waiting: who reads while another writes is turned away."""
    turn, answer = RLock(), WSGIHandler.get_response

    def in_turn(handler: WSGIHandler, request: Any) -> Any:
        with turn:
            return answer(handler, request)

    monkeypatch.setattr(WSGIHandler, "get_response", in_turn)


def sign_in(context: BrowserContext, person: Person, site: str) -> None:
    """From now on the window is this person's."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": site}
    context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict with fewer keys


@pytest.fixture
def open_as(
    chromium: Browser,
    live_server: Any,
    quiet: Callable[[], bool],
    one_at_a_time: None,
    trails_can_be_emptied: None,
) -> Iterator[OpenAs]:
    """Opens an address of the console as a person; afterwards nothing may have broken there."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_page(person: Person, path: str, **options: Any) -> Page:
        defaults: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-US"}
        context = chromium.new_context(**defaults | options)
        context.set_default_timeout(15_000)
        sign_in(context, person, live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda line: broken.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert quiet()
    assert broken == []
