"""Signed links: they open until they end, and say which of the two reasons it is when not."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.utils import timezone

from fusionsite.results import links, reports, storing
from fusionsite.results.models import Report, Result
from fusionsite.results.storing import MadePicture
from fusionsite.results.tasks import erase_expired
from fusionsite.results.visitors import COOKIE, visitor_of
from tests.factories import a_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pictures_in_memory")]

JPEG = b"\xff\xd8\xff\xe0 not decoded by anything here \xff\xd9"
WEEK = timedelta(days=7)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_result(
    *, life: timedelta = WEEK, visitor: str = "", key: str = "aKeyThatNobodyGuesses"
) -> Result:
    campaign = a_campaign()
    result = storing.keep(
        MadePicture(JPEG, "image/jpeg", 810, 1080),
        key=key,
        attempt=1,
        account_id=campaign.account_id,
        organisation_id=campaign.organisation_id,
        campaign=campaign,
        life=life,
        visitor=visitor,
    )
    result.save()
    return result


def test_link_gives_the_picture_with_private_headers(client: Client) -> None:
    answer = client.get(f"/r/{links.token_of(a_result())}")
    assert answer.status_code == 200
    assert answer.content == JPEG
    assert answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_openings_are_counted(client: Client) -> None:
    result = a_result()
    for _ in range(3):
        client.get(f"/r/{links.token_of(result)}")
    result.refresh_from_db()
    assert result.opened_count == 3


@pytest.mark.parametrize("life", [timedelta(hours=1), WEEK, timedelta(days=30)])
def test_link_ends_exactly_with_its_life(client: Client, life: timedelta) -> None:
    with time_machine.travel(START, tick=False) as clock:
        address = f"/r/{links.token_of(a_result(life=life))}"
        clock.move_to(START + life - timedelta(seconds=1))
        assert client.get(address).status_code == 200
        clock.move_to(START + life)
        answer = client.get(address)
    assert answer.status_code == 410
    assert answer["Content-Type"].startswith("text/html")
    assert JPEG not in answer.content


@pytest.mark.parametrize("change", ["x{}", "{}x", "other.{}", "{}."])
def test_changed_link_is_unknown_not_gone(client: Client, change: str) -> None:
    token = links.token_of(a_result())
    assert client.get(f"/r/{change.format(token)}").status_code == 404


def test_link_signed_with_another_secret_is_unknown(client: Client, settings: object) -> None:
    token = links.token_of(a_result())
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert client.get(f"/r/{token}").status_code == 404


def test_unsaved_result_of_a_valid_signature_is_unknown(client: Client) -> None:
    assert client.get(f"/r/{links.token_of(Result(key='neverKept'))}").status_code == 404


def test_expiry_also_deletes_the_file() -> None:
    with time_machine.travel(START, tick=False) as clock:
        result = a_result()
        clock.move_to(START + WEEK)
        assert erase_expired() == {"erased": 1, "failed": 0}
    result.refresh_from_db()
    assert result.erased_why == Result.Why.EXPIRED
    with pytest.raises(FileNotFoundError):
        storing.read(result)


def test_storage_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(START, tick=False) as clock:
        result = a_result()
        clock.move_to(START + WEEK)
        with monkeypatch.context() as patch:
            patch.setattr(
                "django.core.files.storage.InMemoryStorage.delete",
                lambda *_: (_ for _ in ()).throw(OSError("storage is away")),
            )
            assert erase_expired() == {"erased": 0, "failed": 1}
        assert erase_expired() == {"erased": 1, "failed": 0}
    result.refresh_from_db()
    assert result.erase_failures == 1


def test_deleting_ends_the_link_at_once_even_if_the_storage_fails(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = a_result()
    monkeypatch.setattr(
        "django.core.files.storage.InMemoryStorage.delete",
        lambda *_: (_ for _ in ()).throw(OSError("storage is away")),
    )
    assert storing.erase(result, Result.Why.OWNER) is False
    assert client.get(f"/r/{links.token_of(result)}").status_code == 410


def own(client: Client) -> str:
    """A browser that has its cookie, and the hash by which rows name it."""
    client.cookies[COOKIE] = "this-browser"
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = "this-browser"
    return visitor_of(request)


def test_only_the_browser_that_made_it_sees_the_tools_and_may_delete(client: Client) -> None:
    result = a_result(visitor=own(client))
    page = f"/p/{links.token_of(result)}/"
    stranger = Client()
    assert b"delete/" in client.get(page).content
    assert b"delete/" not in stranger.get(page).content
    assert stranger.post(page + "delete/").status_code == 404
    assert stranger.get(f"/r/{links.token_of(result)}").status_code == 200
    asked = client.post(page + "delete/")
    assert "Delete this picture everywhere?" in asked.content.decode()
    assert client.get(page).status_code == 200
    answer = client.post(page + "delete/", {"sure": "yes"})
    assert answer.status_code == 200
    assert result.receipt in answer.content.decode()
    for address in (page, f"/r/{links.token_of(result)}"):
        assert stranger.get(address).status_code == 410


@pytest.mark.parametrize(
    ("ground", "hidden"),
    [("intimate", True), ("minor", True), ("not_me", False), ("other", False)],
)
def test_reports_that_cannot_wait_hide_the_picture(
    client: Client, ground: str, hidden: bool
) -> None:
    token = links.token_of(a_result())
    answer = client.post(f"/p/{token}/report/", {"ground": ground, "words": "please look"})
    assert answer.status_code == 200
    made = Report.objects.get()
    assert made.number in answer.content.decode()
    assert made.due_at - made.made_at == reports.DECIDE_WITHIN
    assert client.get(f"/r/{token}").status_code == (410 if hidden else 200)


def test_report_without_a_ground_says_so_and_writes_nothing(client: Client) -> None:
    token = links.token_of(a_result())
    assert client.post(f"/p/{token}/report/", {"ground": "boredom"}).status_code == 400
    assert not Report.objects.exists()


def test_same_file_is_not_taken_away_by_a_late_loser() -> None:
    """A worker thought lost comes back after another one has delivered."""
    campaign = a_campaign()
    made = MadePicture(JPEG, "image/jpeg", 810, 1080)
    payer = {"organisation_id": campaign.organisation_id, "account_id": campaign.account_id}
    keep = {"key": "k" * 16, **payer, "campaign": campaign, "life": WEEK}
    late = storing.keep(made, attempt=1, **keep)  # type: ignore[arg-type]
    winner = storing.keep(made, attempt=2, **keep)  # type: ignore[arg-type]
    winner.save()
    storing.discard(late)
    assert storing.read(winner) == JPEG
    storing.clear("k" * 16, attempts=1)
    assert storing.read(winner) == JPEG


def test_link_life_is_a_rule_of_the_database() -> None:
    result = a_result()
    with pytest.raises(IntegrityError, match="result_link_has_a_life"):
        Result.objects.filter(pk=result.pk).update(expires_at=timezone.now() - timedelta(days=400))
