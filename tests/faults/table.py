"""Goes through the faults on one running site and prints a line for each."""

from typing import Any

from django.utils import timezone

from fusionsite.painted import PICTURES
from tests.faults.cases import FAULTS, Fault, NotHere
from tests.faults.ground import Count, Ground, count
from tests.live.callers import seed
from tests.live.site import Site


def fill(site: Site, setup: str, parts: dict[str, Any], *, only: str) -> int:
    """1 when a count is not right."""
    ends = seed(site.url)
    ground = Ground(site, ends, (PICTURES / "visitor_a.jpg").read_bytes(), **parts)
    ground.engine("")
    site.start()
    wrong = 0
    try:
        for name, fault in FAULTS.items():
            if only in name:
                wrong += not _line(ground, setup, name, fault)
    finally:
        if wrong:
            print(site.last_lines())
        site.stop()
    return int(bool(wrong))


def _line(ground: Ground, setup: str, name: str, fault: Fault) -> bool:
    ground.site.wait_until_well()
    ground.answers.clear()
    since = timezone.now()
    try:
        fault(ground)
    except NotHere as reason:
        print(f"| {setup} | {name} | {reason} |" + " |" * 6, flush=True)
        return True
    found = count(ground, since)
    print(f"| {setup} | {name} | {_cells(found)} |", flush=True)
    if not found.is_right:
        print(f"NOT RIGHT: {found}", flush=True)
    return found.is_right


def _cells(found: Count) -> str:
    reasons = ", ".join(f"{code} {times}" for code, times in found.reasons.items())
    figures = (found.offered, found.done, found.refused, found.charged, found.photos_left)
    ledger = "adds up" if found.adds_up else "DOES NOT ADD UP"
    said = ", ".join(f"{what} {times}" for what, times in found.answers.items())
    return " | ".join([*map(str, figures), ledger, f"{reasons or '–'} (answers: {said})"])
