"""A device that many people use one after the other: what it shows, and what it must forget."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from campaigns.models import Campaign
from fusionsite.results.visitors import CLAIMS_COOKIE
from fusionsite.results.visitors import COOKIE as VISITOR_COOKIE

COOKIE = "kiosk"
IDLE_S = 60  # then the next person finds the first page


def on_kiosk(request: HttpRequest, campaign: Campaign | None) -> bool:
    """Whether this device was set up as a kiosk of the campaign, and the campaign still has one."""
    return campaign is not None and campaign.kiosk and request.COOKIES.get(COOKIE) == campaign.slug


def set_up(response: HttpResponseBase, campaign: Campaign) -> None:
    """Makes the device a kiosk until its browser is closed."""
    response.set_cookie(
        COOKIE, campaign.slug, httponly=True, samesite="Lax", secure=settings.FUSION_HTTPS
    )


def take_down(response: HttpResponseBase) -> None:
    """Makes it an ordinary browser again."""
    response.delete_cookie(COOKIE)


def forget_visitor(response: HttpResponseBase) -> None:
    """The next person on this device is nobody's heir."""
    response.delete_cookie(VISITOR_COOKIE)
    response.delete_cookie(CLAIMS_COOKIE)
