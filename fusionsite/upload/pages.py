"""What every page of a campaign needs: the campaign itself, its words, its look, its addresses."""

from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View

from campaigns.admission import find_campaign
from campaigns.models import Campaign, CampaignText
from campaigns.refusals import NothingHere
from campaigns.remembered import Remembered
from fusionsite.funnel.models import Step
from fusionsite.results.framing import is_framed, open_to_frames, partition
from fusionsite.results.visitors import COOKIE as VISITOR_COOKIE
from fusionsite.upload.counting import count
from fusionsite.upload.door import Door, door
from fusionsite.upload.previewing import is_previewed, not_for_the_public
from fusionsite.upload.sources import carried, source_of
from fusionsite.upload.spans import in_words

_texts = Remembered[CampaignText]()


class CampaignPage(View):
    """A view below /c/<slug>/: finds the campaign, or answers 404 for one that is not public.

    counted: the step that opening the page is, once for each way to it from outside.
    """

    campaign: Campaign
    door: Door
    source: str
    previewed: bool
    counted: ClassVar[Step | None] = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.campaign = find_campaign(kwargs.pop("slug"))
            self.previewed = is_previewed(request, self.campaign)
            self.door = door(self.campaign, timezone.now(), previewed=self.previewed)
        except NothingHere as refusal:
            raise Http404(str(refusal)) from refusal
        self.source = source_of(request)
        response = super().dispatch(request, *args, **kwargs)
        open_to_frames(response, self.campaign)
        if is_framed(request):
            partition(response, VISITOR_COOKIE)
        if self.previewed:
            not_for_the_public(response)
        if self.counted and request.method == "GET" and response.status_code == 200:
            self._count(request, self.counted)
        return response

    def _count(self, request: HttpRequest, step: Step) -> None:
        came_from = urlsplit(request.headers.get("Referer", ""))
        within = (came_from.netloc, came_from.path) == (request.get_host(), request.path)
        if not within:  # else the page came again, in another language
            count(self.campaign, step, request)

    def text(self) -> CampaignText:
        """The campaign's words in the visitor's language, as they were a moment ago."""
        language = get_language()
        read = partial(self.campaign.text, language)
        return _texts.of((self.campaign.pk, language), read)

    def at(self, name: str, *args: object) -> str:
        """The address of another page of this campaign, with the visitor's source."""
        return carried(reverse(name, args=[self.campaign.slug, *args]), self.source)

    def make_address(self, model_id: str) -> str:
        """The make page with this scene chosen."""
        address = f"{reverse('upload:make', args=[self.campaign.slug])}?model={quote(model_id)}"
        return carried(address, self.source)

    def _gallery_url(self) -> str:
        off = self.campaign.gallery == Campaign.Gallery.OFF or self.previewed
        return "" if off else self.at("upload:gallery")

    def context(self, **more: Any) -> dict[str, Any]:
        """What the templates of every page use."""
        return {
            "campaign": self.campaign,
            "campaign_text": self.text(),
            "door": self.door,
            "previewed": self.previewed,
            "source": self.source,
            "link_life": in_words(self.campaign.link_life_s),
            "home_url": self.at("upload:landing"),
            "templates_url": self.at("upload:templates"),
            "make_url": self.at("upload:make"),
            "terms_url": self.at("upload:terms"),
            "gallery_url": self._gallery_url(),
            **more,
        }
