"""Public ids of materials: given out once, and never again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from campaigns.models import Series

if TYPE_CHECKING:
    from campaigns.models import Campaign


def new_model_id(campaign: Campaign) -> tuple[str, int]:
    """The next id of the campaign, and its running number; neither is ever given out again.

    Six random digits keep ids from being guessed along the running number.
    """
    number = Series.take(f"material:{campaign.project_id}", first=1)
    return f"qc_{campaign.project_id}_{secrets.randbelow(900_000) + 100_000}_{number}", number
