"""Which sites may show a campaign's visitor pages inside their own."""

from collections.abc import Iterable

from django.db import transaction

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign, Person


def allow(campaign: Campaign, origins: Iterable[str], *, by: Person) -> None:
    """Exactly these origins from now on; raises ValidationError for one that is none."""
    require(by, Act.CAMPAIGN_EDIT, campaign)
    wanted = list(dict.fromkeys(origin.strip().rstrip("/").lower() for origin in origins))
    wanted = [origin for origin in wanted if origin]
    before = list(campaign.frame_ancestors)
    Campaign._meta.get_field("frame_ancestors").clean(wanted, campaign)
    with transaction.atomic():
        campaign.frame_ancestors = wanted
        campaign.save(update_fields=["frame_ancestors"])
        audit.record(
            Act.CAMPAIGN_EDIT,
            campaign,
            by=by,
            before={"frame_ancestors": before},
            after={"frame_ancestors": wanted},
        )
