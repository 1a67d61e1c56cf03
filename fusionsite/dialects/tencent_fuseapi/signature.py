"""The older signature: a signed text that carries its own lifetime; pure functions.

Source: Tencent's page on signing for its picture products.
"""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

MAC_BYTES = 20
_DIGITS = re.compile(r"[0-9]{1,12}")


class Unparsable(ValueError):
    """Not the base64 of a signature and a text with a, k, e and t."""


@dataclass(frozen=True)
class Ticket:
    """An Authorization header taken apart. Times are Unix seconds; `e` is 0 for single use."""

    mac: bytes
    original: bytes
    appid: str
    secret_id: str
    expires: int
    created: int


def parse(header: str) -> Ticket:
    """The ticket in the header's text; fields come in any order, and some are left away.

    Raises Unparsable.
    """
    text = "".join(header.split())
    try:
        raw = b64decode(text + "=" * (-len(text) % 4), validate=True)
        original = raw[MAC_BYTES:].decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Unparsable from error
    fields = dict(pair.partition("=")[::2] for pair in original.split("&"))
    numbers = {name: fields.get(name, "") for name in ("a", "e", "t")}
    if not fields.get("k") or not all(_DIGITS.fullmatch(text) for text in numbers.values()):
        raise Unparsable
    return Ticket(
        mac=raw[:MAC_BYTES],
        original=raw[MAC_BYTES:],
        appid=numbers["a"],
        secret_id=fields["k"],
        expires=int(numbers["e"]),
        created=int(numbers["t"]),
    )


def is_signed(ticket: Ticket, secret_key: str) -> bool:
    """Whether the text was signed with this key; takes the same time either way."""
    expected = hmac.digest(secret_key.encode(), ticket.original, "sha1")
    return hmac.compare_digest(expected, ticket.mac)


def write(original: str, secret_key: str) -> str:
    """The header's text for a signed text."""
    mac = hmac.digest(secret_key.encode(), original.encode(), "sha1")
    return b64encode(mac + original.encode()).decode()
