"""One line per call of a partner."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Credential, Organisation

KEPT_DAYS = 30


class LoggedRequest(models.Model):
    """One call through a partner's door and its outcome: no picture, no address, no secret."""

    organisation_path: ClassVar[str] = "organisation"

    request_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    door = models.CharField(max_length=20)
    # The door's own word for what was asked: a v3 action, a path, an API operation.
    operation = models.CharField(max_length=60, blank=True)
    # Empty while the caller is not known: wrong keys are the site's, not an organisation's.
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    credential = models.ForeignKey(Credential, models.SET_NULL, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="+")
    job = models.UUIDField(null=True)  # the job's public id
    status = models.PositiveSmallIntegerField()  # HTTP
    code = models.CharField(max_length=80, blank=True)  # the door's own code; empty: served
    charged = models.BooleanField(default=False)
    took_ms = models.PositiveIntegerField()
    request_bytes = models.PositiveIntegerField(default=0)
    answer_bytes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(fields=["request_id"], name="request_by_id"),
            models.Index(fields=["organisation", "at"], name="request_of_organisation"),
            models.Index(fields=["credential", "at"], name="request_of_credential"),
            models.Index(fields=["at"], name="request_by_time"),
        ]

    def __str__(self) -> str:
        return self.request_id
