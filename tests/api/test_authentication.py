"""Tokens and signatures: what opens, what does not, and what a checker says of the difference."""

import io
import time
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from campaigns import credentials
from campaigns.models import Credential, Layer, Quota
from fusionsite.api import signature
from fusionsite.api.signature import Signed, explain
from tests.api.asking import BASE, ask, signed
from tests.api.conftest import World
from tests.api.test_fusions import a_fusion
from tests.jobs.test_logs import written

__all__ = ["written"]

NOW = 1_700_000_000
BODY = b'{"a": 1}'


def test_a_known_request_has_a_known_signature() -> None:
    """So that clients in other languages can be compared with it; docs/own-api.md has it too."""
    over = Signed("POST", "/api/v1/fusions?wait=5", BODY, NOW)
    assert over.string_to_sign == (
        "FUSION-HMAC-SHA256\n1700000000\nPOST\n/api/v1/fusions?wait=5\n"
        "f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310"
    )
    assert signature.sign("fs_secret", over) == (
        "de0e21d722d12f53fd082c0462621220869cf21bdb9c72f82eaa6292d219fb45"
    )


def test_a_signed_request_is_served(world: World) -> None:
    said = signed("GET", "/key", key=world.signing)
    assert (said.status, said.json["kind"], said.json["id"]) == (200, "hmac", world.signing[0])
    made = signed("POST", "/fusions?wait=5", a_fusion(world), key=world.signing)
    assert made.status == 201


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PATCH"},
        {"path": "/key?x=1"},
        {"path": "/usage"},
        {"body": b"{}"},
        {"headers": {"X-Fusion-Timestamp": str(NOW + 1)}},
    ],
)
def test_a_request_that_was_changed_on_its_way_is_refused(
    world: World, change: dict[str, Any]
) -> None:
    with time_machine.travel(NOW, tick=False):
        said = signed("GET", "/key", key=world.signing, sent=change)
    assert (said.status, said.json["code"]) == (401, "signature-wrong")


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_request_signed_too_long_ago_or_ahead_is_refused(world: World, seconds: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        said = signed("GET", "/key", key=world.signing, at=time.time() + seconds)
    assert (said.status, said.json["code"], said.json["limit"]) == (401, "signature-expired", 300)
    assert said.json["measured"] == abs(seconds)


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_within_five_minutes_a_signature_opens(world: World, seconds: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert signed("GET", "/key", key=world.signing, at=time.time() + seconds).status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic abc",
        "Bearer",
        "FUSION-HMAC-SHA256",
        "FUSION-HMAC-SHA256 key=fk_a, signature=xyz",
        "FUSION-HMAC-SHA256 key=fk_a, signature=" + "A" * 64,
    ],
)
def test_a_header_that_cannot_be_read_says_so(world: World, authorization: str) -> None:
    said = ask("GET", "/key", headers={"Authorization": authorization})
    assert (said.status, said.json["code"]) == (401, "authorization-malformed")


def test_a_time_of_signing_that_is_none_says_so(world: World) -> None:
    for stamp in ("", "1.5", "today"):
        said = signed(
            "GET", "/key", key=world.signing, sent={"headers": {"X-Fusion-Timestamp": stamp}}
        )
        assert said.json["code"] == "authorization-malformed"


def test_unknown_switched_off_and_foreign_keys_do_not_open(world: World) -> None:
    assert ask("GET", "/key", token="fk_nobody").json["code"] == "credential-unknown"
    assert ask("GET", "/key", token="\x00").json["code"] == "credential-unknown"
    of_other_kind = (world.key.secret_id, "fs_x")
    assert signed("GET", "/key", key=of_other_kind).json["code"] == "credential-of-other-kind"
    credentials.disable(world.key, by=world.partner)
    assert ask("GET", "/key", token=world.token).json["code"] == "credential-disabled"


def test_the_allow_list_of_addresses_is_kept(world: World) -> None:
    Credential.objects.filter(pk=world.key.pk).update(addresses=["198.51.100.0/24"])
    said = ask("GET", "/key", token=world.token)
    assert (said.status, said.json["code"]) == (403, "address-not-allowed")
    assert ask("GET", "/key", token=world.token, address="198.51.100.7").status == 200


def test_a_blocked_network_is_refused_before_its_key_is_looked_at(
    world: World, settings: LazySettings
) -> None:
    settings.FUSION_BLOCKED_NETWORKS = ["203.0.113.0/24"]
    assert ask("GET", "/key", token=world.token).json["code"] == "address-blocked"


