"""Whether a page is shown on a kiosk, and where its code for the phone leads."""

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse

from campaigns.models import Campaign
from fusionsite.results.kiosk import IDLE_S, on_kiosk

register = template.Library()


@register.simple_tag(takes_context=True)
def kiosk_of(context: Context) -> Campaign | None:
    """The campaign whose kiosk this device is, on pages of that campaign; else None."""
    request = context.get("request")
    campaign = context.get("campaign") or getattr(context.get("result"), "campaign", None)
    if isinstance(request, HttpRequest) and on_kiosk(request, campaign):
        return campaign
    return None


@register.simple_tag
def kiosk_idle_s() -> int:
    """Seconds without a touch after which the next person finds the first page."""
    return IDLE_S


@register.simple_tag
def to_the_phone(claim_code: str) -> str:
    """The address that makes a phone the picture's owner; the code is in a part never sent."""
    return f"{settings.FUSION_BASE_URL}{reverse('upload:find')}#{claim_code}"
