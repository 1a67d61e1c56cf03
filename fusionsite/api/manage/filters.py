"""What lists of campaigns and materials can be narrowed to."""

from django_filters import CharFilter, ChoiceFilter, FilterSet

from campaigns.models import Campaign
from fusionsite.api.pictures.filters import number
from templates_app.models import Material, State


class CampaignFilter(FilterSet):  # type: ignore[misc]  # untyped package
    """Campaigns."""

    state = ChoiceFilter(choices=Campaign.State.choices)
    slug = CharFilter(field_name="slug", max_length=60)

    class Meta:
        model = Campaign
        fields: list[str] = []


class MaterialFilter(FilterSet):  # type: ignore[misc]  # untyped package
    """Materials."""

    campaign = number("campaign__project_id")
    state = ChoiceFilter(choices=State.choices)

    class Meta:
        model = Material
        fields: list[str] = []
