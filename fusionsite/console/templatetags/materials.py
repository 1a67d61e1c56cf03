"""How the pages of materials write a state: a dot and a word."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
def age(since: datetime) -> SafeString:
    """How long it has waited, in one figure; the exact time is told to machines and pointers."""
    return _span(timezone.now() - since, since)


@register.simple_tag
def clock(due: datetime) -> SafeString:
    """How long is left until then, or that it has passed."""
    left = due - timezone.now()
    words = _("%(span)s left") if left > timedelta() else _("%(span)s over")
    return _span(abs(left), due, words)


def _span(span: timedelta, at: datetime, words: str = "%(span)s") -> SafeString:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        said = _("%(number)s min") % {"number": max(minutes, 1)}
    elif minutes < 48 * 60:
        said = _("%(number)s h") % {"number": minutes // 60}
    else:
        said = _("%(number)s d") % {"number": minutes // 1440}
    exact = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    written = at.isoformat(timespec="seconds")
    shown = words % {"span": said}
    return format_html('<time datetime="{}" title="{}">{}</time>', written, exact, shown)


@register.simple_tag
def key(name: str) -> SafeString:
    """The hint of a key inside a button; screen readers get it from aria-keyshortcuts."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name)
