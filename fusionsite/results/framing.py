"""Whose pages may show ours inside a frame: nobody's, unless the campaign names them."""

from http.cookies import Morsel

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from campaigns.models import Campaign

# Python's own cookies learn this attribute in 3.14; Morsel reads its attributes from here.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


def open_to_frames(response: HttpResponseBase, campaign: Campaign | None) -> None:
    """Lets the sites that the campaign names put the page into a frame; other pages stay shut."""
    if campaign is None or not campaign.frame_ancestors:
        return
    response._csp_replace = {"frame-ancestors": [SELF, *campaign.frame_ancestors]}  # type: ignore[attr-defined]
    response.xframe_options_exempt = True  # type: ignore[attr-defined]


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that it loads the page into a frame."""
    return request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}


def partition(response: HttpResponseBase, cookie: str) -> None:
    """Keeps a cookie that was just set apart for each embedding site (CHIPS); needs https.

    Without it browsers forget the cookie in a frame; the pages work then too, but a visitor's own
    tools need the claim code.
    """
    if settings.FUSION_HTTPS and cookie in response.cookies:
        morsel = response.cookies[cookie]
        morsel["samesite"], morsel["secure"], morsel["partitioned"] = "None", True, True
