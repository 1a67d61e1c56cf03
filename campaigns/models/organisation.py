"""Organisations own everything; people act for them in roles."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be; access.TABLE says what each may do."""

    OPERATOR = "operator", _("Operator")
    REVIEWER = "reviewer", _("Reviewer")
    FINANCE = "finance", _("Finance")
    PARTNER = "partner", _("Partner developer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


# Held for the whole site, never for one organisation.
SITE_ROLES = (Role.AUDITOR, Role.ADMINISTRATOR)


class Organisation(models.Model):
    """The owner of accounts, campaigns and everything below them."""

    organisation_path: ClassVar[str] = "pk"

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    default_language = models.CharField(
        _("default language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    consent_kept_days = models.PositiveIntegerField(
        _("consent records kept (days)"),
        default=365,
        help_text=_("How long consent records and deletion receipts are kept."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> "Organisation":
        return self


class Person(AbstractUser):
    """Someone who signs in; what they may do comes from their memberships alone."""

    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    muted_notices = models.JSONField(
        _("muted notices"),
        default=list,
        blank=True,
        help_text=_("Kinds of notices this person does not want to see."),
    )
    is_staff = models.BooleanField(
        _("may open the console"),
        default=True,
        help_text=_("What they see and do there comes from their roles."),
    )
    organisations: "models.ManyToManyField[Organisation, Membership]" = models.ManyToManyField(
        Organisation, through="Membership", related_name="people", verbose_name=_("organisations")
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]


class Membership(models.Model):
    """One role of one person: in one organisation, or for the whole site."""

    organisation_path: ClassVar[str] = "organisation"

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
        help_text=_("Empty for auditors and administrators: they hold their role site-wide."),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["person", "organisation", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(organisation=None),
                name="membership_once_site_wide",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None, role__in=SITE_ROLES)
                | (Q(organisation__isnull=False) & ~Q(role__in=SITE_ROLES)),
                name="membership_site_roles_are_site_wide",
                violation_error_message=_(
                    "Auditors and administrators hold their role for the whole site; "
                    "every other role belongs to one organisation."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


def organisation_of(obj: models.Model) -> Organisation | None:
    """Whose it is; None if it belongs to the whole site."""
    path: str | None = getattr(obj, "organisation_path", None)
    if path is None:
        return None
    if path == "pk":
        return obj if isinstance(obj, Organisation) else None
    found: object = obj
    for step in path.split("__"):
        found = getattr(found, step)
    return found if isinstance(found, Organisation) else None
