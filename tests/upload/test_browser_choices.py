"""Refusals and choices in a real browser: faces, seats, age, and facts drawn on the photo."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Campaign
from fusionsite.jobs.engine import shelf
from fusionsite.jobs.models import Consent, FusionJob
from templates_app.models import Material
from tests.factories import an_approved_material
from tests.pictures import a_face_picture, file_of
from tests.upload.browsing import A_FACE, Open, agree, choose, heading, make_page, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


TWO_FACES = file_of(a_face_picture(960, 480, faces=2, seed=3))


@pytest.fixture
def scene_for_two(material: Material) -> Iterator[Material]:
    shelf._kept.clear()
    yield an_approved_material(material.campaign, title="Two lanterns", faces=2, seed=5)
    shelf._kept.clear()


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


@pytest.mark.parametrize(
    ("photo", "title", "said"),
    [
        (np.full((600, 600, 3), 140, np.uint8), "Face the camera", "We cannot see a face"),
        (a_face_picture(600, 600, face_px=24, seed=2), "Come a little closer", "needed"),
    ],
    ids=["no face", "too small"],
)
@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_face_that_will_not_do_is_explained(
    visit: Open, photo: np.ndarray, title: str, said: str
) -> None:
    page = visit()
    rng = np.random.default_rng(3)
    grainy = np.clip(photo.astype(np.int16) + rng.integers(-30, 30, photo.shape), 0, 255)
    choose(page, file_of(grainy.astype(np.uint8)))
    agree(page)
    send(page)
    expect(heading(page, title)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_text("It is still on your device")).to_be_visible()


@pytest.mark.usefixtures("run_jobs_at_once")
def test_two_photos_take_two_seats_and_swap(visit: Open, scene_for_two: Material) -> None:
    page = visit(make_page(scene_for_two))
    choose(page, file_of(A_FACE))
    page.get_by_role("button", name="Add a photo of the other person").click()
    choose(page, file_of(a_face_picture(600, 800, seed=7)))
    left = page.locator('[data-seat="0"]')
    expect(left.get_by_role("radio", name="Photo 1")).to_be_checked()
    left.get_by_role("radio", name="Photo 2").check()
    expect(page.locator('[data-seat="1"]').get_by_role("radio", name="Photo 1")).to_be_checked()
    agree(page)
    send(page)
    expect(heading(page, "There you are")).to_be_visible()
    faces = FusionJob.objects.get().order["faces"]
    assert [(face["photo"], face["template_face"]) for face in faces] == [(1, 1), (0, 2)]


@pytest.mark.usefixtures("run_jobs_at_once")
def test_two_people_in_one_photo_are_seated(visit: Open, scene_for_two: Material) -> None:
    page = visit(make_page(scene_for_two))
    choose(page, TWO_FACES)
    agree(page)
    send(page)
    expect(heading(page, "Who sits where?")).to_be_visible()
    right = page.get_by_role("group", name="Right")
    expect(right.get_by_role("radio", name="Right")).to_be_checked()
    right.get_by_role("radio", name="Left").check()
    left = page.get_by_role("group", name="Left")
    expect(left.get_by_role("radio", name="Right")).to_be_checked()
    page.get_by_role("button", name="Make our picture").click()
    expect(heading(page, "There you are")).to_be_visible()
    one, two = FusionJob.objects.get(state=FusionJob.State.SUCCEEDED).order["faces"]
    assert one["box"]["left"] > 480 > two["box"]["left"]


def ready_to_agree(page: Page) -> None:
    choose(page, file_of(A_FACE))
    page.locator("[data-step=look] .dock [data-go=consent]").click()


@pytest.mark.usefixtures("run_jobs_at_once")
def test_a_guardian_is_asked_for_a_child(visit: Open, material: Material) -> None:
    Campaign.objects.update(age_rule=Campaign.AgeRule.GUARDIAN)
    page = visit()
    ready_to_agree(page)
    guardian = page.get_by_role("checkbox", name="I am the parent or guardian")
    expect(guardian).to_be_hidden()
    page.locator("[name=agrees]").check()
    page.get_by_role("radio", name="Younger than 14").check()
    expect(page.locator("#why")).to_contain_text("One more answer")
    guardian.check()
    send(page)
    expect(heading(page, "There you are")).to_be_visible()
    consent = Consent.objects.get()
    assert (consent.of_age, consent.by_guardian) == (False, True)


def test_a_child_is_stopped_before_anything_is_sent(visit: Open, material: Material) -> None:
    Campaign.objects.update(age_rule=Campaign.AgeRule.REFUSE)
    page = visit()
    ready_to_agree(page)
    page.locator("[name=agrees]").check()
    page.get_by_role("radio", name="Younger than 14").check()
    send(page)
    expect(heading(page, "This one is for people from 14")).to_be_visible()
    assert not FusionJob.objects.exists()


def test_a_name_that_cannot_be_written_loses_nothing(visit: Open, material: Material) -> None:
    Campaign.objects.update(nickname=True)
    page = visit()
    ready_to_agree(page)
    page.locator("[name=agrees]").check()
    page.get_by_label("A name in the picture").fill("Ada \U0001f600")
    send(page)
    expect(heading(page, "Another name, please")).to_be_visible()
    page.get_by_role("link", name="Look at the consent again").click()
    expect(page.locator("[name=agrees]")).to_be_checked()
    expect(page.get_by_label("A name in the picture")).to_have_value("Ada \U0001f600")
