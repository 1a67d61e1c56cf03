"""The share kit of a campaign: link, codes, posters, the frame for other sites, a preview."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns import embedding, previews
from campaigns.access import Act, acts_on
from campaigns.models import Campaign
from campaigns.refusals import Refusal
from fusionsite.console import poster
from fusionsite.console.deeds import enter
from fusionsite.console.page import ConsolePage
from fusionsite.console.sharing_files import QR_SIDES, find, public_url, source_in
from fusionsite.funnel.models import Step
from fusionsite.funnel.reading import OFFERED, SourceRow, by_source, hidden

NAMES = {
    "poster": _("Poster"),
    "wechat": _("WeChat"),
    "weibo": _("Weibo"),
    "mail": _("E-mail"),
    "shop": _("Shop counter"),
    "embed": _("Embedded"),
}
# The height that a phone gives the page; wide enough for two halves it needs less.
FRAME_PX = (420, 860)


@dataclass(frozen=True)
class SourceLink:
    """One way to the campaign: its tag, its link, and what came of it."""

    tag: str
    name: Any
    url: str
    opened: str
    made: str


@dataclass(frozen=True)
class Print:
    """The poster in one language, or the characters that it cannot be written with."""

    language: str
    language_name: str
    missing: str


class OriginsForm(forms.Form):
    """The sites that may embed the campaign, one in a line."""

    origins = forms.CharField(
        label=_("Sites that may embed it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One address in a line, such as https://www.example.org."),
    )


class SharePage(ConsolePage):
    """Everything that brings visitors to one campaign."""

    template_name = "console/sharing.html"
    title = _("Share")
    campaign: Campaign

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.campaign = find(self.person, kwargs["pk"])
        return self._page(OriginsForm({"origins": "\n".join(self.campaign.frame_ancestors)}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Gives or ends the preview link, or sets who may embed."""
        self.campaign = find(self.person, kwargs["pk"])
        enter(self.person, Act.CAMPAIGN_EDIT, self.campaign)
        act = request.POST.get("act")
        if act == "embed":
            return self._embed(OriginsForm(request.POST))
        try:
            if act == "give":
                previews.give(self.campaign, by=self.person)
                messages.success(request, _("The preview link is ready. It works for 7 days."))
            elif act == "revoke":
                previews.revoke(self.campaign, by=self.person)
                messages.success(request, _("The preview link opens nothing any more."))
        except Refusal as refusal:
            messages.error(request, str(refusal.message()))
        return HttpResponseRedirect(f"{request.path}#preview")

    def _embed(self, form: OriginsForm) -> HttpResponse:
        form.full_clean()
        try:
            origins = form.cleaned_data["origins"].split()
            embedding.allow(self.campaign, origins, by=self.person)
        except ValidationError as problem:
            form.add_error("origins", problem)
            return self._page(form, status=400)
        messages.success(self.request, _("Saved. These sites may embed the campaign."))
        return HttpResponseRedirect(f"{self.request.path}#embed")

    def _page(self, form: OriginsForm, *, status: int = 200) -> HttpResponse:
        campaign = self.campaign
        may = acts_on(self.person, campaign)
        tag = source_in(self.request.GET.get("tag", ""))
        context = self.get_context_data(
            campaign=campaign,
            trail=_trail(campaign),
            url=public_url(campaign),
            kiosk_url=f"{public_url(campaign)}?kiosk=1" if campaign.kiosk else "",
            sources=_sources(campaign, tag, counted=Act.STATISTICS_SEE in may),
            new_tag=tag,
            bad_tag=bool(self.request.GET.get("tag")) and not tag,
            sides=QR_SIDES,
            prints=[_print(campaign, *language) for language in settings.LANGUAGES],
            snippet=_snippet(campaign),
            form=form,
            preview_url=_preview_url(campaign),
            may_edit=Act.CAMPAIGN_EDIT in may,
            may_count=Act.STATISTICS_SEE in may,
            is_draft=campaign.state == Campaign.State.DRAFT,
            is_open=campaign.published,
        )
        return self.render_to_response(context, status=status)


def _trail(campaign: Campaign) -> list[tuple[Any, str]]:
    name = campaign.text(get_language() or "").name
    return [
        (_("Campaigns"), reverse("admin:campaigns_campaign_changelist")),
        (name, reverse("admin:campaigns_campaign_change", args=[campaign.pk])),
    ]


def _sources(campaign: Campaign, new_tag: str, *, counted: bool) -> list[SourceLink]:
    """The offered tags, the one just asked for, and those that visitors came by."""
    rows = {row.source: row for row in by_source(campaign)} if counted else {}
    tags = dict.fromkeys([*([new_tag] if new_tag else []), *OFFERED, *rows])
    return [
        _source_link(campaign, tag, NAMES.get(tag, tag), rows.get(tag))
        for tag in tags
        if source_in(tag)
    ]


def _source_link(campaign: Campaign, tag: str, name: Any, row: SourceRow | None) -> SourceLink:
    counts = dict(zip(Step, row.counts, strict=True)) if row else {}
    nothing = hidden(0)
    return SourceLink(
        tag=tag,
        name=name,
        url=public_url(campaign, tag),
        opened=str(counts.get(Step.OPENED, nothing)),
        made=str(counts.get(Step.MADE, nothing)),
    )


def _print(campaign: Campaign, language: str, language_name: str) -> Print:
    missing = poster.missing_characters(poster.words_of(campaign, language))
    return Print(language, language_name, missing)


def _snippet(campaign: Campaign) -> str:
    """The frame for another site's page. It may use the camera and nothing else of the device."""
    width, height = FRAME_PX
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" allow="camera; web-share;'
        ' clipboard-write" loading="lazy" referrerpolicy="origin"></iframe>',
        public_url(campaign, "embed"),
        campaign.text(get_language() or "").name,
        width,
        height,
    )


def _preview_url(campaign: Campaign) -> str:
    token = previews.token_of(campaign)
    if not token:
        return ""
    return settings.FUSION_BASE_URL + reverse("upload:preview", args=[campaign.slug, token])
