"""kombu's folder as a queue, made safe: a message is there whole or not at all.

kombu writes a message into a file that readers already see. A worker that comes between the two
finds an empty file and ends; a writer that is killed there leaves one for every later worker.
"""

import json
import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """The same names and folders as kombu's; only the writing and the taking differ."""

    def _put(  # type: ignore[override]  # the signatures of kombu's own two bases disagree
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Writes under a name that no reader looks for, then renames, which is one step."""
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        whole = Path(self.data_folder_out) / name
        part = whole.with_name(f".{name}.part")
        part.write_text(dumps(payload))
        part.replace(whole)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message; raises Empty. Renaming is the claim: of two readers one succeeds."""
        folder = Path(self.data_folder_in)
        for message in sorted(folder.glob(f"*.{queue}.msg")):
            if message.name.startswith("."):
                continue
            taken = message.with_name(f".{message.name}.taken")
            try:
                message.rename(taken)
            except FileNotFoundError:
                continue
            text = taken.read_text()
            taken.unlink()
            try:
                return loads(text)
            except json.JSONDecodeError:
                log.warning("dropped a broken message; the sweeper sends it again")
        raise Empty


class Transport(filesystem.Transport):
    """Stands in for kombu's "filesystem"."""

    Channel = Channel


def stand_in() -> None:
    """From now on "filesystem://" means this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
