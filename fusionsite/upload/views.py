"""The pages before the photo: home, landing, choice of a scene, the words; and their pictures."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from campaigns.models import Campaign
from campaigns.refusals import Refusal
from campaigns.remembered import Remembered
from fusionsite.funnel.models import Step
from fusionsite.upload import example
from fusionsite.upload.kiosk import switch
from fusionsite.upload.light import light
from fusionsite.upload.looks import look, site_name
from fusionsite.upload.pages import CampaignPage
from fusionsite.upload.paintings import paintings
from fusionsite.upload.tasks import first_scene, has_example
from templates_app.catalogue import servable_material
from templates_app.models import Material, MaterialVersion

PICTURE_KEPT_S = 300  # in shared caches: a withdrawn scene must not linger
FOREVER_S = 31_536_000


@dataclass(frozen=True)
class Way:
    """One line of the home page."""

    address: str
    name: str
    note: str
    picture_url: str = ""


class HomeView(View):
    """A neutral page; in the demonstration, the ways to its campaign and console."""

    def get(self, request: HttpRequest) -> HttpResponse:
        ways = _demo_ways() if settings.FUSION_DEMO else []
        return render(request, "upload/home.html", {"doors": ways, "site_name": site_name()})


def _demo_ways() -> list[Way]:
    campaigns = Campaign.objects.filter(state=Campaign.State.PUBLISHED).order_by("project_id")
    ways = []
    for campaign in campaigns:
        text = campaign.text(get_language())
        shown = paintings(campaign)
        ways.append(
            Way(
                address=reverse("upload:landing", args=[campaign.slug]),
                name=text.name,
                note=text.tagline,
                picture_url=shown[0].thumbnail_url if shown else "",
            )
        )
    console = Way(reverse("admin:index"), _("Console"), _("For operators, reviewers and finance."))
    return [*ways, console]


class LandingView(CampaignPage):
    """The campaign's first page, in every state of its door."""

    counted = Step.OPENED

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if wanted := request.GET.get("kiosk"):
            return switch(self.campaign, wanted)
        shown = paintings(self.campaign)
        start = "upload:templates" if len(shown) > 1 else "upload:make"
        context = self.context(
            paintings=shown,
            cover=shown[0] if shown else None,
            example=example_of(self.campaign) if shown else None,
            base_url=settings.FUSION_BASE_URL,
            invites=self.door.state in ("open", "soon"),
            stage_colour=look(self.campaign).stage,
            start_url=self.at(start),
            here_url=settings.FUSION_BASE_URL + self.at("upload:landing"),
        )
        return render(request, "upload/landing.html", context)


@dataclass(frozen=True)
class ExampleUrls:
    """Where the example picture lies, whole and small."""

    full: str
    small: str


_examples = Remembered[ExampleUrls | None]()


def example_of(campaign: Campaign) -> ExampleUrls | None:
    """What the campaign made of its first scene, as of a moment ago; None while it is not there."""
    return _examples.of(campaign.pk, lambda: _read_example(campaign))


def _read_example(campaign: Campaign) -> ExampleUrls | None:
    scene = first_scene(campaign)
    return example_urls(scene) if scene is not None and has_example(scene) else None


def example_urls(material: Material) -> ExampleUrls:
    """Addresses that change with the scene, for the picture that the campaign made of it."""
    address = reverse("upload:example", args=[material.campaign.slug])
    address = f"{address}?v={example.stem_of(material)}"
    return ExampleUrls(address, f"{address}&w={example.SIDES['small']}")


class ExampleView(CampaignPage):
    """The example picture of the first scene; gone with the scene."""

    def get(self, request: HttpRequest) -> HttpResponse:
        scene = first_scene(self.campaign)
        if scene is None:
            raise Http404
        size = "small" if "w" in request.GET else "full"
        etag = quote_etag(f"{example.stem_of(scene)}-{size}")
        if request.headers.get("If-None-Match") == etag:
            return _cached(HttpResponse(status=304), etag)
        try:
            content = example.read(scene, size)
        except FileNotFoundError as error:
            raise Http404 from error
        return _cached(HttpResponse(content, content_type="image/webp"), etag)


class TemplatesView(CampaignPage):
    """The grid of scenes."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown = paintings(self.campaign)
        if self.door.state != "open" or not shown:
            return redirect(self.at("upload:landing"))
        seats = {painting.seats > 1 for painting in shown}
        context = self.context(paintings=shown, mixed_seats=len(seats) > 1)
        return render(request, "upload/templates.html", context)


class TermsView(CampaignPage):
    """The full words of the consent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        consent = self.campaign.consent(get_language())
        if consent is None:
            raise Http404
        return render(request, "upload/terms.html", self.context(consent=consent))


class LookView(CampaignPage):
    """The campaign's colours as a stylesheet whose address changes with them."""

    def get(self, request: HttpRequest, digest: str) -> HttpResponseBase:
        current = look(self.campaign)
        response = HttpResponse(current.css, content_type="text/css; charset=utf-8")
        if current.address.endswith(f"look-{digest}.css"):
            patch_cache_control(response, public=True, max_age=FOREVER_S, immutable=True)
        else:  # an older page, or this process still remembers the colours of a moment ago
            patch_cache_control(response, no_store=True)
        return response


class LogoView(CampaignPage):
    """The campaign's logo."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.campaign.logo:
            raise Http404
        return _picture(request, self.campaign.logo, tag=str(self.campaign.logo.name))


class PictureView(CampaignPage):
    """A scene, whole or as its thumbnail; gone the moment it is not to be served any more."""

    def get(self, request: HttpRequest, model_id: str) -> HttpResponse:
        try:
            version = servable_material(self.campaign, model_id).current
        except Refusal as refusal:
            raise Http404(str(refusal)) from refusal
        if version is None:
            raise Http404
        return _light(request, version, small="w" in request.GET)


_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


def _picture(request: HttpRequest, file: Any, *, tag: str) -> HttpResponse:
    """A stored picture; 304 when the browser still has it."""
    etag = quote_etag(tag)
    if request.headers.get("If-None-Match") == etag:
        return _cached(HttpResponse(status=304), etag)
    return _cached(HttpResponse(_content(file), content_type=_type(file.name)), etag)


def _light(request: HttpRequest, version: MaterialVersion, *, small: bool) -> HttpResponse:
    etag = quote_etag(f"{version.sha256[:20]}-{'small' if small else 'light'}")
    if request.headers.get("If-None-Match") == etag:
        return _cached(HttpResponse(status=304), etag)
    try:
        return _cached(HttpResponse(light(version, small=small), content_type="image/webp"), etag)
    except FileNotFoundError as error:
        raise Http404 from error


def _cached(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, public=True, max_age=PICTURE_KEPT_S)
    return response


def _content(file: File[bytes]) -> bytes:
    try:
        with file.open("rb") as stored:
            content: bytes = stored.read()
            return content
    except FileNotFoundError as error:
        raise Http404 from error


def _type(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
