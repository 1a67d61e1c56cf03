"""Reads a pasted request: raw HTTP, or a curl command. Nothing of it is kept."""

import re
import shlex
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

LONGEST = 2 * 1024 * 1024
_FIRST = re.compile(r"([A-Z]{3,7}) +(\S+)(?: +HTTP/[0-9.]+)?")
_WITH_VALUE = {
    "-X": "method",
    "--request": "method",
    "-H": "header",
    "--header": "header",
    "-d": "data",
    "--data": "data",
    "--data-ascii": "data",
    "--data-raw": "raw",
    "--data-binary": "raw",
    "--json": "json",
    "--url": "url",
    "-A": "",
    "--user-agent": "",
    "-o": "",
    "--output": "",
    "-m": "",
    "--max-time": "",
}


class NotARequest(ValueError):
    """The text is neither; the message says where it stops making sense."""


@dataclass(frozen=True)
class Pasted:
    """A request: method, path and query, headers by lower-case name, body."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The raw query."""
        return self.target.partition("?")[2]

    @property
    def parameters(self) -> dict[str, str]:
        """The query's fields, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def host(self) -> str:
        """The Host header."""
        return self.headers.get("host", "")


def read(text: str) -> Pasted:
    """The request in the text; raises NotARequest."""
    text = text.replace("\r\n", "\n").strip("\n\t ")
    if not text:
        raise NotARequest("empty")
    if re.match(r"(?:\$ *)?curl\s", text):
        return _from_curl(text.removeprefix("$").strip())
    return _from_http(text)


def _from_http(text: str) -> Pasted:
    head, _blank, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    found = _FIRST.fullmatch(first.strip())
    if found is None:
        raise NotARequest(first[:80])
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or " " in name.strip():
            raise NotARequest(line[:80])
        headers[name.strip().lower()] = value.strip()
    target, host = _split_target(found[2])
    if host:
        headers.setdefault("host", host)
    return Pasted(found[1], target, headers, _fitting(body, headers))


def _split_target(text: str) -> tuple[str, str]:
    """The path with its query, and the host of a whole address."""
    if not text.startswith(("http://", "https://")):
        return text, ""
    parts = urlsplit(text)
    query = f"?{parts.query}" if parts.query else ""
    return (parts.path or "/") + query, parts.netloc


def _fitting(body: str, headers: dict[str, str]) -> bytes:
    """The body with the line ends that its announced length speaks for: forms change them."""
    plain = body.encode()
    windows = plain.replace(b"\n", b"\r\n")
    variants = (plain, plain + b"\n", windows, windows + b"\r\n")
    length = headers.get("content-length", "")
    return next((v for v in variants if str(len(v)) == length), plain)


def _from_curl(text: str) -> Pasted:
    try:
        words = shlex.split(text.replace("\\\n", " "))[1:]
    except ValueError as error:
        raise NotARequest(str(error)) from error
    given: dict[str, list[str]] = {"method": [], "header": [], "data": [], "url": []}
    rest = iter(words)
    for word in rest:
        name, value = _option(word)
        kind = _WITH_VALUE.get(name)
        if kind is None:
            if not word.startswith("-"):
                given["url"].append(word)
            continue
        taken = value if value is not None else next(rest, "")
        _take(given, kind, taken)
    return _assembled(given)


def _option(word: str) -> tuple[str, str | None]:
    """The option's name, and its value when it sticks to it."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    if len(word) > 2 and word[:2] in _WITH_VALUE and word[0] == "-":
        return word[:2], word[2:]
    return word, None


def _take(given: dict[str, list[str]], kind: str, value: str) -> None:
    if kind in ("data", "raw", "json"):
        if value.startswith("@"):
            raise NotARequest(value[:80])
        given["data"].append(value.replace("\n", "") if kind == "data" else value)
        if kind == "json":
            given["header"].append("Content-Type: application/json")
    elif kind:
        given[kind].append(value)


def _assembled(given: dict[str, list[str]]) -> Pasted:
    if not given["url"]:
        raise NotARequest("curl")
    address = given["url"][0]
    target, host = _split_target(address if "://" in address else f"http://{address}")
    body = "&".join(given["data"]).encode()
    headers = {"host": host}
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    for line in given["header"]:
        name, _colon, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    method = given["method"][0] if given["method"] else ("POST" if body else "GET")
    return Pasted(method, target, headers, body)
