"""The ledger of one account on a page: by day or line by line, narrowed, page by page."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaigns import books
from campaigns.models import Account, Campaign, LedgerEntry
from fusionsite.console.deeds import DayField

LINES_PER_PAGE = 50
DAYS_PER_PAGE = 14


class LedgerFilter(forms.Form):
    """What narrows the ledger; nothing is required."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *LedgerEntry.Kind.choices],
        required=False,
    )
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        empty_label=_("All campaigns"),
        required=False,
    )
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    # Where the page begins: lines below this number, or days before this one.
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    until = DayField(required=False)

    def __init__(self, data: QueryDict, account: Account) -> None:
        super().__init__(data)
        campaigns: Any = self.fields["campaign"]
        campaigns.queryset = account.campaigns.all()

    @property
    def narrowed(self) -> bool:
        """Whether a person has narrowed anything."""
        return any(self[name].data for name in ("kind", "campaign", "first", "last", "reference"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned

    def choice(self) -> books.Choice:
        """The lines it asks for; what was not understood is left out."""
        self.is_valid()
        asked = self.cleaned_data
        campaign = asked.get("campaign")
        return books.Choice(
            kind=asked.get("kind") or "",
            campaign_id=campaign.pk if campaign else None,
            first=asked.get("first"),
            last=asked.get("last"),
            reference=(asked.get("reference") or "").strip(),
        )


def choice(account: Account, asked: QueryDict) -> books.Choice:
    """The lines that this page's address asks for."""
    return LedgerFilter(asked, account).choice()


def shown(account: Account, asked: QueryDict) -> dict[str, Any]:
    """What the ledger's part of the page shows."""
    form = LedgerFilter(asked, account)
    chosen = form.choice()
    if not form.is_valid():
        return {"filter": form, "by_line": False, "days": []}
    if asked.get("view") == "lines":
        return {"filter": form, "by_line": True, **_lines(account, chosen, form.cleaned_data)}
    return {"filter": form, "by_line": False, **_days(account, chosen, form.cleaned_data)}


def _lines(account: Account, chosen: books.Choice, asked: dict[str, Any]) -> dict[str, Any]:
    lines = books.lines(account, chosen).select_related("campaign", "hold", "pack", "by")
    if asked.get("before"):
        lines = lines.filter(number__lt=asked["before"])
    page = list(lines[: LINES_PER_PAGE + 1])
    older = page[LINES_PER_PAGE - 1].number if len(page) > LINES_PER_PAGE else None
    return {"lines": page[:LINES_PER_PAGE], "older_lines": older}


def _days(account: Account, chosen: books.Choice, asked: dict[str, Any]) -> dict[str, Any]:
    until: date | None = asked.get("until")
    if until is not None and (chosen.last is None or until < chosen.last):
        chosen = replace(chosen, last=until)
    days = books.by_day(account, chosen, days=DAYS_PER_PAGE + 1)
    older = days[DAYS_PER_PAGE - 1].day - timedelta(days=1) if len(days) > DAYS_PER_PAGE else None
    return {"days": days[:DAYS_PER_PAGE], "older_days": older}
