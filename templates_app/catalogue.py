"""Which materials may be fused with right now: approved, in rights, of this campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from templates_app.models import Material, MaterialFace, State
from templates_app.models.material import SERVING_STATES
from templates_app.refusals import (
    FaceNotFound,
    MaterialGone,
    MaterialNotApproved,
    MaterialNotFound,
    RightsLapsed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.models import Campaign
    from templates_app.models.material import MaterialQuerySet


def servable_material(campaign: Campaign, model_id: str, *, at: datetime | None = None) -> Material:
    """The material of that id, with ``current`` and ``rights`` loaded: one query.

    Raises MaterialNotFound (not in this campaign), MaterialGone (withdrawn), MaterialNotApproved
    or RightsLapsed; the last is decided by the clock here, not by whether a task has run.
    """
    found = (
        Material.objects.filter(campaign=campaign, model_id=model_id)
        .select_related("current", "rights", "campaign")
        .first()
    )
    if found is None:
        raise MaterialNotFound
    if found.state == State.WITHDRAWN:
        raise MaterialGone
    if found.state not in SERVING_STATES or found.current is None:
        raise MaterialNotApproved(State(found.state))
    if found.rights is None or not found.rights.holds(at or timezone.now()):
        raise RightsLapsed
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
    faces = list(material.faces)
    if number is None and faces:
        return max(faces, key=lambda face: (face.area, -face.number))
    for face in faces:
        if face.number == number:
            return face
    raise FaceNotFound
