"""How the developers' pages write a pause."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def pause_words(pause: timedelta) -> str:
    """5 seconds, 30 minutes, 20 hours."""
    seconds = round(pause.total_seconds())
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if seconds < 3600:
        minutes = seconds // 60
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = seconds // 3600
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
