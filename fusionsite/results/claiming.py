"""The short code with which a person finds their picture again, from any device.

The code is a keyed digest of the picture's own key, so it can be shown at any time and is stored
nowhere; the row holds a digest of the code, so a copy of the database opens no picture.
"""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from fusionsite.results.models import Result

# Crockford's base 32: five bits each, none of I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # 50 bits: one in a billion per try on a site with a million pictures
_READ_AS = str.maketrans("ILO", "110")


def code_of(result: Result) -> str:
    """The code of a picture as it is shown: "K7QX4-MND2P"."""
    letters = _letters(_keyed("code", result.key))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def digest_for(key: str) -> str:
    """What the row of the picture with this key holds of its code."""
    return _keyed("digest", _letters(_keyed("code", key))).hex()


def find(typed: str, now: datetime | None = None) -> Result | None:
    """The picture of a code as people type it, while its link lives."""
    letters = normal(typed)
    if len(letters) != LENGTH:
        return None
    wanted = Result.objects.live(now or timezone.now()).filter(hidden_at=None)
    found = wanted.filter(claim_digest=_keyed("digest", letters).hex())
    return found.select_related("campaign").first()


def normal(typed: str) -> str:
    """The code's letters alone; look-alikes are read as what they must be."""
    letters = typed.upper().translate(_READ_AS)
    return "".join(letter for letter in letters if letter in ALPHABET)


def _letters(digest: bytes) -> str:
    number = int.from_bytes(digest[:8])
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(LENGTH))


def _keyed(purpose: str, text: str) -> bytes:
    key = f"fusionsite.results.claiming.{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.digest(key, text.encode(), hashlib.sha256)
