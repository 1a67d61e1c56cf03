"""Which face of the photo goes into which face of the template."""

from collections.abc import Sequence

from fusion import Box, Face, FusionError, TemplateAnalysis
from fusion.faces import RGB
from fusion.measure import usable
from fusionsite.jobs.orders import FaceOrder
from fusionsite.jobs.refusals import (
    NoFace,
    NoFaceThere,
    NoSuchFace,
    RectangleOutside,
    SeveralFaces,
    TemplateFaceUnknown,
    from_fusion_error,
)

# A face this much smaller than the largest is a bystander and not offered as a choice.
BYSTANDER_SHARE = 0.35
# A rectangle and a face are about the same thing when they share this much (IoU)...
MATCH_IOU = 0.2


def choose_face(photo: RGB, found: Sequence[Face], order: FaceOrder) -> Face:
    """The user's face: by rectangle, by number, or the largest; measured and found usable.

    Raises the refusal that says what is wrong; with `only_face`, `SeveralFaces` with the boxes.
    """
    if not found:
        raise NoFace
    if order.box is not None:
        face = _face_in(order.box, photo, found)
    elif order.number is not None:
        if not 1 <= order.number <= len(found):
            raise NoSuchFace(measured=order.number, limit=len(found))
        face = found[order.number - 1]
    else:
        face = max(found, key=lambda candidate: candidate.box.area)
        if order.only_face:
            _require_single(face, photo, found)
    require_usable(photo, face)
    return face


def template_face_index(analysis: TemplateAnalysis, order: FaceOrder) -> int:
    """The template's face that the order means, counted from 0."""
    faces = analysis.faces
    if (box := order.template_box) is not None:
        best = max(range(len(faces)), key=lambda index: faces[index].box.overlap(box))
        if not _about_the_same(box, faces[best].box):
            raise TemplateFaceUnknown
        return best
    if order.template_face is not None:
        if not 1 <= order.template_face <= len(faces):
            raise TemplateFaceUnknown(measured=order.template_face, limit=len(faces))
        return order.template_face - 1
    return max(range(len(faces)), key=lambda index: faces[index].box.area)


def _require_single(largest: Face, photo: RGB, found: Sequence[Face]) -> None:
    rivals = [face for face in found if face.box.area >= BYSTANDER_SHARE * largest.box.area]
    if len(rivals) > 1:
        refusal = SeveralFaces(measured=len(rivals), limit=1)
        refusal.faces = tuple(_corners(face.box) for face in rivals)
        refusal.size = (photo.shape[1], photo.shape[0])
        raise refusal


def _face_in(box: Box, photo: RGB, found: Sequence[Face]) -> Face:
    height, width = photo.shape[:2]
    if box.left >= width or box.top >= height or box.right <= 0 or box.bottom <= 0:
        raise RectangleOutside
    best = max(found, key=lambda face: face.box.overlap(box))
    if not _about_the_same(box, best.box):
        raise NoFaceThere
    return best


def _about_the_same(given: Box, found: Box) -> bool:
    """... or when the face's middle lies in the rectangle."""
    middle = (found.left + found.width / 2, found.top + found.height / 2)
    inside = given.left <= middle[0] <= given.right and given.top <= middle[1] <= given.bottom
    return inside or given.overlap(found) >= MATCH_IOU


def require_usable(picture: RGB, face: Face, *, about: str = "photo") -> None:
    """Raises the refusal of the first limit that the face misses."""
    try:
        usable(face, picture)
    except FusionError as error:
        size = (picture.shape[1], picture.shape[0])
        raise from_fusion_error(error, about=about, size=size) from error


def _corners(box: Box) -> tuple[int, int, int, int]:
    return (box.left, box.top, box.right, box.bottom)
