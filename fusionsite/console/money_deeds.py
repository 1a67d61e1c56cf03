"""What finance does to an account and to a campaign's fee, each as a page with a form."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import audit, billing, standing
from campaigns.access import Act, visible_to
from campaigns.models import Account, Billing, Campaign, Organisation, Person, Standing
from fusionsite.console.deeds import DayField, Deed, DeedForm, DeedPage, Values, WhyForm, YuanField


class TopUpForm(DeedForm):
    amount_fen = YuanField(label=_("Amount (yuan)"), min_value=0.01)
    reference = forms.CharField(
        label=_("Reference of the payment"),
        max_length=80,
        help_text=_("The number on the bank's slip. The same reference is booked once only."),
    )
    why = forms.CharField(label=_("Note"), max_length=500, required=False)


class PackForm(DeedForm):
    name = forms.CharField(label=_("Name of the pack"), max_length=80, required=False)
    pictures = forms.IntegerField(label=_("Pictures"), min_value=1, max_value=100_000_000)
    price_fen = YuanField(
        label=_("Price (yuan)"), min_value=0, help_text=_("Taken from the balance.")
    )
    last_day = DayField(label=_("Usable until the end of"))

    def clean_last_day(self) -> date:
        last_day: date = self.cleaned_data["last_day"]
        if last_day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose today or later."))
        return last_day


class CorrectionForm(WhyForm):
    amount_fen = YuanField(
        label=_("Amount (yuan)"), help_text=_("With a minus in front to charge.")
    )
    field_order = ["amount_fen", "why"]

    def clean_amount_fen(self) -> int:
        amount_fen: int = self.cleaned_data["amount_fen"]
        if amount_fen == 0:
            raise ValidationError(_("Nothing would change. Enter an amount other than zero."))
        return amount_fen


class TermsForm(WhyForm):
    price_fen = YuanField(label=_("Price per picture (yuan)"), min_value=0)
    free_daily = forms.IntegerField(
        label=_("Free pictures per day"), min_value=0, max_value=1_000_000
    )
    billing = forms.ChoiceField(label=_("Billing"), choices=Billing.choices)
    unlimited = forms.BooleanField(label=_("Unlimited, never charged"), required=False)
    field_order = ["price_fen", "free_daily", "billing", "unlimited", "why"]

    def prepare(self) -> None:
        self.initial = {name: getattr(self.subject, name) for name in billing.TERMS}
        self.initial["price_fen"] = f"{self.subject.price_fen / 100:.2f}"


class CapForm(DeedForm):
    month_cap_fen = YuanField(
        label=_("Spending cap per month (yuan)"),
        min_value=0,
        required=False,
        help_text=_("Empty: no cap. Notices come at 50, 80 and 100 %."),
    )
    month_cap_hard = forms.BooleanField(
        label=_("Stop at the cap"),
        required=False,
        help_text=_("Off: only tell. On: refuse further pictures this month."),
    )
    why = forms.CharField(label=_("Note"), max_length=500, required=False)

    def prepare(self) -> None:
        cap_fen = self.subject.month_cap_fen
        self.initial = {
            "month_cap_fen": None if cap_fen is None else f"{cap_fen / 100:.2f}",
            "month_cap_hard": self.subject.month_cap_hard,
        }


class FeeForm(DeedForm):
    amount_fen = YuanField(label=_("Authorization fee (yuan)"), min_value=0)


def _sell_pack(account: Account, by: Person, values: Values) -> None:
    ends_at = timezone.make_aware(datetime.combine(values.pop("last_day"), time.max))
    billing.sell_pack(account, by=by, ends_at=ends_at, **values)


def last_month(today: date) -> date:
    """The first day of the month before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _close_month(account: Account, by: Person, _values: Values) -> None:
    statement = billing.close_month(account, last_month(timezone.localdate()))
    audit.record("month_close", account, by=by, after={"month": f"{statement.month:%Y-%m}"})


def _month_is_open(account: Account) -> bool:
    month = last_month(timezone.localdate())
    began = timezone.localdate(account.created_at)
    known = account.standing != Standing.NOT_EXIST and began < timezone.localdate().replace(day=1)
    return known and not account.statements.filter(month=month).exists()


def _in(*states: Standing) -> Callable[[Account], bool]:
    return lambda account: account.standing in states


def _by_form(rule: Callable[..., object]) -> Callable[[Any, Person, Values], None]:
    """Hands the form's values to the rule, one keyword each."""

    def run(subject: Any, by: Person, values: Values) -> None:
        rule(subject, by=by, **values)

    return run


