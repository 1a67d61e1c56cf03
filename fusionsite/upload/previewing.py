"""Trying a campaign out before it is published, with the link that its operator gave."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views import View

from campaigns import previews
from campaigns.admission import find_campaign
from campaigns.models import Campaign
from campaigns.refusals import NothingHere

COOKIE = "preview"


def is_previewed(request: HttpRequest, campaign: Campaign) -> bool:
    """Whether this browser has opened the campaign's preview link, and the link still holds."""
    token = request.COOKIES.get(COOKIE, "")
    return bool(token) and previews.opens(campaign, token)


def not_for_the_public(response: HttpResponseBase) -> None:
    """Nobody finds or keeps a page of an unpublished campaign."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_cache_control(response, private=True, no_store=True)


class PreviewView(View):
    """Opens the way into the campaign for this browser; 410 when the link has ended."""

    def get(self, request: HttpRequest, slug: str, token: str) -> HttpResponseBase:
        try:
            campaign = find_campaign(slug)
        except NothingHere as refusal:
            raise Http404(str(refusal)) from refusal
        if not previews.was_ours(campaign, token):
            raise Http404
        if campaign.state != Campaign.State.DRAFT:
            return redirect("upload:landing", slug)
        if not previews.opens(campaign, token):
            ended = render(request, "upload/preview_ended.html", status=410)
            not_for_the_public(ended)
            return ended
        return self._let_in(campaign, token)

    def _let_in(self, campaign: Campaign, token: str) -> HttpResponseBase:
        home = reverse("upload:landing", args=[campaign.slug])
        response = redirect(home)
        options: dict[str, Any] = {"httponly": True, "secure": settings.FUSION_HTTPS}
        response.set_cookie(
            COOKIE, token, path=home, samesite="Lax", expires=campaign.preview_until, **options
        )
        not_for_the_public(response)
        return response
