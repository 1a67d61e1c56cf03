"""The scenes of a campaign as a visitor sees them: a name, a picture, and how many seats."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.remembered import Remembered
from templates_app.catalogue import shelf
from templates_app.models import Material
from templates_app.preparing import THUMBNAIL_SIDE_PX


@dataclass(frozen=True)
class Painting:
    """One scene; sizes in px. `note` is a sentence for under its large picture."""

    model_id: str
    name: str
    seats: int
    note: str
    picture_url: str
    thumbnail_url: str
    width: int
    height: int
    thumbnail_width: int


def painting(material: Material) -> Painting:
    """The scene of a material that is on the shelf."""
    version = material.current
    if version is None:
        raise Material.DoesNotExist(material.model_id)
    address = reverse("upload:picture", args=[material.campaign.slug, material.model_id])
    address = f"{address}?v={version.number}"
    seats = sum(not face.removed for face in version.faces.all())
    scale = min(1.0, THUMBNAIL_SIDE_PX / max(version.width, version.height))
    return Painting(
        model_id=material.model_id,
        name=material.title(),
        seats=seats,
        note=_note(seats),
        picture_url=address,
        thumbnail_url=f"{address}&w={THUMBNAIL_SIDE_PX}",
        width=version.width,
        height=version.height,
        thumbnail_width=round(version.width * scale),
    )


def paintings(campaign: Campaign) -> Sequence[Painting]:
    """All scenes a visitor may choose from, in the operator's order, as they were a moment ago."""
    return _remembered.of((campaign.pk, get_language()), lambda: _read(campaign))


_remembered = Remembered[tuple[Painting, ...]]()


def _read(campaign: Campaign) -> tuple[Painting, ...]:
    chosen = shelf(campaign).select_related("campaign").prefetch_related("current__faces")
    return tuple(painting(material) for material in chosen)


def _note(seats: int) -> str:
    room = ngettext("Room for %(seats)d person.", "Room for %(seats)d people.", seats)
    words = _("%(room)s Works best looking straight ahead, with a calm face.")
    return words % {"room": room % {"seats": seats}}
