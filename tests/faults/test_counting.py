"""The count behind the fault table can fail, and the engine that fails on order does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fusion import get_engine
from fusion.errors import EngineError
from tests.faults.engine import EngineBroke, FaultyEngine
from tests.faults.ground import Count

RIGHT = Count(
    offered=12,
    done=10,
    refused=2,
    charged=10,
    photos_left=0,
    orphans=0,
    adds_up=True,
    lost=0,
    reasons={"took-too-long": 2},
    answers={},
)


def test_everything_done_or_refused_and_charged_once_is_right() -> None:
    assert RIGHT.is_right


@pytest.mark.parametrize(
    "wrong",
    [
        {"done": 9},
        {"refused": 1},
        {"charged": 11},
        {"charged": 9},
        {"photos_left": 1},
        {"orphans": 1},
        {"adds_up": False},
        {"lost": 1},
    ],
    ids=str,
)
def test_each_thing_that_must_not_happen_is_noticed(wrong: dict[str, Any]) -> None:
    assert not replace(RIGHT, **wrong).is_right


def test_engine_by_its_address_fails_on_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_VAR_DIR", str(tmp_path))
    engine = get_engine("tests.faults.engine:FaultyEngine")
    assert isinstance(engine, FaultyEngine)
    (tmp_path / "engine-fault").write_text("raise")
    with pytest.raises(EngineBroke):
        engine.fuse(None, [], None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["nowhere:Engine", "tests.faults.engine:Nothing", "unknown"])
def test_engine_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(EngineError, match=name.partition(":")[0]):
        get_engine(name)
