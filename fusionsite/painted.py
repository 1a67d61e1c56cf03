"""The painted pictures that come with the product: scenes to fuse into, people who do not exist.

They lie where the demo's generator puts them; nobody real is in any of them.
"""

import json
from dataclasses import dataclass
from pathlib import Path

PICTURES = Path(__file__).parent / "demo" / "pictures"
# Stand-ins for a visitor's photo, and one picture without a face.
VISITORS = ("visitor_a.jpg", "visitor_b.jpg", "visitor_c.jpg")
NO_FACE = "noface.jpg"


@dataclass(frozen=True)
class Scene:
    """One template: its titles by language, its picture, and what lies behind and before it."""

    key: str
    titles: dict[str, str]
    picture_name: str
    picture: bytes
    skin_mask: bytes | None
    layer: bytes | None


def scenes() -> list[Scene]:
    """All of them, the campaign's hero first."""
    listed = json.loads((PICTURES / "scenes.json").read_text())["scenes"]
    return [
        Scene(
            key=entry["key"],
            titles=entry["title"],
            picture_name=entry["files"]["picture"],
            picture=(PICTURES / entry["files"]["picture"]).read_bytes(),
            skin_mask=_optional(entry["files"].get("skin")),
            layer=_optional(entry["files"].get("layer")),
        )
        for entry in listed
    ]


def _optional(name: str | None) -> bytes | None:
    return (PICTURES / name).read_bytes() if name else None
