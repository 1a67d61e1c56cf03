"""Races with real connections: many processes, one database; prints what came of it as JSON.

The database must be empty; `test_races.py` says how it is started, on PostgreSQL and on an
SQLite file.
"""

import json
import multiprocessing
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import credentials, ledger, lifecycle, quota
from campaigns.models import AuditLine, Campaign, Hold, Layer, LedgerEntry, Quota, Role
from campaigns.refusals import Refusal, TooFast
from fusionsite.jobs.models import FusionJob
from tests.factories import a_campaign, a_credential, a_pack, a_person, an_account

ROUNDS = int(os.environ.get("RACE_ROUNDS", "25"))
Outcome = str
_fork = multiprocessing.get_context("fork")


def _child(act: Callable[[], Any], gate: Any, results: Any) -> None:

    gate.wait(timeout=30)
    try:
        act()
        results.put("won")
    except Refusal as refusal:
        results.put(refusal.code)
    except Exception:  # the edge of the process: the parent shows it
        results.put(traceback.format_exc())


def race(*acts: Callable[[], Any]) -> list[Outcome]:
    """Lets every act start at the same moment, each in a process and connection of its own."""

    connections.close_all()
    gate, results = _fork.Barrier(len(acts)), _fork.Queue()
    runners = [_fork.Process(target=_child, args=(act, gate, results)) for act in acts]
    for runner in runners:
        runner.start()
    outcomes = [results.get(timeout=60) for _ in runners]
    for runner in runners:
        runner.join(timeout=60)
    return sorted(outcomes)


