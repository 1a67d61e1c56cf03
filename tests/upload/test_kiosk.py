"""A kiosk: set up by its link, hands pictures over by code, forgets whoever was there."""

import re

import pytest
from django.test import Client

from campaigns.models import Campaign
from fusionsite.jobs import execution
from fusionsite.jobs.models import FusionJob
from fusionsite.results import claiming, links
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.upload.conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(client: Client, material: Material) -> Client:
    """The client, set up as the campaign's kiosk."""
    Campaign.objects.update(kiosk=True)
    client.get("/c/lanterns/?kiosk=1")
    return client


def made(send: Send) -> Result:
    send()
    execution.execute(FusionJob.objects.latest("pk").pk)
    return Result.objects.latest("pk")


def page_of(result: Result) -> str:
    return f"/p/{links.token_of(result)}/"


def test_its_link_sets_a_kiosk_up_and_takes_it_down(kiosk: Client) -> None:
    assert 'class="kiosk"' in kiosk.get("/c/lanterns/").content.decode()
    kiosk.get("/c/lanterns/?kiosk=0")
    assert 'class="kiosk"' not in kiosk.get("/c/lanterns/").content.decode()


def test_a_campaign_without_kiosk_makes_none(client: Client, material: Material) -> None:
    assert client.get("/c/lanterns/?kiosk=1")["Location"] == "/c/lanterns/"
    assert 'class="kiosk"' not in client.get("/c/lanterns/").content.decode()


def test_a_kiosk_ends_when_its_campaign_says_so(kiosk: Client) -> None:
    Campaign.objects.update(kiosk=False)
    assert 'class="kiosk"' not in kiosk.get("/c/lanterns/").content.decode()


def test_the_picture_is_handed_over_by_code(kiosk: Client, send: Send) -> None:
    result = made(send)
    html = kiosk.get(page_of(result)).content.decode()
    assert "Take it with you" in html
    assert claiming.code_of(result) in html
    assert "data-save" not in html
    assert re.search(r'<svg class="qr"[^>]*aria-label="QR code: your picture on your phone"', html)


def test_the_device_forgets_and_the_picture_stays(kiosk: Client, send: Send) -> None:
    result = made(send)
    answer = kiosk.post("/c/lanterns/kiosk/over/")
    assert answer["Location"] == "/c/lanterns/"
    assert answer["Clear-Site-Data"] == '"storage"'
    assert kiosk.get(page_of(result))["Location"] == "/c/lanterns/"
    assert kiosk.get(page_of(result) + "data/").status_code == 404
    phone = Client()
    phone.post("/find/", {"code": claiming.code_of(result)})
    assert "Delete now" in phone.get(page_of(result)).content.decode()


def test_the_next_person_is_somebody_else(kiosk: Client, send: Send) -> None:
    first = made(send)
    kiosk.post("/c/lanterns/kiosk/over/")
    kiosk.get("/c/lanterns/make/")
    second = made(send)
    assert first.visitor != second.visitor