def test_guessing_is_stopped_for_the_address_that_guesses(
    world: World, settings: LazySettings
) -> None:
    settings.FUSION_FAILED_SIGNATURES_PER_MIN = 3
    for _ in range(3):
        assert ask("GET", "/key", token="fk_guess").status == 401
    said = ask("GET", "/key", token=world.token)
    assert (said.status, said.json["code"], said.json["layer"]) == (429, "too-fast", "address")
    assert int(said.headers["Retry-After"]) > 0
    assert ask("GET", "/key", token=world.token, address="198.51.100.7").status == 200


def test_a_call_without_a_key_is_no_guess(world: World, settings: LazySettings) -> None:
    settings.FUSION_FAILED_SIGNATURES_PER_MIN = 1
    for _ in range(3):
        assert ask("GET", "/key").json["code"] == "credentials-missing"
    assert ask("GET", "/key", token=world.token).status == 200


def test_every_call_is_counted_at_its_key(world: World) -> None:
    Quota.objects.create(layer=Layer.CREDENTIAL, credential=world.key, calls=2)
    statuses = [ask("GET", "/key", token=world.token).status for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_copied_request_leaves_a_line(world: World, written: io.StringIO) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(2):
            assert signed("GET", "/key", key=world.signing).status == 200
    assert written.getvalue().count("signature_replayed") == 1


def test_a_secret_is_in_no_line_of_the_log(world: World, written: io.StringIO) -> None:
    ask("GET", "/key", token=world.token)
    signed("GET", "/key", key=world.signing)
    ask("GET", "/key", token="fk_guess_of_a_stranger")
    lines = written.getvalue()
    assert lines.count('"event": "api_call"') == 3
    for secret in (world.token, world.signing[1], "guess_of_a_stranger"):
        assert secret not in lines


# --- The checker -----------------------------------------------------------------------------


def explained(secret: str = "fs_right", over: Signed | None = None, **changes: Any) -> str:
    """The first difference of a request that was signed `over` other parts than it has."""
    sent: dict[str, Any] = {
        "method": "POST",
        "target": "/api/v1/fusions?wait=5",
        "body": BODY,
        "timestamp": str(NOW),
        "now": NOW,
        "host": "fusion.example.org",
    } | changes
    base = Signed("POST", "/api/v1/fusions?wait=5", BODY, NOW)
    given = signature.headers(secret, "fk_a", over or base)["Authorization"]
    return explain("fs_right", **{"authorization": given} | sent).difference


def test_the_checker_finds_nothing_in_a_right_request() -> None:
    assert explained() == ""


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("method", Signed("GET", "/api/v1/fusions?wait=5", BODY, NOW)),
        ("query-missing", Signed("POST", "/api/v1/fusions", BODY, NOW)),
        ("slash", Signed("POST", "/api/v1/fusions/?wait=5", BODY, NOW)),
        ("host", Signed("POST", "https://fusion.example.org/api/v1/fusions?wait=5", BODY, NOW)),
        ("body-missing", Signed("POST", "/api/v1/fusions?wait=5", b"", NOW)),
        ("body-newline", Signed("POST", "/api/v1/fusions?wait=5", BODY + b"\n", NOW)),
        ("secret", Signed("POST", "/api/v1/fusions?wait=5", b"other", NOW)),
    ],
)
def test_the_checker_names_what_was_signed_instead(name: str, over: Signed) -> None:
    assert explained(over=over) == name


def test_the_checker_names_what_is_wrong_around_it() -> None:
    right = Signed("POST", "/api/v1/fusions?wait=5", BODY, NOW)
    capitals = signature.sign("fs_right", right).upper()
    assert explained(secret="fs_wrong") == "secret"
    assert explained(timestamp="soon") == "timestamp-form"
    assert explained(now=NOW + 301) == "timestamp"
    assert explained(authorization="Bearer x") == "form"
    line = f"{signature.SCHEME} key=fk_a, signature={capitals}"
    assert explained(authorization=line) == "hex"


def test_every_difference_has_its_words() -> None:
    assert set(signature.DIFFERENCES) == {
        *("form", "timestamp-form", "timestamp", "method", "query-missing", "slash", "host"),
        *("body-missing", "body-newline", "hex", "secret"),
    }
    assert BASE == "/api/v1"
