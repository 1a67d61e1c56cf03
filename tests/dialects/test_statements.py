"""How often the database is asked for one picture: pinned, so that it does not grow back."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.remembered import Remembered
from fusionsite.jobs import models, tasks
from fusionsite.jobs.models import FusionJob
from fusionsite.requestlog import writing
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import at_the_time, forget_counts
from tests.dialects.wire import send
from tests.dialects.world import World

# An account is locked once for the hold and once for the charge; SQLite has no such lock.
LOCKS = 2 * connection.features.has_select_for_update


def statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        act()
    told = [query["sql"] for query in asked.captured_queries]
    return [sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE"))]


def test_a_partners_picture_takes_so_many_statements(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.FUSION_REMEMBER_S = 3_600  # what a busy site reads once a second is not counted
    monkeypatch.setattr(models, "_queue_length", Remembered[int]())
    settings.FUSION_REQUEST_LOG_WAIT_S = 3_600  # nor is what it writes together
    worker: list[list[str]] = []

    def work(job: FusionJob) -> None:
        worker.append(statements(lambda: tasks.execute_job(job.pk)))

    raw = v3.ask("FuseFace", v3.fuse_face())
    with at_the_time():
        forget_counts()
        send(raw)  # the key is marked as used, the day's tally is made, all is remembered
        forget_counts()
        monkeypatch.setattr(tasks, "_send", work)
        whole = statements(lambda: send(raw))
    # Two of the worker's find that nothing else waits: they belong to the last of many pictures.
    assert len(worker[0]) == 7 + LOCKS // 2, worker[0]
    assert len(whole) == 14 + LOCKS, whole
    writing.flush()  # else its lines would be written when their rows are gone
