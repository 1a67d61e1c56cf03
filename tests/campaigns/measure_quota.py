"""Measures how exact the quotas are: 4 processes ask for 4 seconds as often as they can.

    FUSION_DEMO=1 python -m tests.campaigns.measure_quota [redis://127.0.0.1:6379/9]

Prints, for 1/s and 50/s: how many were let through, the most in any second, decisions per second.
A call counts at the instant the store itself read the clock for it: the caller's own clock, read
before, would be early by as long as the call waited for the lock.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from typing import Any

from campaigns import windows

PROCESSES = 4
SECONDS = 4.0
_fork = multiprocessing.get_context("fork")


class Clock:
    """Stands in for the module `time` in a storage, and remembers what it last said."""

    last = 0.0

    def time(self) -> float:
        self.last = time.time()
        return self.last


def hammer(url: str, rate: int, starts_at: float, results: Any) -> None:
    """Asks until the time is over; hands in the times of those let through and the count asked."""
    store = windows.store_at(url)
    clock = Clock()
    windows.time = clock  # type: ignore[assignment,attr-defined]
    wanted = [windows.Window(f"campaign/{rate}", rate, 1)]
    through: list[float] = []
    asked = 0
    while time.time() < starts_at:
        pass
    while clock.last < starts_at + SECONDS:
        asked += 1
        if store.acquire_all(wanted) is None and clock.last < starts_at + SECONDS:
            through.append(clock.last)
    results.put((through, asked))


def most_in_any(times: list[float], span_s: float) -> int:
    """The largest number of times within any `span_s` seconds."""
    ordered = sorted(times)
    first = most = 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= span_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def measure(url: str, rate: int) -> None:
    windows.store_at(url).reset()
    results = _fork.Queue()
    starts_at = time.time() + 1.0
    runners = [
        _fork.Process(target=hammer, args=(url, rate, starts_at, results)) for _ in range(PROCESSES)
    ]
    for runner in runners:
        runner.start()
    handed_in = [results.get(timeout=60) for _ in runners]
    for runner in runners:
        runner.join()
    through = [at for times, _asked in handed_in for at in times]
    asked = sum(asked for _times, asked in handed_in)
    print(
        f"{url.partition(':')[0]:13} {rate:3}/s: let through {len(through):4}, "
        f"most in 0.98 s {most_in_any(through, 0.98):3}, in 1 s {most_in_any(through, 1.0):3}, "
        f"{asked / SECONDS:8.0f} decisions/s"
    )


def main() -> None:
    print(f"{PROCESSES} processes, {SECONDS:.0f} s, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"quota+sqlite://{folder}/quota.sqlite3"]
        for url in [*urls, *sys.argv[1:]]:
            for rate in (1, 50):
                measure(url, rate)


if __name__ == "__main__":
    main()
