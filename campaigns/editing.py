"""Changes the settings of a campaign, as far as its state allows, and writes down what changed."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import transaction

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign, Person
from campaigns.refusals import WrongState

CLOSED = (Campaign.State.ENDED, Campaign.State.ARCHIVED)


def edit_campaign(campaign: Campaign, *, by: Person, **fields: Any) -> None:
    """Sets those fields together or none of them.

    WrongState when the campaign has ended; ValidationError if a value does not fit.
    """
    require(by, Act.CAMPAIGN_EDIT, campaign)
    for name in fields:
        if not Campaign._meta.get_field(name).editable:
            raise FieldDoesNotExist(name)
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.state in CLOSED:
            raise WrongState(Campaign.State(locked.state))
        before = {name: getattr(locked, name) for name in fields}
        for name, value in fields.items():
            setattr(locked, name, value)
        locked.full_clean()
        locked.save()
        after = {name: value for name, value in fields.items() if before[name] != value}
        if after:
            was = {name: before[name] for name in after}
            audit.record(Act.CAMPAIGN_EDIT, locked, by=by, before=was, after=after)
    campaign.refresh_from_db()
