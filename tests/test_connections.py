"""A connection that answered a moment ago is trusted; one that has rested is asked."""

import threading
import time

import pytest
from django.db import DEFAULT_DB_ALIAS
from django.db import connections as databases

from fusionsite import connections


@pytest.mark.parametrize(("rested_s", "trusted"), [(0.0, True), (60.0, False)])
def test_only_a_fresh_connection_is_trusted(
    monkeypatch: pytest.MonkeyPatch, rested_s: float, trusted: bool
) -> None:
    last = threading.local()
    last.used_at = time.monotonic() - rested_s
    monkeypatch.setattr(connections, "_last", last)
    ours = databases[DEFAULT_DB_ALIAS]  # not the proxy: it would be left without the attribute
    monkeypatch.setattr(ours, "health_check_done", False)
    connections.trust_if_fresh()
    assert getattr(ours, "health_check_done") is trusted  # noqa: B009 - no stub has it
    assert time.monotonic() - last.used_at < connections.FRESH_S
