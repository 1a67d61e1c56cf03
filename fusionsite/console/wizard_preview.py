"""The phone beside the wizard: the visitors' first page with what is being typed."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from campaigns.access import visible_to
from campaigns.models import Campaign
from fusionsite.brand import colour_set, stylesheet
from fusionsite.console.page import ConsolePage
from fusionsite.console.wizard import adjustment
from templates_app.models import Material, State

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class _OfCampaign(ConsolePage):
    """A page about a campaign that the person may see."""

    def campaign(self) -> Campaign:
        rows = Campaign.objects.select_related("organisation")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def colours(self, campaign: Campaign) -> tuple[str, str]:
        """Brand and stage as asked for, where they are colours; else the campaign's own."""
        brand = self.request.GET.get("brand", "")
        stage = self.request.GET.get("stage", campaign.stage_colour)
        return (
            brand if COLOUR.fullmatch(brand) else campaign.brand_colour,
            stage if COLOUR.fullmatch(stage) else "",
        )


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PreviewPage(_OfCampaign):
    """Shown in a frame of the wizard, and only there."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        campaign = self.campaign()
        language = request.GET.get("lang", "")
        if language not in campaign.languages:
            language = translation.get_language() or "en"
        first = Material.objects.filter(campaign=campaign, current__isnull=False)
        shown = first.exclude(state=State.WITHDRAWN).order_by("position", "number")
        context = {
            "campaign": campaign,
            "text": campaign.text(language),
            "language": language,
            "picture": shown.values_list("model_id", "current__number").first(),
            "colours": urlencode(
                {"brand": campaign.brand_colour, "stage": campaign.stage_colour or ""}
            ),
        }
        with translation.override(language):
            return render(request, "console/campaigns/preview.html", context)


class LookSheet(_OfCampaign):
    """The stylesheet for two colours, as visitors would get it."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        brand, stage = self.colours(self.campaign())
        css = stylesheet(colour_set(brand, stage or None))
        return HttpResponse(css, content_type="text/css")


class ColourWords(_OfCampaign):
    """What was done to a colour so that every text can be read, in words."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return JsonResponse({"says": adjustment(*self.colours(self.campaign()))})
