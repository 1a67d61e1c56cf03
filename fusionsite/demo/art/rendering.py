"""Renders scenes to files: picture, skin mask, front layer, and the manifest beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import Canvas
from fusionsite.demo.art.finish import finished
from fusionsite.demo.art.layer import Layer
from fusionsite.demo.art.visitors import NOFACE, VISITOR_HEIGHT_PX, VISITORS, paint_all

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fusionsite.demo.art.catalogue import Scene

FULL_HEIGHT_PX = 1080
MANIFEST = "scenes.json"
# Well below the product's limit of 500 KB, so that a template also survives being mended.
_MOST_BYTES = 300_000
_QUALITIES = range(92, 70, -2)


@dataclass(frozen=True)
class Rendered:
    """(h, w, 3) picture, (h, w) skin mask, (h, w, 4) front layer or none; all uint8."""

    picture: npt.NDArray[np.uint8]
    skin: npt.NDArray[np.uint8]
    layer: npt.NDArray[np.uint8] | None


def render(scene: Scene, height_px: int = FULL_HEIGHT_PX) -> Rendered:
    """Paints one scene; the same size gives the same picture every time on one machine."""
    canvas = Canvas.blank(height_px, scene.width)
    scene.paint(canvas)
    picture = finished(canvas, scene.seed, scene.vignette, scene.grain, scene.tint)
    skin = np.asarray(np.clip(canvas.skin, 0, 1) * 255 + 0.5, np.uint8)
    if scene.front is None:
        return Rendered(picture, skin, None)
    layer = Layer(canvas)
    scene.front(layer)
    return Rendered(picture, skin, layer.rgba())


def write_scene(scene: Scene, rendered: Rendered, folder: Path) -> None:
    """KEY.jpg, KEY_skin.png and, where the scene has one, KEY_layer.png."""
    write_jpeg(folder / f"{scene.key}.jpg", rendered.picture)
    _write(
        folder / f"{scene.key}_skin.png", ".png", rendered.skin, [cv2.IMWRITE_PNG_COMPRESSION, 9]
    )
    if rendered.layer is not None:
        flipped = cv2.cvtColor(rendered.layer, cv2.COLOR_RGBA2BGRA)
        _write(folder / f"{scene.key}_layer.png", ".png", flipped, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def write_jpeg(path: Path, picture: npt.NDArray[np.uint8]) -> None:
    """The best quality whose file stays within the wanted weight."""
    flipped = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    for quality in _QUALITIES:
        encoded = _encode(".jpg", flipped, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(encoded) <= _MOST_BYTES:
            break
    path.write_bytes(encoded)


def write_visitors(folder: Path) -> None:
    """The stand-in visitors' photos and the picture without a face."""
    for name, picture in paint_all(VISITOR_HEIGHT_PX).items():
        write_jpeg(folder / name, picture)


def write_manifest(scenes: Iterable[Scene], folder: Path, height_px: int) -> None:
    """scenes.json: what the demo command needs to load the templates and the stand-ins."""
    manifest = {
        "scenes": [_entry(scene, height_px) for scene in scenes],
        "visitors": [f"{visitor.key}.jpg" for visitor in VISITORS],
        "noface": NOFACE,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _entry(scene: Scene, height_px: int) -> dict[str, Any]:
    files = {"picture": f"{scene.key}.jpg", "skin": f"{scene.key}_skin.png"}
    if scene.front is not None:
        files["layer"] = f"{scene.key}_layer.png"
    height, width = Canvas.blank(height_px, scene.width).shape
    return {
        "key": scene.key,
        "title": {"en": scene.title.en, "zh-hans": scene.title.zh_hans},
        "description": {"en": scene.description.en, "zh-hans": scene.description.zh_hans},
        "files": files,
        "width": width,
        "height": height,
        "seats": scene.seats,
        "skin_tone": scene.skin_tone,
    }


def _encode(suffix: str, picture: npt.NDArray[Any], options: list[int]) -> bytes:
    ok, encoded = cv2.imencode(suffix, picture, options)
    if not ok:
        raise ValueError(f"OpenCV cannot encode a {suffix} of shape {picture.shape}")
    return bytes(encoded)


def _write(path: Path, suffix: str, picture: npt.NDArray[Any], options: list[int]) -> None:
    path.write_bytes(_encode(suffix, picture, options))
