"""From an empty site to a visitor's picture, by the pages alone, each act by its person."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Account, Campaign, Organisation, Person, Role
from fusionsite.results.models import Result
from templates_app import rights
from templates_app.models import Consent, Depicted, Material, Source, State
from tests.console.acting import page as address
from tests.console.conftest import DESKTOP, OpenAs
from tests.pictures import a_face_picture, file_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
MATERIALS = 10


@pytest.mark.parametrize(
    ("language", "screen"), [("en", DESKTOP), ("zh-hans", PHONE)], ids=["en-desktop", "zh-phone"]
)
@pytest.mark.usefixtures("run_jobs_at_once")
def test_an_empty_site_gets_a_campaign_live(
    open_as: OpenAs, chromium: Browser, live_server: Any, language: str, screen: dict[str, int]
) -> None:
    first = Person.objects.create_superuser("first", language=language)
    root = open_as(first, address("index"), viewport=screen)
    organisation = an_organisation(root)
    finance, operator, reviewer = (
        somebody(root, organisation, role, language)
        for role in (Role.FINANCE, Role.OPERATOR, Role.REVIEWER)
    )
    money = open_as(finance, address("money"), viewport=screen)
    open_an_account(money, organisation)
    work = open_as(operator, address("index"), viewport=screen)
    campaign = set_up(work)
    upload(work, campaign)
    with_rights(operator)
    submit_all(work, campaign)
    approve_by_keys(open_as(reviewer, address("review"), viewport=screen))
    do(money, address("fee_deed", campaign.pk, "take"), amount_fen="500")
    publish(work, campaign)
    make_a_picture(chromium, live_server.url, campaign, language)
    work.goto(live_server.url + address("campaign_page", campaign.pk))
    expect(work.locator("#live .figures dd").first).to_have_text("1")
    for page in (root, money, work):
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def go(page: Page, path: str) -> None:
    origin = page.evaluate("location.origin")
    page.goto(origin + path)


def do(page: Page, path: str, **fields: str) -> None:
    """Fills the form of a page and sends it; the next page may not complain."""
    go(page, path)
    for name, value in fields.items():
        page.locator(f"#console [name='{name}']").fill(value)
    with page.expect_navigation():
        page.locator("#console form .actions button").first.click()
    expect(page.locator("#console .note-bad, #console .errorlist")).to_have_count(0)


def an_organisation(page: Page) -> Organisation:
    """The first person of the site follows the only thing that waits for them."""
    with page.expect_navigation():
        page.locator("section[aria-labelledby=needs] a.btn").click()
    do(page, address("organisation_new", "add"), name="Spring Ltd")
    return Organisation.objects.get(name="Spring Ltd")


def somebody(page: Page, organisation: Organisation, role: Role, language: str) -> Person:
    """Invited with one role; their first password is shown."""
    go(page, address("invite", "invite"))
    for name, value in (
        *(("role", role), ("organisation", str(organisation.pk))),
        ("language", language),
    ):
        page.select_option(f"#console [name='{name}']", value)
    page.locator("#console [name='username']").fill(role)
    with page.expect_navigation():
        page.locator("#console form .actions button").first.click()
    expect(page.locator("#once-1")).to_have_text(role)
    person = Person.objects.get(username=role)
    assert person.check_password(page.locator("#once-2").inner_text())
    return person


def open_an_account(page: Page, organisation: Organisation) -> None:
    """Finance: opens the service, books the first money."""
    account = Account.objects.get(organisation=organisation)
    for deed in ("record", "open", "finish"):
        do(page, address("account_deed", account.pk, deed))
    top_up = address("account_deed", account.pk, "top-up")
    do(page, top_up, amount_fen="10000", reference="slip 1")


def set_up(page: Page) -> Campaign:
    """The operator's steps: basics, look with the phone beside it, consent, limits, delivery."""
    names = {"name_en": "Spring Fair", "name_zh-hans": "春日集", "slug": "spring"}
    page.locator("a.btn-brand").first.click()
    do(page, address("campaign_new"), **names)
    campaign = Campaign.objects.get(slug="spring")
    assert page.url.endswith(address("campaign_step", campaign.pk, "look"))
    page.locator("[name='tagline_en']").fill("Step into spring")
    page.locator("[name='brand_colour']").fill("#ffd400")
    page.locator("[data-language=en]").click()
    expect(page.frame_locator("#preview").locator("[data-text=tagline]")).to_have_text(
        "Step into spring"
    )
    expect(page.locator("#adjusted")).to_contain_text("#ffd400")
    with page.expect_navigation():
        page.locator("#step .btn-brand").click()
    dates = {"starts_at": "2020-01-01T00:00", "ends_at": "2090-01-01T00:00"}
    basics = address("campaign_step", campaign.pk, "basics")
    do(page, basics, **dates, owner_contact="owner@example.org")
    consent = {
        f"{name}_{language}": words
        for language in ("en", "zh-hans")
        for name, words in (
            ("responsible", "Example Ltd"),
            ("contact", "privacy@example.org"),
            ("body", "This is me; use this photo once."),
        )
    }
    do(page, address("campaign_step", campaign.pk, "consent"), **consent)
    for step in ("limits", "delivery"):
        do(page, address("campaign_step", campaign.pk, step))
    expect(page.locator(".gate .i-bad")).to_have_count(2)  # the materials and the fee
    return campaign


