"""The only door to the network: public addresses, ports 80 and 443, capped in bytes and seconds.

requests_hardened looks the name up once, refuses what is not public, and connects to the address
it looked at. What it does not cap is done here: the size, and the seconds as a whole (its timeout
starts anew with every byte, in the headers too).
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from campaigns.refusals import (
    OutboundFailed,
    OutboundRefused,
    OutboundTooLarge,
    OutboundTooSlow,
)

PORTS = {"http": 80, "https": 443}
MAX_REDIRECTS = 3
_CHUNK_BYTES = 64 * 1024
_CONNECT_S = 2.0
_CONFIG = Config(
    ip_filter_enable=True,
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=(_CONNECT_S, 5.0),
    user_agent_override="fusion-campaigns",
)


@dataclass(frozen=True)
class Answer:
    """status: HTTP status; body: at most the bytes asked for; url: where redirects ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def fetch(url: str, *, max_bytes: int, timeout_s: float) -> Answer:
    """What is at `url`, following at most three redirects, each checked like the first address.

    Raises OutboundRefused, OutboundFailed, OutboundTooLarge or OutboundTooSlow.
    """
    deadline = time.monotonic() + timeout_s
    for _hop in range(MAX_REDIRECTS + 1):
        answer = _exchange("GET", url, b"", {}, max_bytes, timeout_s, deadline)
        target = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return answer
        url = urljoin(url, target)
    raise OutboundRefused(measured=MAX_REDIRECTS + 1, limit=MAX_REDIRECTS, unit="redirects")


def post(
    url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int, timeout_s: float
) -> Answer:
    """The answer to a POST; redirects are not followed. Raises as `fetch`."""
    deadline = time.monotonic() + timeout_s
    return _exchange("POST", url, body, headers, max_bytes, timeout_s, deadline)


def post_to_operator(
    url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int, timeout_s: float
) -> Answer:
    """As `post`, to an address from the site's own settings: it may lie in a private network.

    Never for an address that a caller, a visitor or the console brings.
    """
    deadline = time.monotonic() + timeout_s
    session = requests.Session()
    session.trust_env = False
    return _send(session, "POST", url, body, headers, max_bytes, timeout_s, deadline)


def check_address(url: str) -> None:
    """Raises OutboundRefused unless it is http on port 80 or https on 443 with a host, no user."""
    try:
        parts = urlsplit(url)
        fine = _is_plain(parts)
    except ValueError:
        fine = False
    if not fine:
        raise OutboundRefused


def _is_plain(parts: SplitResult) -> bool:
    return (
        parts.scheme in PORTS
        and bool(parts.hostname)
        and (parts.port or PORTS[parts.scheme]) in PORTS.values()
        and parts.username is None
        and parts.password is None
    )


def _exchange(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    max_bytes: int,
    timeout_s: float,
    deadline: float,
) -> Answer:
    check_address(url)
    session = HTTPSession(_CONFIG)
    session.trust_env = False  # a proxy would look names up itself, past the filter
    return _send(session, method, url, body, headers, max_bytes, timeout_s, deadline)


def _send(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    max_bytes: int,
    timeout_s: float,
    deadline: float,
) -> Answer:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise OutboundTooSlow(limit=timeout_s, unit="s")
    try:
        with (
            _cut_after(left_s, session),
            session.request(
                method,
                url,
                data=body or None,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(min(_CONNECT_S, left_s), left_s),
            ) as response,
        ):
            content = _read(response, max_bytes)
            answer = Answer(response.status_code, response.headers, content, url)
    except (InvalidIPAddress, requests.exceptions.InvalidURL, UnicodeError) as problem:
        raise OutboundRefused from problem
    except (requests.RequestException, HTTPError) as problem:
        if time.monotonic() >= deadline or isinstance(problem, requests.Timeout):
            raise OutboundTooSlow(limit=timeout_s, unit="s") from problem
        raise OutboundFailed from problem
    # A connection that was cut may look like an answer that ended.
    if time.monotonic() >= deadline:
        raise OutboundTooSlow(limit=timeout_s, unit="s")
    return answer


def _read(response: requests.Response, max_bytes: int) -> bytes:
    """The body as it arrives; raises OutboundTooLarge as soon as it is too long."""
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise OutboundTooLarge(measured=int(announced), limit=max_bytes, unit="bytes")
    content = bytearray()
    while piece := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        content += piece
        if len(content) > max_bytes:
            raise OutboundTooLarge(measured=len(content), limit=max_bytes, unit="bytes")
    return bytes(content)


@contextmanager
def _cut_after(left_s: float, session: requests.Session) -> Iterator[None]:
    """Cuts the session's connections when the time is up, whatever they are waiting for."""
    opened: list[socket.socket] = []
    for adapter in session.adapters.values():
        cast(HTTPAdapter, adapter).poolmanager.pool_classes_by_scheme = _watched_pools(opened)
    timer = threading.Timer(left_s, _cut, [opened])
    timer.daemon = True
    timer.start()
    try:
        with session:
            yield
    finally:
        timer.cancel()
        for twin in opened:
            twin.close()


def _watched_pools(opened: list[socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, but each new connection leaves a second handle to its socket."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            opened.append(made.dup())
            return made

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            opened.append(made.dup())
            return made

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _cut(opened: list[socket.socket]) -> None:
    for twin in opened:
        with suppress(OSError):  # the other side was faster
            twin.shutdown(socket.SHUT_RDWR)
