"""Database connections between two pieces of work."""

import threading
import time
from typing import Any

from django.db import connection

# A connection that answered so lately is not asked whether it is alive: that would be a statement
# for every page and every job. One that breaks in between fails once, and is replaced.
FRESH_S = 1.0

_last = threading.local()


def trust_if_fresh(**_: Any) -> None:
    """Spares the health check of this thread's connection if it was used a moment ago."""
    now = time.monotonic()
    if now - getattr(_last, "used_at", 0.0) < FRESH_S:
        connection.health_check_done = True  # type: ignore[attr-defined]  # no stub has it
    _last.used_at = now
