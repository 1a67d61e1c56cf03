"""What a key reaches: rows of its account, kept to its campaigns if it is kept to some.

The counterpart of `access.visible_to`, which is about people: every query of the API starts here.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.models import Campaign, Credential
from campaigns.refusals import CampaignNotFound, NothingHere
from fusionsite.jobs.models import FusionJob
from templates_app.models import Material
from templates_app.refusals import MaterialNotFound


def campaigns(credential: Credential) -> "QuerySet[Campaign]":
    """Campaigns that its account pays for."""
    mine = Campaign.objects.filter(account=credential.account_id)
    kept_to = list(credential.campaigns.values_list("pk", flat=True))
    return mine.filter(pk__in=kept_to) if kept_to else mine


def campaign(credential: Credential, number: int) -> Campaign:
    """The campaign of that number. Raises CampaignNotFound, also for another account's."""
    found = (
        campaigns(credential)
        .select_related("organisation", "account__organisation")
        .filter(project_id=number)
        .first()
    )
    if found is None:
        raise CampaignNotFound
    return found


def materials(credential: Credential) -> "QuerySet[Material]":
    """Materials of the campaigns it reaches."""
    return Material.objects.filter(campaign__in=campaigns(credential), deleted_at=None)


def material(credential: Credential, model_id: str) -> Material:
    """The material of that id. Raises MaterialNotFound."""
    found = (
        materials(credential)
        .select_related("campaign__organisation", "campaign__account", "current", "rights")
        .filter(model_id=model_id)
        .first()
    )
    if found is None:
        raise MaterialNotFound
    return found


def jobs(credential: Credential) -> "QuerySet[FusionJob]":
    """Jobs that a key of its account asked for. Visitors' pictures are theirs, not a partner's."""
    mine = FusionJob.objects.filter(account=credential.account_id, credential__isnull=False)
    kept_to = list(credential.campaigns.values_list("pk", flat=True))
    if not kept_to:
        return mine
    return mine.filter(Q(campaign__in=kept_to) | Q(campaign=None, credential=credential))


def job(credential: Credential, public_id: UUID, kind: FusionJob.Kind) -> FusionJob:
    """The job of that id and kind, with its rows. Raises NothingHere."""
    related = ("campaign", "material", "result", "credential")
    found = jobs(credential).select_related(*related)
    row = found.filter(public_id=public_id, kind=kind).first()
    if row is None:
        raise NothingHere
    return row
