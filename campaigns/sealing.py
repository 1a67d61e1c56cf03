"""Keeps secrets unreadable at rest, for secrets that signatures need in clear.

The keys are `settings.FUSION_CREDENTIAL_KEYS`: the first one seals, all of them open, so a key is
rotated by putting a new one in front, running `reseal_secrets`, and taking the old one out.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_SALT = b"campaigns.sealing"  # one purpose, one salt; the passphrases differ per site


class SealBroken(Exception):
    """None of the configured keys opens it."""


def seal(secret: str) -> str:
    """The secret as text that only the configured keys open."""
    return _box(tuple(settings.FUSION_CREDENTIAL_KEYS)).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret in clear; raises SealBroken."""
    try:
        return _box(tuple(settings.FUSION_CREDENTIAL_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("no key of FUSION_CREDENTIAL_KEYS opens this secret") from None


def reseal(sealed: str) -> str:
    """The same secret under the first key; raises SealBroken."""
    try:
        return _box(tuple(settings.FUSION_CREDENTIAL_KEYS)).rotate(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("no key of FUSION_CREDENTIAL_KEYS opens this secret") from None


@lru_cache(maxsize=4)
def _box(passphrases: tuple[str, ...]) -> MultiFernet:
    if not passphrases:
        raise ImproperlyConfigured("FUSION_CREDENTIAL_KEYS is empty")
    return MultiFernet([_fernet(passphrase) for passphrase in passphrases])


def _fernet(passphrase: str) -> Fernet:
    """Passphrases may be short words, so they are stretched (scrypt, RFC 7914), once a process."""
    key = Scrypt(salt=_SALT, length=32, n=2**14, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))
