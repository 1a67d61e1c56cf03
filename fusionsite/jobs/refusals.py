"""Why a photo, a face or a moment will not do; engine errors become refusals here alone."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from campaigns.refusals import Refusal, every_refusal
from fusion import FusionError, errors

Boxes = tuple[tuple[int, int, int, int], ...]


class PictureRefusal(Refusal):
    """About a picture that came with the call: `about` is "photo" (the user's) or "template".

    `photo` counts the user's photos from 1. `faces` are the boxes to choose from, where there are
    several (left, top, right, bottom in px of the upright picture); `size` is its width and height.
    """

    about: str = "photo"
    photo: int = 1
    faces: Boxes = ()
    size: tuple[int, int] | None = None


# --- The file --------------------------------------------------------------------------------


class PhotoMissing(PictureRefusal):
    code = "photo-missing"
    sentence = _("There is no photo.")
    remedy = _("Choose or take one.")


class PhotoNotBase64(PictureRefusal):
    code = "photo-not-base64"
    sentence = _("The picture is not valid base64.")
    remedy = _("Send the bare base64 text of the file, without a data: header.")


class PhotoAddressWrong(PictureRefusal):
    code = "photo-address-wrong"
    sentence = _("The picture's address is not an http or https address.")
    remedy = _("Give the direct address of the picture.")


class PhotoNotFetched(PictureRefusal):
    code = "photo-not-fetched"
    sentence = _("The picture could not be fetched from its address.")
    remedy = _("Use a public http or https address that answers with the picture itself.")


class PhotoTooHeavy(PictureRefusal):
    code = "photo-too-heavy"
    sentence = _("The file has %(measured)s MB; at most %(limit)s MB are possible.")
    remedy = _("Choose a smaller one.")


class PhotoNotAPicture(PictureRefusal):
    code = "photo-not-a-picture"
    sentence = _("This file is not a picture that can be read.")
    remedy = _("Choose another file: JPEG, PNG, WebP or HEIC.")


class PhotoFormat(PictureRefusal):
    code = "photo-format"
    sentence = _("This kind of picture is not accepted here.")
    remedy = _("Choose another file: JPEG or PNG.")


class PhotoDamaged(PictureRefusal):
    code = "photo-damaged"
    sentence = _("The file ends before the picture does.")
    remedy = _("Send it again, or choose another file.")


class PhotoTooLarge(PictureRefusal):
    code = "photo-too-large"
    sentence = _("One side of the picture is %(measured)s pixels; at most %(limit)s are possible.")
    remedy = _("Choose a smaller one.")


class PhotoTooManyPixels(PictureRefusal):
    code = "photo-too-many-pixels"
    sentence = _("The picture has %(measured)s megapixels; at most %(limit)s are possible.")
    remedy = _("Choose a smaller one.")


class PhotoTooLong(PictureRefusal):
    """measured: the longer side as a multiple of the shorter one."""

    code = "photo-too-long"
    sentence = _("The picture is %(measured)s times as long as it is wide; at most %(limit)s.")
    remedy = _("Crop it.")


class PhotoTooSmall(PictureRefusal):
    code = "photo-too-small"
    sentence = _("The picture's short side is %(measured)s pixels; at least %(limit)s are needed.")
    remedy = _("Choose a larger one.")


# --- The face --------------------------------------------------------------------------------


class NoFace(PictureRefusal):
    code = "no-face"
    sentence = _("We cannot see a face.")
    remedy = _("Look straight at the camera.")


class FaceTooSmall(PictureRefusal):
    code = "face-too-small"
    sentence = _(
        "The face is %(measured)s pixels wide in this photo. At least %(limit)s are needed."
    )
    remedy = _("Take one step towards the camera.")


class FaceOutside(PictureRefusal):
    code = "face-outside"
    sentence = _("%(measured)s %% of the face lies outside the picture; at most %(limit)s %%.")
    remedy = _("Centre your face.")


class FaceTurned(PictureRefusal):
    code = "face-turned"
    sentence = _("The face is turned by %(measured)s°; at most %(limit)s° will do.")
    remedy = _("Look straight at the camera.")


class FaceBlurred(PictureRefusal):
    code = "face-blurred"
    sentence = _("The face is blurred: sharpness %(measured)s, at least %(limit)s is needed.")
    remedy = _("Hold still, wipe the lens, and take it again.")


class FaceCovered(PictureRefusal):
    code = "face-covered"
    sentence = _("Too much of the face is covered: %(measured)s %%, at most %(limit)s %%.")
    remedy = _("Take off what covers it.")


class SeveralFaces(PictureRefusal):
    code = "several-faces"
    sentence = _("There are %(measured)s faces in this photo.")
    remedy = _("Say which one is you.")


class NoSuchFace(PictureRefusal):
    code = "no-such-face"
    sentence = _("The face that was chosen is not in the picture.")
    remedy = _("Choose one of the faces that were found.")


class NoFaceThere(PictureRefusal):
    code = "no-face-there"
    sentence = _("There is no face in the rectangle that was given.")
    remedy = _("Give a rectangle around one face.")


class RectangleOutside(PictureRefusal):
    code = "rectangle-outside"
    sentence = _("The rectangle that was given lies outside the picture.")
    remedy = _("Give a rectangle in pixels of the upright picture.")


class TemplateFaceUnknown(PictureRefusal):
    code = "template-face-unknown"
    sentence = _("The template has no such face.")
    remedy = _("Ask for the template's list of faces.")


# --- The moment ------------------------------------------------------------------------------


class ConsentMissing(Refusal):
    code = "consent-missing"
    sentence = _("Your consent to use this photo is missing.")
    remedy = _("Read the words and agree to them first.")


class ConsentOutdated(Refusal):
    code = "consent-outdated"
    sentence = _("The words you agreed to have changed meanwhile.")
    remedy = _("Read them again; your photo is still here.")


class NicknameTooLong(Refusal):
    code = "nickname-too-long"
    sentence = _("The name has %(measured)s characters; at most %(limit)s fit into the picture.")
    remedy = _("Choose a shorter one.")


class NicknameNotDrawn(Refusal):
    """It holds pictures, control characters, or letters that our font lacks."""

    code = "nickname-not-drawn"
    sentence = _("This name has characters that cannot be written into the picture.")
    remedy = _("Use letters and digits.")


class Busy(Refusal):
    code = "busy"
    sentence = _("It is busy.")
    remedy = _("Try again in %(retry_after)s seconds.")


class TookTooLong(Refusal):
    code = "took-too-long"
    sentence = _("Making the picture took too long. Nothing was charged.")
    remedy = _("Try again in a moment.")


class FusionFailed(Refusal):
    code = "fusion-failed"
    sentence = _("The picture could not be made. Nothing was charged.")
    remedy = _("Try another photo.")


class DetectorFailed(FusionFailed):
    """The face networks broke, whatever the picture shows."""

    code = "detector-failed"
    sentence = _("The faces could not be looked for. Nothing was charged.")
    remedy = _("Try again in a moment.")


class FinishingFailed(FusionFailed):
    """The faces were fused, but the picture could not be labelled or encoded."""

    code = "finishing-failed"
    sentence = _("The picture could not be finished. Nothing was charged.")
    remedy = _("Send less metadata, or try another photo.")


class AnswerTooHeavy(Refusal):
    """A picture asked for as bytes is larger than its answer may be (both MB)."""

    code = "answer-too-heavy"
    sentence = _("The picture has %(measured)s MB; an answer holds %(limit)s MB at most.")
    remedy = _("Ask for a link instead.")


class TemplateLost(Refusal):
    """A stored material's file is not where it should be."""

    code = "template-lost"
    sentence = _("The files of this template are not there. Nothing was charged.")
    remedy = _("Choose another one, and tell the operator.")


class WorkerLost(Refusal):
    code = "worker-lost"
    sentence = _("The picture could not be made after %(measured)s attempts. Nothing was charged.")
    remedy = _("Try again in a moment.")


class StorageFailed(Refusal):
    code = "storage-failed"
    sentence = _("The picture could not be stored. Nothing was charged.")
    remedy = _("Try again in a moment.")


class PhotoGone(Refusal):
    code = "photo-gone"
    sentence = _("The photo was erased before the picture could be made. Nothing was charged.")
    remedy = _("Send it again.")


class Cancelled(Refusal):
    code = "cancelled"
    sentence = _("This was cancelled.")
    remedy = _("Start again whenever you like.")


class KeyUsedTwice(Refusal):
    code = "idempotency-key-used"
    sentence = _("This idempotency key belongs to another request.")
    remedy = _("Use a fresh key for every new request.")


class Blocked(Refusal):
    code = "blocked"
    sentence = _("This photo cannot be used here.")
    remedy = _("Choose another photo.")


class ModerationSilent(Blocked):
    """Nobody could look at the photo, and the settings say that nothing passes unseen."""

    code = "moderation-silent"
    sentence = _("This photo could not be checked.")
    remedy = _("Try again in a moment.")


# --- From the engine's words to ours ---------------------------------------------------------

_FROM_ENGINE: dict[type[FusionError], type[PictureRefusal]] = {
    errors.NotAPicture: PhotoNotAPicture,
    errors.PictureFormatNotSupported: PhotoFormat,
    errors.PictureTooHeavy: PhotoTooHeavy,
    errors.PictureTooLarge: PhotoTooLarge,
    errors.PictureTooSmall: PhotoTooSmall,
    errors.PictureTruncated: PhotoDamaged,
    errors.NoFace: NoFace,
    errors.FaceTooSmall: FaceTooSmall,
    errors.FaceOutsidePicture: FaceOutside,
    errors.FaceTurnedAway: FaceTurned,
    errors.FaceTooBlurred: FaceBlurred,
    errors.FaceCovered: FaceCovered,
    errors.SeveralFaces: SeveralFaces,
    errors.NoSuchFace: NoSuchFace,
}


def from_fusion_error(
    error: FusionError, *, about: str = "photo", size: tuple[int, int] | None = None
) -> Refusal:
    """The refusal that says the same; errors of the engine itself become `FusionFailed`.

    `size` is the picture's width and height in px: a box means something only together with it.
    """
    kind = _FROM_ENGINE.get(type(error))
    if kind is None:
        return FusionFailed()
    if kind is PhotoTooLarge and error.unit == "megapixels":
        kind = PhotoTooManyPixels
    box = error.box
    refusal = kind(
        measured=_rounded(error.measured),
        limit=_rounded(error.limit),
        unit=error.unit,
        box=(box.left, box.top, box.right, box.bottom) if box else None,
    )
    refusal.about = about
    refusal.size = size
    return refusal


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 1)


# --- Written down and read again -------------------------------------------------------------


def written(refusal: Refusal) -> dict[str, Any]:
    """The refusal as JSON values, for the job's row."""
    return {**vars(refusal), "code": refusal.code}


class UnknownReason(Refusal):
    """A reason that this version of the site does not know."""

    code: ClassVar[str] = "unknown-reason"


def read_back(reason: dict[str, Any]) -> Refusal:
    """The refusal that `written` wrote down."""
    kinds = {kind.code: kind for kind in every_refusal()}
    kind = kinds.get(reason["code"], UnknownReason)
    refusal = kind.__new__(kind)
    facts = {key: value for key, value in reason.items() if key != "code"}
    vars(refusal).update(facts)
    return refusal
