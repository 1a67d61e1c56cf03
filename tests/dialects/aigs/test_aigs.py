"""faceswap: its statuses, its words, one credit on success only, results for seven days."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns import ledger
from fusionsite.dialects.aigs.errors import SAID
from fusionsite.jobs.models import FusionJob
from tests.dialects.aigs.asking import ask, fields
from tests.dialects.aigs.cases import ALSO, FAILURES, GOOD
from tests.dialects.documenting import DOCS, table, written
from tests.dialects.transcripts import RECORDING, at_the_time, compare, forget_counts, play
from tests.dialects.wire import Answer, send
from tests.dialects.world import World, base64_of

FOLDER = Path(__file__).parent / "transcripts"
PAGE = DOCS / "aigs.md"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check(said: Answer, name: str) -> None:
    expected = SAID[name]
    assert said.status == expected.status
    assert said.headers["Content-Type"] == "application/json"
    assert said.json["code"] == expected.code and said.json["detail"] == expected.detail
    assert ("task_id" in said.json) == expected.has_task
    if expected.has_task:
        assert UUID.fullmatch(said.json["task_id"])


def test_transcripts_of_everything_that_goes_well(world: World, subtests: pytest.Subtests) -> None:
    for case in GOOD:
        with subtests.test(case.name):
            said = compare(FOLDER, case, world)
            assert said.status == 200
            assert set(said.json) == {"code", "image_url", "task_id"}
            assert said.json["code"] == "success"


def test_transcripts_of_every_failure(world: World, subtests: pytest.Subtests) -> None:
    for case in FAILURES:
        with subtests.test(case.name):
            check(compare(FOLDER, case, world), case.name)


def test_no_documented_answer_is_missing() -> None:
    recorded = {file.stem for file in FOLDER.glob("*.http") if not file.name.startswith("ok")}
    assert recorded == set(SAID)


def test_same_answer_for_other_reasons(world: World, subtests: pytest.Subtests) -> None:
    for number, case in enumerate(ALSO):
        with subtests.test(f"{number}: {case.name}"):
            _raw, said = play(world, case)
            check(said, case.name)


def test_get_is_not_allowed(world: World) -> None:
    said = send(ask(b"", method="GET"))
    assert said.status == 405 and said.json["code"] == "invalid_post"


def test_one_credit_on_success_only_and_the_task_is_kept(world: World) -> None:
    with at_the_time():
        forget_counts()
        before = ledger.balance(world.account)
        said = send(ask(fields(image_base64=base64_of("noface.jpg")))).json
        assert ledger.balance(world.account) == before
        forget_counts()
        said = send(ask()).json
        assert before - ledger.balance(world.account) == world.account.price_fen
    result = FusionJob.objects.get(public_id=said["task_id"]).result
    assert result is not None
    assert result.expires_at - result.created_at == timedelta(days=7)


def test_transcript_of_the_error_table_is_in_the_docs() -> None:
    heads = ("HTTP", "code", "detail", "task_id", "Cause", "Remedy")
    rows: Any = (
        (
            str(said.status),
            f"`{said.code}`",
            said.detail,
            "yes" if said.has_task else "no",
            said.cause,
            said.remedy,
        )
        for said in SAID.values()
    )
    page = written(PAGE, table(heads, rows))
    if RECORDING:
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run python -m tests.dialects.record"
