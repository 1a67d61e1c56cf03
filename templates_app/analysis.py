"""What the engine computes once per template: faces in our order, and its stored analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fusion import Face, get_engine
from fusion.errors import LayerNotUsable, NoFace
from templates_app.refusals import MaterialLayer, MaterialNoFace

if TYPE_CHECKING:
    import numpy.typing as npt

    from fusion import RGB
    from fusion.engines.base import Engine

MAX_LAYER_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Layers:
    """What is drawn over a result (RGBA, HxWx4) and where the template shows skin (grey, HxW)."""

    front: npt.NDArray[np.uint8] | None = None
    skin: npt.NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class Analysed:
    """The faces, left to right, the analysis as bytes, and the key of what computed it."""

    faces: tuple[Face, ...]
    stored: bytes
    key: str


def the_engine() -> Engine:
    """The engine this installation fuses with."""
    return get_engine(settings.FUSION_ENGINE)


def analysis_key() -> str:
    """Engine and version; an analysis under another key must be computed anew."""
    engine = the_engine()
    return f"{engine.name} {engine.version}"


def analyse(picture: RGB, layers: Layers) -> Analysed:
    """All faces of the template and the engine's analysis of them; MaterialNoFace if none."""
    found = the_engine().find_faces(picture, every=True)
    if not found:
        raise MaterialNoFace
    return analyse_faces(picture, left_to_right(found), layers)


def analyse_faces(picture: RGB, faces: tuple[Face, ...], layers: Layers) -> Analysed:
    """The engine's analysis of exactly these faces, in this order."""
    try:
        analysis = the_engine().analyse(
            picture, faces=faces, layer=layers.front, skin_mask=layers.skin
        )
    except LayerNotUsable as wrong:
        raise MaterialLayer(str(wrong)) from wrong
    except NoFace as wrong:
        raise MaterialNoFace from wrong
    return Analysed(faces, analysis.to_bytes(), analysis.key)


def left_to_right(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """As people count them in a picture, whatever order the detector found them in."""
    return tuple(sorted(faces, key=lambda f: (2 * f.box.left + f.box.width, f.box.top)))


def read_layers(layer: bytes | None, skin_mask: bytes | None, picture: RGB) -> Layers:
    """The two optional PNG files decoded; MaterialLayer when one does not fit the picture."""
    size = (picture.shape[0], picture.shape[1])
    front = None if layer is None else _png(layer, cv2.IMREAD_UNCHANGED, size)
    if front is not None and (front.ndim != 3 or front.shape[2] != 4):
        raise MaterialLayer(_("the front layer has no transparency"))
    if front is not None:
        front = np.ascontiguousarray(front[:, :, [2, 1, 0, 3]])
    skin = None if skin_mask is None else _png(skin_mask, cv2.IMREAD_GRAYSCALE, size)
    return Layers(front, skin)


def _png(data: bytes, flags: int, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """A PNG of exactly that height and width; its header is read before a pixel is decoded."""
    if len(data) > MAX_LAYER_BYTES:
        raise MaterialLayer(_("the file is too heavy"))
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 26:
        raise MaterialLayer(_("it is not a PNG file"))
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if (height, width) != size:
        raise MaterialLayer(
            _("it has %(given)s px, the picture %(needed)s px")
            % {"given": f"{width} × {height}", "needed": f"{size[1]} × {size[0]}"}
        )
    if data[24] != 8:
        raise MaterialLayer(_("it does not have 8 bits per channel"))
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if decoded is None:
        raise MaterialLayer(_("it is not a PNG file"))
    return np.asarray(decoded, np.uint8)
