"""Jobs that have ended, as rows: no picture is made for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.models import Campaign
from fusionsite.jobs.models import FusionJob

State = FusionJob.State
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def an_ended_job(
    campaign: Campaign,
    at: datetime = NOON,
    *,
    state: str = State.SUCCEEDED,
    took_s: float = 0.5,
    code: str = "",
    **fields: Any,
) -> FusionJob:
    """A job of a campaign that ended at a moment, asked for `took_s` before."""
    begun = at - timedelta(seconds=took_s)
    return FusionJob.objects.create(
        **{
            "state": state,
            "door": "upload",
            "organisation": campaign.organisation,
            "account": campaign.account,
            "campaign": campaign,
            "order": {},
            "link_life_s": 3600,
            "request_digest": "0" * 64,
            "created_at": begun,
            "queued_at": begun,
            "finished_at": at,
            "charged": state == State.SUCCEEDED,
            "reason": {"code": code} if code else None,
        }
        | fields
    )
