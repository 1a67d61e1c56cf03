"""The rows behind the ledger: entries that are only added, holds, packs, tallies, statements."""

from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.account import Account
from campaigns.models.campaign import Campaign


class Source(models.TextChoices):
    """What pays for pictures, in the order in which they are used."""

    SANDBOX = "sandbox", _("Sandbox, never charged")
    UNLIMITED = "unlimited", _("Unlimited plan")
    FREE = "free", _("Free pictures of the day")
    PACK = "pack", _("Pack")
    BALANCE = "balance", _("Balance")
    MONTHLY = "monthly", _("Settled at the end of the month")


class Pack(models.Model):
    """Pictures bought in advance; `used` counts held and captured ones."""

    organisation_path: ClassVar[str] = "account__organisation"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="packs", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    pictures = models.PositiveIntegerField(_("pictures"))
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    starts_at = models.DateTimeField(_("usable from"), default=timezone.now)
    ends_at = models.DateTimeField(_("usable until"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        ordering = ["ends_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used__lte=F("pictures")), name="pack_not_used_beyond_its_size"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="pack_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.pictures} · {self.ends_at:%Y-%m-%d}"

    @property
    def left(self) -> int:
        return self.pictures - self.used


class Hold(models.Model):
    """Pictures set aside for one job: held -> captured (delivered) or released (failed).

    The reference is the job's; a second hold with the same reference cannot exist.
    """

    class State(models.TextChoices):
        HELD = "held", _("Held")
        CAPTURED = "captured", _("Captured")
        RELEASED = "released", _("Released")

    organisation_path: ClassVar[str] = "account__organisation"

    reference = models.CharField(_("reference"), max_length=80, unique=True)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="holds", verbose_name=_("account")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name=_("campaign"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    pictures = models.PositiveSmallIntegerField(_("pictures"))
    price_fen = models.PositiveIntegerField(_("price per picture (fen)"))
    amount_fen = models.PositiveBigIntegerField(_("amount (fen)"))
    day = models.DateField(_("day"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("captured or released"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["held", "captured", "released"]), name="hold_state_is_known"
            ),
            models.CheckConstraint(condition=Q(pictures__gte=1), name="hold_of_some_pictures"),
            models.CheckConstraint(
                condition=Q(amount_fen__lte=F("pictures") * F("price_fen")),
                name="hold_not_above_its_price",
            ),
            models.CheckConstraint(
                condition=Q(state="held", ended_at=None)
                | (~Q(state="held") & Q(ended_at__isnull=False)),
                name="hold_ended_when_not_held",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="held"), name="hold_open_by_age"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def charged(self) -> bool:
        """Whether the pictures were paid for: from a pack, the balance or the month's bill."""
        return self.state == self.State.CAPTURED and (
            self.amount_fen > 0 or self.entries.filter(source=Source.PACK).exists()
        )


class LedgerEntry(models.Model):
    """One line of an account's ledger; lines are added and never touched again.

    `number` counts from 1 within the account and `balance_fen` is the sum up to and including
    this line. Triggers (migration 0002) refuse any other number or sum, and refuse every update
    and delete, on SQLite and on PostgreSQL.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("Held for a picture")
        CAPTURE = "capture", _("Picture delivered")
        RELEASE = "release", _("Given back, no picture")
        TOP_UP = "top_up", _("Top-up")
        PACK = "pack", _("Pack bought")
        FEE = "fee", _("Authorization fee")
        SETTLEMENT = "settlement", _("Month settled")
        ADJUSTMENT = "adjustment", _("Correction")

    organisation_path: ClassVar[str] = "account__organisation"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    number = models.PositiveBigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    balance_fen = models.BigIntegerField(_("balance afterwards (fen)"))
    source = models.CharField(_("paid from"), max_length=10, choices=Source.choices, blank=True)
    pictures = models.IntegerField(_("pictures"), default=0)
    # What a captured line adds to the month's bill (source MONTHLY), in fen.
    accrued_fen = models.PositiveBigIntegerField(_("on the month's bill (fen)"), default=0)
    hold = models.ForeignKey(
        Hold,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("hold"),
    )
    line = models.PositiveSmallIntegerField(_("line of the hold"), default=0)
    pack = models.ForeignKey(
        Pack, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("pack")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("campaign"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    why = models.CharField(_("why"), max_length=500, blank=True)
    # Given by whoever sends money, so that sending twice books once.
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    # The day it counts for: a month's settlement is written after the month has ended.
    value_day = models.DateField(_("counts for"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "number"], name="ledger_one_line_per_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="ledger_counts_from_one"),
            models.UniqueConstraint(
                fields=["hold", "line"], condition=Q(kind="hold"), name="ledger_hold_once"
            ),
            models.UniqueConstraint(
                fields=["hold", "line"],
                condition=Q(kind__in=["capture", "release"]),
                name="ledger_hold_ends_once",
            ),
            models.UniqueConstraint(
                fields=["account", "kind", "reference"],
                condition=~Q(reference=""),
                name="ledger_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="hold", amount_fen__lte=0)
                | Q(kind="capture", amount_fen=0)
                | Q(kind__in=["release", "top_up"], amount_fen__gte=0)
                | Q(kind__in=["pack", "fee", "settlement"], amount_fen__lte=0)
                | Q(kind="adjustment"),
                name="ledger_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["hold", "capture", "release"], hold__isnull=False)
                | (~Q(kind__in=["hold", "capture", "release"]) & Q(hold=None)),
                name="ledger_hold_lines_name_their_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "value_day"], name="ledger_by_account_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.number} {self.kind} {self.amount_fen:+d}"


class Tally(models.Model):
    """What one account used for one campaign on one day (held and captured); feeds caps.

    The day is the site's (TIME_ZONE). `campaign` is empty for calls that name none.
    """

    organisation_path: ClassVar[str] = "account__organisation"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="tallies", verbose_name=_("account")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tallies",
        verbose_name=_("campaign"),
    )
    day = models.DateField(_("day"))
    pictures = models.PositiveIntegerField(_("pictures"), default=0)
    free = models.PositiveIntegerField(_("free pictures"), default=0)
    spent_fen = models.PositiveBigIntegerField(_("spent (fen)"), default=0)

    class Meta:
        verbose_name = _("tally of a day")
        verbose_name_plural = _("tallies by day")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "campaign", "day"], name="tally_once_per_campaign_and_day"
            ),
            models.UniqueConstraint(
                fields=["account", "day"],
                condition=Q(campaign=None),
                name="tally_once_per_day_without_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.pictures}"


_Campaigns = TypeVar("_Campaigns", bound=Campaign)


def with_pictures_total(campaigns: QuerySet[_Campaigns]) -> QuerySet[_Campaigns]:
    """Campaigns whose `pictures_total` comes with them, in the same statement."""
    tallies = Tally.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    total = Coalesce(Subquery(tallies.annotate(sum=Sum("pictures")).values("sum")), 0)
    with_it: QuerySet[_Campaigns] = campaigns.annotate(**{"pictures_total": total})
    return with_it


class Statement(models.Model):
    """What one month came to; made once at month close."""

    organisation_path: ClassVar[str] = "account__organisation"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="statements", verbose_name=_("account")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    opening_fen = models.BigIntegerField(_("opening balance (fen)"))
    topped_up_fen = models.BigIntegerField(_("topped up (fen)"))
    charged_fen = models.BigIntegerField(_("charged for pictures (fen)"))
    fees_fen = models.BigIntegerField(_("fees and packs (fen)"))
    corrections_fen = models.BigIntegerField(_("corrections (fen)"))
    closing_fen = models.BigIntegerField(_("closing balance (fen)"))
    pictures = models.PositiveIntegerField(_("pictures delivered"))
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="statement_once_per_month"),
            models.CheckConstraint(
                condition=Q(
                    closing_fen=F("opening_fen")
                    + F("topped_up_fen")
                    + F("charged_fen")
                    + F("fees_fen")
                    + F("corrections_fen")
                ),
                name="statement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m}"
