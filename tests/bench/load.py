"""Bounded load: a fixed number of callers in a circle, or calls that arrive whatever happens."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from tests.live.callers import Answer

Call = Callable[[], Answer]
Maker = Callable[[], Call]


@dataclass(frozen=True)
class Run:
    """What came back, and over how many seconds."""

    answers: Sequence[Answer]
    seconds: float

    @property
    def per_second(self) -> float:
        """Pictures per second."""
        return sum(answer.is_ok for answer in self.answers) / self.seconds

    @property
    def said(self) -> dict[str, int]:
        """How often each end was met."""
        return dict(Counter(answer.said for answer in self.answers).most_common())

    def percentile_s(self, percent: float, *, ok: bool = True) -> float:
        """Seconds within which that share of the good (or of all other) answers came."""
        times = sorted(answer.seconds for answer in self.answers if answer.is_ok == ok)
        if not times:
            return float("nan")
        return times[min(len(times) - 1, int(len(times) * percent / 100))]

    @property
    def waits_told(self) -> tuple[int, int]:
        """Refusals that said in how many seconds to come back, and all refusals."""
        refused = [answer for answer in self.answers if answer.said.startswith("refused")]
        return sum(answer.retry_after_s is not None for answer in refused), len(refused)


def in_a_circle(makers: Sequence[Maker], *, calls: int) -> Run:
    """As many calls in all as asked, each caller calling again as soon as it was answered."""
    left = SimpleQueue[int]()
    for number in range(calls):
        left.put(number)
    ready = threading.Barrier(len(makers) + 1)

    def caller(make: Maker) -> list[Answer]:
        call, mine = make(), []
        ready.wait()
        while not left.empty():
            left.get()
            mine.append(call())
        return mine

    with ThreadPoolExecutor(len(makers)) as pool:
        running = [pool.submit(caller, make) for make in makers]
        ready.wait()
        began = time.perf_counter()
        answers = [answer for future in running for answer in future.result()]
        return Run(answers, time.perf_counter() - began)


def arriving(make: Maker, *, per_second: float, seconds: float, callers: int) -> Run:
    """Calls that arrive evenly whether or not earlier ones were answered.

    At most `callers` are under way; a call that finds none free is late, and its lateness counts.
    """
    idle = SimpleQueue[Call]()
    for _ in range(callers):
        idle.put(make())
    answers: list[Answer] = []

    def one(due: float) -> None:
        call = idle.get()
        late = time.perf_counter() - due
        answer = call()
        answers.append(Answer(answer.said, answer.seconds + late, answer.retry_after_s))
        idle.put(call)

    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        for number in range(int(per_second * seconds)):
            due = began + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(one, due)
    return Run(answers, time.perf_counter() - began)
