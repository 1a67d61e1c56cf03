"""What lists of pictures can be narrowed to. What cannot be read is refused, not ignored."""

from django import forms
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, IsoDateTimeFilter

from fusionsite.jobs.models import FusionJob


class WholeNumberFilter(Filter):  # type: ignore[misc]  # untyped package
    """A whole number."""

    field_class = forms.IntegerField


def number(field: str) -> Filter:
    """The number of a campaign."""
    return WholeNumberFilter(field_name=field, min_value=1, max_value=2**53)


class FusionFilter(FilterSet):  # type: ignore[misc]  # untyped package
    """Fusions."""

    state = ChoiceFilter(choices=FusionJob.State.choices)
    campaign = number("campaign__project_id")
    material = CharFilter(field_name="material__model_id", max_length=64)
    created_after = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = FusionJob
        fields: list[str] = []


class ResultFilter(FilterSet):  # type: ignore[misc]  # untyped package
    """Results."""

    campaign = number("campaign__project_id")
    material = CharFilter(field_name="material__model_id", max_length=64)
    created_after = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = FusionJob
        fields: list[str] = []
