"""What the dialects' tests share."""

from collections.abc import Iterator
from threading import Thread

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler

from tests.dialects.transcripts import at_the_time
from tests.dialects.world import World, make_world


@pytest.fixture
def world(db: None, run_jobs_at_once: None, settings: LazySettings) -> Iterator[World]:
    """The rows; jobs run in the call that queues them."""
    settings.FUSION_BASE_URL = "http://127.0.0.1:8000"
    with at_the_time(before_s=86_400):
        made = make_world()
    yield made


class _OneCall(QuietWSGIRequestHandler):
    """Closes the connection after each answer, so that no thread outlives its test."""

    protocol_version = "HTTP/1.0"


@pytest.fixture
def live_site(db: None, run_jobs_at_once: None, settings: LazySettings) -> Iterator[World]:
    """The same world behind a real socket; `settings.FUSION_BASE_URL` is its address.

    The server's threads use the test's own connection and so its transaction: the ledger and the
    audit trail refuse to be emptied, which other live servers do after a test.
    """
    made = make_world()
    connections["default"].inc_thread_sharing()
    shared = {"default": connections["default"]}
    server = ThreadedWSGIServer(("127.0.0.1", 0), _OneCall, connections_override=shared)
    server.daemon_threads = False  # so that closing the server waits for the last of them
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.FUSION_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections["default"].dec_thread_sharing()