ACCOUNT_DEEDS = (
    Deed(
        "record",
        _("Make the record"),
        Act.SERVICE_OPEN,
        _by_form(standing.make_record),
        _("Billing learns of this account. Nothing is charged yet."),
        shown=_in(Standing.NOT_EXIST),
    ),
    Deed(
        "open",
        _("Open the service"),
        Act.SERVICE_OPEN,
        _by_form(standing.open_service),
        _("The service is set up within minutes; then calls are served and charged."),
        shown=_in(Standing.NOT_READY, Standing.RECOVER),
    ),
    Deed(
        "finish",
        _("Finish the set-up now"),
        Act.SERVICE_OPEN,
        _by_form(standing.finish_setup),
        _("Calls are served from now on."),
        shown=_in(Standing.DELIVERING),
    ),
    Deed(
        "top-up",
        _("Top up"),
        Act.TOP_UP,
        _by_form(billing.top_up),
        _("Books money that came in. An account that owes nothing afterwards is served at once."),
        TopUpForm,
        shown=lambda account: account.standing != Standing.NOT_EXIST,
    ),
    Deed(
        "pack",
        _("Sell a pack"),
        Act.PACK_SELL,
        _sell_pack,
        _("Packs are used before the balance, the one that ends first before the others."),
        PackForm,
        shown=lambda account: account.standing != Standing.NOT_EXIST,
    ),
    Deed(
        "correct",
        _("Correct"),
        Act.ACCOUNT_CORRECT,
        _by_form(billing.correct),
        _("Adds a line in either direction. Lines that are booked stay as they are."),
        CorrectionForm,
    ),
    Deed(
        "terms",
        _("Change the terms"),
        Act.ACCOUNT_TERMS,
        _by_form(billing.set_terms),
        _("Counts from the next picture on; pictures being made keep their price."),
        TermsForm,
    ),
    Deed(
        "cap",
        _("Set the spending cap"),
        Act.CAPS_SET,
        _by_form(billing.set_caps),
        _("Counts what pictures cost in a calendar month; fees and packs are not part of it."),
        CapForm,
    ),
    Deed(
        "close-month",
        _("Close last month now"),
        Act.ACCOUNT_CORRECT,
        _close_month,
        _("Makes last month's statement. The clock does the same a few minutes into the month."),
        shown=_month_is_open,
    ),
    Deed(
        "freeze",
        _("Freeze"),
        Act.FREEZE,
        _by_form(standing.freeze),
        _("Every call is refused from the next one on, until a person lifts it."),
        WhyForm,
        shown=lambda account: account.standing not in (Standing.FREEZE, Standing.NOT_EXIST),
        grave=True,
    ),
    Deed(
        "unfreeze",
        _("Unfreeze"),
        Act.FREEZE,
        _by_form(standing.unfreeze),
        _("The account goes back to the state it had; what was paid in the meantime counts."),
        WhyForm,
        shown=_in(Standing.FREEZE),
    ),
    Deed(
        "resolve",
        _("The records agree again"),
        Act.ACCOUNT_CORRECT,
        _by_form(standing.resolve),
        _("The ledger is added up once more first; if it still disagrees, nothing changes."),
        WhyForm,
        shown=_in(Standing.UNKNOWN),
    ),
)

FEE_DEEDS = (
    Deed(
        "take",
        _("Take the fee"),
        Act.FEE_TAKE,
        _by_form(billing.take_fee),
        _("A line in the ledger; the campaign may be published and its calls are served."),
        FeeForm,
        shown=lambda campaign: campaign.fee_state != Campaign.FeeState.PAID,
    ),
    Deed(
        "stop",
        _("Stop the authorization"),
        Act.FEE_TAKE,
        _by_form(billing.stop_fee),
        _("The campaign's calls are refused from the next one on. The fee is not given back."),
        WhyForm,
        shown=lambda campaign: campaign.fee_state == Campaign.FeeState.PAID,
        grave=True,
    ),
)


class AccountDeedPage(DeedPage):
    """One act on one account."""

    deeds = ACCOUNT_DEEDS
    act = Act.LEDGER_SEE

    def find(self) -> Account:
        rows = Account.objects.select_related("organisation")
        return get_object_or_404(
            visible_to(self.person, rows, Act.LEDGER_SEE), pk=self.kwargs["pk"]
        )

    def back(self) -> str:
        return reverse("admin:account_page", args=[self.subject.pk])


class FeeDeedPage(DeedPage):
    """The authorization fee of one campaign."""

    deeds = FEE_DEEDS
    act = Act.LEDGER_SEE

    def find(self) -> Campaign:
        rows = Campaign.objects.select_related("organisation", "account__organisation")
        return get_object_or_404(
            visible_to(self.person, rows, Act.LEDGER_SEE), pk=self.kwargs["pk"]
        )

    def back(self) -> str:
        return reverse("admin:account_page", args=[self.subject.account_id])


def _new_account(organisation: Organisation, by: Person, _values: Values) -> None:
    billing.make_account(organisation, by=by)


class NewAccountPage(DeedPage):
    """An account for an organisation."""

    deeds = (
        Deed(
            "make",
            _("New account"),
            Act.ACCOUNT_TERMS,
            _new_account,
            _("The organisation gets an account with its own numbers; billing learns of it next."),
        ),
    )
    act = Act.ACCOUNT_TERMS

    def find(self) -> Organisation:
        organisations = visible_to(self.person, Organisation.objects.all(), Act.ACCOUNT_TERMS)
        found = organisations.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        return reverse("admin:money")