def upload(page: Page, campaign: Campaign) -> None:
    go(page, f"{address('materials')}?campaign={campaign.pk}")
    files: Any = [
        {
            "name": f"portrait {seed}.jpg",
            "mimeType": "image/jpeg",
            "buffer": file_of(a_face_picture(360, 480, seed=seed)),
        }
        for seed in range(1, MATERIALS + 1)
    ]
    page.locator("#files").set_input_files(files)
    expect(page.locator("#grid .mat")).to_have_count(MATERIALS, timeout=60_000)


def with_rights(operator: Person) -> None:
    """Ten times the same form; `test_material_browser` fills it in."""
    for material in Material.objects.all():
        rights.record(
            material=material,
            by=operator,
            source=Source.GENERATED,
            holder="Example Ltd",
            depicted=Depicted.NOBODY,
            consent=Consent.NOT_NEEDED,
            without_end=True,
        )


def submit_all(page: Page, campaign: Campaign) -> None:
    go(page, f"{address('materials')}?campaign={campaign.pk}")
    for box in page.locator(
        "#grid .mat-frame input[type=checkbox], #grid input[form=chosen]"
    ).all():
        box.check()
    with page.expect_navigation():
        page.locator("#chosen button[value=submit]").click()
    assert Material.objects.filter(state=State.PENDING).count() == MATERIALS


def approve_by_keys(page: Page) -> None:
    """The reviewer touches nothing but the A key."""
    for left in reversed(range(MATERIALS)):
        page.locator("[aria-keyshortcuts=A]").wait_for()
        shown = page.locator("#decide [name=item]").first.get_attribute("value")
        page.keyboard.press("a")
        page.wait_for_function(
            "shown => document.querySelector('#decide [name=item]')?.value !== shown", arg=shown
        )
        assert Material.objects.filter(state=State.PENDING).count() == left
    assert Material.objects.filter(state=State.APPROVED).count() == MATERIALS


def publish(page: Page, campaign: Campaign) -> None:
    go(page, address("campaign_step", campaign.pk, "review"))
    expect(page.locator(".gate .i-bad")).to_have_count(0)
    page.locator(".dock .btn-brand").click()
    with page.expect_navigation():
        page.locator("#console form .btn-brand").click()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PUBLISHED


def make_a_picture(chromium: Browser, origin: str, campaign: Campaign, language: str) -> None:
    """A visitor without scripts: one photo, one consent, one button."""
    locale = {"en": "en-US", "zh-hans": "zh-CN"}[language]
    context = chromium.new_context(java_script_enabled=False, locale=locale)
    page = context.new_page()
    model_id = Material.objects.filter(campaign=campaign).earliest("pk").model_id
    page.goto(f"{origin}/c/{campaign.slug}/make/?model={model_id}")
    photo: Any = {
        "name": "me.jpg",
        "mimeType": "image/jpeg",
        "buffer": file_of(a_face_picture(600, 800, seed=42)),
    }
    page.locator("input[name=photo]").set_input_files(photo)
    page.locator("[name=agrees]").check()
    button = {"en": "Make my picture", "zh-hans": "生成我的图片"}[language]
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    context.close()
    assert Result.objects.filter(campaign=campaign).count() == 1
