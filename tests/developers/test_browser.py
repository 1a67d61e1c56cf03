"""The developers' pages in a browser: a first key, and no page against the rules."""

from typing import Any

import pytest
from playwright.sync_api import expect

from campaigns.models import Credential, Role
from tests.axe import flaws_unfolded
from tests.console.conftest import (
    DESKTOP,
    OpenAs,
    chromium,
    one_at_a_time,
    open_as,
    quiet,
)
from tests.developers.test_pages import address
from tests.factories import a_credential, a_person, an_account

__all__ = ["chromium", "one_at_a_time", "open_as", "quiet"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
LOOKS: list[Any] = [
    pytest.param({"viewport": DESKTOP, "color_scheme": "dark"}, "zh-hans", id="night"),
    pytest.param({"viewport": PHONE, "color_scheme": "light"}, "en", id="phone"),
]


def test_a_key_is_made_and_its_program_stands_there_to_copy(open_as: OpenAs) -> None:
    account = an_account()
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    page = open_as(partner, address("index"))
    page.get_by_role("link", name="Make a key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("The secret is on this page only now.")).to_be_visible()
    key = Credential.objects.get()
    secret = page.locator("#secret").inner_text()
    assert secret in page.locator("#program-1").inner_text()
    page.goto(page.url.partition("?")[0] + f"?key={key.secret_id}")
    expect(page.locator("#program-1")).to_contain_text("YOUR_SECRET")


@pytest.mark.parametrize(("look", "language"), LOOKS)
def test_no_page_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    open_as: OpenAs, look: dict[str, Any], language: str
) -> None:
    account = an_account()
    a_credential(account, kind="jd")
    partner = a_person(Role.PARTNER, organisation=account.organisation, language=language)
    first = address("index")
    page = open_as(partner, first, **look)
    site, wrong = page.url.split("/console/")[0], []
    for path in [
        first,
        *(address(name) for name in ("start", "guides", "guide", "webhooks", "checker")),
        f"{address('explorer')}?call=jd-face_parser",
        f"{address('simulator')}?guide=jd",
    ]:
        page.goto(site + path)
        wrong += flaws_unfolded(page)
    assert not wrong
