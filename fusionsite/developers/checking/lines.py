"""Two texts beside each other, line by line."""

from dataclasses import dataclass
from itertools import zip_longest

_NOTHING = "—"


@dataclass(frozen=True)
class LineDifference:
    """The first line that differs, counted from 1."""

    line: int
    yours: str
    ours: str


def first_difference(yours: str, ours: str) -> LineDifference | None:
    """Where the texts part; None if they are the same but for line ends."""
    left = yours.replace("\r\n", "\n").rstrip("\n").split("\n")
    right = ours.split("\n")
    for number, (one, other) in enumerate(zip_longest(left, right), start=1):
        if one != other:
            return LineDifference(
                number,
                _NOTHING if one is None else one or _NOTHING,
                _NOTHING if other is None else other or _NOTHING,
            )
    return None
