"""Whether a campaign's door is open, as a visitor may know it: no word about money or review."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from campaigns import ledger, lifecycle, standing
from campaigns.models import Campaign
from campaigns.refusals import (
    CampaignEnded,
    CampaignNotFound,
    CampaignNotOpen,
    CampaignNotStarted,
    CampaignPaused,
    Refusal,
)

State = Literal["open", "soon", "paused", "ended", "closed"]
COUNTED_DAYS = 60  # further away than this, the end is nobody's hurry


@dataclass(frozen=True)
class Door:
    """What the landing page says; `days_left` only when the end is near enough to matter."""

    state: State
    opens_at: datetime | None = None
    days_left: int | None = None


def door(campaign: Campaign, now: datetime, *, previewed: bool = False) -> Door:
    """The door of a campaign. Raises CampaignNotFound for one that was never published.

    previewed: whether the visitor may try it before that.
    """
    try:
        lifecycle.check_open(campaign, trial=previewed, now=now)
        standing.check_served(campaign.account, now=now)
        ledger.check_cover(campaign.account, campaign, now=now)
    except CampaignNotStarted:
        return Door("soon", opens_at=campaign.starts_at)
    except CampaignPaused:
        return Door("paused")
    except CampaignEnded:
        return Door("ended")
    except CampaignNotOpen as refusal:
        raise CampaignNotFound from refusal
    except Refusal:
        return Door("closed")
    return Door("open", days_left=_days_left(campaign, now))


def _days_left(campaign: Campaign, now: datetime) -> int | None:
    if campaign.ends_at is None:
        return None
    days = int(-(-(campaign.ends_at - now).total_seconds() // 86_400))
    return days if days <= COUNTED_DAYS else None
