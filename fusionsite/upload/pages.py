"""What every page of a campaign needs: the campaign itself, its words, its look, its addresses."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View

from campaigns.admission import find_campaign
from campaigns.models import Campaign, CampaignText
from campaigns.refusals import NothingHere
from fusionsite.upload.door import Door, door
from fusionsite.upload.spans import in_words


class CampaignPage(View):
    """A view below /c/<slug>/: finds the campaign, or answers 404 for one that is not public."""

    campaign: Campaign
    door: Door

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.campaign = find_campaign(slug=kwargs.pop("slug"))
            self.door = door(self.campaign, timezone.now())
        except NothingHere as refusal:
            raise Http404(str(refusal)) from refusal
        return super().dispatch(request, *args, **kwargs)

    def text(self) -> CampaignText:
        """The campaign's words in the visitor's language."""
        return self.campaign.text(get_language())

    def context(self, **more: Any) -> dict[str, Any]:
        """What the templates of every page use."""
        slug = self.campaign.slug
        return {
            "campaign": self.campaign,
            "campaign_text": self.text(),
            "door": self.door,
            "link_life": in_words(self.campaign.link_life_s),
            "home_url": reverse("upload:landing", args=[slug]),
            "templates_url": reverse("upload:templates", args=[slug]),
            "make_url": reverse("upload:make", args=[slug]),
            "terms_url": reverse("upload:terms", args=[slug]),
            **more,
        }
