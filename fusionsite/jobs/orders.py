"""What a job shall do, as plain values that travel through the job row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fusion import Box

SkinTone = Literal["template", "own"]
PictureFormat = Literal["JPEG", "PNG"]


@dataclass(frozen=True)
class FaceOrder:
    """One face to carry over: which photo and face of it, into which face of the template.

    Without a choice, the photo must hold one usable face when `only_face` is set, else its
    largest is taken; in the template the largest is taken.
    """

    photo: int = 0
    box: Box | None = None
    number: int | None = None  # counts from 1 in the order in which faces are found
    only_face: bool = False
    template_face: int | None = None  # counts from 1 in the material's own order
    template_box: Box | None = None


@dataclass(frozen=True)
class Order:
    """Everything `execution` needs that no other row says."""

    faces: tuple[FaceOrder, ...] = (FaceOrder(),)
    face_degree: int = 100
    profile_degree: int = 40
    skin_tone: SkinTone = "template"
    picture_format: PictureFormat = "JPEG"
    max_side_px: int = 4096
    min_side_px: int = 64
    template_sent: bool = False
    painted: bool = False  # face regions as colours instead of ids
    metadata: tuple[tuple[str, str], ...] = ()
    mark: Box | None = None  # where the caller's own mark goes, besides the legal label
    nickname: bool = False  # whether a name came with the photo, to be written into the picture
    max_answer_bytes: int | None = None  # of a picture that is answered as bytes

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the way back."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Order":
        """The order that `to_json` wrote down."""
        faces = tuple(
            FaceOrder(**{**face, **{key: _box(face[key]) for key in ("box", "template_box")}})
            for face in fields["faces"]
        )
        metadata = tuple((key, value) for key, value in fields["metadata"])
        mark = _box(fields.get("mark"))
        return cls(**{**fields, "faces": faces, "metadata": metadata, "mark": mark})


def _box(fields: Mapping[str, int] | None) -> Box | None:
    return Box(**fields) if fields else None
