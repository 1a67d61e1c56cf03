"""The site behind a real socket, inside the test's own process and transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler


class _OneCall(QuietWSGIRequestHandler):
    """Closes the connection after each answer, so that no thread outlives its test."""

    protocol_version = "HTTP/1.0"


class _OneConnection(ThreadedWSGIServer):
    """Its threads share the test's connection to the database, and leave it open."""

    daemon_threads = False  # so that closing the server waits for the last of them

    def _close_connections(self) -> None:
        pass


@contextmanager
def connection_kept() -> Iterator[None]:
    """Between two requests Django closes a connection that is inside a test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@contextmanager
def served() -> Iterator[str]:
    """The site's address.

    The server's threads are part of the test's transaction: the ledger and the audit trail refuse
    to be emptied, which other live servers do after a test.
    """
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = _OneConnection(
        ("127.0.0.1", 0), _OneCall, connections_override={"default": connection}
    )
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        with connection_kept():
            yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connection.dec_thread_sharing()
