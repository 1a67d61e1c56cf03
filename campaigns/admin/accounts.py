"""Accounts and their money."""

from collections.abc import Callable
from datetime import datetime, time

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import billing, ledger, standing
from campaigns.access import Act
from campaigns.admin.base import ActPage, PlainForm, ReadOnlyAdmin, Values, WhyForm, column
from campaigns.models import (
    Account,
    Billing,
    Hold,
    LedgerEntry,
    Pack,
    Person,
    Standing,
    Statement,
    Tally,
)

STANDING_COLOURS = {
    Standing.NORMAL: "success",
    Standing.GRACE: "warning",
    Standing.LOW_BALANCE: "warning",
    Standing.DELIVERING: "info",
    Standing.NOT_READY: "info",
    Standing.NOT_EXIST: "info",
    Standing.IN_ARREARS: "danger",
    Standing.STOP_USING: "danger",
    Standing.RECOVER: "danger",
    Standing.FREEZE: "danger",
    Standing.UNKNOWN: "danger",
}


class TopUpForm(PlainForm):
    amount_fen = forms.IntegerField(label=_("Amount (fen)"), min_value=1)
    reference = forms.CharField(
        label=_("Reference of the payment"),
        max_length=80,
        help_text=_("The same reference is booked once only."),
    )


class PackForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    pictures = forms.IntegerField(label=_("Pictures"), min_value=1)
    price_fen = forms.IntegerField(label=_("Price (fen)"), min_value=0)
    last_day = forms.DateField(label=_("Usable until the end of"))


class CorrectionForm(WhyForm):
    amount_fen = forms.IntegerField(label=_("Amount (fen), negative to charge"))


class TermsForm(WhyForm):
    price_fen = forms.IntegerField(label=_("Price per picture (fen)"), min_value=0)
    free_daily = forms.IntegerField(label=_("Free pictures per day"), min_value=0)
    unlimited = forms.BooleanField(label=_("Unlimited, never charged"), required=False)
    billing = forms.ChoiceField(label=_("Billing"), choices=Billing.choices)


class CapForm(PlainForm):
    month_cap_fen = forms.IntegerField(
        label=_("Spending cap per month (fen)"), min_value=0, required=False
    )
    month_cap_hard = forms.BooleanField(label=_("Stop at the cap"), required=False)


def _top_up(account: Account, by: Person, values: Values) -> None:
    billing.top_up(account, by=by, **values)


def _sell_pack(account: Account, by: Person, values: Values) -> None:
    last_day = values.pop("last_day")
    ends_at = timezone.make_aware(datetime.combine(last_day, time.max))
    billing.sell_pack(account, by=by, ends_at=ends_at, **values)


def _correct(account: Account, by: Person, values: Values) -> None:
    billing.correct(account, by=by, **values)


def _standing_in(*states: Standing) -> Callable[[Account], bool]:
    """Shows an act only where it can be done."""
    return lambda account: account.standing in states


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["appid", "organisation", "shown_standing", "shown_balance", "shown_remaining"]
    list_filter = ["standing", "billing"]
    search_fields = ["appid", "uin", "organisation__name"]
    list_select_related = ["organisation"]
    readonly_fields = ["shown_balance", "shown_remaining"]
    act_pages = [
        ActPage(
            "record",
            _("Make the record"),
            Act.SERVICE_OPEN,
            lambda account, by, _values: standing.make_record(account, by=by),
            shown=_standing_in(Standing.NOT_EXIST),
        ),
        ActPage(
            "open",
            _("Open service"),
            Act.SERVICE_OPEN,
            lambda account, by, _values: standing.open_service(account, by=by),
            shown=_standing_in(Standing.NOT_READY, Standing.RECOVER),
        ),
        ActPage(
            "finish",
            _("Set-up is finished"),
            Act.SERVICE_OPEN,
            lambda account, by, _values: standing.finish_setup(account, by=by),
            shown=_standing_in(Standing.DELIVERING),
        ),
        ActPage("top-up", _("Top up"), Act.TOP_UP, _top_up, TopUpForm),
        ActPage("pack", _("Book a pack"), Act.PACK_SELL, _sell_pack, PackForm),
        ActPage("correct", _("Correct"), Act.ACCOUNT_CORRECT, _correct, CorrectionForm),
        ActPage(
            "terms",
            _("Terms"),
            Act.ACCOUNT_TERMS,
            lambda account, by, values: billing.set_terms(account, by=by, **values),
            TermsForm,
        ),
        ActPage(
            "cap",
            _("Spending cap"),
            Act.CAPS_SET,
            lambda account, by, values: billing.set_caps(account, by=by, **values),
            CapForm,
        ),
        ActPage(
            "freeze",
            _("Freeze"),
            Act.FREEZE,
            lambda account, by, values: standing.freeze(account, by=by, **values),
            WhyForm,
            shown=lambda account: account.standing not in (Standing.FREEZE, Standing.NOT_EXIST),
        ),
        ActPage(
            "unfreeze",
            _("Unfreeze"),
            Act.FREEZE,
            lambda account, by, values: standing.unfreeze(account, by=by, **values),
            WhyForm,
            shown=_standing_in(Standing.FREEZE),
        ),
        ActPage(
            "resolve",
            _("Records agree again"),
            Act.ACCOUNT_CORRECT,
            lambda account, by, values: standing.resolve(account, by=by, **values),
            WhyForm,
            shown=_standing_in(Standing.UNKNOWN),
        ),
    ]

    @column(_("State"), label=STANDING_COLOURS)
    def shown_standing(self, account: Account) -> tuple[str, str]:
        return account.standing, account.get_standing_display()

    @column(_("Balance (fen)"))
    def shown_balance(self, account: Account) -> int:
        return ledger.balance(account)

    @column(_("Pictures left"))
    def shown_remaining(self, account: Account) -> str:
        left = ledger.remaining(account)
        return str(_("no end")) if left == ledger.UNLIMITED else str(left)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    see_act = Act.LEDGER_SEE
    list_display = ["number", "account", "created_at", "kind", "amount_fen", "balance_fen", "why"]
    list_filter = ["kind", "source", "value_day"]
    search_fields = ["reference", "hold__reference", "account__appid"]
    list_select_related = ["account__organisation"]


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    see_act = Act.LEDGER_SEE
    list_display = ["reference", "account", "campaign", "state", "pictures", "amount_fen"]
    list_filter = ["state", "day"]
    search_fields = ["reference"]
    list_select_related = ["account__organisation", "campaign"]


@admin.register(Pack)
class PackAdmin(ReadOnlyAdmin):
    see_act = Act.LEDGER_SEE
    list_display = ["__str__", "account", "pictures", "used", "starts_at", "ends_at"]
    list_select_related = ["account__organisation"]


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    see_act = Act.STATISTICS_SEE
    list_display = ["day", "account", "campaign", "pictures", "free", "spent_fen"]
    list_select_related = ["account__organisation", "campaign"]


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    see_act = Act.LEDGER_SEE
    list_display = ["month", "account", "opening_fen", "charged_fen", "closing_fen", "pictures"]
    list_select_related = ["account__organisation"]
    act_pages = [
        ActPage(
            "csv",
            _("Show as CSV"),
            Act.LEDGER_SEE,
            lambda statement, _by, _values: billing.statement_csv(statement),
        ),
    ]
