"""What this process has read a moment ago, for what is read at every call and seldom changes.

A busy campaign's calls all ask for the same key, account, rates and materials. Each process keeps
the answers for `FUSION_REMEMBER_S` at most: a change is felt that much later. Money is decided by
what is read under the account's lock (`ledger.hold`), never by what is remembered.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings

Value = TypeVar("Value")
_MOST = 1_000  # answers; whoever knocks with made-up keys fills no memory


class Remembered(Generic[Value]):
    """Answers by what they answer. Whoever gets one must not change it: others hold it too."""

    def __init__(self, *, at_most_s: float = float("inf")) -> None:
        """at_most_s: for what changes faster than settings do."""
        self._at_most_s = at_most_s
        self._kept: dict[Hashable, tuple[float, Value]] = {}

    def of(self, what: Hashable, read: Callable[[], Value]) -> Value:
        """The answer, read now unless it was read just before; errors are not remembered."""
        kept_s = min(settings.FUSION_REMEMBER_S, self._at_most_s)
        began = time.monotonic()
        kept = self._kept.get(what)
        if kept is not None and began - kept[0] < kept_s:
            return kept[1]
        value = read()
        if kept_s > 0:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[what] = (began, value)
        return value
