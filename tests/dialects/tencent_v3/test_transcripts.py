"""Every documented code has a transcript, and the site still answers as recorded."""

from pathlib import Path

import pytest

from fusionsite.dialects.tencent_v3.errors import CODES, NOT_SAID
from tests.dialects.tencent_v3.cases import FAILURES, GOOD
from tests.dialects.transcripts import compare
from tests.dialects.world import World

FOLDER = Path(__file__).parent / "transcripts"


def test_transcripts_of_everything_that_goes_well(world: World, subtests: pytest.Subtests) -> None:
    for case in GOOD:
        with subtests.test(case.name):
            answer = compare(FOLDER, case, world)
            assert answer.status == 200 and "Error" not in answer.json["Response"]


def test_transcripts_of_every_failure(world: World, subtests: pytest.Subtests) -> None:
    for case in FAILURES:
        with subtests.test(case.name):
            answer = compare(FOLDER, case, world)
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.json["Response"]["Error"]["Code"] == case.name


def test_no_documented_code_is_missing() -> None:
    recorded = {file.stem for file in FOLDER.glob("*.http") if not file.name.startswith("ok.")}
    assert recorded == set(CODES)
    assert not set(CODES) & set(NOT_SAID)
