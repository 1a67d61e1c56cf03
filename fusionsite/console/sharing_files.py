"""The files of the share kit: QR codes and posters, each for one source tag."""

import io
import re
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from campaigns.access import Act, visible_to
from campaigns.models import Campaign, Person
from fusionsite.console import poster
from fusionsite.console.page import ConsolePage

SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
QR_SIDES = (512, 1024, 2048)
QUIET = 4  # modules of white around a code, as its standard asks for
_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def public_url(campaign: Campaign, source: str = "") -> str:
    """The campaign's page for visitors, with a source tag if there is one."""
    url = settings.FUSION_BASE_URL + reverse("upload:landing", args=[campaign.slug])
    return f"{url}?from={source}" if source else url


def source_in(text: str) -> str:
    """The tag that somebody typed, as the pages take it; empty when it is none."""
    tag = re.sub(r"\s+", "-", text.strip().lower())
    return tag if SOURCE.fullmatch(tag) else ""


def find(person: Person, pk: int, act: Act = Act.SEE) -> Campaign:
    """The campaign, if the person may do this with it. Raises Http404."""
    related = Campaign.objects.select_related("organisation", "account")
    campaign = visible_to(person, related, act).filter(pk=pk).first()
    if campaign is None:
        raise Http404
    return campaign


class CodeFile(ConsolePage):
    """The QR code of the page, error level H: it survives a logo or a scratch."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = find(self.person, kwargs["pk"])
        kind, side = kwargs["kind"], _side(request)
        if kind not in ("svg", "png"):
            raise Http404
        source = source_in(request.GET.get("from", ""))
        content = draw_code(public_url(campaign, source), kind, side)
        return _file(request, content, kind, f"{_stem(campaign, source)}-qr-{side}")


class PosterFile(ConsolePage):
    """The poster on A4, in one language; 409 with the characters that its font cannot write."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = find(self.person, kwargs["pk"])
        kind, language = kwargs["kind"], kwargs["language"]
        if kind not in ("pdf", "png") or language not in dict(settings.LANGUAGES):
            raise Http404
        words = poster.words_of(campaign, language)
        if missing := poster.missing_characters(words):
            return HttpResponse(missing, status=409, content_type="text/plain; charset=utf-8")
        source = source_in(request.GET.get("from", ""))
        painted = poster.paint(campaign, language=language, url=public_url(campaign, source))
        if "small" in request.GET:
            painted.thumbnail((480, 680))
        content = poster.encode(painted, kind, title=words.title)
        return _file(request, content, kind, f"{_stem(campaign, source)}-poster-{language}")


def draw_code(url: str, kind: str, side_px: int) -> bytes:
    """The code as SVG, or as PNG of at most `side_px` with whole pixels for every dot."""
    code = segno.make(url, error="h", micro=False, boost_error=False)
    dots = code.symbol_size(border=QUIET)[0]
    buffer = io.BytesIO()
    scale = max(1, side_px // dots)
    light = {"dark": "#000", "light": "#fff"}
    code.save(buffer, kind=kind, scale=scale, border=QUIET, **light)
    return buffer.getvalue()


def _side(request: HttpRequest) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if asked.isdecimal() and int(asked) in QR_SIDES else QR_SIDES[0]


def _stem(campaign: Campaign, source: str) -> str:
    return f"{campaign.slug}-{source}" if source else campaign.slug


def _file(request: HttpRequest, content: bytes, kind: str, stem: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_TYPES[kind])
    how = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{how}; filename="{stem}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    if kind == "svg":
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
