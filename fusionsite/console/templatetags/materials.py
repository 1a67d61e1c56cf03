"""How the pages of materials write a state: a dot and a word."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from templates_app.models import State

register = template.Library()

TONES = {
    State.APPROVED: "state-ok",
    State.APPEAL_WON: "state-ok",
    State.PENDING: "state-warn",
    State.APPEALED: "state-warn",
    State.REJECTED: "state-bad",
    State.APPEAL_LOST: "state-bad",
}


@register.simple_tag
def material_state(state: str) -> SafeString:
    """The state of a material or a version."""
    known = State(state)
    return format_html(
        '<span class="state {}"><span class="dot" aria-hidden="true"></span>{}</span>',
        TONES.get(known, ""),
        known.label,
    )


@register.simple_tag
def key(name: str) -> SafeString:
    """The hint of a key inside a button; screen readers get it from aria-keyshortcuts."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name)
