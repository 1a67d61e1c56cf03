"""Who did what to what, and why; lines are added and never touched again."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.credential import Credential
from campaigns.models.organisation import Organisation


class AuditLine(models.Model):
    """One act. Triggers (migration 0002) refuse every update and delete."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_lines",
        verbose_name=_("organisation"),
    )
    act = models.CharField(_("act"), max_length=60)
    object_type = models.CharField(_("kind of thing"), max_length=60)
    object_id = models.CharField(_("its id"), max_length=64)
    object_name = models.CharField(_("its name"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the clock."),
    )
    credential = models.ForeignKey(
        Credential,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("key"),
        help_text=_("Through which key of theirs; empty: by hand."),
    )
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    why = models.CharField(_("why"), max_length=500, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["organisation", "at"], name="audit_by_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object_name}"
