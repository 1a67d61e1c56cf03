"""What people of an organisation must be told."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.organisation import Organisation, Person, Role


class Notice(models.Model):
    """One thing to be told, as a kind and its facts; the words are made in the reader's language.

    It goes to one person, or to everyone of the organisation in one role, or to all of them.
    """

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="notices", verbose_name=_("organisation")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("campaign"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)
    loud = models.BooleanField(_("loud"), default=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("for"),
    )
    role = models.CharField(_("for the role"), max_length=20, choices=Role.choices, blank=True)
    # Something that must be told once only, such as 80 % of this month's cap.
    once = models.CharField(max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(_("time"), default=timezone.now)
    mailed_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True, editable=False)
    read_by: "models.ManyToManyField[Person, models.Model]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("read by")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "once"],
                condition=~models.Q(once=""),
                name="notice_told_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at"], name="notice_by_time"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(mailed_at=None),
                name="notice_not_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"