def in_one(act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The act in a transaction of its own, as a job's is."""
    with transaction.atomic():
        return act(*given, **named)


def tallied(rounds: Sequence[list[Outcome]]) -> dict[str, int]:
    return dict(Counter(" + ".join(outcomes) for outcomes in rounds))


def main() -> None:
    call_command("migrate", verbosity=0)
    only = os.environ.get("RACE_ONLY", "")
    print(json.dumps({race.__name__: race() for race in RACES if only in race.__name__}))


def two_captures() -> dict[str, Any]:
    """Both callers hear that it is captured; the ledger has one line."""

    account = an_account(balance_fen=10_000)
    rounds = []
    for number in range(ROUNDS):
        reference = f"capture-{number}"
        in_one(ledger.hold, account, reference=reference)
        rounds.append(race(*[partial(in_one, ledger.capture, reference)] * 4))
    lines = account.entries.filter(kind="capture").count()
    return {
        "outcomes": tallied(rounds),
        "capture_lines": lines,
        "balance_fen": ledger.balance(account),
        "adds_up": ledger.adds_up(account),
    }


def capture_against_release() -> dict[str, Any]:

    account = an_account(balance_fen=10_000)
    rounds = []
    for number in range(ROUNDS):
        reference = f"either-{number}"
        in_one(ledger.hold, account, reference=reference)
        rounds.append(
            race(
                partial(in_one, ledger.capture, reference),
                partial(in_one, ledger.release, reference),
            )
        )
    captured = Hold.objects.filter(account=account, state="captured").count()
    return {
        "outcomes": tallied(rounds),
        "spent_is_captured": 10_000 - ledger.balance(account) == captured * 10,
        "adds_up": ledger.adds_up(account),
    }


def eight_holds_for_five_pictures() -> dict[str, Any]:

    rounds = []
    fine = True
    for number in range(ROUNDS):
        account = an_account(balance_fen=20, free_daily=1)
        a_pack(account, pictures=2)
        campaign = a_campaign(account=account)

        holds = [
            partial(
                in_one, ledger.hold, account, reference=f"eight-{number}-{which}", campaign=campaign
            )
            for which in range(8)
        ]
        rounds.append(race(*holds))
        fine = fine and ledger.balance(account) == 0 and ledger.adds_up(account)
    return {"outcomes": tallied(rounds), "adds_up": fine}


def the_same_job_twice() -> dict[str, Any]:

    account = an_account(balance_fen=10_000)
    rounds = [
        race(*[partial(in_one, ledger.hold, account, reference=f"twice-{number}")] * 2)
        for number in range(ROUNDS)
    ]
    return {"outcomes": tallied(rounds), "balance_fen": ledger.balance(account)}


def publish_against_pause() -> dict[str, Any]:
    """From PUBLISHED: pause, end and archive at once; each campaign ends in one history."""

    rounds = []
    broken = 0
    for number in range(ROUNDS):
        campaign = a_campaign(state="published" if number % 2 else "paused")
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        other = lifecycle.pause if number % 2 else lifecycle.publish
        rounds.append(
            race(
                partial(other, campaign, by=operator),
                partial(lifecycle.end, campaign, by=operator),
            )
        )
        moves = AuditLine.objects.filter(object_type="campaigns.campaign", object_id=campaign.pk)
        state = Campaign.objects.get(pk=campaign.pk).state
        broken += [line.after["state"] for line in moves] != [state]
    return {"outcomes": tallied(rounds), "histories_that_disagree": broken}


def two_decisions_on_one_raise() -> dict[str, Any]:

    rounds = []
    agree = True
    for _number in range(ROUNDS):
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        one, two = a_person(Role.ADMINISTRATOR), a_person(Role.ADMINISTRATOR)
        asked = quota.ask(campaign, by=operator, calls=80, reason="launch")
        rounds.append(
            race(
                partial(quota.grant, asked, by=one),
                partial(quota.refuse, asked, by=two, note="no"),
            )
        )
        asked.refresh_from_db()
        agree = (
            agree and (asked.state == "granted") == Quota.objects.filter(campaign=campaign).exists()
        )
    return {"outcomes": tallied(rounds), "decision_and_quota_agree": agree}


def third_key_of_two() -> dict[str, Any]:
    rounds = []
    for _number in range(5):
        first = a_credential().credential
        partner = a_person(Role.PARTNER, organisation=first.organisation)
        rounds.append(race(*[partial(credentials.rotate, first, by=partner)] * 4))
    return {"outcomes": tallied(rounds)}


def numbers_are_given_once() -> dict[str, Any]:
    account = an_account()
    operator = a_person(Role.OPERATOR, organisation=account.organisation)

    def make() -> None:
        for number in range(5):
            lifecycle.make_campaign(
                account.organisation, account, by=operator, slug=f"race-{os.getpid()}-{number}"
            )

    before = Campaign.objects.count()
    outcomes = race(*[make] * 4)
    return {"outcomes": tallied([outcomes]), "made": Campaign.objects.count() - before}


def eight_processes_at_one_quota() -> dict[str, Any]:
    """Eight processes ask 60 times each, within well under the window's hour."""

    through = _fork.Value("i", 0)

    def hammer() -> None:
        for _ in range(60):
            try:
                quota.take(Layer.CAMPAIGN, "race", quota.Rate(100, 3600))
            except TooFast:
                continue
            with through.get_lock():
                through.value += 1

    began = time.perf_counter()
    race(*[hammer] * 8)
    return {"asked": 480, "through": through.value, "seconds": time.perf_counter() - began}


def eight_processes_take_up_forty_jobs() -> dict[str, Any]:
    """As idle workers do: each takes the job that waits longest until none is left."""
    queue(40)

    def work() -> None:
        while FusionJob.objects.claim_next(timezone.now()) is not None:
            pass

    outcomes = race(*[work] * 8)
    attempts = FusionJob.objects.values_list("state", "attempts")
    return {"outcomes": tallied([outcomes]), "taken_up": tallied([[str(one)] for one in attempts])}


def queue(jobs: int, **facts: Any) -> None:
    """So many jobs, waiting unless the facts say otherwise."""
    campaign = a_campaign()
    now = timezone.now()
    FusionJob.objects.bulk_create(
        FusionJob(
            organisation=campaign.organisation,
            account=campaign.account,
            campaign=campaign,
            order={},
            link_life_s=1,
            created_at=now,
            queued_at=now,
            **facts,
        )
        for _ in range(jobs)
    )


def rows_read_after_three_hundred() -> dict[str, Any]:
    """What a line and a claim read where 300 are there already; planned as on a fresh site."""
    if connection.vendor != "postgresql":
        return {"line": 0, "claim": 0}
    account = an_account()
    queue(300, state=FusionJob.State.FAILED, finished_at=timezone.now())
    queue(1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for _ in range(300):
            ledger.append(account, LedgerEntry.Kind.TOP_UP, 1)
        before = rows_read("campaigns_ledgerentry")
        ledger.append(account, LedgerEntry.Kind.TOP_UP, 1)
        line = rows_read("campaigns_ledgerentry") - before
        before = rows_read("jobs_fusionjob")
        assert FusionJob.objects.claim_next(timezone.now()) is not None
        return {"line": line, "claim": rows_read("jobs_fusionjob") - before}


def rows_read(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0) "
            "FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        )
        return int(cursor.fetchone()[0])


def blocks_read_for_a_count() -> dict[str, Any]:
    """What it takes to count the jobs under way where 3,000 have gone on; nothing was vacuumed."""
    if connection.vendor != "postgresql":
        return {"blocks": 0}
    queue(3_000)
    now = timezone.now()
    FusionJob.objects.filter(finished_at=None).update(state="running", started_at=now)
    FusionJob.objects.filter(finished_at=None).update(state="failed", finished_at=now)
    outlive_older_writers()
    count = FusionJob.objects.how_many_under_way
    count()  # the first one marks what has gone
    with CaptureQueriesContext(connection) as asked:
        assert count() == 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked[0]['sql']}")
        ((told,),) = cursor.fetchall()
    return {"blocks": told[0]["Plan"]["Shared Hit Blocks"]}


def outlive_older_writers() -> None:
    """Nothing can be marked as gone for all while an older transaction writes.

    Not even one in another database of the server, such as that of a test beside this one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        ((mine,),) = cursor.fetchall()
        oldest = mine
        while oldest <= mine:
            time.sleep(0.05)
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            ((oldest,),) = cursor.fetchall()


RACES = [
    two_captures,
    capture_against_release,
    eight_holds_for_five_pictures,
    the_same_job_twice,
    publish_against_pause,
    two_decisions_on_one_raise,
    third_key_of_two,
    numbers_are_given_once,
    eight_processes_at_one_quota,
    eight_processes_take_up_forty_jobs,
    rows_read_after_three_hundred,
    blocks_read_for_a_count,
]
