"""Our own signing scheme: HMAC-SHA256 over five lines. Pure, so that a checker can explain it.

    FUSION-HMAC-SHA256          the scheme
    1700000000                  the time of signing, in seconds
    POST                        the method
    /api/v1/fusions?wait=5      the path and query, exactly as sent
    e3b0c442...                 SHA-256 of the body, in lower-case hex

The key id and the signature travel in `Authorization`, the time in `X-Fusion-Timestamp`.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

SCHEME = "FUSION-HMAC-SHA256"
TIMESTAMP_HEADER = "X-Fusion-Timestamp"
WINDOW_S = 300
_AUTHORIZATION = re.compile(
    r"FUSION-HMAC-SHA256\s+key=(?P<key>[A-Za-z0-9_]{1,64})\s*,\s*signature=(?P<signature>[0-9a-f]{64})"
)
_SECONDS = re.compile(r"[0-9]{1,12}")


class NotAuthorization(Exception):
    """The header is not of this scheme's form."""


@dataclass(frozen=True)
class Signed:
    """What a signature covers. `target` is the path and the query, exactly as sent."""

    method: str
    target: str
    body: bytes
    timestamp: int

    @property
    def body_sha256(self) -> str:
        """The last of the five lines."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def string_to_sign(self) -> str:
        """The five lines."""
        parts = (SCHEME, str(self.timestamp), self.method.upper(), self.target, self.body_sha256)
        return "\n".join(parts)


@dataclass(frozen=True)
class Authorization:
    """Who says they signed, and with what outcome."""

    key_id: str
    signature: str


@dataclass(frozen=True)
class Explanation:
    """How we sign this request, and the first thing that differs from what was sent.

    `difference` is a word of `DIFFERENCES`, empty when the signature is right.
    """

    string_to_sign: str
    expected: str
    given: str
    difference: str


# The first difference a checker can name, and what to do about it.
DIFFERENCES: dict[str, str] = {
    "form": f"The header must read `{SCHEME} key=<key id>, signature=<64 hex digits>`.",
    "timestamp-form": f"{TIMESTAMP_HEADER} must hold whole seconds since 1970, in digits.",
    "timestamp": f"The time of signing is more than {WINDOW_S} seconds away from ours.",
    "method": "The signature fits another method. Sign the one you send.",
    "query-missing": "The signature fits the path without its query. Sign path and query.",
    "slash": "The signature fits the path with or without a slash at its end.",
    "host": "The signature fits the whole address. Sign from the path on, without the host.",
    "body-missing": "The signature fits an empty body. Sign the body that you send.",
    "body-newline": "The signature fits the body with a line end more or less.",
    "hex": "The signature fits, but it is written in capitals. Use lower-case hex.",
    "secret": "The request is signed as we would, but with another secret; or a byte differs.",
}


def sign(secret: str, signed: Signed) -> str:
    """The signature, 64 lower-case hex digits."""
    return hmac.new(secret.encode(), signed.string_to_sign.encode(), hashlib.sha256).hexdigest()


def headers(secret: str, key_id: str, signed: Signed) -> dict[str, str]:
    """The two headers of a signed request."""
    return {
        "Authorization": f"{SCHEME} key={key_id}, signature={sign(secret, signed)}",
        TIMESTAMP_HEADER: str(signed.timestamp),
    }


def parse_authorization(header: str) -> Authorization:
    """The header's two parts; raises NotAuthorization."""
    found = _AUTHORIZATION.fullmatch(header.strip())
    if found is None:
        raise NotAuthorization
    return Authorization(found["key"], found["signature"])


def parse_timestamp(header: str) -> int:
    """The seconds; raises NotAuthorization when they are not digits."""
    if not _SECONDS.fullmatch(header):
        raise NotAuthorization
    return int(header)


def is_fresh(timestamp: int, now: float) -> bool:
    """Whether a request signed then may still be taken; a copy is of no use for longer."""
    return abs(now - timestamp) <= WINDOW_S


def verify(secret: str, signed: Signed, signature: str) -> bool:
    """Whether the signature is right; takes as long for a wrong one."""
    return hmac.compare_digest(sign(secret, signed), signature)


def explain(
    secret: str,
    *,
    method: str,
    target: str,
    body: bytes,
    timestamp: str,
    authorization: str,
    now: float,
    host: str = "",
) -> Explanation:
    """What we would sign for this request, and the first difference from what came."""
    seconds = int(timestamp) if _SECONDS.fullmatch(timestamp) else 0
    signed = Signed(method, target, body, seconds)
    given = _given(authorization)
    expected = sign(secret, signed)
    return Explanation(
        signed.string_to_sign,
        expected,
        given,
        _difference(secret, signed, authorization, timestamp, given, now, host),
    )


def _given(authorization: str) -> str:
    found = re.search(r"signature=([0-9A-Fa-f]+)", authorization)
    return found[1] if found else ""


def _difference(
    secret: str,
    signed: Signed,
    authorization: str,
    timestamp: str,
    given: str,
    now: float,
    host: str,
) -> str:
    if not _SECONDS.fullmatch(timestamp):
        return "timestamp-form"
    capitals = given != given.lower()
    if not capitals and not _AUTHORIZATION.fullmatch(authorization.strip()):
        return "form"
    if not is_fresh(signed.timestamp, now):
        return "timestamp"
    if verify(secret, signed, given.lower()):
        return "hex" if capitals else ""
    for name, other in _variants(signed, host):
        if verify(secret, other, given.lower()):
            return name
    return "secret"


def _variants(signed: Signed, host: str) -> list[tuple[str, Signed]]:
    """What people sign by mistake, in the order of the lines."""
    method, target, body, when = signed.method, signed.target, signed.body, signed.timestamp
    path, _mark, query = target.partition("?")
    slashed = path[:-1] if path.endswith("/") else f"{path}/"
    tail = f"?{query}" if query else ""
    verbs = [verb for verb in ("GET", "POST", "PUT", "PATCH", "DELETE") if verb != method.upper()]
    return [
        *(("method", Signed(verb, target, body, when)) for verb in verbs),
        ("query-missing", Signed(method, path, body, when)),
        ("slash", Signed(method, slashed + tail, body, when)),
        ("slash", Signed(method, slashed, body, when)),
        *(
            ("host", Signed(method, f"{scheme}{host}{target}", body, when))
            for scheme in ("", "http://", "https://")
        ),
        ("body-missing", Signed(method, target, b"", when)),
        ("body-newline", Signed(method, target, body.rstrip(b"\r\n"), when)),
        ("body-newline", Signed(method, target, body + b"\n", when)),
    ]
