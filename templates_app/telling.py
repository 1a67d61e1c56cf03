"""The notices about materials: their kinds, and the one function that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from campaigns import notices
from campaigns.models import Person, Role, WebhookEvent

if TYPE_CHECKING:
    from templates_app.models import Material

_DECIDED = WebhookEvent.MATERIAL_DECIDED

SUBMITTED = notices.define(
    "material_submitted",
    _("“%(title)s” (%(model_id)s) waits for its review."),
    label=_("Materials to review"),
)
APPROVED = notices.define(
    "material_approved",
    _("“%(title)s” (%(model_id)s) was approved."),
    label=_("Materials approved"),
    event=_DECIDED,
)
REJECTED = notices.define(
    "material_rejected",
    _("“%(title)s” (%(model_id)s) was rejected; the reasons are on its page."),
    label=_("Materials rejected"),
    event=_DECIDED,
)
APPEALED = notices.define(
    "material_appealed",
    _("The rejection of “%(title)s” (%(model_id)s) was appealed; decide by %(due)s."),
    label=_("Appeals to decide"),
)
APPEAL_WON = notices.define(
    "material_appeal_won",
    _("The appeal for “%(title)s” (%(model_id)s) was won: it is approved."),
    label=_("Appeals won"),
    event=_DECIDED,
)
APPEAL_LOST = notices.define(
    "material_appeal_lost",
    _("The appeal for “%(title)s” (%(model_id)s) was lost; the comment is on its page."),
    label=_("Appeals lost"),
    event=_DECIDED,
)
APPEAL_OVERDUE = notices.define(
    "material_appeal_overdue",
    _("The appeal for “%(title)s” (%(model_id)s) is past its working day."),
    label=_("Appeals past their day"),
)
RIGHTS_ENDING = notices.define(
    "material_rights_ending",
    _("The rights to “%(title)s” (%(model_id)s) end after %(ends_on)s: renew or replace it."),
    label=_("Rights about to end"),
)
RIGHTS_LAPSED = notices.define(
    "material_rights_lapsed",
    _("The rights to “%(title)s” (%(model_id)s) have ended: it is out of service."),
    label=_("Rights that have ended"),
)


def tell(
    material: Material,
    kind: notices.Kind,
    *,
    person: Person | None = None,
    role: Role | None = None,
    loud: bool = False,
    once: str = "",
    **facts: object,
) -> bool:
    """Send the notice with the material's own facts and ``facts``; False if told before."""
    known = {
        "campaign": material.campaign.project_id,
        "model_id": material.model_id,
        "title": material.title(material.organisation.default_language),
        "status": material.status_number,
        "state": material.state,
    }
    told = notices.tell(
        material.organisation,
        kind,
        facts=known | facts,
        campaign=material.campaign,
        person=person,
        role=role,
        loud=loud,
        once=once,
    )
    return told is not None
