"""How the office's pages write money, times and paging."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.models import Campaign

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()
_ROOM = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


@register.filter
def yuan(fen: int | None) -> str:
    """¥ 4,286.50, with a real minus sign in front of what is owed."""
    if fen is None:
        return ""
    # Thousands by comma in both languages: sums of money are compared across them.
    return f"{_MINUS + _ROOM if fen < 0 else ''}¥{_ROOM}{abs(fen) / 100:,.2f}"


@register.filter
def signed_yuan(fen: int) -> str:
    """The same with a plus in front of what came in."""
    return f"+{_ROOM}{yuan(fen)}" if fen > 0 else yuan(fen)


@register.simple_tag
def when(at: datetime | None, never: str = "") -> SafeString | str:
    """How long ago or ahead, with the exact time for who points at it and for machines."""
    if at is None:
        return never
    ahead = at > timezone.now()
    if ahead:
        said = _("in %(span)s") % {"span": timeuntil(at, depth=1)}
    else:
        said = _("%(span)s ago") % {"span": timesince(at, depth=1)}
    exact = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(timespec="seconds"), exact, said
    )


@register.simple_tag
def moment(at: datetime | None, never: str = "") -> SafeString | str:
    """The exact time, to the second, for lists in which lines are compared."""
    if at is None:
        return never
    shown = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
    return format_html(
        '<time datetime="{}" class="num">{}</time>', at.isoformat(timespec="seconds"), shown
    )


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changed: object) -> str:
    """This page's query with some values changed; None takes one away."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changed.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def get(found: Mapping[str, Any], name: str) -> Any:
    """An entry whose name is no word that a template could write."""
    return found.get(name)


@register.filter
def campaign_name(campaign: Campaign) -> str:
    """The campaign's name in the reader's language; the texts must have been fetched."""
    return campaign.text(get_language() or "en").name


@register.filter
def span(seconds: float) -> str:
    """5 s, 5 min, 2 h: a length of time in its largest fitting unit."""
    if seconds < 60:
        return _("%(count)s s") % {"count": f"{seconds:g}"}
    if seconds < 3600:
        return _("%(count)s min") % {"count": f"{seconds / 60:g}"}
    if seconds >= 2 * 86_400 and seconds % 86_400 == 0:
        return _("%(count)s days") % {"count": f"{seconds / 86_400:g}"}
    return _("%(count)s h") % {"count": f"{seconds / 3600:g}"}


@register.filter
def grouped(count: int | None) -> str:
    """12,345: a count with its thousands set apart."""
    return "" if count is None else f"{count:,}"
