"""The funnel's counters."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign


class Step(models.TextChoices):
    """What visitors do, in the order in which they do it."""

    OPENED = "opened", _("opened")
    CHOSE = "chose", _("chose")
    PHOTO = "photo", _("photo taken")
    CONSENT = "consent", _("agreed")
    MADE = "made", _("picture made")
    SAVED = "saved", _("saved")
    SHARED = "shared", _("shared")
    DELETED = "deleted", _("deleted")


class FunnelCount(models.Model):
    """How often one step was taken in one hour of one campaign, by source tag.

    First-party sums alone: nothing in a row leads to a person, a device or an address.
    """

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    hour = models.DateTimeField()  # its beginning, UTC
    source = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=7, choices=Step.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("visitor count")
        verbose_name_plural = _("visitor counts")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "hour", "source", "step"], name="funnel_one_row_per_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(step__in=Step.values), name="funnel_step_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.hour:%Y-%m-%d %H} {self.step}: {self.count}"


def add_one(
    campaign: Campaign, step: Step, *, source: str = "", at: datetime | None = None
) -> None:
    """Counts one step in the hour of `at` (now); exact under concurrent calls."""
    hour = (at or timezone.now()).replace(minute=0, second=0, microsecond=0)
    cell = {"campaign": campaign, "hour": hour, "source": source, "step": step}
    FunnelCount.objects.bulk_create([FunnelCount(**cell)], ignore_conflicts=True)
    FunnelCount.objects.filter(**cell).update(count=F("count") + 1)
