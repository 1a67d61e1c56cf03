"""Rights: where a picture is from, who holds it, who is shown, what proves it, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from templates_app.models.material import Material
from templates_app.models.storage import materials_storage

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.models import Organisation


class Source(models.TextChoices):
    """Where the picture is from."""

    OWN = "own", _("our own shoot or work")
    COMMISSIONED = "commissioned", _("commissioned work")
    LICENSED = "licensed", _("licensed from its holder")
    STOCK = "stock", _("stock agency")
    GENERATED = "generated", _("drawn or computed, no photograph")
    PUBLIC_DOMAIN = "public_domain", _("public domain")


class Depicted(models.TextChoices):
    """Who is shown."""

    NOBODY = "nobody", _("no real person")
    ADULTS = "adults", _("one or more adults")
    MINORS = "minors", _("a minor, or a minor among others")


class Consent(models.TextChoices):
    """How the people shown agreed."""

    NOT_NEEDED = "not_needed", _("not needed: no real person")
    RELEASE = "release", _("written release of everyone shown")
    GUARDIAN = "guardian", _("written release, signed by the guardian of every minor")


class Rights(models.Model):
    """One record of the rights to a material; a change is a new record.

    A record counts once a second person confirmed it. ``ends_at`` is the first moment without
    rights: the midnight, on the campaign's clock, that follows ``ends_on``.
    """

    organisation_path: ClassVar[str] = "material__campaign__organisation"

    material = models.ForeignKey(
        Material,
        verbose_name=_("material"),
        related_name="rights_records",
        on_delete=models.CASCADE,
    )
    source = models.CharField(_("where it is from"), max_length=16, choices=Source, blank=True)
    source_note = models.CharField(_("source, in words"), max_length=300, blank=True)
    holder = models.CharField(_("holder of the rights"), max_length=200, blank=True)
    depicted = models.CharField(_("who is shown"), max_length=8, choices=Depicted, blank=True)
    depicted_names = models.CharField(_("names of those shown"), max_length=300, blank=True)
    consent = models.CharField(_("their consent"), max_length=12, choices=Consent, blank=True)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    without_end = models.BooleanField(_("without an end date"), default=False)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True, editable=False)
    lapsed_at = models.DateTimeField(_("lapsed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rights record")
        verbose_name_plural = _("rights records")
        ordering = ["material", "-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("recorded_by")), name="rights_two_people"
            ),
            models.CheckConstraint(
                condition=Q(without_end=False) | Q(ends_on__isnull=True),
                name="rights_end_or_no_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material.model_id}: {self.holder}"

    @property
    def organisation(self) -> Organisation:
        return self.material.organisation

    def holds(self, at: datetime) -> bool:
        """Whether it has begun and not ended; says nothing of its confirmation."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class RightsDocument(models.Model):
    """A file that proves a rights record; shown to people of the organisation only."""

    organisation_path: ClassVar[str] = "rights__material__campaign__organisation"

    rights = models.ForeignKey(
        Rights, verbose_name=_("rights record"), related_name="documents", on_delete=models.CASCADE
    )
    file = models.FileField(_("file"), storage=materials_storage, max_length=200)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("kind"), max_length=40)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rights document")
        verbose_name_plural = _("rights documents")
        ordering = ["rights", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> Organisation:
        return self.rights.organisation
