"""Coming back by code: finding, seeing, withdrawing, deleting; and contact details."""

import re
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, ConsentText
from fusionsite.funnel.models import FunnelCount, Step
from fusionsite.jobs import execution
from fusionsite.jobs.models import Consent, FusionJob, Lead
from fusionsite.results import claiming, links, storing
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.upload.conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(send: Send, material: Material) -> Result:
    """A picture whose maker ticked everything; this test's client is the maker."""
    Campaign.objects.update(lead_form=True, gallery=Campaign.Gallery.AT_ONCE)
    ConsentText.objects.update(contact_body="They may write.", gallery_body="All may see it.")
    send(gallery="yes", contact="yes")
    job = FusionJob.objects.get()
    execution.execute(job.pk)
    return Result.objects.get()


def page_of(result: Result, name: str = "") -> str:
    return f"/p/{links.token_of(result)}/{name}"


def found_by(typed: str, client: Client | None = None) -> Any:
    return (client or Client()).post("/find/", {"code": typed})


def test_the_maker_is_told_the_code_and_others_are_not(client: Client, made: Result) -> None:
    code = claiming.code_of(made)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)
    assert code in client.get(page_of(made)).content.decode()
    assert code not in Client().get(page_of(made)).content.decode()


def test_the_code_is_nowhere_in_the_row(made: Result) -> None:
    letters = claiming.code_of(made).replace("-", "")
    assert letters not in str(Result.objects.values().get()).upper()


def test_codes_are_as_different_as_keys() -> None:
    codes = {claiming.code_of(Result(key=f"key-{number}")) for number in range(500)}
    assert len(codes) == 500


@pytest.mark.parametrize("spoil", [str, str.lower, lambda code: f"  {code.replace('-', ' ')} "])
def test_the_code_opens_the_makers_page_on_another_device(made: Result, spoil: Any) -> None:
    phone = Client()
    answer = found_by(spoil(claiming.code_of(made)), phone)
    assert answer["Location"] == page_of(made, "data/")
    shown = phone.get(page_of(made, "data/")).content.decode()
    assert "What is held about you" in shown
    assert "Shown there" in shown
    assert "Delete now" in phone.get(page_of(made)).content.decode()


def test_look_alikes_are_read_as_what_they_must_be() -> None:
    assert claiming.normal("oil-k7q") == "011K7Q"


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("", 400, "Type the code"),
        ("K7Q", 400, "this one has 3"),
        ("00000-00000", 404, "No picture has this code now"),
        ("K7QX4-MND2P-AB", 400, "this one has 12"),
    ],
)
def test_a_wrong_code_is_answered_with_what_is_wrong(
    made: Result, typed: str, status: int, said: str
) -> None:
    answer = found_by(typed)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not answer.cookies.get("claims")


def test_guessing_is_slowed_down(made: Result) -> None:
    answers = [found_by("00000-00000").status_code for _ in range(21)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_code_ends_with_its_picture(made: Result) -> None:
    code = claiming.code_of(made)
    storing.erase(made, Result.Why.OWNER)
    assert found_by(code).status_code == 404


def test_a_picture_that_was_taken_down_is_not_found(made: Result) -> None:
    Result.objects.update(hidden_at=made.created_at)
    assert found_by(claiming.code_of(made)).status_code == 404


@pytest.mark.parametrize("name", ["data/", "details/"])
def test_others_see_nothing_of_it(made: Result, name: str) -> None:
    assert Client().get(page_of(made, name)).status_code == 404


def test_a_forged_claim_opens_nothing(made: Result) -> None:
    stranger = Client()
    stranger.cookies["claims"] = f'["{made.key}"]'
    assert stranger.get(page_of(made, "data/")).status_code == 404


def test_nobody_else_can_withdraw(made: Result) -> None:
    assert Client().post(page_of(made, "withdraw/"), {"what": "all"}).status_code == 404
    made.refresh_from_db()
    assert made.erased_at is None


def test_withdrawing_everything_deletes_and_gives_a_receipt(client: Client, made: Result) -> None:
    asked = client.post(page_of(made, "withdraw/"), {"what": "all"})
    assert "Withdraw everything and delete the picture?" in asked.content.decode()
    assert client.get(page_of(made, "")).status_code == 200
    answer = client.post(page_of(made, "withdraw/"), {"what": "all", "sure": "yes"})
    assert made.receipt in answer.content.decode()
    assert client.get(page_of(made)).status_code == 410
    assert Consent.objects.get().withdrawn_at is not None
    assert FunnelCount.objects.filter(step=Step.DELETED).count() == 1


def test_the_gallery_and_the_contact_are_taken_back_apart(client: Client, made: Result) -> None:
    client.post(page_of(made, "withdraw/"), {"what": "gallery"})
    consent = Consent.objects.get()
    assert (consent.gallery, consent.contact) == (False, True)
    client.post(page_of(made, "withdraw/"), {"what": "contact"})
    consent.refresh_from_db()
    assert (consent.gallery, consent.contact) == (False, False)
    assert client.get(page_of(made)).status_code == 200


def test_a_withdrawal_of_nothing_known_is_turned_away(client: Client, made: Result) -> None:
    assert client.post(page_of(made, "withdraw/"), {"what": "tomorrow"}).status_code == 400


def test_contact_details_are_asked_for_after_the_picture(client: Client, made: Result) -> None:
    assert page_of(made, "details/") in client.get(page_of(made)).content.decode()
    answer = client.post(page_of(made, "details/"), {"name": "Ada", "reach": "ada@example.org"})
    assert "Noted" in answer.content.decode()
    assert Lead.objects.get().reach == "ada@example.org"
    assert "Ada, ada@example.org" in client.get(page_of(made, "data/")).content.decode()
    assert client.get(page_of(made, "details/")).status_code == 302


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ("ada@", "not an e-mail address"),
        ("12", "6 to 15 digits"),
        ("", "Write a phone number"),
    ],
)
def test_a_wrong_address_is_said_and_nothing_typed_is_lost(
    client: Client, made: Result, reach: str, said: str
) -> None:
    answer = client.post(page_of(made, "details/"), {"name": "Ada", "reach": reach})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert said in html
    assert 'value="Ada"' in html
    assert not Lead.objects.exists()


def test_without_the_tick_nobody_is_asked(client: Client, made: Result) -> None:
    Consent.objects.update(contact=False)
    assert page_of(made, "details/") not in client.get(page_of(made)).content.decode()
    client.post(page_of(made, "details/"), {"name": "Ada", "reach": "ada@example.org"})
    assert not Lead.objects.exists()


def test_the_code_page_wears_the_look_of_a_campaign_that_people_know(
    client: Client, made: Result
) -> None:
    assert "look-" in client.get("/find/?c=lanterns").content.decode()
    Campaign.objects.update(state=Campaign.State.DRAFT)
    assert "look-" not in client.get("/find/?c=lanterns").content.decode()


def test_a_page_that_is_gone_leads_to_the_code(client: Client, made: Result) -> None:
    storing.erase(made, Result.Why.EXPIRED)
    assert "/find/?c=lanterns" in client.get(page_of(made)).content.decode()
