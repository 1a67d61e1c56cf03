"""Every face of a photo with what was measured on it, beside the limits that fusion keeps to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fusion import Face, measure
from fusion.faces import RGB
from fusion.measure import DEFAULT_FACE_LIMITS, FaceLimits


@dataclass(frozen=True)
class Verdict:
    """One measure and the limit it must keep; `at_least` tells the side of the limit."""

    rule: str
    measured: float
    limit: float
    unit: str
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether a face with this measure will do."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def measured(picture: RGB, faces: tuple[Face, ...]) -> bytes:
    """All of it as JSON: the picture's size and the faces in the order of their numbers."""
    height, width = picture.shape[:2]
    found = [_face(number, face, picture) for number, face in enumerate(faces, start=1)]
    return json.dumps({"width": width, "height": height, "faces": found}).encode()


def _face(number: int, face: Face, picture: RGB) -> dict[str, Any]:
    verdicts = list(verdicts_on(face, picture))
    box, pose = face.box, face.pose
    return {
        "number": number,
        "box": {"left": box.left, "top": box.top, "width": box.width, "height": box.height},
        "size_px": face.size_px,
        "eye_distance_px": round(face.eye_distance_px, 1),
        "pose": {name: round(getattr(pose, name), 1) for name in ("yaw", "pitch", "roll")},
        "sharpness": round(face.sharpness, 1),
        "brightness": round(measure.brightness(face, picture), 1),
        "glasses": measure.wears_glasses(face, picture),
        "score": round(min(max(face.score, 0.0), 1.0), 3),
        "usable": all(verdict.met for verdict in verdicts),
        "verdicts": [
            {
                "rule": verdict.rule,
                "met": verdict.met,
                "measured": round(verdict.measured, 1),
                "limit": verdict.limit,
                "limit_is": "minimum" if verdict.at_least else "maximum",
                "unit": verdict.unit,
            }
            for verdict in verdicts
        ],
    }


def verdicts_on(
    face: Face, picture: RGB, limits: FaceLimits = DEFAULT_FACE_LIMITS
) -> Iterator[Verdict]:
    """What `fusion.measure.usable` looks at, all of it instead of the first that misses."""
    outside = 100 * measure.outside_share(face, picture)
    covered = 100 * measure.covered_share(face, picture)
    lines: tuple[tuple[str, float, float | None, float, str, bool], ...] = (
        ("size", face.size_px, limits.min_size_px, 1, "px", True),
        ("outside", outside, limits.max_outside_share, 100, "%", False),
        ("yaw", abs(face.pose.yaw), limits.max_yaw, 1, "degrees", False),
        ("pitch", abs(face.pose.pitch), limits.max_pitch, 1, "degrees", False),
        ("sharpness", face.sharpness, limits.min_sharpness, 1, "", True),
        ("covered", covered, limits.max_covered_share, 100, "%", False),
    )
    for rule, found, limit, scale, unit, at_least in lines:
        if limit is not None:
            yield Verdict(rule, found, limit * scale, unit, at_least)
