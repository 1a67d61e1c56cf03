"""The folder as a queue: whole messages, each taken once, and no broken one ends a worker."""

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from fusionsite.folder_queue import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.default_channel


def test_filesystem_means_our_transport(channel: Any) -> None:
    assert type(channel) is Channel


def test_messages_come_out_whole_once_and_in_their_order(channel: Any, tmp_path: Path) -> None:
    for number in (1, 2):
        channel._put("fusion", {"n": number})
    assert [channel._get("fusion") for _ in range(2)] == [{"n": 1}, {"n": 2}]
    with pytest.raises(Empty):
        channel._get("fusion")
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_other_queues_messages_stay(channel: Any) -> None:
    channel._put("other", {"n": 1})
    with pytest.raises(Empty):
        channel._get("fusion")
    assert channel._get("other") == {"n": 1}


@pytest.mark.parametrize("content", ["", '{"half'])
def test_broken_message_is_dropped_and_the_next_one_comes(
    channel: Any, tmp_path: Path, content: str
) -> None:
    (tmp_path / "1_x.fusion.msg").write_text(content)
    channel._put("fusion", {"n": 1})
    assert channel._get("fusion") == {"n": 1}


def test_message_that_is_still_being_written_is_not_seen(channel: Any, tmp_path: Path) -> None:
    (tmp_path / ".1_x.fusion.msg.part").write_text("")
    with pytest.raises(Empty):
        channel._get("fusion")


def test_message_that_another_reader_took_is_passed_over(
    channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel._put("fusion", {"n": 1})
    channel._put("fusion", {"n": 2})
    real, seen = Path.rename, []

    def rename(path: Path, target: Path) -> Path:
        seen.append(path)
        if len(seen) == 1:
            path.unlink()
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert channel._get("fusion") == {"n": 2}
