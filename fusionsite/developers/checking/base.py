"""What a check of a signature finds: what was sent beside what we would have signed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from campaigns.models import Credential
from fusionsite.developers.checking.pasted import Pasted
from fusionsite.developers.checking.words import DIFFERENCES
from fusionsite.developers.guides.base import Words

Sameness = Literal["same", "differs", "unseen"]
# People paste what they sent a while ago, or with a clock that is a few minutes off.
CLOCK_SEARCH_S = 1800
_SHOWN = 8


@dataclass(frozen=True)
class Keys:
    """The keys that the person may look at: by public id, and each one's secret.

    hash_of tells a bearer's key by its token.
    """

    by_id: Callable[[str], Credential | None]
    secret_of: Callable[[Credential], str]
    others_of: Callable[[Credential], Sequence[Credential]]
    by_token: Callable[[str], Credential | None]


@dataclass(frozen=True)
class Asked:
    """A check: the pasted request, and the person's own texts where they have them."""

    pasted: Pasted
    keys: Keys
    now: float
    hosts: Sequence[str]
    canonical: str = ""
    to_sign: str = ""


@dataclass(frozen=True)
class Comparison:
    """One part of the signature, yours beside ours. `yours` is empty where nothing shows it."""

    name: str
    yours: str
    ours: str

    @property
    def state(self) -> Sameness:
        """Whether they agree."""
        if not self.yours:
            return "unseen"
        return "same" if self.yours == self.ours else "differs"


@dataclass(frozen=True)
class Report:
    """What was found. `first` names the first difference, and is empty when all fits.

    notes: what else should be known, such as a timestamp that is old by now.
    """

    protocol: str
    first: str
    comparisons: Sequence[Comparison] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    notes: Sequence[Words] = ()

    @property
    def fits(self) -> bool:
        """Whether we would take the signature."""
        return not self.first

    @property
    def title(self) -> Words:
        """The difference's short name."""
        return Words(DIFFERENCES[self.first].title)

    @property
    def says(self) -> Words:
        """The difference in a sentence."""
        return Words(DIFFERENCES[self.first].says, self.facts)

    @property
    def remedy(self) -> Words:
        """What to do about it."""
        return Words(DIFFERENCES[self.first].remedy, self.facts)


def covered(signature: str) -> str:
    """So much of a signature of ours as tells it from another; nobody signs with this page."""
    return f"{signature[:_SHOWN]}…" if len(signature) > _SHOWN else signature


def reencodings(body: bytes) -> Iterator[bytes]:
    """The same body as other libraries would have written it."""
    yield from (body.rstrip(b"\r\n"), body + b"\n", body + b"\r\n", b"")
    yield body.replace(b"\r\n", b"\n")
    yield body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield b"\xef\xbb\xbf" + body
    try:
        value = json.loads(body)
    except ValueError:
        return
    for text in _writings(value):
        yield text.encode()
        yield text.replace("/", "\\/").encode()
        yield text.encode() + b"\n"


def _writings(value: object) -> Iterator[str]:
    for ascii_only in (False, True):
        for in_order in (False, True):
            yield json.dumps(value, ensure_ascii=ascii_only, sort_keys=in_order)
            for separators in ((",", ":"), (", ", ": "), (",", ": ")):
                yield json.dumps(
                    value, ensure_ascii=ascii_only, sort_keys=in_order, separators=separators
                )
            for indent in (2, 4):
                yield json.dumps(value, ensure_ascii=ascii_only, sort_keys=in_order, indent=indent)


def moments(stamp: int, step: int = 1) -> Iterator[int]:
    """Times around a stamp, the nearest first; `step` is the stamp's unit per second."""
    for seconds in range(1, CLOCK_SEARCH_S + 1):
        yield stamp + seconds * step
        yield stamp - seconds * step


def secrets_like(secret: str) -> Iterator[str]:
    """The secret with what slips in when it is copied."""
    yield from (f"{secret}\n", f"{secret}\r\n", f" {secret}", f"{secret} ", f'"{secret}"')
