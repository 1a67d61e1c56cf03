"""What a page about one way in is made of: everything in it comes from the door's own tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from campaigns.models import Credential, Dialect


@dataclass(frozen=True)
class Words:
    """A sentence in the reader's language, with figures that the code itself keeps to."""

    msgid: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        text = gettext(self.msgid) if self.msgid else ""
        return text % self.facts if self.facts else text


@dataclass(frozen=True)
class FieldLine:
    """One field: its name with its place, its type, whether it must be there, what it says."""

    name: str
    kind: str
    required: bool
    meaning: Words


@dataclass(frozen=True)
class Part:
    """One operation: how it is called, what it takes, what it answers."""

    title: str
    call: str
    what: Words
    fields: Sequence[FieldLine]
    answer: Words


@dataclass(frozen=True)
class Mistake:
    """One documented error. `word` asks for it on purpose; empty where it cannot be asked for.

    messages: what the answer says, in each language that the protocol has.
    """

    code: str
    anchor: str
    status: str
    messages: Sequence[str]
    cause: Words
    remedy: Words
    word: str = ""


@dataclass(frozen=True)
class Group:
    """Errors that belong together, under a heading of their own."""

    title: Words
    mistakes: Sequence[Mistake]


@dataclass(frozen=True)
class Guide:
    """A way in. `long_form` is its page in the repository's docs."""

    slug: str
    name: str
    doors: Sequence[Dialect]
    kind: Credential.Kind
    summary: Words
    address: str
    call: str
    signing: Sequence[Words]
    rules: Sequence[Words]
    parts: Sequence[Part]
    errors: Sequence[Group]
    not_said: Mapping[str, Words]
    long_form: str
    error_goes_in: Words

    @property
    def mistakes(self) -> list[Mistake]:
        """Every documented error."""
        return [mistake for group in self.errors for mistake in group.mistakes]


def reasons(not_said: Mapping[str, str]) -> dict[str, Words]:
    """Codes that others document and this site never says, each with its reason."""
    return {code: Words(why) for code, why in not_said.items()}
