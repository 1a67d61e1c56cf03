"""The names of campaigns in the reader's language, for many at once."""

from collections.abc import Iterable

from django.utils.translation import get_language

from campaigns.models import Campaign, CampaignText


def names_of(campaigns: Iterable[int]) -> dict[int, str]:
    """Each campaign's name by its key: in the reader's language, else in any, else its number."""
    wanted = set(campaigns)
    if not wanted:
        return {}
    numbers = Campaign.objects.filter(pk__in=wanted).values_list("pk", "project_id")
    found = {pk: str(number) for pk, number in numbers}
    texts = CampaignText.objects.filter(campaign__in=wanted).exclude(name="").order_by("-language")
    mine = get_language()
    in_mine = set()
    for campaign, language, name in texts.values_list("campaign_id", "language", "name"):
        if language == mine:
            in_mine.add(campaign)
            found[campaign] = name
        elif campaign not in in_mine:
            found[campaign] = name
    return found
