"""People: who may sign in, in which roles; invited, switched off and on, given a new password."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import people
from campaigns.access import Act, visible_to
from campaigns.models import SITE_ROLES, Membership, Organisation, Person, Role
from fusionsite.console.deeds import (
    Deed,
    DeedForm,
    DeedPage,
    Once,
    Values,
    WhyForm,
    enter,
    open_to,
)
from fusionsite.console.page import ConsolePage
from fusionsite.console.searching import words

PER_PAGE = 100


class PeoplePage(ConsolePage):
    """Everyone, by name; only for who manages people."""

    template_name = "console/office/people.html"
    act = Act.PEOPLE_MANAGE
    title = _("People")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        wanted = words(self.request.GET)
        found = Person.objects.prefetch_related("memberships__organisation").order_by("username")
        if wanted:
            found = found.filter(
                Q(username__icontains=wanted)
                | Q(first_name__icontains=wanted)
                | Q(last_name__icontains=wanted)
                | Q(email__icontains=wanted)
            )
        shown = list(found[: PER_PAGE + 1])
        return super().get_context_data(
            people=shown[:PER_PAGE], more=len(shown) > PER_PAGE, wanted=wanted, **more
        )


class PersonPage(ConsolePage):
    """One person: roles, state, what can be done."""

    template_name = "console/office/person.html"
    act = Act.PEOPLE_MANAGE

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        subject = get_object_or_404(Person, pk=self.kwargs["pk"])
        enter(self.person, Act.PEOPLE_MANAGE, None)
        memberships = subject.memberships.select_related("organisation")
        return super().get_context_data(
            title=subject.get_full_name() or subject.username,
            trail=[(PeoplePage.title, reverse("admin:people"))],
            subject=subject,
            memberships=memberships,
            own=subject.pk == self.person.pk,
            deeds=open_to(
                self.person,
                subject,
                PERSON_DEEDS,
                lambda name: reverse("admin:person_deed", args=[subject.pk, name]),
            ),
            **more,
        )


class RoleForm(DeedForm):
    """A role and where it is held."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.all(),
        required=False,
        help_text=_("Empty for auditors and administrators: they hold their role site-wide."),
    )

    def clean(self) -> Values:
        cleaned: Values = super().clean() or {}
        role, organisation = cleaned.get("role"), cleaned.get("organisation")
        if role and role not in SITE_ROLES and organisation is None:
            self.add_error("organisation", _("This role belongs to one organisation. Choose it."))
        return cleaned


class InviteForm(RoleForm):
    username = forms.CharField(label=_("Name to sign in with"), max_length=150)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ["username", "email", "first_name", "last_name", "language", "role"]


def _invite(_site: object, by: Person, values: Values) -> Once:
    values["role"] = Role(values["role"])
    return _once(people.invite(by=by, **values))


def _once(made: people.NewPassword) -> Once:
    return Once(
        made.person.username,
        [(_("Name to sign in with"), made.person.username), (_("First password"), made.password)],
        says=_("Hand it over in person. They change it themselves after signing in."),
        links=[(_("The person's page"), reverse("admin:person_page", args=[made.person.pk]))],
    )


def _give(person: Person, by: Person, values: Values) -> None:
    role = Role(values["role"])
    people.give_role(person, role, organisation=values["organisation"], by=by)


def _password(person: Person, by: Person, _values: Values) -> Once:
    return _once(people.new_password(person, by=by))


def _off(person: Person, by: Person, values: Values) -> None:
    people.switch_off(person, by=by, **values)


def _on(person: Person, by: Person, values: Values) -> None:
    people.switch_on(person, by=by, **values)


def _take(membership: Membership, by: Person, values: Values) -> None:
    people.take_role(membership, by=by, **values)


PERSON_DEEDS = (
    Deed(
        "role",
        _("Give a role"),
        Act.PEOPLE_MANAGE,
        _give,
        _("Counts from their next page on."),
        RoleForm,
    ),
    Deed(
        "password",
        _("New password"),
        Act.PEOPLE_MANAGE,
        _password,
        _("Signs them out everywhere. The new password is shown once, on the next page."),
    ),
    Deed(
        "off",
        _("Switch off"),
        Act.PEOPLE_MANAGE,
        _off,
        _("Signs them out everywhere and lets them in no more. What they did stays in the trail."),
        WhyForm,
        shown=lambda person: person.is_active,
        grave=True,
    ),
    Deed(
        "on",
        _("Switch on again"),
        Act.PEOPLE_MANAGE,
        _on,
        _("They sign in as before, with the roles they had."),
        WhyForm,
        shown=lambda person: not person.is_active,
    ),
)


class InvitePage(DeedPage):
    """A new person."""

    act = Act.PEOPLE_MANAGE
    deeds = (
        Deed(
            "invite",
            _("Invite"),
            Act.PEOPLE_MANAGE,
            _invite,
            _("Makes the person with one role; more can be given on their page."),
            InviteForm,
        ),
    )

    def find(self) -> Any:
        return _("People")

    def back(self) -> str:
        return reverse("admin:people")


class PersonDeedPage(DeedPage):
    """One act on one person."""

    act = Act.PEOPLE_MANAGE
    deeds = PERSON_DEEDS

    def find(self) -> Person:
        enter(self.person, Act.PEOPLE_MANAGE, None)
        return get_object_or_404(Person, pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:person_page", args=[self.subject.pk])


class RoleDeedPage(DeedPage):
    """Takes a role away."""

    act = Act.PEOPLE_MANAGE
    deeds = (
        Deed(
            "take",
            _("Take the role away"),
            Act.PEOPLE_MANAGE,
            _take,
            _("Counts from their next page on."),
            WhyForm,
            grave=True,
        ),
    )

    def find(self) -> Membership:
        rows = Membership.objects.select_related("person", "organisation")
        return get_object_or_404(
            visible_to(self.person, rows, Act.PEOPLE_MANAGE), pk=self.kwargs["pk"]
        )

    def back(self) -> str:
        return reverse("admin:person_page", args=[self.subject.person_id])
