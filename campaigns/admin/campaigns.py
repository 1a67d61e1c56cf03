"""Campaigns, their texts and their moves."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import TabularInline

from campaigns import billing, lifecycle, quota
from campaigns.access import Act, allowed
from campaigns.admin.base import AccessAdmin, ActPage, PlainForm, Values, WhyForm, column
from campaigns.models import Campaign, CampaignText, ConsentText, Layer, Person

State = Campaign.State


class SlugForm(PlainForm):
    slug = forms.SlugField(label=_("Short name of the copy"), max_length=60)


class FeeForm(PlainForm):
    amount_fen = forms.IntegerField(label=_("Fee (fen)"), min_value=0)


class RaiseForm(PlainForm):
    calls = forms.IntegerField(label=_("Calls per second"), min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=500)
    layer = forms.ChoiceField(
        label=_("When"),
        choices=[(Layer.CAMPAIGN, _("published")), (Layer.TRIAL, _("before it is published"))],
    )


class ConsentForm(PlainForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=ConsentText._meta.get_field("language").choices or []
    )
    responsible = forms.CharField(label=_("Who is responsible"), max_length=200)
    contact = forms.CharField(label=_("How to reach them"), max_length=200)
    body = forms.CharField(label=_("Required: use of the photo"), widget=forms.Textarea)
    contact_body = forms.CharField(
        label=_("Optional: contact by the brand"), widget=forms.Textarea, required=False
    )
    gallery_body = forms.CharField(
        label=_("Optional: public gallery"), widget=forms.Textarea, required=False
    )


def _clone(campaign: Campaign, by: Person, values: Values) -> None:
    lifecycle.clone(campaign, by=by, **values)


def _write_consent(campaign: Campaign, by: Person, values: Values) -> None:
    lifecycle.write_consent(campaign, values.pop("language"), by=by, **values)


def _ask(campaign: Campaign, by: Person, values: Values) -> None:
    quota.ask(campaign, by=by, **values | {"layer": Layer(values["layer"])})


class TextInline(TabularInline):  # type: ignore[misc]
    model = CampaignText
    extra = 0

    def _may(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return obj is None or allowed(cast(Person, request.user), Act.CAMPAIGN_EDIT, obj)

    has_add_permission = has_change_permission = has_delete_permission = _may

    def has_view_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return True  # whoever sees the campaign sees its texts


@admin.register(Campaign)
class CampaignAdmin(SimpleHistoryAdmin, AccessAdmin):  # type: ignore[misc]
    list_display = ["project_id", "slug", "organisation", "shown_state", "fee_state", "ends_at"]
    list_filter = ["state", "fee_state"]
    search_fields = ["project_id", "slug", "texts__name"]
    list_select_related = ["organisation"]
    add_act = change_act = Act.CAMPAIGN_EDIT
    inlines = [TextInline]
    readonly_fields = ["project_id", "state", "fee_state", "pictures_so_far", "published_at"]
    fieldsets = [
        (
            _("Basics"),
            {
                "fields": [
                    "project_id",
                    "organisation",
                    "account",
                    "slug",
                    "state",
                    "owner_contact",
                    "languages",
                    "starts_at",
                    "ends_at",
                    "time_zone",
                ]
            },
        ),
        (
            pgettext_lazy("appearance", "Look"),
            {
                "fields": [
                    "brand_colour",
                    "stage_colour",
                    "logo",
                    "frame_overlay",
                    "logo_on_picture",
                    "nickname",
                    "kiosk",
                ]
            },
        ),
        (
            _("Label"),
            {"fields": ["label_text", "label_mark", "label_corner", "label_height_percent"]},
        ),
        (_("Engine"), {"fields": ["face_degree", "profile_degree", "skin_tone"]}),
        (_("Consent and age"), {"fields": ["age_rule", "photo_may_be_looked_at"]}),
        (_("Delivery"), {"fields": ["link_life_s", "gallery", "lead_form", "leads_purged_at"]}),
        (_("Protection and spreading"), {"fields": ["captcha", "frame_ancestors"]}),
        (
            _("Limits and money"),
            {"fields": ["fee_state", "daily_cap", "total_cap", "caps_hard", "pictures_so_far"]},
        ),
    ]
    act_pages = [
        ActPage(
            "pause",
            _("Pause"),
            Act.CAMPAIGN_PAUSE,
            lambda campaign, by, values: lifecycle.pause(campaign, by=by, **values),
            WhyForm,
            shown=lambda campaign: campaign.state == State.PUBLISHED,
        ),
        ActPage(
            "end",
            _("End"),
            Act.CAMPAIGN_END,
            lambda campaign, by, _values: lifecycle.end(campaign, by=by),
            shown=lambda campaign: campaign.state in (State.PUBLISHED, State.PAUSED),
        ),
        ActPage(
            "archive",
            _("Archive"),
            Act.CAMPAIGN_ARCHIVE,
            lambda campaign, by, _values: lifecycle.archive(campaign, by=by),
            shown=lambda campaign: campaign.state in (State.DRAFT, State.ENDED),
        ),
        ActPage("clone", _("Copy"), Act.CAMPAIGN_CLONE, _clone, SlugForm),
        ActPage("consent", _("New consent text"), Act.CAMPAIGN_EDIT, _write_consent, ConsentForm),
        ActPage("ask-raise", _("Ask for more speed"), Act.QUOTA_ASK, _ask, RaiseForm),
        ActPage(
            "fee",
            _("Take the authorization fee"),
            Act.FEE_TAKE,
            lambda campaign, by, values: billing.take_fee(campaign, by=by, **values),
            FeeForm,
            shown=lambda campaign: campaign.fee_state != Campaign.FeeState.PAID,
        ),
        ActPage(
            "stop-fee",
            _("Stop the authorization"),
            Act.FEE_TAKE,
            lambda campaign, by, values: billing.stop_fee(campaign, by=by, **values),
            WhyForm,
            shown=lambda campaign: campaign.fee_state == Campaign.FeeState.PAID,
        ),
    ]

    @column(
        _("State"),
        label={State.PUBLISHED: "success", State.PAUSED: "warning", State.DRAFT: "info"},
    )
    def shown_state(self, campaign: Campaign) -> tuple[str, str]:
        return campaign.state, campaign.get_state_display()

    @column(_("pictures so far"))
    def pictures_so_far(self, campaign: Campaign) -> int:
        return campaign.pictures_total

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> list[str]:
        """Who owns it and who pays is chosen once."""
        return [*self.readonly_fields, *(["organisation", "account"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = cast(Person, request.user)
        super().save_model(request, obj, form, change)
