"""Puts the product's own painted portraits into a sandbox, approved by machine.

Nobody real is in them and their rights are known, so there is nothing for a person to look at;
partners see them as status 21. Only a sandbox takes materials this way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.refusals import WrongState
from templates_app import intake
from templates_app.models import (
    Consent,
    Depicted,
    Material,
    MaterialVersion,
    Outcome,
    Review,
    Rights,
    Source,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.models import Campaign, Person


def stock(
    *, campaign: Campaign, looked: intake.Looked, by: Person, title: Mapping[str, str]
) -> Material:
    """One painted portrait, at once ready to fuse with; WrongState outside a sandbox."""
    require(by, Act.CREDENTIAL_MANAGE, campaign)
    if not campaign.sandbox:
        raise WrongState(campaign.state)
    with transaction.atomic():
        material = intake.place(campaign=campaign, looked=looked, by=by, title=title)
        _approve(material, by)
        material.rights = _rights(material, by)
        material.save(update_fields=["rights"])
        material.settle()
        audit.record("material.stock", material, by=by, after={"sandbox": campaign.project_id})
    return material


def _approve(material: Material, by: Person) -> None:
    version = material.newest
    MaterialVersion.objects.filter(pk=version.pk).update(
        state=State.APPROVED, decided_by_machine=True
    )
    Review.objects.create(
        version=version,
        submitted_by=by,
        outcome=Outcome.APPROVED,
        by_machine=True,
        decided_at=timezone.now(),
    )


def _rights(material: Material, by: Person) -> Rights:
    now = timezone.now()
    return Rights.objects.create(
        material=material,
        source=Source.GENERATED,
        source_note="Painted by this product's own generator.",
        holder="The authors of this product",
        depicted=Depicted.NOBODY,
        consent=Consent.NOT_NEEDED,
        without_end=True,
        recorded_by=by,
        recorded_at=now,
        starts_at=now,
        confirmed_at=now,
    )
