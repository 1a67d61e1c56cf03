"""What the visitor pages draw inline, because a strict policy allows neither styles nor fonts."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.models import Campaign
from fusionsite.upload.icons import PATHS, POINTING
from fusionsite.upload.looks import look, site_name

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """The named line icon, hidden from screen readers: the word beside it says the same."""
    classes = ["icon"]
    if size:
        classes.append(f"icon-{size}")
    if name in POINTING:
        classes.append("icon-pointing")
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        " ".join(classes),
        PATHS[name],
    )


@register.simple_tag
def qr(address: str, label: str) -> SafeString:
    """A QR code of the address (error correction M) as one path, named for screen readers."""
    side, dots = _dots(address)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering='
        '"crispEdges"><path fill="currentColor" d="{2}"/></svg>',
        side,
        label,
        dots,
    )


@lru_cache(maxsize=256)
def _dots(address: str) -> tuple[int, str]:
    """Modules a side, and the dark ones; a landing page has the same at every visit."""
    matrix = segno.make(address, error="m", micro=False).matrix
    return len(matrix), "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )


@register.simple_tag(takes_context=True)
def look_url(context: Context) -> str:
    """The address of the stylesheet of the page's campaign; empty without a campaign."""
    campaign = _campaign(context)
    return look(campaign).address if campaign else ""


@register.simple_tag(takes_context=True)
def home_of(context: Context) -> str:
    """The address of the landing page of the page's campaign; empty without a campaign."""
    campaign = _campaign(context)
    return reverse("upload:landing", args=[campaign.slug]) if campaign else ""


@register.inclusion_tag("upload/parts_sender.html", takes_context=True)
def sender(context: Context) -> Mapping[str, Any]:
    """Who stands behind the page: the organisation's name, its logo, the way to the start."""
    campaign = _campaign(context)
    logo = reverse("upload:logo", args=[campaign.slug]) if campaign and campaign.logo else ""
    return {
        "organisation_name": campaign.organisation.name if campaign else site_name(),
        "logo_url": logo,
        "home_url": home_of(context) or "/",
    }


def _campaign(context: Context) -> Campaign | None:
    """The page's own campaign, or that of the picture it is about."""
    campaign = context.get("campaign") or getattr(context.get("result"), "campaign", None)
    return campaign if isinstance(campaign, Campaign) else None
