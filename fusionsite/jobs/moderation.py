"""Looks at photos before they are used: a plug point with three moderators, none by default.

A moderator says what it saw and how sure it is; 0-70 passes, 70-80 should be looked at by a
person, 80-100 is blocked (the bands of the v3 protocol's review results).
"""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, Protocol

from django.conf import settings

from campaigns import outbound
from campaigns.refusals import OutboundRefused
from fusion import write_picture
from fusion.faces import RGB
from templates_app.findings import difference_hash, differing_bits

log = logging.getLogger(__name__)

Suggestion = Literal["PASS", "REVIEW", "BLOCK"]
REVIEW_FROM, BLOCK_FROM = 70.0, 80.0
AWAY = "moderation"  # the category of a moderator that could not be asked
# Two pictures whose 64-bit difference hashes differ in so few bits are copies of each other.
SAME_PICTURE_BITS = 5
SENT_SIDE_PX = 640


@dataclass(frozen=True)
class Finding:
    """What a moderator saw: its category and label, and how sure it is (0-100)."""

    category: str
    label: str
    confidence: float

    @property
    def suggestion(self) -> Suggestion:
        """What to do about it."""
        if self.confidence >= BLOCK_FROM:
            return "BLOCK"
        return "REVIEW" if self.confidence >= REVIEW_FROM else "PASS"

    def to_json(self) -> dict[str, Any]:
        """As kept with the job."""
        return {**asdict(self), "suggestion": self.suggestion}


class ModeratorAway(Exception):
    """The moderator could not be asked."""


class Moderator(Protocol):
    """Looks at one upright picture (uint8 H×W×3); raises ModeratorAway when it cannot."""

    def examine(self, picture: RGB) -> list[Finding]:
        """Everything it saw, in no order; an empty list when nothing is wrong."""


class Webhook:
    """Asks a service of the operator's by a signed POST.

    The body is `{"image": <base64 JPEG, at most 640 px>}`, signed as
    `X-Signature: hex(HMAC-SHA256(secret, body))`; the answer is
    `{"findings": [{"category", "label", "confidence"}]}`.
    """

    def examine(self, picture: RGB) -> list[Finding]:
        body = json.dumps({"image": base64.b64encode(_small_jpeg(picture)).decode()}).encode()
        secret = settings.FUSION_MODERATION_WEBHOOK_SECRET.encode()
        try:
            answer = outbound.post_to_operator(
                settings.FUSION_MODERATION_WEBHOOK_URL,
                body=body,
                headers={
                    "Content-Type": "application/json",
                    "X-Signature": hmac.new(secret, body, hashlib.sha256).hexdigest(),
                },
                max_bytes=100_000,
                timeout_s=settings.FUSION_MODERATION_TIMEOUT_S,
            )
            if answer.status != HTTPStatus.OK:
                raise ModeratorAway(f"HTTP {answer.status}")
            return [_finding(entry) for entry in json.loads(answer.body)["findings"]]
        except (OutboundRefused, ValueError, KeyError, TypeError) as error:
            raise ModeratorAway(type(error).__name__) from error


class Blocklist:
    """Refuses copies of pictures whose difference hashes stand in a file, one hex number a line."""

    def examine(self, picture: RGB) -> list[Finding]:
        found = difference_hash(picture)
        for blocked in _blocked_hashes(settings.FUSION_MODERATION_BLOCKLIST):
            if differing_bits(found, blocked) <= SAME_PICTURE_BITS:
                return [Finding("blocklist", "known picture", 100.0)]
        return []


MODERATORS: dict[str, type[Moderator]] = {"webhook": Webhook, "blocklist": Blocklist}


def examine(pictures: Sequence[RGB]) -> list[list[Finding]]:
    """What the moderators of the settings saw, picture by picture, the surest first.

    A moderator that is away is a finding of its own when the settings say "closed", so that
    nothing passes unseen; "open" lets pictures through and logs it.
    """
    moderators = [MODERATORS[name]() for name in settings.FUSION_MODERATION]
    return [_examine_one(picture, moderators) for picture in pictures]


def _examine_one(picture: RGB, moderators: Sequence[Moderator]) -> list[Finding]:
    seen: list[Finding] = []
    for moderator in moderators:
        try:
            seen += moderator.examine(picture)
        except ModeratorAway as error:
            log.warning("moderator %s is away: %s", type(moderator).__name__, error)
            if settings.FUSION_MODERATION_WHEN_AWAY == "closed":
                seen.append(Finding(AWAY, "moderator away", 100.0))
    return sorted(seen, key=lambda finding: -finding.confidence)


def _finding(entry: dict[str, Any]) -> Finding:
    confidence = float(entry["confidence"])
    if not 0 <= confidence <= 100:
        raise ValueError("confidence must lie between 0 and 100")
    return Finding(str(entry["category"]), str(entry["label"]), confidence)


def _small_jpeg(picture: RGB) -> bytes:
    step = max(1, -(-max(picture.shape[:2]) // SENT_SIDE_PX))
    return write_picture(picture[::step, ::step].copy(), format="JPEG", quality=85)


@cache
def _blocked_hashes(file: str) -> tuple[str, ...]:
    """The file's lines; read once per process. A missing file is the operator's error."""
    lines = Path(file).read_text().splitlines()
    return tuple(line.split("#")[0].strip().lower() for line in lines if line.split("#")[0].strip())
