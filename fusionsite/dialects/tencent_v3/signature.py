"""The two signatures of the protocol: TC3-HMAC-SHA256 and the older v1; pure functions.

Source: Tencent Cloud's signature pages; tests hold both to vectors of the public client.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

ALGORITHM = "TC3-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
REQUIRED_HEADERS = frozenset({"content-type", "host"})
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 +"
    r"Credential=(?P<secret_id>[A-Za-z0-9_-]{1,64})/(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"/(?P<service>[a-z0-9_-]{1,40})/tc3_request, *"
    r"SignedHeaders=(?P<headers>[a-z0-9-]{1,60}(?:;[a-z0-9-]{1,60}){0,30}), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


class NotAuthorization(ValueError):
    """The header's value is not of the form that the protocol has."""


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header; `headers` are the signed names, in their order."""

    secret_id: str
    date: str
    service: str
    headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Signed:
    """What a v3 signature covers. query: the raw one, empty for POST; payload: bytes or the word
    UNSIGNED-PAYLOAD; headers: values by lower-case name.
    """

    method: str
    query: str
    headers: Mapping[str, str]
    payload: bytes
    timestamp: int

    @cached_property
    def digest(self) -> str:
        """Of the payload: asked for once, however many ways of signing are compared."""
        return hashlib.sha256(self.payload).hexdigest()


def parse_authorization(value: str) -> Authorization:
    """The parts of the header; raises NotAuthorization."""
    found = _AUTHORIZATION.fullmatch(value.strip())
    if found is None:
        raise NotAuthorization
    names = tuple(found["headers"].split(";"))
    if not set(names) >= REQUIRED_HEADERS:
        raise NotAuthorization
    return Authorization(
        found["secret_id"], found["date"], found["service"], names, found["signature"]
    )


def date_of(timestamp: int) -> str:
    """The UTC day of a moment in Unix seconds."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")


def canonical_request(
    signed: Signed, names: Iterable[str], *, host: str = "", lowered: bool = True
) -> str:
    """The text that is hashed and signed; KeyError for a signed header that is not there.

    host: the name to put in place of the Host header's.
    """
    headers = {**signed.headers, "host": host} if host else signed.headers
    values = {name: headers[name].strip() for name in names}
    lines = "".join(
        f"{name}:{value.lower() if lowered else value}\n" for name, value in values.items()
    )
    return "\n".join((signed.method, "/", signed.query, lines, ";".join(values), signed.digest))


def sign(
    signed: Signed,
    authorization: Authorization,
    secret_key: str,
    *,
    host: str = "",
    lowered: bool = True,
) -> str:
    """The v3 signature of a request, 64 hex digits; host as for `canonical_request`."""
    canonical = canonical_request(signed, authorization.headers, host=host, lowered=lowered)
    to_sign = string_to_sign(canonical, signed.timestamp, authorization)
    return sign_text(to_sign, authorization, secret_key)


def string_to_sign(canonical: str, timestamp: int, authorization: Authorization) -> str:
    """The text that the derived key signs; the canonical request is in it as a hash."""
    scope = f"{authorization.date}/{authorization.service}/tc3_request"
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}"


def sign_text(to_sign: str, authorization: Authorization, secret_key: str) -> str:
    """The signature of a string to sign: three keys are derived one from the other."""
    key = f"TC3{secret_key}".encode()
    for part in (authorization.date, authorization.service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def is_signed(
    signed: Signed, authorization: Authorization, secret_key: str, hosts: Iterable[str]
) -> bool:
    """Whether the signature is right, under one of the host names the client may have called.

    Values are signed in lower case; a client that signed a multipart boundary as it stands is
    understood too. Every comparison takes the same time.
    """
    try:
        return any(
            hmac.compare_digest(
                sign(signed, authorization, secret_key, host=host, lowered=lowered),
                authorization.signature,
            )
            for host in hosts
            for lowered in (True, False)
        )
    except KeyError:
        return False


V1_METHODS = {"HmacSHA1": "sha1", "HmacSHA256": "sha256"}


def sign_v1(method: str, host: str, parameters: Mapping[str, str], secret_key: str) -> str:
    """The v1 signature, base64; SignatureMethod among the parameters chooses the hash."""
    digest = V1_METHODS[parameters.get("SignatureMethod") or "HmacSHA1"]
    text = text_v1(method, host, parameters)
    return b64encode(hmac.digest(secret_key.encode(), text.encode(), digest)).decode()


def text_v1(method: str, host: str, parameters: Mapping[str, str]) -> str:
    """The text that v1 signs: method, host and the parameters in the order of their names."""
    named = {
        name.replace("_", "."): value for name, value in parameters.items() if name != "Signature"
    }
    pairs = "&".join(f"{name}={named[name]}" for name in sorted(named))
    return f"{method}{host}/?{pairs}"


def is_signed_v1(
    method: str, hosts: Iterable[str], parameters: Mapping[str, str], secret_key: str
) -> bool:
    """Whether the v1 signature is right under one of the host names."""
    given = parameters.get("Signature", "").encode()
    right = False
    for host in hosts:
        right |= hmac.compare_digest(sign_v1(method, host, parameters, secret_key).encode(), given)
    return right
