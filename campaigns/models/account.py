"""Who pays: an account, and the state it is in."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.organisation import Organisation
from campaigns.models.series import Series

_DIGITS = RegexValidator(r"^[0-9]{4,20}$", _("Digits only."))


class Standing(models.TextChoices):
    """The one state an account is in; the state decides what a fusion call answers.

        NOT_EXIST -> NOT_READY -> DELIVERING -> NORMAL
        NORMAL <-> LOW_BALANCE                  the balance falls, money comes
        NORMAL, LOW_BALANCE -> GRACE            month close leaves the balance negative
        GRACE -> IN_ARREARS -> STOP_USING -> RECOVER            the clock
        LOW_BALANCE, GRACE, IN_ARREARS, STOP_USING -> NORMAL    a top-up above zero
        any but NOT_EXIST <-> FREEZE            a person, with a reason
        any -> UNKNOWN                          records disagree; a person resolves it

    Calls are served in NORMAL and GRACE only.
    """

    NOT_EXIST = "not_exist", _("No record")
    NOT_READY = "not_ready", _("Service not opened")
    DELIVERING = "delivering", _("Being set up")
    NORMAL = "normal", _("Normal")
    LOW_BALANCE = "low_balance", _("Low balance")
    GRACE = "grace", _("Days of grace")
    IN_ARREARS = "in_arrears", _("In arrears")
    STOP_USING = "stop_using", _("Stopped for arrears")
    RECOVER = "recover", _("Resources taken back")
    FREEZE = "freeze", _("Frozen")
    UNKNOWN = "unknown", _("Records disagree")


class Billing(models.TextChoices):
    """How pictures are paid for once the free ones of the day are used."""

    PREPAID = "prepaid", _("Packs, then prepaid balance")
    PACKS_ONLY = "packs_only", _("Packs only")
    MONTHLY = "monthly", _("Packs, then settled at the end of the month")


class Account(models.Model):
    """One payer. Every call is charged to exactly one account."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="accounts", verbose_name=_("organisation")
    )
    appid = models.CharField(
        _("application number"), max_length=20, unique=True, validators=[_DIGITS]
    )
    uin = models.CharField(_("account number"), max_length=20, unique=True, validators=[_DIGITS])
    standing = models.CharField(
        _("state"), max_length=20, choices=Standing.choices, default=Standing.NOT_EXIST
    )
    standing_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    standing_why = models.CharField(_("why"), max_length=500, blank=True)
    # The state a frozen account goes back to.
    standing_before_freeze = models.CharField(
        _("state before the freeze"), max_length=20, choices=Standing.choices, blank=True
    )
    billing = models.CharField(
        _("billing"), max_length=20, choices=Billing.choices, default=Billing.PREPAID
    )
    price_fen = models.PositiveIntegerField(_("price per picture (fen)"), default=10)
    free_daily = models.PositiveIntegerField(_("free pictures per day"), default=0)
    unlimited = models.BooleanField(_("unlimited, never charged"), default=False)
    month_cap_fen = models.PositiveBigIntegerField(
        _("spending cap per month (fen)"), null=True, blank=True
    )
    month_cap_hard = models.BooleanField(
        _("stop at the spending cap"),
        default=False,
        help_text=_("Off: only tell. On: refuse further pictures this month."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["appid"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values), name="account_standing_is_known"
            ),
            models.CheckConstraint(
                condition=Q(billing__in=Billing.values), name="account_billing_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appid} ({self.organisation})"

    @classmethod
    def numbers(cls) -> tuple[str, str]:
        """A fresh (appid, uin): ten and twelve digits, as partners know them."""
        appid = Series.take("appid", first=1_250_000_001)
        return str(appid), str(Series.take("uin", first=100_000_000_001))
