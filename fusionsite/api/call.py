"""One call of the API on its way: its id, who makes it, and what the log will say of it."""

import time
from dataclasses import dataclass, field
from typing import cast
from uuid import uuid4

from django.http import HttpRequest
from rest_framework.request import Request

from campaigns.models import Campaign, Credential
from fusionsite.jobs.models import FusionJob

_WHERE = "fusionsite.api.call"


@dataclass
class Call:
    """What is known of a call so far; filled in as it goes through."""

    request: HttpRequest
    address: str
    id: str = field(default_factory=lambda: str(uuid4()))
    started: float = field(default_factory=time.monotonic)
    operation: str = ""
    body: bytes = b""
    credential: Credential | None = None
    signature: str = ""  # what it was signed with, once that was found right
    campaign: Campaign | None = None
    job: FusionJob | None = None
    # The problem's code; empty when it was served.
    said: str = ""

    @property
    def took_ms(self) -> int:
        """Milliseconds since the call came in."""
        return int((time.monotonic() - self.started) * 1000)


def remember(call: Call) -> None:
    """Lets everything that has the request find its call."""
    call.request.META[_WHERE] = call


def call_of(request: HttpRequest | Request) -> Call:
    """The call that this request belongs to."""
    return cast(Call, request.META[_WHERE])
