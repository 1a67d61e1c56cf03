"""The painted templates that come with the product, as `pictures/scenes.json` lists them."""

import json
from dataclasses import dataclass

from fusionsite.demo.visitor import PICTURES


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
