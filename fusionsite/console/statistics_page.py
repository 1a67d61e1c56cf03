"""Statistics: what was made and refused, by day, campaign, door and material; and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.models import Campaign, Dialect
from fusionsite.console.deeds import DayField
from fusionsite.console.downloads import csv_file
from fusionsite.console.drawing import Columns, columns
from fusionsite.console.naming import names_of
from fusionsite.console.page import ConsolePage
from fusionsite.console.reasons import reason_words
from fusionsite.funnel.reading import stages
from fusionsite.statistics.reading import Choice, Outcomes, outcomes, waits
from templates_app.models import Material

MOST_DAYS = 92
USUAL_DAYS = 30
MOST_LINES = 50
DOORS: dict[str, Any] = {
    "upload": _("Visitors' page"),
    **dict(Dialect.choices),
    "demo": _("Demonstration"),
}


class ChoiceForm(forms.Form):
    """Which jobs; what does not fit is told, and the usual thirty days are shown."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), required=False
    )
    door = forms.ChoiceField(label=_("Door"), required=False)
    material = forms.ModelChoiceField(
        label=_("Material"), queryset=Material.objects.none(), required=False
    )
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)

    def __init__(self, asked: Any, *, campaigns: QuerySet[Campaign]) -> None:
        super().__init__(asked)
        fields: dict[str, Any] = self.fields
        names = names_of(campaigns.values_list("pk", flat=True))
        fields["campaign"].queryset = campaigns
        fields["campaign"].empty_label = _("All campaigns")
        fields["campaign"].label_from_instance = lambda row: names.get(row.pk, row.slug)
        fields["door"].choices = [("", _("All doors")), *DOORS.items()]
        fields["material"].empty_label = _("All materials")
        key = asked.get("campaign", "")
        if key.isdigit() and len(key) < 19:
            fields["material"].queryset = Material.objects.filter(
                campaign__in=campaigns.filter(pk=key)
            )
        else:
            del self.fields["material"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        today = timezone.localdate()
        last = cleaned.get("last") or today
        first = cleaned.get("first") or last - timedelta(days=USUAL_DAYS - 1)
        if first > last:
            raise forms.ValidationError(_("The period ends before it begins."))
        if (last - first).days >= MOST_DAYS:
            raise forms.ValidationError(_("Choose %(days)s days at most.") % {"days": MOST_DAYS})
        return {**cleaned, "first": first, "last": last}


@dataclass(frozen=True)
class Wanted:
    """The choice, its days, and the campaign if one was chosen."""

    choice: Choice
    first: date
    last: date
    campaign: Campaign | None


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    name: Any
    outcomes: Outcomes


def wanted_of(asked: Any, campaigns: QuerySet[Campaign]) -> tuple[ChoiceForm, Wanted]:
    """What was asked for; the usual days of everything where it does not fit."""
    form = ChoiceForm(asked, campaigns=campaigns)
    given = form.cleaned_data if form.is_valid() else {}
    last = given.get("last") or timezone.localdate()
    first = given.get("first") or last - timedelta(days=USUAL_DAYS - 1)
    campaign: Campaign | None = given.get("campaign")
    material: Material | None = given.get("material")
    choice = Choice(
        campaigns.filter(pk=campaign.pk) if campaign else campaigns,
        since=_midnight(first),
        until=_midnight(last + timedelta(days=1)),
        door=given.get("door", ""),
        material=material.pk if material else None,
    )
    return form, Wanted(choice, first, last, campaign)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


class _AboutJobs(ConsolePage):
    """Campaigns whose statistics the person may see."""

    act = Act.STATISTICS_SEE

    def campaigns(self) -> QuerySet[Campaign]:
        return visible_to(self.person, Campaign.objects.order_by("-pk"), Act.STATISTICS_SEE)


class StatisticsPage(_AboutJobs):
    """The figures, a column for each day, and a table for each way to divide them."""

    template_name = "console/statistics.html"
    title = _("Statistics")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        form, wanted = wanted_of(self.request.GET, self.campaigns())
        choice = wanted.choice
        by_day = days(wanted)
        funnel = (
            stages(wanted.campaign, since=choice.first_hour, until=choice.until)
            if wanted.campaign
            else None
        )
        return super().get_context_data(
            form=form,
            wanted=wanted,
            total=sum((row.outcomes for row in by_day), Outcomes()),
            waits=waits(choice),
            by_day=by_day,
            chart=_chart(by_day),
            tables=_tables(choice),
            reasons=_reasons(choice),
            funnel=funnel,
            query=self.request.GET.urlencode(),
            **more,
        )


class StatisticsCsv(_AboutJobs):
    """Every day, campaign, door and material on a line of its own."""

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        _form, wanted = wanted_of(request.GET, self.campaigns())
        return csv_file(f"statistics-{wanted.first}-{wanted.last}.csv", _csv_lines(wanted))


def days(wanted: Wanted) -> list[Row]:
    """One row for every day of the period, on the site's clock, also for those without a job."""
    found: dict[date, Outcomes] = {}
    for (hour,), counted in outcomes(wanted.choice, "hour").items():
        day = timezone.localdate(hour)
        found[day] = found.get(day, Outcomes()) + counted
    every = [wanted.first + timedelta(days=n) for n in range((wanted.last - wanted.first).days + 1)]
    return [Row(day, found.get(day, Outcomes())) for day in every]


def _chart(by_day: list[Row]) -> Columns:
    return columns([(row.outcomes.made, row.outcomes.refused) for row in by_day])


def _tables(choice: Choice) -> list[tuple[Any, list[Row]]]:
    by_campaign = outcomes(choice, "campaign_id")
    by_material = outcomes(choice, "material_id")
    campaigns = names_of(key[0] for key in by_campaign)
    materials = Material.objects.in_bulk([key[0] for key in by_material if key[0]])
    return [
        (_("By campaign"), _rows(by_campaign, campaigns)),
        (_("By door"), _rows(outcomes(choice, "door"), DOORS)),
        (_("By material"), _rows(by_material, {pk: row.title() for pk, row in materials.items()})),
    ]


def _rows(found: dict[tuple[Any, ...], Outcomes], names: Any) -> list[Row]:
    rows = [Row(names.get(key[0]) or _("without one"), counted) for key, counted in found.items()]
    return sorted(rows, key=lambda row: -row.outcomes.made)[:MOST_LINES]


def _reasons(choice: Choice) -> list[tuple[str, int]]:
    found = outcomes(choice, "reason").items()
    refused = [(reason_words(key[0]), counted.refused) for key, counted in found if key[0]]
    return sorted(refused, key=lambda line: -line[1])


def _csv_lines(wanted: Wanted) -> Iterator[list[Any]]:
    yield ["day", "campaign", "door", "material", "made", "refused", "cancelled", "charged"]
    found: dict[tuple[Any, ...], Outcomes] = {}
    by = outcomes(wanted.choice, "hour", "campaign_id", "door", "material_id")
    for (hour, campaign, door, material), counted in by.items():
        key = (timezone.localdate(hour), campaign, door, material)
        found[key] = found.get(key, Outcomes()) + counted
    numbers = dict(Campaign.objects.in_bulk([key[1] for key in found]))
    models = Material.objects.in_bulk([key[3] for key in found if key[3]])
    for (day, campaign, door, material), counted in sorted(found.items(), key=_in_order):
        yield [
            day.isoformat(),
            numbers[campaign].project_id,
            door,
            models[material].model_id if material else "",
            counted.made,
            counted.refused,
            counted.cancelled,
            counted.charged,
        ]


def _in_order(line: tuple[tuple[Any, ...], Outcomes]) -> tuple[Any, ...]:
    (day, campaign, door, material), _counted = line
    return day, campaign, door, material or 0
