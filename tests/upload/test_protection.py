"""What stands before the public forms: pace, origin, proof of work, links nobody guesses."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import quota
from campaigns.addresses import network_of
from campaigns.models import Campaign, Layer, Quota
from fusionsite.jobs.models import FusionJob
from fusionsite.results import links
from fusionsite.results.models import Report, Result
from fusionsite.results.pacing import PACES
from fusionsite.upload import proof
from templates_app.models import Material
from tests.factories import a_campaign, an_approved_material

pytestmark = pytest.mark.django_db

Made = Callable[[], Result]


@pytest.fixture
def made(send: Any, run_jobs_at_once: None) -> Made:
    """Makes a picture as a visitor does."""

    def make() -> Result:
        send()
        result = Result.objects.order_by("-pk").first()
        assert result is not None
        return result

    return make


# --- Pace ------------------------------------------------------------------------------------


def test_too_many_reports_get_the_seconds_to_wait(client: Client, made: Made) -> None:
    address = reverse("results:report", args=[links.token_of(made())])
    for _ in range(PACES["report"].device.calls):
        assert client.post(address, {"ground": "other"}).status_code == 200
    refused = client.post(address, {"ground": "other"})
    assert refused.status_code == 429
    seconds = int(refused["Retry-After"])
    assert 0 < seconds <= PACES["report"].device.per_s
    assert f"try again in {seconds} second" in refused.content.decode()
    assert Report.objects.count() == PACES["report"].device.calls


def test_an_address_is_counted_across_browsers(client: Client, made: Made) -> None:
    address = reverse("results:report", args=[links.token_of(made())])
    for _ in range(PACES["report"].address.calls):
        assert Client().post(address, {"ground": "other"}).status_code == 200
    assert Client().post(address, {"ground": "other"}).status_code == 429
    other_house = Client(REMOTE_ADDR="203.0.113.9")
    assert other_house.post(address, {"ground": "other"}).status_code == 200


def test_the_pages_script_is_told_in_json(client: Client, material: Material) -> None:
    pace = PACES["step"].address
    for _ in range(pace.calls):
        quota.take(Layer.ADDRESS, f"step:{network_of('127.0.0.1')}", pace)
    answer = client.post(
        "/c/lanterns/step/", {"step": "saved"}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 429
    assert answer.json()["retry_after_s"] == int(answer["Retry-After"])
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("upload:step", ["lanterns"]),
        ("upload:proof", ["lanterns"]),
        ("upload:find", []),
    ],
)
def test_every_small_form_has_a_pace(
    client: Client, material: Material, name: str, args: list[str]
) -> None:
    acts = {"upload:step": "step", "upload:proof": "proof", "upload:find": "claim"}
    pace = PACES[acts[name]].address
    for _ in range(pace.calls):
        quota.take(Layer.ADDRESS, f"{acts[name]}:{network_of('127.0.0.1')}", pace)
    refused = client.post(reverse(name, args=args), {"code": "ABCDE"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_a_store_that_is_away_is_an_honest_503(
    client: Client, material: Material, settings: LazySettings
) -> None:
    settings.FUSION_QUOTA_URL = "redis://127.0.0.1:1/0"
    answer = client.post("/c/lanterns/step/", {"step": "saved"})
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


# --- Origin ----------------------------------------------------------------------------------


def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def test_our_own_page_needs_no_cookie(material: Material) -> None:
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}):
        answer = strict().post("/c/lanterns/step/", {"step": "saved"}, headers=headers)
        assert answer.status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        # The browser's own word goes before the other header.
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    ],
)
def test_another_sites_page_may_post_nothing(material: Material, headers: dict[str, str]) -> None:
    for address in ("/c/lanterns/step/", "/c/lanterns/jobs/", "/language/"):
        assert strict().post(address, {"step": "saved"}, headers=headers).status_code == 403


def test_a_browser_that_says_nothing_is_asked_for_the_cookie(material: Material) -> None:
    assert strict().post("/c/lanterns/step/", {"step": "saved"}).status_code == 403


# --- Proof of work ---------------------------------------------------------------------------


def solved(challenge: dict[str, Any]) -> str:
    """The solution, as a browser finds it: by trying."""
    for number in range(challenge["maxnumber"] + 1):
        digest = hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest()
        if digest == challenge["challenge"]:
            break
    parts = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**parts, "number": number}).encode()).decode()


@pytest.fixture
def asks_always(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "EFFORT", 200)
    Campaign.objects.update(captcha=Campaign.Captcha.ALWAYS)


def test_nothing_is_asked_of_a_quiet_campaign(client: Client, material: Material) -> None:
    assert client.post("/c/lanterns/proof/").status_code == 204


def test_a_photo_without_proof_gets_a_sum(asks_always: None, send: Any) -> None:
    refused = send(json=True)
    assert refused.status_code == 428
    assert refused.json()["proof"]["algorithm"] == "SHA-256"
    assert not FusionJob.objects.exists()


def test_a_solved_sum_lets_the_photo_in(asks_always: None, client: Client, send: Any) -> None:
    challenge = client.post("/c/lanterns/proof/").json()
    assert send(altcha=solved(challenge)).status_code == 303


def test_a_solution_is_good_for_one_photo(asks_always: None, client: Client, send: Any) -> None:
    solution = solved(client.post("/c/lanterns/proof/").json())
    assert send(altcha=solution).status_code == 303
    assert send(altcha=solution).status_code == 428
    assert FusionJob.objects.count() == 1


def test_a_forged_wrong_or_old_solution_is_refused(
    asks_always: None, client: Client, send: Any
) -> None:
    challenge = client.post("/c/lanterns/proof/").json()
    fields = json.loads(base64.b64decode(solved(challenge)))

    def changed(**changes: object) -> str:
        return base64.b64encode(json.dumps({**fields, **changes}).encode()).decode()

    old = re.sub(r"expires=\d+", "expires=1000000000", fields["salt"])
    forged = hashlib.sha256(b"own0").hexdigest()
    for wrong in (
        changed(number=fields["number"] + 1),
        changed(salt=old),
        changed(salt="own", number=0, challenge=forged),
        changed(signature="0" * 64),
        "bm90IGpzb24=",
        "%%%",
        "",
    ):
        assert send(altcha=wrong).status_code == 428
    assert not FusionJob.objects.exists()


def test_without_script_the_page_says_what_is_missing(asks_always: None, send: Any) -> None:
    html = send().content.decode()
    assert "needs JavaScript" in html
    assert "Your photo was not kept" in html


def test_a_long_queue_asks_for_proof_and_for_more_of_it(
    client: Client, send: Any, settings: LazySettings
) -> None:
    settings.FUSION_QUEUE_LENGTH = 10
    assert send().status_code == 303  # and waits: nobody works here
    answer = client.post("/c/lanterns/proof/")
    assert answer.json()["maxnumber"] == proof.EFFORT_UNDER_LOAD
    Campaign.objects.update(captcha=Campaign.Captcha.OFF)
    assert client.post("/c/lanterns/proof/").status_code == 204


def test_an_address_that_used_half_its_rate_is_asked(client: Client, send: Any) -> None:
    Quota.objects.create(layer=Layer.ADDRESS, calls=4, per_s=600)
    send()
    assert client.post("/c/lanterns/proof/").status_code == 204
    send()
    assert client.post("/c/lanterns/proof/").status_code == 200


# --- Addresses -------------------------------------------------------------------------------


def shape(answer: Any, slug: str) -> str:
    """The page without what differs between any two: its form's key and its own address."""
    html = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', r"\1", answer.content.decode())
    return html.replace(slug, "")


