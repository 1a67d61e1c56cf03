"""Organisations: made with their first account, renamed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaigns import audit, billing
from campaigns.access import Act, require
from campaigns.models import Organisation, Person


def found(*, by: Person, name: str, default_language: str) -> Organisation:
    """A new organisation with an account, which billing has no record of yet.

    Raises ValidationError for a name that another one has.
    """
    require(by, Act.ORGANISATION_MANAGE)
    organisation = Organisation(name=name, default_language=default_language)
    organisation.slug = _free_slug(organisation)
    with transaction.atomic():
        _check(organisation)
        organisation.save()
        audit.record(Act.ORGANISATION_MANAGE, organisation, by=by, after={"made": name})
        billing.make_account(organisation, by=by)
    return organisation


def change(organisation: Organisation, *, by: Person, name: str, default_language: str) -> None:
    """Another name or language. Raises ValidationError for a name that another one has."""
    require(by, Act.ORGANISATION_MANAGE, organisation)
    after = {"name": name, "default_language": default_language}
    with transaction.atomic():
        locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = {field: getattr(locked, field) for field in after}
        changed = [field for field in after if before[field] != after[field]]
        if not changed:
            return
        for field in changed:
            setattr(locked, field, after[field])
        _check(locked)
        locked.save()
        audit.record(
            Act.ORGANISATION_MANAGE,
            locked,
            by=by,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )


def _check(organisation: Organisation) -> None:
    """People choose organisations by name, so no two may have the same."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    if others.filter(name__iexact=organisation.name).exists():
        raise ValidationError(_("Another organisation has this name."))
    organisation.full_clean()


def _free_slug(organisation: Organisation) -> str:
    """The name in Latin letters; a name without any, or one that is taken, gets a number."""
    own, number = slugify(organisation.name)[:40], organisation.public_id.hex[:8]
    if own and not Organisation.objects.filter(slug=own).exists():
        return own
    return f"{own or 'organisation'}-{number}"
