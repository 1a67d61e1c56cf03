"""What is done to a campaign as a whole: each act is a page with its line of consequence."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import lifecycle
from campaigns.access import Act, visible_to
from campaigns.models import Campaign, Person
from fusionsite.console.deeds import Deed, DeedForm, DeedPage, Once, Values
from fusionsite.console.naming import names_of
from templates_app import publishing

State = Campaign.State


class PauseForm(DeedForm):
    """Why, for the colleague who wonders."""

    why = forms.CharField(label=_("Reason"), max_length=500, required=False)


class NamedForm(DeedForm):
    """Confirmed by writing the short name; for what cannot be brought back."""

    named = forms.CharField(label=_("Type the short name to confirm"), max_length=60)

    def prepare(self) -> None:
        self.fields["named"].help_text = str(self.subject.slug)
        self.fields["named"].widget.attrs["autocomplete"] = "off"

    def clean_named(self) -> str:
        named: str = self.cleaned_data["named"].strip()
        if named != self.subject.slug:
            raise ValidationError(_("This is not its short name. Type: %s") % self.subject.slug)
        return named


class CopyForm(DeedForm):
    """The short name of the copy."""

    slug = forms.SlugField(label=_("Short name of the copy"), max_length=60)

    def prepare(self) -> None:
        self.fields["slug"].help_text = _("The last part of the visitors' address: /c/…/")
        self.fields["slug"].initial = f"{self.subject.slug[:55]}-2"


def _publish(campaign: Campaign, by: Person, _values: Values) -> None:
    publishing.publish(campaign, by=by)


def _pause(campaign: Campaign, by: Person, values: Values) -> None:
    lifecycle.pause(campaign, by=by, why=values["why"])


def _end(campaign: Campaign, by: Person, _values: Values) -> None:
    lifecycle.end(campaign, by=by)


def _archive(campaign: Campaign, by: Person, _values: Values) -> None:
    lifecycle.archive(campaign, by=by)


def _copy(campaign: Campaign, by: Person, values: Values) -> Once:
    copy = publishing.clone(campaign, by=by, slug=values["slug"])
    return Once(
        title=_("Copied"),
        shown=[(_("Short name"), copy.slug)],
        links=[(_("Set it up"), reverse("admin:campaign_step", args=[copy.pk, "basics"]))],
        says=_("A new draft with the same look, texts and materials. No people's data came along."),
    )


CAMPAIGN_DEEDS = (
    Deed(
        "publish",
        _("Publish"),
        Act.CAMPAIGN_PUBLISH,
        _publish,
        _("Visitors can open it from its first moment on, and every picture is charged."),
        shown=lambda campaign: campaign.state == State.DRAFT and not campaign.sandbox,
        done=_("Published."),
    ),
    Deed(
        "pause",
        _("Pause"),
        Act.CAMPAIGN_PAUSE,
        _pause,
        _("The next request is refused; visitors read that it is back soon. Links go on working."),
        PauseForm,
        shown=lambda campaign: campaign.state == State.PUBLISHED,
        done=_("Paused. The next request is refused."),
    ),
    Deed(
        "resume",
        _("Resume"),
        Act.CAMPAIGN_PUBLISH,
        _publish,
        _("The next request is served again, if nothing is missing."),
        shown=lambda campaign: campaign.state == State.PAUSED,
        done=_("Running again."),
    ),
    Deed(
        "end",
        _("End"),
        Act.CAMPAIGN_END,
        _end,
        _("For good: it cannot be opened again. Pictures stay until their links end."),
        NamedForm,
        shown=lambda campaign: campaign.state in (State.PUBLISHED, State.PAUSED),
        grave=True,
        done=_("Ended."),
    ),
    Deed(
        "archive",
        _("Archive"),
        Act.CAMPAIGN_ARCHIVE,
        _archive,
        _("It leaves the dashboard for good and can only be looked at and copied."),
        NamedForm,
        shown=lambda campaign: campaign.state in (State.DRAFT, State.ENDED),
        grave=True,
        done=_("Archived."),
    ),
    Deed(
        "copy",
        _("Copy"),
        Act.CAMPAIGN_CLONE,
        _copy,
        _("Makes a draft with the same settings, texts and materials; never with people's data."),
        CopyForm,
    ),
)


class CampaignDeedPage(DeedPage):
    """One act on one campaign."""

    deeds = CAMPAIGN_DEEDS

    def find(self) -> Campaign:
        rows = Campaign.objects.select_related("organisation", "account")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:campaign_page", args=[self.subject.pk])

    def above(self) -> list[tuple[Any, str]]:
        name = names_of([self.subject.pk])[self.subject.pk]
        return [(_("Campaigns"), reverse("admin:campaigns")), (name, self.back())]
