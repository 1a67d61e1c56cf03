"""Fills an empty database with calls of partners and times the request log's pages.

    DATABASE_URL=… FUSION_DEMO=true python -m tests.console.scale_requests [calls]

The database must be made for this: it is migrated, filled and left as it is; a second run only
measures.
"""

import os
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from campaigns.models import Campaign, Person, Role  # noqa: E402
from fusionsite.requestlog.models import LoggedRequest  # noqa: E402
from tests.factories import a_campaign, a_credential, a_person  # noqa: E402

CALLS = 1_000_000
ORGANISATIONS = 10
RUNS = 5
BATCH = 20_000
PAGE = "/console/requests/"


COLUMNS = (
    *("request_id", "at", "door", "operation", "organisation_id", "credential_id", "campaign_id"),
    *("status", "code", "charged", "took_ms", "request_bytes", "answer_bytes"),
)
Line = tuple[Any, ...]


def lines(campaigns: list[Campaign], calls: int, now: datetime) -> Iterator[Line]:
    """Thirty days of calls, spread evenly over the campaigns; every twelfth was refused."""
    keys = [a_credential(campaign.account).credential.pk for campaign in campaigns]
    step = timedelta(days=30) / calls
    for number in range(calls):
        at = number % len(campaigns)
        refused = number % 12 == 0
        yield (
            str(uuid.UUID(int=number)),
            connection.ops.adapt_datetimefield_value(now - step * number),
            "tencent_v3" if number % 3 else "api",
            "FuseFace",
            campaigns[at].organisation_id,
            keys[at],
            campaigns[at].pk,
            200,
            "FailedOperation.NoFaceDetected" if refused else "",
            not refused,
            200 + number % 700,
            240_000,
            180_000,
        )


def fill(calls: int) -> list[Campaign]:
    """The campaigns; the calls are written a batch at a time, past the models."""
    campaigns = [a_campaign() for _number in range(ORGANISATIONS)]
    places = ", ".join(["%s"] * len(COLUMNS))
    table = LoggedRequest._meta.db_table
    insert = f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES ({places})"
    made = lines(campaigns, calls, timezone.now())
    with connection.cursor() as cursor:
        while batch := list(islice(made, BATCH)):
            with transaction.atomic():
                cursor.executemany(insert, batch)
        cursor.execute("ANALYZE")
    return campaigns


def searches(campaign: Campaign, calls: int) -> dict[str, dict[str, Any]]:
    """What people look for, from the easiest to the hardest."""
    today = timezone.localdate()
    return {
        "newest": {},
        "a request id": {"request_id": str(uuid.UUID(int=calls // 2))},
        "refused": {"outcome": "refused"},
        "a code": {"code": "FailedOperation.NoFaceDetected"},
        "a code that never came": {"code": "Nothing"},
        "a campaign": {"campaign": campaign.project_id},
        "a week ago": {
            "first": f"{today - timedelta(days=8)}",
            "last": f"{today - timedelta(days=7)}",
        },
        "a door that was not used": {"door": "aigs"},
    }


def timed(person: Person, query: dict[str, Any]) -> float:
    """The median of some runs, in milliseconds."""
    client = Client()
    client.force_login(person)
    client.get(PAGE)
    took = []
    for _run in range(RUNS):
        began = time.perf_counter()
        answer = client.get(PAGE, query)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {query}")
    return sorted(took)[RUNS // 2]


def main(calls: int) -> None:
    """Fills, then prints one line per search and reader."""
    call_command("migrate", verbosity=0)
    campaigns = list(Campaign.objects.order_by("pk")[:ORGANISATIONS]) or fill(calls)
    own: dict[str, Any] = {
        "organisation": campaigns[0].organisation,
        "username": f"partner {uuid.uuid4()}",
    }
    partner = a_person(Role.PARTNER, **own)
    auditor = a_person(Role.AUDITOR, username=f"auditor {uuid.uuid4()}")
    print(f"{LoggedRequest.objects.count():,} calls, {connection.vendor}")
    print(f"{'search':28}{'partner ms':>12}{'auditor ms':>12}")
    for name, query in searches(campaigns[0], calls).items():
        print(f"{name:28}{timed(partner, query):12.0f}{timed(auditor, query):12.0f}")


if __name__ == "__main__":
    # Without a manifest: nothing has collected the static files of this database's folder.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
