"""How the pages of campaigns write states, shares and comparisons."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from campaigns.models import Campaign

register = template.Library()
_MINUS = "\N{MINUS SIGN}"
State = Campaign.State

TONES = {
    State.PUBLISHED: "state-ok",
    State.PAUSED: "state-warn",
    State.DRAFT: "",
    State.ENDED: "",
    State.ARCHIVED: "",
}


@register.simple_tag
def campaign_state(campaign: Campaign) -> SafeString:
    """A dot and a word."""
    tone, word = TONES[State(campaign.state)], campaign.get_state_display()
    if campaign.sandbox:
        tone, word = "state-calm", _("Sandbox")
    return format_html(
        '<span class="state {}"><span class="dot" aria-hidden="true"></span>{}</span>', tone, word
    )


@register.filter
def percent(share: float | None) -> str:
    """97.4 % of a share between 0 and 1; a dash where there is none."""
    if share is None:
        return "–"
    figure = number_format(share * 100, decimal_pos=0 if share in (0, 1) else 1)
    return f"{figure}\N{NO-BREAK SPACE}%"


@register.filter
def share(whole: int, part: int) -> int:
    """So many percent of the whole; where a meter turns."""
    return whole * part // 100


@register.filter
def signed(figure: int) -> str:
    """+12, −3."""
    return f"+{figure}" if figure >= 0 else f"{_MINUS}{-figure}"


@register.filter
def name_of(names: dict[int, str], campaign: int) -> str:
    """The name of one of many."""
    return names.get(campaign, str(campaign))
