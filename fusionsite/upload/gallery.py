"""The public gallery of a campaign: pictures whose makers wanted them there, and nothing else.

Its addresses are its own: whoever has one sees the picture while the gallery shows it, and cannot
derive the private link, which goes on after the maker has taken the picture out again.
"""

import io
from dataclasses import dataclass
from functools import lru_cache

from django.core import signing
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from PIL import Image

from campaigns.models import Campaign
from fusionsite.results import gallery, reports
from fusionsite.results.models import Report, Result
from fusionsite.results.views import ReportForm
from fusionsite.upload.pages import CampaignPage

PER_PAGE = 24
KEPT_S = 20  # in browsers alone: what is hidden or withdrawn goes from screens at once
SIDE_PX = 560
QUALITY = 78


@dataclass(frozen=True)
class Shown:
    """One picture as the page shows it."""

    picture_url: str
    report_url: str
    width: int
    height: int


class GalleryView(CampaignPage):
    """The pictures, newest first, some at a time."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        _require_gallery(self)
        pages = Paginator(gallery.shown(self.campaign), PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = self.context(
            page=page,
            shown=[self._shown(result) for result in page],
            newer_url=self._page_url(page.number - 1) if page.has_previous() else "",
            older_url=self._page_url(page.number + 1) if page.has_next() else "",
        )
        return _not_kept(render(request, "upload/gallery.html", context))

    def _shown(self, result: Result) -> Shown:
        token = _signer().sign(result.key)
        scale = min(1.0, SIDE_PX / max(result.width, result.height))
        return Shown(
            picture_url=self.at("upload:gallery_picture", token),
            report_url=self.at("upload:gallery_report", token),
            width=round(result.width * scale),
            height=round(result.height * scale),
        )

    def _page_url(self, number: int) -> str:
        address = self.at("upload:gallery")
        return f"{address}{'&' if '?' in address else '?'}page={number}"


class GalleryPictureView(CampaignPage):
    """One picture of the gallery, small; 404 the moment the gallery does not show it any more."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        result = _shown_result(self, token)
        try:
            content = _small(result.file_name, timezone.now().hour)
        except FileNotFoundError as error:
            raise Http404 from error
        response = HttpResponse(content, content_type="image/webp")
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Robots-Tag"] = "noindex, noimageindex, noarchive"
        patch_cache_control(response, private=True, max_age=KEPT_S)
        return response


class GalleryReportView(CampaignPage):
    """Takes a report about a picture of the gallery; serious ones hide it at once."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        result = _shown_result(self, token)
        return self._page(request, result, ReportForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        result = _shown_result(self, token)
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self._page(request, result, form, status=400)
        made = reports.report(
            result,
            ground=Report.Ground(form.cleaned_data["ground"]),
            words=form.cleaned_data["words"],
            contact=form.cleaned_data["contact"],
        )
        context = self.context(report=made)
        return _not_kept(render(request, "results/reported.html", context))

    def _page(
        self, request: HttpRequest, result: Result, form: ReportForm, *, status: int = 200
    ) -> HttpResponseBase:
        context = self.context(form=form, back_url=self.at("upload:gallery"))
        return _not_kept(render(request, "results/report.html", context, status=status))


def _require_gallery(page: CampaignPage) -> None:
    """Raises Http404 where there is no gallery, or not for the public yet."""
    if page.campaign.gallery == Campaign.Gallery.OFF or page.previewed:
        raise Http404


def _shown_result(page: CampaignPage, token: str) -> Result:
    """The result behind a gallery address, if the gallery shows it now. Raises Http404."""
    _require_gallery(page)
    try:
        key = _signer().unsign(token)
    except signing.BadSignature as error:
        raise Http404 from error
    result = gallery.shown(page.campaign).filter(key=key).first()
    if result is None:
        raise Http404
    return result


def _signer() -> signing.Signer:
    return signing.Signer(salt="fusionsite.upload.gallery", sep=".")


@lru_cache(maxsize=96)
def _small(file_name: str, hour: int) -> bytes:
    """The stored picture made small, with its words of origin; in memory only, an hour at most.

    Nothing is written anywhere, so erasing a picture leaves no smaller copy behind.
    """
    with storages["results"].open(file_name) as stored, Image.open(stored) as picture:
        origin = picture.info.get("xmp", b"")
        picture.draft("RGB", (SIDE_PX, SIDE_PX))
        small = picture.convert("RGB")
    small.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=QUALITY, method=4, xmp=origin)
    return buffer.getvalue()


def _not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response
