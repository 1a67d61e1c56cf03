"""Requests and answers as bytes, sent through the whole site in this process."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test.client import ClientHandler


@dataclass(frozen=True)
class Answer:
    """An answer as it leaves the site."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's JSON value."""
        return json.loads(self.body)

    def raw(self) -> bytes:
        """Status line, the headers a client reads, and the body."""
        lines = [f"HTTP/1.1 {self.status}", f"Content-Type: {self.headers['Content-Type']}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def request(
    method: str, target: str, headers: Mapping[str, str] | list[tuple[str, str]], body: bytes = b""
) -> bytes:
    """A request's bytes; Content-Length is added when there is a body and none is given."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    if body and not any(name.lower() == "content-length" for name, _ in pairs):
        pairs.append(("Content-Length", str(len(body))))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in pairs)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def send(raw: bytes, *, address: str = "203.0.113.9") -> Answer:
    """The site's answer, by way of everything that stands before its views."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ", 2)
    path, _mark, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
    for line in lines:
        name, _colon, value = line.partition(": ")
        _add(environ, name, value)
    response = ClientHandler(enforce_csrf_checks=True)(environ)
    assert isinstance(response, HttpResponse)
    return Answer(response.status_code, dict(response.items()), response.content)


def _add(environ: dict[str, Any], name: str, value: str) -> None:
    """A header as servers pass it on: doubled ones are joined by a comma."""
    key = name.upper().replace("-", "_")
    if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        key = f"HTTP_{key}"
    environ[key] = f"{environ[key]},{value}" if key in environ else value
