"""What is known about a template, as a value that can be stored and loaded again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from fusion.errors import AnalysisNotUsable, NoSuchFace
from fusion.faces import Box, Face, Pose
from fusion.plate import Plate, prepare

if TYPE_CHECKING:
    import numpy.typing as npt

    from fusion.faces import RGB

FORMAT = 1


class TemplateAnalysis:
    """A template, its faces and everything that is prepared from them."""

    def __init__(
        self,
        picture: RGB,
        faces: tuple[Face, ...],
        *,
        key: str,
        layer: npt.NDArray[np.uint8] | None = None,
        skin_mask: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        self.picture = picture
        self.faces = faces
        self.key = key
        self.layer = layer
        self.skin_mask = skin_mask
        self._plates: dict[int, Plate] = {}

    def plate(self, face: int) -> Plate:
        """The prepared face with this number; NoSuchFace when there is none."""
        if not 0 <= face < len(self.faces):
            raise NoSuchFace(measured=face, limit=len(self.faces))
        if face not in self._plates:
            self._plates[face] = prepare(self.picture, self.faces[face])
        return self._plates[face]

    def to_bytes(self) -> bytes:
        """Everything needed to fuse again without looking at the template a second time."""
        facts = {
            "format": FORMAT,
            "key": self.key,
            "faces": [_face_facts(face) for face in self.faces],
        }
        arrays = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
        arrays["picture"] = self.picture
        arrays["landmarks"] = np.stack([face.landmarks for face in self.faces])
        for name, plane in (("layer", self.layer), ("skin_mask", self.skin_mask)):
            if plane is not None:
                arrays[name] = plane
        written = io.BytesIO()
        np.savez_compressed(written, **arrays)  # type: ignore[arg-type]
        return written.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, key: str | None = None) -> TemplateAnalysis:
        """The analysis that ``to_bytes`` wrote; AnalysisNotUsable for damage or another ``key``."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                facts = json.loads(stored["facts"].tobytes())
                planes = {name: stored[name] for name in stored.files if name != "facts"}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as broken:
            raise AnalysisNotUsable("The stored template analysis is damaged.") from broken
        if facts["format"] != FORMAT or (key is not None and facts["key"] != key):
            raise AnalysisNotUsable("The template analysis was stored by another engine version.")
        pairs = zip(facts["faces"], planes["landmarks"], strict=True)
        return cls(
            planes["picture"],
            tuple(_face(entry, landmarks) for entry, landmarks in pairs),
            key=facts["key"],
            layer=planes.get("layer"),
            skin_mask=planes.get("skin_mask"),
        )


def _face_facts(face: Face) -> dict[str, object]:
    return {
        "box": [face.box.left, face.box.top, face.box.width, face.box.height],
        "pose": [face.pose.yaw, face.pose.pitch, face.pose.roll],
        "numbers": [face.score, face.presence, face.sharpness],
    }


def _face(entry: dict[str, list[float]], landmarks: npt.NDArray[np.float32]) -> Face:
    score, presence, sharpness = entry["numbers"]
    landmarks.setflags(write=False)
    box = Box(*(int(edge) for edge in entry["box"]))
    return Face(box, score, presence, landmarks, Pose(*entry["pose"]), sharpness)
