"""The short name a visitor may write into their picture."""

import unicodedata

from fusion.label import undrawable
from fusionsite.jobs.refusals import NicknameNotDrawn, NicknameTooLong

MAX_CHARACTERS = 12


def clean(typed: str) -> str:
    """The name as it is drawn, one space between words. Raises NicknameTooLong or -NotDrawn."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if len(name) > MAX_CHARACTERS:
        raise NicknameTooLong(measured=len(name), limit=MAX_CHARACTERS)
    if not name.isprintable() or undrawable(name):
        raise NicknameNotDrawn
    return name
