"""What is known about a template, as a value that can be stored and loaded again."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from fusion.errors import AnalysisNotUsable, LayerNotUsable, NoFace, NoSuchFace
from fusion.faces import Box, Face, Pose
from fusion.plate import Plate, prepare
from fusion.tone import skin_cover

if TYPE_CHECKING:
    import numpy.typing as npt

    from fusion.faces import RGB, Floats

    Bits = npt.NDArray[np.uint8]

FORMAT = "fusion analysis 1"


class TemplateAnalysis:
    """A template, its faces in their fixed order, and everything that is prepared from them.

    ``picture`` is upright uint8 HxWx3, ``layer`` (RGBA, HxWx4) is drawn over every result,
    ``skin_mask`` (HxW, 0..255) says where the template shows skin. ``key`` names the engine and
    version it was made for. Safe to share between threads: what is prepared late is the same
    whoever prepares it.
    """

    def __init__(
        self,
        picture: RGB,
        faces: tuple[Face, ...],
        *,
        key: str,
        layer: Bits | None = None,
        skin_mask: Bits | None = None,
    ) -> None:
        if not faces:
            raise NoFace("The template shows no face that could be exchanged.")
        _check_fit(picture, layer, skin_mask)
        self.picture = picture
        self.faces = faces
        self.key = key
        self.layer = layer
        self.skin_mask = skin_mask
        self._plates: dict[int, Plate] = {}
        self._covers: dict[int, Floats] = {}

    def plate(self, face: int) -> Plate:
        """The prepared face with this number; NoSuchFace when there is none."""
        if not 0 <= face < len(self.faces):
            raise NoSuchFace(measured=face, limit=len(self.faces))
        if face not in self._plates:
            self._plates[face] = prepare(self.picture, self.faces[face])
        return self._plates[face]

    def skin(self, face: int) -> Floats:
        """Where the skin of this face's person shows, 0..1, (H, W) float32.

        The stored mask around this face, or, without one, what has the colour of the face.
        """
        if face not in self._covers:
            plate = self.plate(face)
            self._covers[face] = skin_cover(self.picture, plate, self.faces, self.skin_mask)
        return self._covers[face]

    def to_bytes(self) -> bytes:
        """All of it in one file: lossless pictures, landmarks, and a header with the key."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "header": _as_array(json.dumps(self._header()).encode()),
            "landmarks": np.stack([f.landmarks for f in self.faces]),
            "picture": _png(cv2.cvtColor(self.picture, cv2.COLOR_RGB2BGR)),
        }
        if self.layer is not None:
            arrays["layer"] = _png(cv2.cvtColor(self.layer, cv2.COLOR_RGBA2BGRA))
        if self.skin_mask is not None:
            arrays["skin_mask"] = _png(self.skin_mask)
        stored = io.BytesIO()
        np.savez(stored, allow_pickle=False, **arrays)
        return stored.getvalue()

    def _header(self) -> dict[str, Any]:
        faces = [
            {
                "box": asdict(face.box),
                "pose": asdict(face.pose),
                "score": face.score,
                "presence": face.presence,
                "sharpness": face.sharpness,
            }
            for face in self.faces
        ]
        return {"format": FORMAT, "key": self.key, "faces": faces}

    @classmethod
    def from_bytes(cls, data: bytes, key: str | None = None) -> TemplateAnalysis:
        """What ``to_bytes`` stored.

        Raises AnalysisNotUsable for bytes that are damaged, of another format, or (where ``key``
        is given) made for another engine or version.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            header = json.loads(arrays["header"].tobytes())
            if header["format"] != FORMAT:
                raise AnalysisNotUsable(f"The analysis has the format {header['format']!r}.")
            pairs = zip(header["faces"], arrays["landmarks"], strict=True)
            faces = tuple(_face(described, points) for described, points in pairs)
            made_for = str(header["key"])
            picture = cv2.cvtColor(_unpacked(arrays["picture"]), cv2.COLOR_BGR2RGB)
            layer = _unpacked(arrays["layer"]) if "layer" in arrays else None
            mask = _unpacked(arrays["skin_mask"]) if "skin_mask" in arrays else None
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as broken:
            raise AnalysisNotUsable("The stored analysis is damaged.") from broken
        if key is not None and made_for != key:
            raise AnalysisNotUsable(f"The analysis was made for {made_for!r}, not for {key!r}.")
        if layer is not None:
            layer = np.asarray(cv2.cvtColor(layer, cv2.COLOR_BGRA2RGBA), np.uint8)
        return cls(np.asarray(picture, np.uint8), faces, key=made_for, layer=layer, skin_mask=mask)


def _check_fit(picture: RGB, layer: Bits | None, skin_mask: Bits | None) -> None:
    height, width = picture.shape[:2]
    if layer is not None and layer.shape != (height, width, 4):
        raise LayerNotUsable(
            f"The layer must be an RGBA picture of the template's size, {width}x{height} pixels."
        )
    if skin_mask is not None and skin_mask.shape != (height, width):
        raise LayerNotUsable(
            f"The skin mask must be a grey picture of the template's size, {width}x{height} pixels."
        )


def _face(described: dict[str, Any], landmarks: Floats) -> Face:
    points = np.ascontiguousarray(landmarks, np.float32)
    points.setflags(write=False)
    return Face(
        Box(**described["box"]),
        described["score"],
        described["presence"],
        points,
        Pose(**described["pose"]),
        described["sharpness"],
    )


def _as_array(content: bytes) -> Bits:
    return np.frombuffer(content, np.uint8)


def _png(picture: npt.NDArray[Any]) -> Bits:
    _, encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    return np.asarray(encoded, np.uint8).ravel()


def _unpacked(encoded: Bits) -> Bits:
    decoded = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise ValueError("not a picture")
    return np.asarray(decoded, np.uint8)
