"""The preview link of a campaign that is not published yet: anybody who has it may try it out.

The link is signed and ends by its date; giving a new one or taking it back ends the old one.
"""

import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign, Person
from campaigns.refusals import WrongState

LIFE = timedelta(days=7)


def _signer() -> signing.Signer:
    return signing.Signer(salt="campaigns.previews", sep=".")


def give(campaign: Campaign, *, by: Person, now: datetime | None = None) -> str:
    """The token of a fresh link that lives for `LIFE`; an earlier one opens nothing any more.

    Raises WrongState for a campaign that is published, or over.
    """
    require(by, Act.CAMPAIGN_EDIT, campaign)
    if campaign.state != Campaign.State.DRAFT:
        raise WrongState(Campaign.State(campaign.state))
    until = (now or timezone.now()) + LIFE
    _set(campaign, secrets.token_urlsafe(12), until, by=by, after={"preview until": str(until)})
    return token_of(campaign)


def revoke(campaign: Campaign, *, by: Person) -> None:
    """Ends the link at once."""
    require(by, Act.CAMPAIGN_EDIT, campaign)
    _set(campaign, "", None, by=by, after={"preview until": None})


def token_of(campaign: Campaign, now: datetime | None = None) -> str:
    """What stands in the link; empty when there is none that opens."""
    if not is_given(campaign, now):
        return ""
    return _signer().sign(f"{campaign.project_id}-{campaign.preview_key}")


def is_given(campaign: Campaign, now: datetime | None = None) -> bool:
    """Whether there is a link that opens now."""
    until = campaign.preview_until
    alive = until is not None and until > (now or timezone.now())
    return alive and bool(campaign.preview_key) and campaign.state == Campaign.State.DRAFT


def opens(campaign: Campaign, token: str, now: datetime | None = None) -> bool:
    """Whether the token is that of the campaign's link, and the link has not ended."""
    return is_given(campaign, now) and secrets.compare_digest(
        token.encode(), token_of(campaign, now).encode()
    )


def was_ours(campaign: Campaign, token: str) -> bool:
    """Whether we once gave the token out for this campaign."""
    try:
        return _signer().unsign(token).startswith(f"{campaign.project_id}-")
    except signing.BadSignature:
        return False


def _set(
    campaign: Campaign, key: str, until: datetime | None, *, by: Person, after: dict[str, object]
) -> None:
    with transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(preview_key=key, preview_until=until)
        campaign.refresh_from_db(fields=["preview_key", "preview_until"])
        audit.record(Act.CAMPAIGN_EDIT, campaign, by=by, after=after)
