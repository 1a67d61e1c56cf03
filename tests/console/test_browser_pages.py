"""Every page of the console in a browser: by the rules, within its window, quiet, in Chinese."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, FilePayload, Page, Response

from campaigns.models import Role
from tests.axe import flaws_unfolded
from tests.console.conftest import DESKTOP, OpenAs, sign_in
from tests.console.pages import OURS, a_world
from tests.factories import a_campaign, a_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    pytest.param(
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}, "en", id="phone"
    ),
    pytest.param({"viewport": DESKTOP, "color_scheme": "dark"}, "zh-hans", id="night"),
]
# Parts of pages and files: what they answer is no page of its own.
NO_HTML = {
    "campaign_share_qr",
    "campaign_share_poster",
    "material_picture",
    "material_document",
    "tryout_sample",
    "tryout_picture",
    "result_picture",
    "ledger_csv",
    "statement_csv",
    "trail_csv",
    "statistics_csv",
    "search",
    "campaign_live",
    "campaign_look",
    "campaign_colours",
}
# Whoever works on the page comes before those who only look.
ORDER = [Role.OPERATOR, Role.FINANCE, Role.PARTNER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR]


def visits() -> Iterator[tuple[Role, list[str]]]:
    """Each page once, by the role it is made for; the first page for every role."""
    pages = [(role, "index") for role in ORDER]
    for name, page in OURS.items():
        if page.method == "get" and name not in NO_HTML | {"index"}:
            pages.append((next(role for role in ORDER if role in page.roles), name))
    for role, named in groupby(sorted(pages, key=lambda one: ORDER.index(one[0])), lambda p: p[0]):
        yield role, [name for _, name in named]


@pytest.mark.usefixtures("run_jobs_at_once")
@pytest.mark.parametrize(("look", "language"), LOOKS)
def test_no_page_has_a_flaw(open_as: OpenAs, look: dict[str, Any], language: str) -> None:
    found: list[str] = []
    with transaction.atomic():
        world = a_world()
    people = {
        role: a_person(role, organisation=world.campaign.organisation, language=language)
        for role in ORDER
    }
    page = open_as(people[Role.OPERATOR], reverse("admin:notices"), **look)
    listen(page, found)
    site = page.url.partition("/console/")[0]
    for role, names in visits():
        sign_in(page.context, people[role], site)
        for name in names:
            page.goto(site + reverse(f"admin:{name}", args=OURS[name].args(world)))
            found += flaws_unfolded(page)
            found += untranslated(page) if language != "en" else []
    assert not found, "\n".join(found)


def listen(page: Page, found: list[str]) -> None:
    """Keeps what the page complains of: its scripts, its policy, and files that do not come."""

    def said(line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"}:
            found.append(f"{page.url}: {line.text}")

    def came(answer: Response) -> None:
        if answer.status >= 400:
            found.append(f"{page.url}: {answer.status} {answer.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("response", came)


# What somebody wrote: it stands on the page as they wrote it, whoever reads.
WRITTEN = re.compile("to have an audit line|It does fit|test key|AI generated")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
SHOWN_TEXTS = """() => {
  const other = "script, style, noscript, pre, code, textarea, [lang=en]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(other)) texts.push(node.data.replace(/\\s+/g, " ").trim());
  }
  return texts;
}"""


def untranslated(page: Page) -> list[str]:
    """English words in a row outside of what is English on purpose; no Chinese in the title."""
    english = [text for text in page.evaluate(SHOWN_TEXTS) if ENGLISH.search(WRITTEN.sub("", text))]
    titles = [page.title(), *page.locator("h1").all_inner_texts()]
    foreign = [title for title in titles if not re.search("[\u4e00-\u9fff]", title)]
    return [f"{page.url}: not in Chinese: {text}" for text in english + foreign]


def test_choosing_a_file_disturbs_no_other_field(open_as: OpenAs) -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    page = open_as(operator, reverse("admin:campaign_step", args=[campaign.pk, "look"]))
    fields = page.locator("#step input:not([type=file]), #step textarea")
    before = [field.input_value() for field in fields.all()]
    logo: FilePayload = {"name": "logo.png", "mimeType": "image/png", "buffer": b""}
    page.locator("#step input[type=file]").first.set_input_files(logo)
    assert [field.input_value() for field in fields.all()] == before
