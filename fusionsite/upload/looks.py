"""A campaign's own look: its stylesheet and where it is served."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from fusionsite.brand import colour_set, stylesheet, stylesheet_hash


@dataclass(frozen=True)
class Look:
    """The stylesheet of one campaign, and the address that names this very content."""

    css: str
    address: str
    stage: str


def look(campaign: Campaign) -> Look:
    """Computed from the campaign's colours."""
    colours = colour_set(campaign.brand_colour, campaign.stage_colour or None)
    css = stylesheet(colours)
    address = reverse("upload:look", args=[campaign.slug, stylesheet_hash(css)])
    return Look(css=css, address=address, stage=colours.stage)


def site_name() -> str:
    """Who stands behind a page that belongs to no campaign."""
    return settings.FUSION_PROVIDER_NAME or _("Face fusion campaigns")
