"""What every engine offers, and the values that go in and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from fusion.analysis import TemplateAnalysis
    from fusion.faces import RGB, Face

SkinTone = Literal["template", "own"]


@dataclass(frozen=True)
class FuseOptions:
    """How much of the user to take.

    ``face_degree`` 0..100: how strongly features and skin become the user's; ``profile_degree``
    0..100: how far the user's outline shows inside the template's. Both 0 give the template back
    unchanged. ``skin_tone`` "own" carries the user's tone over the template's visible skin.
    """

    face_degree: int = 100
    profile_degree: int = 40
    skin_tone: SkinTone = "template"

    def __post_init__(self) -> None:
        for name in ("face_degree", "profile_degree"):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} must lie between 0 and 100")


@dataclass(frozen=True)
class Swap:
    """``face`` of ``picture`` goes into face number ``template_face`` of the template.

    ``options`` replaces the call's options for this face alone.
    """

    picture: RGB
    face: Face
    template_face: int
    options: FuseOptions | None = None


class Engine(Protocol):
    """Finds faces, prepares templates and fuses."""

    name: str
    version: str

    def find_faces(self, picture: RGB, *, every: bool = False) -> tuple[Face, ...]:
        """Faces, largest box first; ``every`` also looks for small ones beside a main face."""

    def analyse(
        self,
        template: RGB,
        *,
        faces: Sequence[Face] | None = None,
        layer: npt.NDArray[np.uint8] | None = None,
        skin_mask: npt.NDArray[np.uint8] | None = None,
    ) -> TemplateAnalysis:
        """Everything about a template that is paid once.

        ``faces`` fixes which faces there are and their order (default: every face found). The
        RGBA ``layer`` (HxWx4) is drawn over each result, the ``skin_mask`` (HxW, 0..255) says
        where the template shows skin. Raises NoFace or LayerNotUsable.
        """

    def fuse(self, template: TemplateAnalysis, swaps: Sequence[Swap], options: FuseOptions) -> RGB:
        """A fresh picture with each swap done; pixels outside the faces are the template's."""