def test_numbers_open_nothing(client: Client, made: Made) -> None:
    result = made()
    job = FusionJob.objects.get()
    for guess in (result.pk, result.key, job.pk, f"{result.key}.", f"{result.key}.{'A' * 43}"):
        for address in (f"/r/{guess}", f"/p/{guess}/", f"/p/{guess}/report/"):
            assert client.get(address).status_code == 404
    assert client.get(f"/c/lanterns/jobs/{job.pk}/").status_code == 404


def test_a_link_that_never_was_looks_like_every_other(client: Client, made: Made) -> None:
    result = made()
    token = links.token_of(result)
    wrong_signature = f"{result.key}.{token.partition('.')[2][::-1]}"
    wrong_key = f"{result.key[::-1]}.{token.partition('.')[2]}"
    answers = [client.get(f"/p/{guess}/") for guess in (wrong_signature, wrong_key)]
    assert shape(answers[0], wrong_signature) == shape(answers[1], wrong_key)


def test_links_are_random_and_long(made: Made, client: Client) -> None:
    first, second = made(), made()
    shared = sum(a == b for a, b in zip(first.key, second.key, strict=True))
    assert len(first.key) >= 16
    assert shared < 8
    assert links.token_of(first).partition(".")[0] == first.key


def test_a_share_page_shows_one_persons_picture_alone(client: Client, made: Made) -> None:
    mine, theirs = made(), made()
    html = Client().get(f"/p/{links.token_of(mine)}/").content.decode()
    assert links.token_of(mine) in html
    assert theirs.key not in html
    assert set(re.findall(r'"(?:https?://[^/"]*)?/r/([^"?]*)', html)) == {links.token_of(mine)}


def test_no_page_lists_results(client: Client, made: Made) -> None:
    result = made()
    for address in (
        "/",
        "/c/lanterns/",
        "/c/lanterns/templates/",
        "/p/",
        "/r/",
        "/c/lanterns/jobs/",
    ):
        assert result.key not in client.get(address).content.decode()


def test_another_campaigns_job_is_not_there(client: Client, send: Any, made: Made) -> None:
    made()
    an_approved_material(a_campaign(slug="other"), seed=5)
    job = FusionJob.objects.get()
    assert client.get(f"/c/other/jobs/{job.public_id}/").status_code == 404


def test_a_draft_and_no_campaign_answer_alike(client: Client) -> None:
    a_campaign(slug="secret", state=Campaign.State.DRAFT)
    for inner in ("", "templates/", "gallery/", "consent/", "preview/guess.guess/"):
        secret = client.get(f"/c/secret/{inner}")
        nothing = client.get(f"/c/nothing/{inner}")
        assert secret.status_code == nothing.status_code == 404
        assert shape(secret, "secret") == shape(nothing, "nothing")


def test_an_ended_link_stays_ended(client: Client, made: Made) -> None:
    result = made()
    Result.objects.update(
        created_at=timezone.now() - timedelta(days=2),
        expires_at=timezone.now() - timedelta(days=1),
    )
    assert client.get(f"/p/{links.token_of(result)}/").status_code == 410
    assert client.get(f"/r/{links.token_of(result)}").status_code == 410
