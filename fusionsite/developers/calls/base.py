"""What a developer wishes to call, and the signed request that it becomes."""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from campaigns.models import Credential, Dialect
from fusionsite.developers.inside import Outgoing, host

Need = Literal["campaign", "material", "photo", "template", "answer", "id"]
HIDDEN = "••••••••"


@dataclass(frozen=True)
class Wish:
    """One call as it was asked for. `template` is for doors that know no materials.

    more: fields that go before ours. public_id: the picture or the row that the call is about.
    """

    key: Credential
    secret: str = field(repr=False)
    project_id: str = ""
    model_id: str = ""
    photo: bytes = field(default=b"", repr=False)
    template: bytes = field(default=b"", repr=False)
    answer: str = "url"
    public_id: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    host: str = field(default_factory=host)
    now: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Step:
    """One step of the signing: its name, and the text that it gave."""

    title: str
    text: str


@dataclass(frozen=True)
class Prepared:
    """A request ready to go, and the steps by which it was signed."""

    outgoing: Outgoing
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Operation:
    """One thing that can be called at one door.

    words: where a code asks for its error on purpose; a field's name, for the documentation.
    """

    slug: str
    door: Dialect
    title: str
    method: str
    path: str
    needs: frozenset[Need]
    prepare: Callable[[Wish], Prepared]
    error_goes_in: str = ""


def base64_of(encoded: bytes) -> str:
    """A picture as protocols carry it; a word for an error stays as it is."""
    return encoded.decode() if encoded.startswith(b"simulate.") else b64encode(encoded).decode()


def json_of(fields: Mapping[str, Any]) -> bytes:
    """The body that is signed and sent, to the byte."""
    return json.dumps(fields, ensure_ascii=False).encode()


def filled(fields: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the person's own before ours; null takes one away."""
    merged = {**fields, **more}
    return {name: value for name, value in merged.items() if value is not None}
