"""The campaign's page with what needs materials: the publish gate, and copies with materials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act
from campaigns.admin.base import ActPage, column
from campaigns.admin.campaigns import CampaignAdmin, SlugForm
from campaigns.models import Campaign, Person
from templates_app import publishing

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest


def _clone(campaign: Campaign, by: Person, values: dict[str, Any]) -> None:
    publishing.clone(campaign, by=by, **values)


PUBLISH = ActPage(
    "publish",
    _("Publish"),
    Act.CAMPAIGN_PUBLISH,
    lambda campaign, by, _values: publishing.publish(campaign, by=by),
    shown=lambda campaign: campaign.state in (Campaign.State.DRAFT, Campaign.State.PAUSED),
)
CLONE = ActPage("clone", _("Copy"), Act.CAMPAIGN_CLONE, _clone, SlugForm)

admin.site.unregister(Campaign)


@admin.register(Campaign)
class GatedCampaignAdmin(CampaignAdmin):
    """`CampaignAdmin` with the gate; the copy takes the materials along."""

    readonly_fields = [*CampaignAdmin.readonly_fields, "shown_gate"]
    fieldsets = [(_("To be published"), {"fields": ["shown_gate"]}), *CampaignAdmin.fieldsets]
    act_pages = [
        PUBLISH,
        *(CLONE if page.name == "clone" else page for page in CampaignAdmin.act_pages),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Drafts alone: what visitors can open is changed by the wizard, which keeps the gate."""
        draft = not isinstance(obj, Campaign) or obj.state == Campaign.State.DRAFT
        return draft and bool(super().has_change_permission(request, obj))

    @column(_("Still missing"))
    def shown_gate(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return ""
        points = publishing.unmet(campaign)
        return format_html_join("", "<p>⚠ {}</p>", ((point.sentence,) for point in points)) or "✓"
