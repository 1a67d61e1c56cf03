"""Lengths of time as people say them."""

from django.utils.translation import ngettext

HOUR_S, DAY_S = 3_600, 86_400


def in_words(seconds: int) -> str:
    """ "7 days", "36 hours", "90 minutes": the largest unit that comes out whole."""
    if seconds % DAY_S == 0:
        days = seconds // DAY_S
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if seconds % HOUR_S == 0:
        hours = seconds // HOUR_S
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    minutes = max(1, round(seconds / 60))
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
