"""People of the console: made with a first password, given roles, switched off and on."""

import secrets
import string
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import audit
from campaigns.access import Act, require, require_other
from campaigns.models import SITE_ROLES, Membership, Organisation, Person, Role
from campaigns.refusals import WrongState

# Without look-alikes (0/O, 1/l/I): people read it off a screen once.
_LETTERS = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
_LENGTH = 16


@dataclass(frozen=True)
class NewPassword:
    """A person and a password, which is shown this once."""

    person: Person
    password: str = field(repr=False)


def invite(
    *,
    by: Person,
    username: str,
    role: Role,
    organisation: Organisation | None = None,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    language: str = "en",
) -> NewPassword:
    """A new person with one role. Raises ValidationError for a name that is taken or unusable."""
    require(by, Act.PEOPLE_MANAGE)
    person = Person(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        language=language,
    )
    password = _password()
    person.set_password(password)
    with transaction.atomic():
        person.full_clean()
        person.save()
        audit.record(Act.PEOPLE_MANAGE, person, by=by, after={"made": username})
        give_role(person, role, organisation=organisation, by=by)
    return NewPassword(person, password)


def give_role(
    person: Person, role: Role, *, organisation: Organisation | None, by: Person
) -> Membership:
    """One more role. Raises ValidationError if it is held already or belongs elsewhere."""
    require(by, Act.PEOPLE_MANAGE)
    if role in SITE_ROLES:
        organisation = None
    membership = Membership(person=person, role=role, organisation=organisation)
    if Membership.objects.filter(person=person, role=role, organisation=organisation).exists():
        raise ValidationError(_("This person holds the role already."))
    with transaction.atomic():
        membership.full_clean()
        membership.save()
        audit.record(Act.PEOPLE_MANAGE, person, by=by, after={"role": _where(membership)})
    return membership


def take_role(membership: Membership, *, by: Person, why: str) -> None:
    """Takes a role away; nobody takes their own right to manage people. Raises WrongState."""
    require(by, Act.PEOPLE_MANAGE)
    if membership.role == Role.ADMINISTRATOR:
        require_other(by, membership.person)
    with transaction.atomic():
        gone, _kinds = Membership.objects.filter(pk=membership.pk).delete()
        if not gone:
            raise WrongState("disabled")
        before = {"role": _where(membership)}
        audit.record(Act.PEOPLE_MANAGE, membership.person, by=by, before=before, why=why)


def switch_off(person: Person, *, by: Person, why: str) -> None:
    """Signs the person out everywhere and lets them in no more; nobody does it to themselves."""
    require_other(by, person)
    _switch(person, active=False, by=by, why=why)


def switch_on(person: Person, *, by: Person, why: str) -> None:
    """Lets the person in again, with the roles they had."""
    _switch(person, active=True, by=by, why=why)


def new_password(person: Person, *, by: Person) -> NewPassword:
    """A fresh password; whoever is signed in as that person is signed out."""
    require(by, Act.PEOPLE_MANAGE)
    password = _password()
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record("password_change", person, by=by)
    return NewPassword(person, password)


def _switch(person: Person, *, active: bool, by: Person, why: str) -> None:
    require(by, Act.PEOPLE_MANAGE)
    with transaction.atomic():
        moved = Person.objects.filter(pk=person.pk, is_active=not active).update(is_active=active)
        person.refresh_from_db()
        if not moved:
            raise WrongState("active" if active else "disabled")
        audit.record(
            Act.PEOPLE_MANAGE,
            person,
            by=by,
            before={"active": not active},
            after={"active": active},
            why=why,
        )


def _where(membership: Membership) -> str:
    at = membership.organisation.slug if membership.organisation else "site"
    return f"{membership.role} @ {at}"


def _password() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
