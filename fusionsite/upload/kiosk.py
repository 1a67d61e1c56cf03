"""Setting a device up as a kiosk, and handing it over to the next person."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from campaigns.models import Campaign
from fusionsite.results import kiosk
from fusionsite.upload.pages import CampaignPage


def switch(campaign: Campaign, wanted: str) -> HttpResponseBase:
    """`?kiosk=1` on the landing page makes the device a kiosk, `?kiosk=0` ends it."""
    response = redirect("upload:landing", campaign.slug)
    if wanted == "1" and campaign.kiosk:
        kiosk.set_up(response, campaign)
    else:
        kiosk.take_down(response)
    response["Cache-Control"] = "no-store"
    return response


@method_decorator(never_cache, name="dispatch")
class OverView(CampaignPage):
    """Somebody is done, or has walked away: the device forgets them; their picture stays."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        response = redirect("upload:landing", self.campaign.slug)
        kiosk.forget_visitor(response)
        response["Clear-Site-Data"] = '"storage"'
        return response
