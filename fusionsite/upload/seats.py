"""The places of a scene with several people, and who of which photo goes into which."""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from fusion import Box
from fusionsite.jobs.orders import FaceOrder
from fusionsite.jobs.refusals import NoSuchFace
from templates_app.models import Material

MOST_SEATS = 6


@dataclass(frozen=True)
class Seat:
    """One face of a scene: its number for the order, its name, its box in px of the picture."""

    number: int
    name: str
    left: int
    top: int
    width: int
    height: int

    @property
    def view(self) -> str:
        """The part of the picture that shows who sits there, as an SVG viewBox."""
        side = round(max(self.width, self.height) * 1.9)
        left = self.left + self.width // 2 - side // 2
        top = self.top + self.height // 2 - side // 2
        return f"{left} {top} {side} {side}"


def seats(material: Material) -> list[Seat]:
    """The seats in the operator's order; those without a name are called by their place."""
    faces = list(material.faces)[:MOST_SEATS]
    by_place = _names(len(faces))
    across = sorted(faces, key=lambda face: face.left)
    return [
        Seat(
            number=face.number,
            name=face.name or by_place[across.index(face)],
            left=face.left,
            top=face.top,
            width=face.width,
            height=face.height,
        )
        for face in faces
    ]


def _names(count: int) -> list[str]:
    left, right = pgettext("place in a scene", "Left"), pgettext("place in a scene", "Right")
    if count == 2:
        return [left, right]
    if count == 3:
        return [left, pgettext("place in a scene", "Middle"), right]
    return [gettext("Place {n}").replace("{n}", str(n)) for n in range(1, count + 1)]


def seated(written: str, photos: int) -> tuple[FaceOrder, ...]:
    """The orders of `2:0;1:1:10 20 30 40`: seat, photo from 0, and the face's box if it is known.

    Seats whose photo was not sent stay as painted. Raises NoSuchFace for anything else.
    """
    try:
        orders = [_order(part) for part in written.split(";") if part]
    except ValueError as error:
        raise NoSuchFace from error
    if len(orders) > MOST_SEATS or len({order.template_face for order in orders}) < len(orders):
        raise NoSuchFace
    taken = tuple(order for order in orders if order.photo < photos)
    if not taken:
        raise NoSuchFace
    return taken


def _order(part: str) -> FaceOrder:
    seat, photo, *corners = part.split(":")
    box = box_of(corners[0]) if corners else None
    if int(photo) < 0:
        raise ValueError(photo)
    return FaceOrder(photo=int(photo), box=box, only_face=box is None, template_face=int(seat))


def box_of(corners: str) -> Box:
    """ "left top right bottom" in px, as `SeveralFaces.faces` offered it. Raises ValueError."""
    left, top, right, bottom = (int(number) for number in corners.split())
    return Box(left=left, top=top, width=right - left, height=bottom - top)
