"""How fast the console answers on a large site: python -m tests.console.scale [results].

Fills the database of DATABASE_URL (SQLite or PostgreSQL, empty and migrated, static files
collected) with 50 campaigns and a million results of the last thirty days, makes the sums, then
asks for pages as an operator and prints what each one took. The database is left as it is.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")
django.setup()  # the models below cannot be imported before

from django.db import connection  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from campaigns.models import Campaign, Person, Role  # noqa: E402
from fusionsite.jobs.models import FusionJob  # noqa: E402
from fusionsite.results.models import Result  # noqa: E402
from fusionsite.statistics.sums import SETTLED_AFTER, SLICE, roll_up  # noqa: E402
from tests.factories import a_campaign, a_person, an_account  # noqa: E402
from tests.statistics.ended import an_ended_job  # noqa: E402

CAMPAIGNS, DAYS, ASKED = 50, 30, 5
ON_POSTGRES = connection.vendor == "postgresql"


def fill(*, campaigns: int, results: int, days: timedelta) -> None:
    """Every result has its job; a tenth of the jobs more were refused."""
    account = an_account(balance_fen=10**9)
    person = a_person(Role.OPERATOR, Role.FINANCE, organisation=account.organisation)
    for _ in range(campaigns):
        _one_of_each(a_campaign(account=account, created_by=person))
    seeds = {
        model: model.objects.order_by("pk").values_list("pk", flat=True)[0]
        for model in (Result, FusionJob)
    }
    _multiply(Result, seeds[Result], campaigns, results, _changed_result(days))
    _multiply(FusionJob, seeds[FusionJob], campaigns, results, _changed_job(days, campaigns))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def sum_up() -> int:
    """The clock's task, as often as it takes; how many slices it made."""
    made, now = 0, timezone.now() + SLICE + SETTLED_AFTER
    while more := roll_up(now):
        made += more
    return made


def pages() -> Iterator[tuple[str, Callable[[], Any]]]:
    """The pages to measure, each as a call that asks for it."""
    client = Client(headers={"host": "localhost"})
    person = Person.objects.filter(memberships__role=Role.FINANCE).latest("pk")
    client.force_login(person)
    campaign = Campaign.objects.latest("pk")
    for name, url in (
        ("dashboard", reverse("admin:index")),
        ("campaigns", reverse("admin:campaigns")),
        ("running campaign, day", reverse("admin:campaign_page", args=[campaign.pk])),
        (
            "running campaign, week",
            reverse("admin:campaign_page", args=[campaign.pk]) + "?period=week",
        ),
        ("statistics, all, 30 days", reverse("admin:statistics")),
        ("statistics, one campaign", reverse("admin:statistics") + f"?campaign={campaign.pk}"),
    ):
        yield name, partial(client.get, url)


def _one_of_each(campaign: Campaign) -> None:
    """A result with its job, to be multiplied."""
    now = timezone.now() - timedelta(minutes=1)
    result = Result.objects.create(
        organisation=campaign.organisation,
        account=campaign.account,
        campaign=campaign,
        file_name="none",
        content_type="image/jpeg",
        width=1080,
        height=1080,
        byte_size=400_000,
        created_at=now,
        expires_at=now + timedelta(days=7),
    )
    an_ended_job(campaign, now, result=result)


def _multiply(
    model: type[Model], first: int, seeds: int, times: int, changed: dict[str, str]
) -> None:
    """Copies the seed rows until there are so many, with some columns computed from n.i."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [
        changed.get(column, f"seed.{connection.ops.quote_name(column)}") for column in columns
    ]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    # The columns and tables are the models' own; nothing here comes from outside.
    statement = f"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})
        INSERT INTO {table} ({names})
        SELECT {", ".join(values)} FROM n JOIN {table} AS seed ON seed.id = {first} + n.i % {seeds}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _changed_result(days: timedelta) -> dict[str, str]:
    return {
        "key": "'k' || n.i",
        "receipt_code": "'r' || n.i",
        "created_at": _earlier("seed.created_at", days),
    }


def _changed_job(days: timedelta, seeds: int) -> dict[str, str]:
    at = {name: _earlier(f"seed.{name}", days) for name in ("created_at", "queued_at")}
    uuid = "md5('job' || n.i)::uuid" if ON_POSTGRES else "lower(hex(randomblob(16)))"
    return {
        **at,
        "finished_at": _earlier("seed.finished_at", days),
        "public_id": uuid,
        "result_key": "'k' || n.i",
        "result_id": "NULL",
        "idempotency_key": "''",
        "door": "CASE WHEN n.i % 3 = 0 THEN 'tencent_v3' ELSE 'upload' END",
        "state": "CASE WHEN n.i % 11 = 0 THEN 'failed' ELSE 'succeeded' END",
        "reason": _json('CASE WHEN n.i % 11 = 0 THEN \'{"code": "no-face"}\' END'),
        "charged": "n.i % 11 <> 0" if ON_POSTGRES else "CASE WHEN n.i % 11 = 0 THEN 0 ELSE 1 END",
    }


def _json(text: str) -> str:
    return f"({text})::jsonb" if ON_POSTGRES else text


def _earlier(column: str, days: timedelta) -> str:
    """The moment, moved back by a share of the days that differs from row to row."""
    seconds = f"((CAST(n.i AS bigint) * 7919) % {int(days.total_seconds())})"
    if ON_POSTGRES:
        return f"{column} - {seconds} * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || {seconds} || ' seconds')"


def measure() -> None:
    """The first and the median of a few visits to each page, and what they cost the processor."""
    for name, ask in pages():
        took, worked = [], []
        for _ in range(ASKED):
            begun, work = time.perf_counter(), time.process_time()
            answer = ask()
            took.append(time.perf_counter() - begun)
            worked.append(time.process_time() - work)
            assert answer.status_code == 200, (name, answer.status_code)
        figures = [took[0], sorted(took)[ASKED // 2], sorted(worked)[ASKED // 2]]
        first, median, cost = (f"{figure * 1000:6.0f} ms" for figure in figures)
        print(f"{name:<28} first {first}   median {median}   processor {cost}")


def main() -> int:
    """Prints one line per step."""
    results = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    begun = time.perf_counter()
    fill(campaigns=CAMPAIGNS, results=results, days=timedelta(days=DAYS))
    print(f"filled with {results:,} results in {time.perf_counter() - begun:.1f} s", flush=True)
    begun = time.perf_counter()
    print(f"{sum_up():,} slices summed in {time.perf_counter() - begun:.1f} s", flush=True)
    measure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
