"""Moderators: what they see decides whether a photo may be used."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from fusionsite.jobs.moderation import Finding, examine
from templates_app.findings import difference_hash
from tests.pictures import a_face_picture

PICTURE = a_face_picture(300, 300, seed=4)


@contextmanager
def a_service(status: int, answer: bytes) -> Iterator[tuple[str, list[Any]]]:
    """A moderation service on this machine: its address and what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/look", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("confidence", "suggestion"),
    [(0, "PASS"), (69.9, "PASS"), (70, "REVIEW"), (79.9, "REVIEW"), (80, "BLOCK"), (100, "BLOCK")],
)
def test_bands_are_those_of_the_protocol(confidence: float, suggestion: str) -> None:
    assert Finding("c", "l", confidence).suggestion == suggestion


def test_without_a_moderator_nothing_is_seen() -> None:
    assert examine([PICTURE, PICTURE]) == [[], []]


def test_webhook_gets_a_signed_small_picture_and_its_word_counts(settings: Any) -> None:
    answer = json.dumps(
        {"findings": [{"category": "adult", "label": "nudity", "confidence": 91.5}]}
    ).encode()
    with a_service(200, answer) as (url, asked):
        settings.FUSION_MODERATION = ["webhook"]
        settings.FUSION_MODERATION_WEBHOOK_URL = url
        settings.FUSION_MODERATION_WEBHOOK_SECRET = "shared"
        assert examine([PICTURE]) == [[Finding("adult", "nudity", 91.5)]]
    headers, body = asked[0]
    expected = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == expected
    assert set(json.loads(body)) == {"image"}


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b""), (200, b"not json"), (200, b"{}"), (200, b'{"findings": [{"confidence": 500}]}')],
)
@pytest.mark.parametrize(("when_away", "blocked"), [("closed", True), ("open", False)])
def test_moderator_that_is_away_blocks_or_passes_as_chosen(
    settings: Any, status: int, answer: bytes, when_away: str, blocked: bool
) -> None:
    settings.FUSION_MODERATION = ["webhook"]
    settings.FUSION_MODERATION_WHEN_AWAY = when_away
    with a_service(status, answer) as (url, _asked):
        settings.FUSION_MODERATION_WEBHOOK_URL = url
        (findings,) = examine([PICTURE])
    assert any(finding.suggestion == "BLOCK" for finding in findings) is blocked


def test_blocklist_knows_a_picture_again_after_recompression(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "blocked.txt"
    file.write_text(f"# pictures we do not take\n{difference_hash(PICTURE)}  # reported\n\n")
    settings.FUSION_MODERATION = ["blocklist"]
    settings.FUSION_MODERATION_BLOCKLIST = str(file)
    brighter = (PICTURE.astype(int) + 12).clip(0, 255).astype("uint8")
    other = a_face_picture(600, 300, faces=2, seed=8)
    known, unknown = examine([brighter, other])
    assert [finding.suggestion for finding in known] == ["BLOCK"]
    assert unknown == []
