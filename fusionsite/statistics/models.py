"""Sums of ended jobs by hour, and how far they reach."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Organisation
from fusionsite.jobs.models import FusionJob
from templates_app.models import Material

# Upper ends of the steps in which waiting times are counted; the last step has no end.
WAIT_STEPS_MS = (
    *(100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900),
    *(1_000, 1_250, 1_500, 1_750, 2_000, 2_500, 3_000, 4_000, 5_000, 7_500),
    *(10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000),
)


class HourlyJobs(models.Model):
    """How many jobs ended in one hour in one way: of one campaign, material and door.

    `sums` alone writes it, slice by slice; what ended after the last slice is still in the jobs.
    """

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    material = models.ForeignKey(Material, models.SET_NULL, null=True, related_name="+")
    hour = models.DateTimeField()  # its beginning, UTC
    door = models.CharField(max_length=20)
    outcome = models.CharField(max_length=9, choices=FusionJob.State.choices)
    reason = models.CharField(max_length=60, blank=True)  # the refusal's code; empty unless refused
    jobs = models.PositiveIntegerField()
    charged = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("sum of an hour")
        verbose_name_plural = _("sums by hour")
        indexes = [
            models.Index(fields=["hour"], name="hourly_jobs_by_hour"),
            models.Index(fields=["campaign", "hour"], name="hourly_jobs_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.hour:%Y-%m-%d %H} {self.outcome}: {self.jobs}"


class HourlyWaits(models.Model):
    """How many pictures of one campaign were ready within one step of waiting time, in one hour."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    hour = models.DateTimeField()
    # Index into WAIT_STEPS_MS; one more than its last: longer.
    step = models.PositiveSmallIntegerField()
    jobs = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("waiting times of an hour")
        verbose_name_plural = _("waiting times by hour")
        indexes = [
            models.Index(fields=["hour"], name="hourly_waits_by_hour"),
            models.Index(fields=["campaign", "hour"], name="hourly_waits_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.hour:%Y-%m-%d %H} step {self.step}: {self.jobs}"


class Reach(models.Model):
    """Up to when the sums are made: one row, locked by whoever makes the next slice."""

    until = models.DateTimeField()

    class Meta:
        verbose_name = _("reach of the sums")
        verbose_name_plural = _("reach of the sums")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="reach_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M}"
