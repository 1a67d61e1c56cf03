"""What an accessibility engine says about a page in a browser, for the tests of every door."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

ENGINE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
ALL = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@cache
def engine() -> str:
    return ENGINE.read_text()


def flaws(page: Page) -> list[str]:
    """What the rules of WCAG 2.0 to 2.2 A and AA and good practice find on the page as it is."""
    page.emulate_media(reduced_motion="reduce")  # half-way through a fade nothing has its colour
    page.evaluate(engine())
    found = page.evaluate("(options) => axe.run(document, options)", ALL)
    return [
        f"{page.url}: {rule['id']} at {node['target']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def flaws_unfolded(page: Page) -> list[str]:
    """The same with every fold open, and whether the page is wider than its window."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = flaws(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.evaluate("window.innerWidth"):
        found.append(f"{page.url}: {width} px wide")
    return found
