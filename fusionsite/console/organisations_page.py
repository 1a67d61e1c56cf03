"""Organisations: who uses the site; made by an administrator, who then invites the first people."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import organisations
from campaigns.access import Act, visible_to
from campaigns.models import Organisation, Person
from fusionsite.console.deeds import Deed, DeedForm, DeedPage, Values
from fusionsite.console.page import ConsolePage


class OrganisationsPage(ConsolePage):
    """All of them, by name, with what each has."""

    template_name = "console/office/organisations.html"
    act = Act.ORGANISATION_MANAGE
    title = _("Organisations")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = Organisation.objects.annotate(
            people_count=Count("memberships__person", distinct=True),
            campaign_count=Count("campaigns", distinct=True),
        )
        return super().get_context_data(organisations=rows, **more)


class NamesForm(DeedForm):
    """How it is called, and which language its texts fall back to."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=120)
    default_language = forms.ChoiceField(label=_("Default language"), choices=settings.LANGUAGES)

    def prepare(self) -> None:
        if isinstance(self.subject, Organisation):
            self.initial = {
                "name": self.subject.name,
                "default_language": self.subject.default_language,
            }


def _found(_site: object, by: Person, values: Values) -> None:
    organisations.found(by=by, **values)


def _change(organisation: Organisation, by: Person, values: Values) -> None:
    organisations.change(organisation, by=by, **values)


class NewOrganisationPage(DeedPage):
    """One more organisation."""

    act = Act.ORGANISATION_MANAGE
    deeds = (
        Deed(
            "add",
            _("New organisation"),
            Act.ORGANISATION_MANAGE,
            _found,
            _("Makes the organisation and its account. Its finance opens the service next."),
            NamesForm,
            done=_("The organisation and its account are there. Invite its first person next."),
        ),
    )

    def find(self) -> Any:
        return OrganisationsPage.title

    def back(self) -> str:
        return reverse("admin:organisations")


class OrganisationDeedPage(DeedPage):
    """One act on one organisation."""

    act = Act.ORGANISATION_MANAGE
    deeds = (
        Deed(
            "change",
            _("Change"),
            Act.ORGANISATION_MANAGE,
            _change,
            _("Counts from the next page on."),
            NamesForm,
        ),
    )

    def find(self) -> Organisation:
        rows = visible_to(self.person, Organisation.objects.all(), Act.ORGANISATION_MANAGE)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:organisations")
