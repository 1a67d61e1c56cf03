"""Usage: what the request log says, added up; and what is left."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Account, Layer, Quota
from fusionsite.api.account.usage import percentile
from fusionsite.requestlog.models import LoggedRequest
from tests.api.asking import ask
from tests.api.conftest import World
from tests.api.test_fusions import a_fusion
from tests.dialects.world import base64_of


def a_line(world: World, **fields: Any) -> LoggedRequest:
    plain = {
        "request_id": "r",
        "at": timezone.now() - timedelta(hours=1),
        "door": "api",
        "operation": "POST /fusions",
        "organisation": world.account.organisation,
        "credential": world.key,
        "campaign": world.campaign,
        "status": 201,
        "charged": True,
        "took_ms": 100,
    }
    return LoggedRequest.objects.create(**(plain | fields))


def usage(world: World, query: str = "") -> dict[str, Any]:
    said = ask("GET", f"/usage{query}", token=world.token)
    assert said.status == 200, said.body
    found: dict[str, Any] = said.json
    return found


def test_calls_charges_errors_and_latency_add_up(world: World) -> None:
    for took_ms in range(1, 101):
        a_line(world, took_ms=took_ms, charged=took_ms % 2 == 0)
    for code in ("no-face", "no-face", "busy"):
        a_line(world, code=code, status=422, charged=False, campaign=None, took_ms=1)
    said = usage(world)
    assert (said["calls"], said["charged"], said["refused"]) == (103, 50, 3)
    assert said["errors"] == [{"code": "no-face", "calls": 2}, {"code": "busy", "calls": 1}]
    assert (said["p50_ms"], said["p95_ms"]) == (49, 95)
    (key,) = said["by_key"]
    assert (key["key"], key["calls"]) == (world.key.secret_id, 103)
    (campaign,) = said["by_campaign"]
    assert (campaign["campaign"], campaign["calls"], campaign["refused"]) == (
        world.campaign.project_id,
        100,
        0,
    )


def test_real_calls_are_counted_as_the_ledger_charges_them(world: World) -> None:
    ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token)
    wrong = a_fusion(world, photos=[{"base64": base64_of("noface.jpg")}])
    ask("POST", "/fusions?wait=5", wrong, token=world.token)
    said = usage(world)
    assert (said["calls"], said["charged"]) == (2, 1)
    assert said["errors"] == [{"code": "no-face", "calls": 1}]
    account = Account.objects.get()
    assert said["allowance"]["pictures"] == 100_000 // account.price_fen - 1
    assert said["allowance"]["standing"] == "normal"


def test_the_span_and_the_filters_narrow_it(world: World) -> None:
    now = timezone.now()
    a_line(world, at=now - timedelta(days=3))
    a_line(world, door="aigs", campaign=None)
    since = (now - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    until = (now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert usage(world)["calls"] == 1
    assert usage(world, f"?since={since}")["calls"] == 2 + 1  # and the call before this one
    assert usage(world, f"?since={since}&until={until}")["calls"] == 1
    assert usage(world, "?door=aigs")["calls"] == 1
    assert usage(world, f"?campaign={world.campaign.project_id}")["calls"] == 0
    assert usage(world, "?key=fk_none")["calls"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("until=2026-02-30", "until"),
        ("since=2001-01-01T00:00:00Z", "since"),
        ("since=2100-01-01T00:00:00Z", "since"),
        ("campaign=x", "campaign"),
        ("days=7", "days"),
    ],
)
def test_a_span_that_cannot_be_read_is_refused(world: World, query: str, field: str) -> None:
    said = ask("GET", f"/usage?{query}", token=world.token)
    assert (said.status, said.json["errors"][0]["field"]) == (400, field)


def test_a_key_kept_to_a_campaign_counts_only_that(world: World) -> None:
    a_line(world, campaign=None)
    a_line(world)
    world.key.campaigns.set([world.campaign])
    assert usage(world)["calls"] == 1


def test_nobody_elses_calls_are_counted(world: World) -> None:
    a_line(world, organisation=None, credential=None)
    assert usage(world)["calls"] == 0


def test_what_is_left_of_the_rates_is_told(world: World) -> None:
    Quota.objects.create(layer=Layer.CREDENTIAL, credential=world.key, calls=9, per_s=60)
    rates = {rate["layer"]: rate for rate in usage(world)["allowance"]["rates"]}
    assert rates["credential"] == {"layer": "credential", "calls": 9, "per_s": 60, "left": 8}
    assert rates["account"]["calls"] == 100


def test_unlimited_accounts_have_no_end(world: World) -> None:
    Account.objects.update(unlimited=True)
    assert usage(world)["allowance"]["pictures"] is None


def test_sums_cost_the_same_however_many_lines_there_are(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        a_line(world, took_ms=number)
    with django_assert_max_num_queries(20):
        usage(world)


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile(Counter(), 50) is None
    assert percentile(Counter([7]), 95) == 7
    assert percentile(Counter([1, 2]), 50) == 1
    assert percentile(Counter({10: 94, 20: 5, 900: 1}), 95) == 20
