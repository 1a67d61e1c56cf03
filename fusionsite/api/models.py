"""Answers that are kept for a day, so that the same request gets the same one."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Credential


class KeptAnswer(models.Model):
    """The answer under an idempotency key. `status` is 0 while the first request is at work."""

    organisation_path: ClassVar[str] = "credential__account__organisation"

    credential = models.ForeignKey(Credential, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["credential", "key"], name="answer_once_per_key"),
        ]

    def __str__(self) -> str:
        return self.key
