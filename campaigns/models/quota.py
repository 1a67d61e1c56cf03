"""How fast, and who raised it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.account import Account
from campaigns.models.campaign import Campaign
from campaigns.models.credential import Credential
from campaigns.models.organisation import Organisation


class Layer(models.TextChoices):
    """Where a rate is counted, in the order of checking."""

    ADDRESS = "address", _("this network address")
    DEVICE = "device", _("this device")
    CREDENTIAL = "credential", _("this credential")
    TRIAL = "trial", _("this campaign before it is published")
    CAMPAIGN = "campaign", _("this campaign")
    ACCOUNT = "account", _("this account")
    SITE = "site", _("the whole site")


_SUBJECT_FITS_LAYER = (
    Q(
        layer__in=["address", "device", "site"],
        campaign__isnull=True,
        credential__isnull=True,
        account__isnull=True,
    )
    | Q(
        layer__in=["trial", "campaign"],
        campaign__isnull=False,
        credential__isnull=True,
        account__isnull=True,
    )
    | Q(layer="credential", campaign__isnull=True, credential__isnull=False, account__isnull=True)
    | Q(layer="account", campaign__isnull=True, credential__isnull=True, account__isnull=False)
)


class Quota(models.Model):
    """A rate that differs from the default of its layer (`quota.DEFAULTS`)."""

    layer = models.CharField(_("layer"), max_length=10, choices=Layer.choices)
    campaign = models.ForeignKey(
        Campaign,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="quotas",
        verbose_name=_("campaign"),
    )
    credential = models.ForeignKey(
        Credential,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="quotas",
        verbose_name=_("credential"),
    )
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="quotas",
        verbose_name=_("account"),
    )
    calls = models.PositiveIntegerField(_("calls"))
    per_s = models.PositiveIntegerField(_("per this many seconds"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["layer", "pk"]
        constraints = [
            models.CheckConstraint(condition=_SUBJECT_FITS_LAYER, name="quota_subject_fits_layer"),
            models.CheckConstraint(
                condition=Q(calls__gte=1, per_s__gte=1), name="quota_allows_something"
            ),
            models.UniqueConstraint(
                fields=["layer", "campaign"],
                condition=Q(campaign__isnull=False),
                name="quota_once_per_campaign",
            ),
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(credential__isnull=False),
                name="quota_once_per_credential",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(account__isnull=False),
                name="quota_once_per_account",
            ),
            models.UniqueConstraint(
                fields=["layer"],
                condition=Q(layer__in=["address", "device", "site"]),
                name="quota_once_per_site_layer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.calls}/{self.per_s}s"


class QuotaRaise(models.Model):
    """Someone asks for a faster campaign; someone else decides: asked -> granted or refused."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="quota_raises", verbose_name=_("campaign")
    )
    layer = models.CharField(
        _("layer"),
        max_length=10,
        choices=[(Layer.TRIAL, Layer.TRIAL.label), (Layer.CAMPAIGN, Layer.CAMPAIGN.label)],
        default=Layer.CAMPAIGN,
    )
    calls = models.PositiveIntegerField(_("calls per second wanted"))
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.ASKED, editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decision_note = models.CharField(_("note"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("raise of a quota")
        verbose_name_plural = _("raises of quotas")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(layer__in=["trial", "campaign"], calls__gte=1),
                name="quota_raise_is_for_a_campaign",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="quota_raise_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["campaign", "layer"],
                condition=Q(state="asked"),
                name="quota_raise_one_open_per_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.layer} {self.calls}/s"

    @property
    def organisation(self) -> Organisation:
        return self.campaign.organisation
