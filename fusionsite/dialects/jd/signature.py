"""md5(secretkey + timestamp): JD AI's signature of a moment; pure functions."""

import hashlib
import hmac
import re

WINDOW_MS = 300_000
_DIGITS = re.compile(r"[0-9]{1,18}")


def milliseconds(text: str) -> int | None:
    """The timestamp as a number; None for what is no decimal integer."""
    return int(text) if _DIGITS.fullmatch(text) else None


def sign(secretkey: str, timestamp: str) -> str:
    """32 lower-case hex digits, over the timestamp's text exactly as it is sent."""
    # The protocol's own choice of hash; nothing else is kept safe by it.
    return hashlib.md5(f"{secretkey}{timestamp}".encode(), usedforsecurity=False).hexdigest()


def is_signed(secretkey: str, timestamp: str, given: str) -> bool:
    """Whether the signature is right, upper case or lower; takes the same time either way."""
    expected = sign(secretkey, timestamp)
    return hmac.compare_digest(expected.encode(), given.lower().encode("utf-8", "replace"))
