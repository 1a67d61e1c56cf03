"""What this site tells a partner's program by itself, and how to believe it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import webhooks
from campaigns.access import Act, anywhere
from campaigns.models import WebhookEvent
from fusionsite.developers.hook_examples import EXAMPLES, WHEN
from fusionsite.developers.page import DeveloperPage

FOLDER = Path(__file__).parent / "snippets"
LANGUAGES = {"python": "Python", "node": "Node", "php": "PHP", "java": "Java"}


@dataclass(frozen=True)
class Event:
    """One event: its name, when it comes, and what it looks like."""

    name: str
    title: Any
    when: Any
    example: str


def events() -> list[Event]:
    """All of them, each with an example of its payload."""
    return [Event(event.value, event.label, WHEN[event], _message(event)) for event in WebhookEvent]


def _message(event: WebhookEvent) -> str:
    message = {
        "type": event.value,
        "timestamp": datetime(2026, 11, 21, 9, 30, tzinfo=UTC).isoformat(),
        "data": EXAMPLES[event],
    }
    return json.dumps(message, ensure_ascii=False, indent=2)


def receivers() -> list[tuple[str, str]]:
    """Programs that check a message, by their language's name."""
    return [
        (name, (FOLDER / f"webhook.{language}.txt").read_text(encoding="utf-8"))
        for language, name in LANGUAGES.items()
    ]


class WebhooksPage(DeveloperPage):
    """Events, signature, pauses, and where the log is."""

    template_name = "developers/webhooks.html"
    tab = "webhooks"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        may = anywhere(self.person, Act.WEBHOOK_MANAGE)
        frame = {
            "events": events(),
            "receivers": receivers(),
            "pauses": webhooks.PAUSES,
            "attempts": len(webhooks.PAUSES) + 1,
            "webhooks_url": reverse("admin:webhooks") if may else "",
            **more,
        }
        return super().get_context_data(**frame) | {"title": _("Webhooks")}
