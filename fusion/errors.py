"""Everything that can be wrong with a picture, a face or an engine: one class per thing.

Each error is one plain English sentence (``str(error)``) and carries the facts behind it, so that
a caller can say the same in another language: what was measured, the limit it missed, the unit
of both, and the face it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from fusion.faces import Box, Pose


class FusionError(Exception):
    """A picture, face or engine that cannot be used; the sentence says why and what is needed.

    ``sentence`` is filled in with the facts unless the raiser brings its own words.
    """

    sentence: ClassVar[str] = "The picture cannot be used."

    def __init__(
        self,
        words: str | None = None,
        *,
        measured: float | None = None,
        limit: float | None = None,
        unit: str | None = None,
        box: Box | None = None,
    ) -> None:
        self.measured = measured
        self.limit = limit
        self.unit = unit
        self.box = box
        super().__init__(words or self._filled_in())

    def _filled_in(self) -> str:
        facts = {"measured": _plain(self.measured), "limit": _plain(self.limit)}
        return self.sentence.format(unit=self.unit or "", **facts)


def _plain(figure: float | None) -> str:
    """The figure as people write it: no trailing zeros, no exponent."""
    if figure is None:
        return "unknown"
    return f"{figure:.2f}".rstrip("0").rstrip(".")


class PictureError(FusionError):
    """The file cannot be used as a picture."""


class NotAPicture(PictureError):
    """The bytes are no picture in any format that is known here, or are damaged beyond reading."""

    sentence = "The file is not a readable picture; a JPEG, PNG, WebP, HEIF or BMP file is needed."


class PictureFormatNotSupported(PictureError):
    """A picture, but in a format that is not accepted here."""

    sentence = "The picture's format is not accepted here."


class PictureTooHeavy(PictureError):
    """The file has too many bytes."""

    sentence = "The file has {measured} {unit}; at most {limit} are accepted."


class PictureTooLarge(PictureError):
    """Too many pixels in all, or too many along one side."""

    sentence = "The picture has {measured} {unit}; at most {limit} are accepted."


class PictureTooSmall(PictureError):
    """Too few pixels along the shorter side."""

    sentence = "The picture's shorter side has {measured} {unit}; at least {limit} are needed."


class PictureTruncated(PictureError):
    """The file ends before the picture does."""

    sentence = "The file ends after {measured} {unit}, before the picture is complete."


class FaceError(FusionError):
    """The picture is fine, its face is not."""


class NoFace(FaceError):
    """No face was found."""

    sentence = "No face was found; a picture that shows one face clearly is needed."


class FaceTooSmall(FaceError):
    """The face has too few pixels."""

    sentence = "The face is {measured} {unit} wide or high; at least {limit} are needed."


class FaceOutsidePicture(FaceError):
    """The frame cuts the face."""

    sentence = (
        "Of the face {measured} {unit} lies outside the picture; at most {limit} is accepted."
    )


class FaceTurnedAway(FaceError):
    """The face looks too far to the side, up or down; ``pose`` holds all three angles."""

    sentence = "The face is turned by {measured} {unit}; at most {limit} are accepted."

    def __init__(
        self,
        words: str | None = None,
        *,
        pose: Pose | None = None,
        measured: float | None = None,
        limit: float | None = None,
        unit: str | None = "degrees",
        box: Box | None = None,
    ) -> None:
        self.pose = pose
        super().__init__(words, measured=measured, limit=limit, unit=unit, box=box)


class FaceTooBlurred(FaceError):
    """The face shows too little detail."""

    sentence = "The face's sharpness is {measured}; at least {limit} is needed."


class FaceCovered(FaceError):
    """Something hides too much of the face."""

    sentence = "Of the face {measured} {unit} is covered; at most {limit} is accepted."


class SeveralFaces(FaceError):
    """More faces than the caller allows."""

    sentence = "The picture shows {measured} faces; at most {limit} can be used."


class NoSuchFace(FaceError):
    """The face that was asked for, by index or rectangle, is not there."""

    sentence = "Face number {measured} was asked for, but the picture has {limit}."


class EngineError(FusionError):
    """The engine itself cannot do it, whatever the picture."""

    sentence = "The fusion engine cannot be used."


class NetworksMissing(EngineError):
    """The face networks are not installed, or are not the files that were tested."""


class ModelNotSupported(EngineError):
    """The operator's model is missing or has another shape than the engine can drive."""


class AnalysisNotUsable(EngineError):
    """A stored template analysis was written by another version or engine, or is damaged."""


class LayerNotUsable(EngineError):
    """A front layer or a skin mask does not fit its template."""
