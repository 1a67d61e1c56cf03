"""Operators and reviewers in a browser: files sent, sliders moved, a queue decided by keys."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from campaigns import quota
from campaigns.models import Campaign, Role
from fusionsite.results import reports
from fusionsite.results.models import Report
from templates_app.models import Material, Review, State
from tests.axe import flaws_unfolded
from tests.console.acting import page as address
from tests.console.conftest import DESKTOP, OpenAs
from tests.factories import a_campaign, a_draft_material, a_person, a_submission, an_offered_picture
from tests.pictures import a_face_picture, file_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


def picture(name: str, seed: int, width: int = 300, height: int = 300) -> FilePayload:
    encoded = file_of(a_face_picture(width, height, seed=seed))
    return {"name": name, "mimeType": "image/jpeg", "buffer": encoded}


def shown(page: Page) -> str:
    return page.locator(".insp h2").inner_text()


class TestUploading:
    def test_each_file_has_its_own_outcome_and_the_grid_fills(self, open_as: OpenAs) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        page = open_as(operator, f"{address('materials')}?campaign={campaign.pk}")
        notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
        large = picture("large.jpg", 3, 1200, 1600)
        files = [picture("one.jpg", 1), picture("two.jpg", 2), notes, large]
        page.locator("#files").set_input_files(files)
        expect(page.locator("#uploads [data-sum]")).to_have_text("2 taken in, 2 not")
        expect(page.locator("#uploads .bad")).to_have_count(2)
        expect(page.get_by_text("not a picture that can be read")).to_be_visible()
        expect(page.get_by_text("From 1200 × 1600 px")).to_be_visible()
        page.locator("#uploads").get_by_role("button", name="Fit for me").click()
        expect(page.locator("#uploads [data-sum]")).to_have_text("3 taken in, 1 not")
        expect(page.locator("#grid .mat")).to_have_count(3)
        assert Material.objects.count() == 3

    def test_two_files_at_most_are_under_way(self, open_as: OpenAs) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        page = open_as(operator, f"{address('materials')}?campaign={campaign.pk}")
        page.evaluate(
            """() => {
                const open = XMLHttpRequest.prototype.send;
                window.most = window.now = 0;
                XMLHttpRequest.prototype.send = function (...given) {
                    window.most = Math.max(window.most, (window.now += 1));
                    this.addEventListener("readystatechange", () => {
                        if (this.readyState === XMLHttpRequest.DONE) window.now -= 1;
                    });
                    return open.apply(this, given);
                };
            }"""
        )
        files = [picture(f"{number}.jpg", number, 120, 120) for number in range(1, 9)]
        page.locator("#files").set_input_files(files)
        expect(page.locator("#uploads [data-sum]")).to_have_text(
            "8 taken in, 0 not", timeout=30_000
        )
        assert page.evaluate("window.most") == 2

    def test_a_campaign_is_asked_for_first(self, open_as: OpenAs) -> None:
        campaign = a_campaign()
        a_campaign(organisation=campaign.organisation)
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        page = open_as(operator, address("materials"))
        page.locator("#files").set_input_files(picture("one.jpg", 1))
        expect(page.locator("#uploads [data-sum]")).to_contain_text("Choose the campaign")
        expect(page.locator("#drop select")).to_be_focused()
        assert not Material.objects.exists()


def test_several_are_chosen_and_submitted(open_as: OpenAs) -> None:
    material = a_draft_material()
    page = open_as(material.created_by, address("materials"))
    expect(page.locator("#chosen")).to_be_hidden()
    page.get_by_label("Choose Portrait").check()
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("rights record is not complete")).to_be_visible()


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_slider_makes_the_picture_beside_it(
    open_as: OpenAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "take", lambda *_: None)
    material = a_draft_material()
    page = open_as(material.created_by, address("material_page", material.model_id))
    made = page.locator("[data-try-picture]")
    expect(made).to_be_visible()
    before = made.get_attribute("src")
    page.locator("#face_degree").press("ArrowLeft")
    expect(page.locator("output[for=face_degree]")).to_have_text("99")
    expect(made).not_to_have_attribute("src", str(before))
    assert made.evaluate("image => image.naturalWidth") == material.newest.width


def test_faces_are_reordered_by_keys(open_as: OpenAs) -> None:
    material = a_draft_material(faces=2)
    page = open_as(material.created_by, address("material_page", material.model_id))
    page.get_by_label("Name of face 2").fill("Bride")
    page.get_by_role("button", name="Move face 2 up").press("Enter")
    expect(page.locator(".seats .no").first).to_have_text("2")
    page.get_by_role("button", name="Save the faces").click()
    expect(page.get_by_text("Faces saved.")).to_be_visible()
    assert [face.number for face in material.newest.faces.all()] == [2, 1]
    assert material.newest.faces.all()[0].name == "Bride"


class TestReviewing:
    def queue(self, number: int, **options: Any) -> tuple[Campaign, list[Review]]:
        campaign = a_campaign(**options)
        titles = [f"Portrait {place}" for place in range(number)]
        made = [a_submission(campaign, seed=1 + n, title=t) for n, t in enumerate(titles)]
        return campaign, made

    def test_a_queue_is_decided_with_keys_alone(self, open_as: OpenAs) -> None:
        campaign, made = self.queue(12)
        reviewer = a_person(Role.REVIEWER, organisation=campaign.organisation)
        page = open_as(reviewer, address("review"))
        press = page.keyboard.press
        for place in range(12):
            expect(page.locator(".insp h2")).to_have_text(f"Portrait {place}")
            expect(page.locator("[data-until]")).to_contain_text("Yours for")
            if place % 4 == 3:
                press("r")  # asks for a reason first
                expect(page.locator("#reason-needed")).to_be_visible()
                press("8")
                press("q")
                press("r")
            else:
                press("a")
        expect(page.get_by_text("Nothing waits for a review.")).to_be_visible()
        for row in made:
            row.refresh_from_db()
        assert [row.outcome for row in made].count("approved") == 9
        assert made[3].reasons == ["look", "marks"]

    def test_undo_next_zoom_and_the_comment_have_keys(self, open_as: OpenAs) -> None:
        campaign, made = self.queue(2)
        page = open_as(
            a_person(Role.REVIEWER, organisation=campaign.organisation), address("review")
        )
        expect(page.locator("[data-until]")).to_be_visible()
        page.keyboard.press("z")
        expect(page.locator("[data-zoom]")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("j")
        expect(page.locator(".insp h2")).to_have_text("Portrait 1")
        page.keyboard.press("t")
        page.keyboard.type("a lovely one")  # letters in the comment are no keys
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(page.locator("[data-undo-toast]")).to_contain_text("Approved: Portrait 1.")
        made[1].refresh_from_db()
        assert made[1].comment == "a lovely one"
        page.keyboard.press("u")
        expect(page.locator(".insp h2")).to_have_text("Portrait 1")
        assert Material.objects.get(pk=made[1].version.material_id).state == State.PENDING

    def test_two_reviewers_never_collide(self, open_as: OpenAs) -> None:
        campaign, made = self.queue(2)
        anna, ben = (
            a_person(Role.REVIEWER, organisation=campaign.organisation, username=name)
            for name in ("anna", "ben")
        )
        hers = open_as(anna, address("review"))
        expect(hers.locator("[data-until]")).to_be_visible()
        his = open_as(ben, address("review"))
        expect(his.locator("[data-until]")).to_be_visible()
        assert {shown(hers), shown(his)} == {"Portrait 0", "Portrait 1"}
        his.locator("[data-list] a").first.click()
        expect(his.get_by_text("anna is looking at this one. Take the next.")).to_be_visible()
        his.keyboard.press("a")  # no button, so no decision
        hers.keyboard.press("a")
        expect(hers.locator("[data-undo-toast]")).to_be_visible()
        made[0].refresh_from_db()
        assert made[0].decided_by == anna

    def test_looking_at_another_one_lets_the_first_go(self, open_as: OpenAs) -> None:
        campaign, made = self.queue(2)
        reviewer = a_person(Role.REVIEWER, organisation=campaign.organisation)
        page = open_as(reviewer, address("review"))
        expect(page.locator("[data-until]")).to_be_visible()
        with page.expect_request(lambda sent: "release" in (sent.post_data or "")):
            page.locator("[data-list] a").nth(1).click()
        expect(page.locator(".insp h2")).to_have_text("Portrait 1")
        expect(page.locator("[data-until]")).to_be_visible()
        made[0].refresh_from_db()
        made[1].refresh_from_db()
        assert (made[0].claimed_by, made[1].claimed_by) == (None, reviewer)

    def test_it_works_on_a_phone(self, open_as: OpenAs) -> None:
        campaign, made = self.queue(1)
        reviewer = a_person(Role.REVIEWER, organisation=campaign.organisation)
        page = open_as(reviewer, address("review"), viewport=PHONE, has_touch=True)
        expect(page.locator("[data-until]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Reject").tap()
        expect(page.locator("#reason-needed")).to_be_visible()
        page.get_by_text("Not sharp enough").tap()
        page.get_by_role("button", name="Reject").tap()
        expect(page.get_by_text("Nothing waits for a review.")).to_be_visible()
        made[0].refresh_from_db()
        assert made[0].reasons == ["blurred"]


def test_many_pictures_are_moderated_by_keys(open_as: OpenAs) -> None:
    campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
    pictures = [an_offered_picture(campaign) for _ in range(3)]
    page = open_as(
        a_person(Role.OPERATOR, organisation=campaign.organisation), address("moderation")
    )
    page.keyboard.press("s")
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    page.keyboard.press("a")
    expect(page.get_by_text("3 pictures shown.")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("3 pictures wait again.")).to_be_visible()
    for result in pictures:
        result.refresh_from_db()
    assert {result.gallery_state for result in pictures} == {"waiting"}


@pytest.mark.usefixtures("run_jobs_at_once")
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    open_as: OpenAs, viewport: dict[str, int], scheme: str
) -> None:
    campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
    waiting = a_submission(campaign, faces=2)
    reports.report(an_offered_picture(campaign), ground=Report.Ground.MINOR)
    an_offered_picture(campaign)
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    first = address("materials")
    page = open_as(both, first, viewport=viewport, color_scheme=scheme)
    rest = ["review", "moderation", "takedowns"]
    wrong = []
    for path in [
        first,
        address("material_page", waiting.version.material.model_id),
        *(address(name) for name in rest),
        *(f"{address('review')}?{asked}" for asked in ("view=grid", "tab=decided", "tab=appeals")),
    ]:
        page.goto(page.url.split("/console/")[0] + path)
        wrong += flaws_unfolded(page)
    assert not wrong
