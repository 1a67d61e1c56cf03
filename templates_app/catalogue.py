"""Which materials may be fused with right now: approved, in rights, of this campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from campaigns.prepared import Prepared, Slot
from templates_app.models import Material, MaterialFace, State
from templates_app.models.material import SERVING_STATES
from templates_app.refusals import (
    FaceNotFound,
    MaterialGone,
    MaterialNotApproved,
    MaterialNotFound,
    MaterialTooLarge,
    RightsLapsed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.models import Campaign
    from templates_app.models.material import MaterialQuerySet


_WANTED = Prepared(
    lambda: (
        Material.objects.filter(campaign_id=Slot("campaign"), model_id=Slot("model_id"))
        .select_related("current", "rights")
        .order_by()
    ),
    remembered=True,
)
_FACES = Prepared(
    lambda: (
        MaterialFace.objects.filter(version=Slot("version"), removed=False)
        .only("number", "width", "height")
        .order_by("number")
    ),
    remembered=True,
)


def servable_material(
    campaign: Campaign,
    model_id: str,
    *,
    max_side_px: int | None = None,
    at: datetime | None = None,
) -> Material:
    """The material of that id, with ``current`` and ``rights`` loaded: one query.

    Raises MaterialNotFound (not in this campaign), MaterialGone (withdrawn), MaterialNotApproved,
    RightsLapsed, or MaterialTooLarge for a caller whose protocol takes smaller ones only. Rights
    lapse by the clock here, not by whether a task has run.
    """
    found = _WANTED.first(campaign=campaign.pk, model_id=model_id)
    if found is None:
        raise MaterialNotFound
    found.campaign = campaign
    if found.state == State.WITHDRAWN:
        raise MaterialGone
    if found.state not in SERVING_STATES or found.current is None:
        raise MaterialNotApproved(State(found.state))
    if found.rights is None or not found.rights.holds(at or timezone.now()):
        raise RightsLapsed
    longer = max(found.current.width, found.current.height)
    if max_side_px is not None and longer > max_side_px:
        raise MaterialTooLarge(measured=longer, limit=max_side_px, unit="px")
    return found


def shelf(campaign: Campaign, *, at: datetime | None = None) -> MaterialQuerySet:
    """What visitors may choose from, in the operator's order, with ``current`` loaded."""
    return (
        Material.objects.filter(campaign=campaign)
        .servable(at or timezone.now())
        .select_related("current")
        .order_by("position", "number")
    )


def template_face(material: Material, number: int | None = None) -> MaterialFace:
    """The face of that number; without one the largest. FaceNotFound when there is none."""
    faces = _FACES.all(version=material.current_id)
    if number is None and faces:
        return max(faces, key=lambda face: (face.area, -face.number))
    for face in faces:
        if face.number == number:
            return face
    raise FaceNotFound
