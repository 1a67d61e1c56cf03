"""Twenty visitors at once at a running site: everybody gets a picture or an honest place in line.

    python -m tests.upload.crowd http://127.0.0.1:8000/c/lantern-night/ [--visitors 20]

Each visitor walks as a browser does: opens the page of a scene, sends a photo with the consent,
and asks for its job until there is a picture or a reason. Exits with 1 if anybody is left without.
"""

import argparse
import http.cookiejar
import json
import re
import sys
import threading
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median, quantiles
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin

from fusionsite.painted import PICTURES

PHOTOS = ("visitor_a.jpg", "visitor_b.jpg", "visitor_c.jpg")
PATIENCE_S = 120.0


@dataclass
class Visit:
    """How one visitor fared; times in seconds from pressing the button."""

    number: int
    answered_s: float = 0.0
    ready_s: float = 0.0
    outcome: str = ""
    accepted_at: float = 0.0
    places: list[tuple[float, int]] = field(default_factory=list)  # when, and which
    silent_s: float = 0.0  # the longest time without any answer

    def is_fair(self, from_then_on: float) -> bool:
        """A picture, or a time to come back; and once all were let in, nobody falls behind."""
        told = [place for moment, place in self.places if moment > from_then_on]
        honest = all(later <= sooner for sooner, later in pairwise(told))
        return self.outcome in {"picture", "told when to come back"} and honest


class Browser:
    """One visitor's cookies and addresses."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, address: str, accept: str = "text/html") -> tuple[str, str]:
        """(address after redirects, body)."""
        request = urllib.request.Request(address, headers={"Accept": accept})
        with self._opener.open(request, timeout=30) as answer:
            return answer.geturl(), answer.read().decode()

    def post(self, address: str, fields: dict[str, str], photo: bytes) -> tuple[int, Any, str]:
        """(status, JSON, seconds to wait) of the form with a photo."""
        body, content_type = _multipart(fields, photo)
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        request = urllib.request.Request(address, body, headers | {"Sec-Fetch-Site": "same-origin"})
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, json.load(answer), ""
        except HTTPError as error:
            return error.code, json.load(error), error.headers.get("Retry-After", "")


def visit(number: int, landing: str, start: threading.Barrier) -> Visit:
    """One visitor, from the scene's page to the picture."""
    browser, found = Browser(), Visit(number)
    _, grid = browser.get(urljoin(landing, "templates/"))
    models = re.findall(r'name="model" value="([^"]+)"', grid)
    address, html = browser.get(urljoin(landing, f"make/?model={models[number % len(models)]}"))
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    fields |= {"agrees": "yes", "age": "old"}
    photo = (PICTURES / PHOTOS[number % len(PHOTOS)]).read_bytes()
    start.wait()
    pressed = time.monotonic()
    status, answer, wait_s = browser.post(urljoin(landing, "jobs/"), fields, photo)
    found.accepted_at = time.monotonic()
    found.answered_s = found.accepted_at - pressed
    if status in {429, 503}:
        found.outcome = "told when to come back" if wait_s else f"turned away with {status}"
        return found
    _watch(browser, found, answer, urljoin(address, "/"), pressed)
    found.ready_s = time.monotonic() - pressed
    return found


def _watch(browser: Browser, found: Visit, answer: Any, site: str, pressed: float) -> None:
    job = ""
    heard = time.monotonic()
    while time.monotonic() - pressed < PATIENCE_S:
        if answer.get("result_url"):
            _, page = browser.get(urljoin(site, answer["result_url"]))
            found.outcome = "picture" if "data-picture" in page else "page without picture"
            return
        if answer.get("refusal"):
            found.outcome = f"refused: {answer['refusal']['code']}"
            return
        job = job or answer["job_url"]
        if answer.get("state") == "queued":
            found.places.append((time.monotonic(), answer["place"]))
        time.sleep(max(0.15, answer.get("retry_after_s") or 0.5))
        _, body = browser.get(urljoin(site, job), "application/json")
        answer = json.loads(body)
        found.silent_s = max(found.silent_s, time.monotonic() - heard)
        heard = time.monotonic()
    found.outcome = "still waiting"


def _multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="photo"; filename="me.jpg"'
    parts.append(f"--{border}\r\n{head}\r\nContent-Type: image/jpeg\r\n\r\n".encode() + photo)
    parts.append(f"\r\n--{border}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={border}"


def main() -> int:
    """Runs the crowd and prints what it lived through."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("landing", help="address of a campaign's first page")
    parser.add_argument("--visitors", type=int, default=20)
    asked = parser.parse_args()
    start = threading.Barrier(asked.visitors)
    with ThreadPoolExecutor(asked.visitors) as pool:
        visits = list(pool.map(lambda n: visit(n, asked.landing, start), range(asked.visitors)))
    _report(visits)
    all_in = max(found.accepted_at for found in visits)
    return 0 if all(found.is_fair(all_in) for found in visits) else 1


def _report(visits: list[Visit]) -> None:
    outcomes = {v.outcome: sum(w.outcome == v.outcome for w in visits) for v in visits}
    ready = sorted(v.ready_s for v in visits if v.outcome == "picture")
    print(f"{len(visits)} visitors at once: {outcomes}")
    if len(ready) > 1:
        p95 = quantiles(ready, n=20)[-1]
        print(f"picture after {median(ready):.2f} s (median), {p95:.2f} s (95 %)")
        print(f"the last one after {ready[-1]:.2f} s")
    print(f"first answer after {max(v.answered_s for v in visits):.2f} s at most")
    print(f"longest silence {max(v.silent_s for v in visits):.2f} s")
    print(f"deepest place in line {max(place for v in visits for _, place in [*v.places, (0, 0)])}")


if __name__ == "__main__":
    sys.exit(main())
