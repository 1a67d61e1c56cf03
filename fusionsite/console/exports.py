"""The page that offers a campaign's files, and the files."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.models import Campaign
from fusionsite.console import exporting
from fusionsite.console.deeds import enter
from fusionsite.console.downloads import csv_file, download
from fusionsite.console.page import ConsolePage

TABLES: dict[str, Callable[[Campaign], exporting.Rows]] = {
    "counts": exporting.counts,
    "leads": exporting.lead_rows,
    "consents": exporting.consent_rows,
}
PICTURES = "pictures"


class ExportsPage(ConsolePage):
    """The campaigns whose files a person may take along."""

    template_name = "console/office/exports.html"
    act = Act.DATA_EXPORT
    title = _("Exports")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(campaigns=campaigns_of(self)[:200], **more)


class ExportPage(ConsolePage):
    """One campaign's files with what is in each; POST takes one, and is written down."""

    template_name = "console/office/export.html"
    act = Act.DATA_EXPORT

    def find(self) -> Campaign:
        """The campaign of the address; 404 for another organisation's."""
        campaign: Campaign = get_object_or_404(
            visible_to(self.person, _campaigns()), project_id=self.kwargs["number"]
        )
        enter(self.person, Act.DATA_EXPORT, campaign)
        return campaign

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        campaign = self.find()
        return super().get_context_data(
            title=campaign,
            trail=[(ExportsPage.title, reverse("admin:exports"))],
            campaign=campaign,
            sizes=exporting.sizes(campaign),
            over=campaign.state in (Campaign.State.ENDED, Campaign.State.ARCHIVED),
            **more,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file that was asked for."""
        campaign = self.find()
        what = request.POST.get("what", "")
        if what not in TABLES and what != PICTURES:
            raise Http404
        exporting.record(campaign, what, by=self.person)
        name = f"{what}-{campaign.project_id}"
        if what == PICTURES:
            return download(f"{name}.zip", "application/zip", exporting.zip_of(campaign))
        return csv_file(f"{name}.csv", TABLES[what](campaign))


def _campaigns() -> Any:
    return Campaign.objects.select_related("organisation").prefetch_related("texts")


def campaigns_of(page: ConsolePage) -> Any:
    """Those the person may export, except partners' sandboxes."""
    mine = visible_to(page.person, _campaigns(), Act.DATA_EXPORT)
    return mine.exclude(sandbox=True).order_by("-project_id")
