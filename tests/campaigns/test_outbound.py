"""The only door to the network: what it refuses, and how it stops what is too long or too slow."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from campaigns import outbound
from campaigns.refusals import (
    OutboundFailed,
    OutboundRefused,
    OutboundTooLarge,
    OutboundTooSlow,
)

# dependencies.md section 8, and the spellings that try to get past a filter.
FORBIDDEN = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[2002:7f00:1::]/",
    "http://localhost/",
]
NOT_AN_ADDRESS = [
    "file:///etc/passwd",
    "gopher://example.org/",
    "ftp://example.org/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "https://user:secret@example.org/",
    "http:///nothing",
    "http://example.org:99999/",
    "http://[not-an-address/",
    "//example.org/",
    "",
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_what_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        outbound.fetch(url, max_bytes=10, timeout_s=2)
    assert type(refused.value) is OutboundRefused


@pytest.mark.parametrize("url", NOT_AN_ADDRESS)
def test_what_is_not_plain_http_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused):
        outbound.check_address(url)
    with pytest.raises(OutboundRefused):
        outbound.post(url, body=b"", headers={}, max_bytes=10, timeout_s=2)


@pytest.mark.parametrize("url", ["http://example.org/a?b", "https://example.org:443/", "HTTPS://x"])
def test_plain_addresses_are_fine(url: str) -> None:
    outbound.check_address(url)


def answers_for(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Makes name look-ups give these addresses in turn; returns the names that are asked for."""
    asked: list[str] = []
    left = iter(addresses)

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(left), port))]

    monkeypatch.setattr("requests_hardened.ip_filter.socket.getaddrinfo", look_up)
    return asked


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers_for(monkeypatch, "10.1.2.3")
    with pytest.raises(OutboundRefused):
        outbound.fetch("http://inside.example.org/", max_bytes=10, timeout_s=2)
    assert asked == ["inside.example.org"]


def test_proxy_settings_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with pytest.raises(OutboundRefused) as refused:
        outbound.fetch("http://10.0.0.1/", max_bytes=10, timeout_s=2)
    assert type(refused.value) is OutboundRefused


# --- Against a server of our own -------------------------------------------------------------


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on this machine that treats each connection as `answer` says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    answer(connection)
                except OSError:
                    continue  # the client hung up, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


@pytest.fixture
def to_this_machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], str]:
    """Opens the door to one port of this machine."""

    def open_door(port: int) -> str:
        config = replace(outbound._CONFIG, ip_filter_allow_loopback_ips=True)
        monkeypatch.setattr(outbound, "_CONFIG", config)
        monkeypatch.setattr(outbound, "PORTS", {"http": port, "https": 443})
        return f"http://127.0.0.1:{port}/"

    return open_door


def saying(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_it_works(to_this_machine: Callable[[int], str]) -> None:
    with serving(saying(OK)) as port:
        answer = outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)
    assert (answer.status, answer.body) == (200, b"hello")


def test_an_announced_excess_is_refused_unread(to_this_machine: Callable[[int], str]) -> None:
    with (
        serving(saying(OK)) as port,
        pytest.raises(OutboundTooLarge) as refused,
    ):
        outbound.fetch(to_this_machine(port), max_bytes=4, timeout_s=5)
    assert (refused.value.measured, refused.value.limit) == (5, 4)


def test_an_unannounced_excess_is_stopped_at_the_limit(
    to_this_machine: Callable[[int], str],
) -> None:
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    with serving(flood) as port, pytest.raises(OutboundTooLarge):
        outbound.fetch(to_this_machine(port), max_bytes=100_000, timeout_s=5)
    assert sum(sent) < 20_000_000


def test_a_packed_excess_is_stopped_too(to_this_machine: Callable[[int], str]) -> None:
    packed = gzip.compress(b"x" * 1_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    with serving(saying(head.encode() + packed)) as port, pytest.raises(OutboundTooLarge):
        outbound.fetch(to_this_machine(port), max_bytes=50_000, timeout_s=5)


def drip(start: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        gone = threading.Event()
        while not gone.wait(0.02):
            connection.sendall(b"x")

    return answer


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: ", b""])
def test_a_drip_is_cut_at_the_deadline(to_this_machine: Callable[[int], str], start: bytes) -> None:
    began = time.monotonic()
    with serving(drip(start)) as port, pytest.raises(OutboundTooSlow) as refused:
        outbound.fetch(to_this_machine(port), max_bytes=10**9, timeout_s=0.3)
    assert time.monotonic() - began < 3
    assert refused.value.limit == 0.3


def test_nobody_there_is_a_failure(to_this_machine: Callable[[int], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OutboundFailed):
        outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)


def test_a_broken_answer_is_a_failure(to_this_machine: Callable[[int], str]) -> None:
    with serving(saying(b"SSH-2.0-nothing\r\n")) as port, pytest.raises(OutboundFailed):
        outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)


def moved(target: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://127.0.0.1:22/", "file:///x"])
def test_a_redirect_is_checked_like_the_first_address(
    to_this_machine: Callable[[int], str], target: str
) -> None:
    with serving(saying(moved(target))) as port, pytest.raises(OutboundRefused):
        outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)


def test_a_redirect_is_followed_three_times(to_this_machine: Callable[[int], str]) -> None:
    answers = iter([moved("/a"), moved("/b"), moved("/c"), OK])
    with serving(lambda connection: connection.sendall(next(answers))) as port:
        answer = outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)
    assert (answer.body, answer.url.rpartition("/")[2]) == (b"hello", "c")


def test_a_circle_of_redirects_ends(to_this_machine: Callable[[int], str]) -> None:
    with serving(saying(moved("/again"))) as port, pytest.raises(OutboundRefused) as refused:
        outbound.fetch(to_this_machine(port), max_bytes=5, timeout_s=5)
    assert refused.value.limit == 3


def test_a_post_follows_no_redirect(to_this_machine: Callable[[int], str]) -> None:
    with serving(saying(moved("/elsewhere"))) as port:
        url = to_this_machine(port)
        answer = outbound.post(url, body=b"{}", headers={}, max_bytes=5, timeout_s=5)
    assert answer.status == 302


def test_a_name_that_changes_its_mind_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was checked is the one that is connected to."""
    asked = answers_for(monkeypatch, "93.184.215.14", "127.0.0.1")
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise OSError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(OutboundFailed):
        outbound.fetch("http://changing.example.org/", max_bytes=5, timeout_s=2)
    assert asked == ["changing.example.org"]
    assert connected == [("93.184.215.14", 80)]
