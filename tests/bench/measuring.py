"""Measures one running site: alone, idle, under load, overloaded, and for a long row."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from statistics import mean, median
from time import process_time

from fusionsite.painted import PICTURES
from templates_app.models import Material
from tests.bench import alone, load
from tests.live.callers import Answer, Ends, Partner, Visitor, seed
from tests.live.servers import database_processes, memory_mb, processor_s
from tests.live.site import Site

ROW = 500
ROWS = 3
OVERLOAD_S = 60
CALLERS = 10  # below FUSION_WAITERS of one web process: nobody is refused


@dataclass
class Report:
    """Lines of a table, printed as they are measured."""

    setup: str
    lines: list[tuple[str, str]] = field(default_factory=list)

    def note(self, what: str, figure: str) -> None:
        """One more line."""
        self.lines.append((what, figure))
        print(f"| {self.setup} | {what} | {figure} | {os.getloadavg()[0]:.1f} |", flush=True)


def measure(site: Site, setup: str, *, quick: bool) -> None:
    """Prints the rows of one set-up: what, figure, load average."""
    report = Report(setup)
    ends = seed(site.url)
    photo = (PICTURES / "visitor_a.jpg").read_bytes()
    site.start()
    try:
        site.wait_until_well()
        rounds = 30 if quick else 100
        _alone(report, ends, photo, 1, rounds)
        _idle(report, ends, photo, calls=10 if quick else 40)
        engine = partial(_alone, report, ends, photo, 2, rounds)
        rate = _row(report, site, ends, photo, engine, calls=100 if quick else ROW)
        _overload(report, ends, photo, rate, seconds=10 if quick else OVERLOAD_S)
    except BaseException:
        print(site.last_lines())
        raise
    finally:
        site.stop()


def _alone(report: Report, ends: Ends, photo: bytes, processes: int, rounds: int) -> float:
    material = Material.objects.select_related("current", "campaign").get(model_id=ends.model_id)
    assert material.current is not None
    stored = material.current.analysis_bytes()
    tone = material.skin_tone or material.campaign.skin_tone
    rate = alone.per_second(stored, photo, tone, processes=processes, rounds=rounds)
    report.note(f"engine alone, processes: {processes}", f"{rate:.1f} pictures/s")
    return rate


def _idle(report: Report, ends: Ends, photo: bytes, calls: int) -> None:
    """One caller at a time: what a single person or program waits for."""
    kinds: dict[str, load.Maker] = {
        "visitor, idle site": lambda: Visitor(ends, photo).fuse,
        "partner's call, idle site": lambda: Partner(ends, photo).fuse,
    }
    for name, make in kinds.items():
        load.in_a_circle([make], calls=3)
        # One browser may send 20 photos a minute.
        run = load.in_a_circle([make], calls=min(calls, 16) if "visitor" in name else calls)
        report.note(name, f"{_times(run)}; {run.said}")


def _times(run: load.Run) -> str:
    return f"p50 {run.percentile_s(50):.2f} s, p95 {run.percentile_s(95):.2f} s"


def _row(
    report: Report,
    site: Site,
    ends: Ends,
    photo: bytes,
    engine: Callable[[], float],
    calls: int,
) -> float:
    """Long rows of pictures, and what the pool's memory has become after some of them."""
    partners: list[load.Maker] = [lambda: Partner(ends, photo).fuse] * CALLERS
    load.in_a_circle(partners, calls=max(40, calls // 5))  # templates read, buffers grown
    hundred = max(20, calls // 5)
    # Other tenants of the machine come and go: the engine is measured on both sides of each row.
    engines, rows, memory = [engine()], [], []
    before = _processor_s(site)
    for _ in range(ROWS):
        first = load.in_a_circle(partners, calls=hundred)
        memory.append(_memory(site))
        rest = load.in_a_circle(partners, calls=calls - hundred)
        memory.append(_memory(site))
        rows.append(load.Run([*first.answers, *rest.answers], first.seconds + rest.seconds))
        after = _processor_s(site)
        engines.append(engine())
    spent = {name: 1e3 * (now - before[name]) / (ROWS * calls) for name, now in after.items()}
    shares = [
        row.per_second / mean(around) for row, around in zip(rows, pairwise(engines), strict=True)
    ]
    told = ", ".join(
        f"{row.per_second:.1f} pictures/s ({share:.0%} of the engine)"
        for row, share in zip(rows, shares, strict=True)
    )
    whole = load.Run([a for row in rows for a in row.answers], sum(row.seconds for row in rows))
    report.note(
        f"{calls} partner's calls in a row, {CALLERS} at a time, {ROWS} times",
        f"{told}: median {median(shares):.0%} of the engine; {_times(whole)}; {whole.said}",
    )
    figures = ", ".join(f"{name} {each:.0f} ms" for name, each in spent.items())
    report.note("processor time per picture", f"{figures}, together {sum(spent.values()):.0f} ms")
    figures = f"{memory[0]:.0f} MB, {memory[1]:.0f} MB ({memory[1] / memory[0] - 1:+.1%})"
    report.note(
        f"worker memory after the first {hundred} and after the first {calls}",
        f"{figures}; {memory[-1]:.0f} MB after all",
    )
    return median(row.per_second for row in rows)


def _processor_s(site: Site) -> dict[str, float]:
    """By part of the site, with the process that minds its pool; the callers are this process."""
    parts = {name: [site.running[name].pid, *site.processes(name)] for name in ("web", "worker")}
    database = site.given.get("DATABASE_URL")
    parts["database"] = database_processes(database) if database else []
    return {**{name: processor_s(pids) for name, pids in parts.items()}, "callers": process_time()}


def _memory(site: Site) -> float:
    return sum(memory_mb(pid) for pid in site.processes("worker"))


def _overload(report: Report, ends: Ends, photo: bytes, rate: float, seconds: int) -> None:
    """Twice what the site can do, while somebody reads pages."""
    reader = Visitor(ends, photo)
    calm = load.in_a_circle([lambda: reader.page], calls=40)
    report.note("landing page, idle site", _times(calm))
    pages: list[Answer] = []
    over = threading.Event()

    def read_pages() -> None:
        while not over.wait(0.1):
            pages.append(reader.page())

    reading = threading.Thread(target=read_pages)
    reading.start()
    began = time.perf_counter()
    run = load.arriving(
        lambda: Partner(ends, photo).fuse, per_second=2 * rate, seconds=seconds, callers=64
    )
    over.set()
    reading.join()
    told, refused = run.waits_told
    report.note(
        f"{2 * rate:.0f} calls/s arriving for {seconds} s",
        f"{run.per_second:.1f} pictures/s; accepted {_times(run)}; refused p95 "
        f"{run.percentile_s(95, ok=False):.2f} s; {told} of {refused} refusals with seconds to "
        f"wait; {run.said}",
    )
    report.note(
        "landing page meanwhile",
        f"{_times(load.Run(pages, time.perf_counter() - began))} ({len(pages)} pages)",
    )
