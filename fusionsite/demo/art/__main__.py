"""`python -m fusionsite.demo.art OUT [--size N] [--scene NAME]` renders the demo's pictures."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from fusionsite.demo.art.catalogue import SCENES
from fusionsite.demo.art.rendering import (
    FULL_HEIGHT_PX,
    render,
    write_manifest,
    write_scene,
    write_visitors,
)


def main() -> None:
    """Renders all scenes, or one, into a folder."""
    parser = argparse.ArgumentParser(prog="python -m fusionsite.demo.art", description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--size", type=int, default=FULL_HEIGHT_PX, help="height in pixels")
    parser.add_argument("--scene", choices=[scene.key for scene in SCENES], help="only this one")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if wanted.scene in (None, scene.key):
            start = time.perf_counter()
            write_scene(scene, render(scene, wanted.size), wanted.out)
            print(f"{scene.key}: {time.perf_counter() - start:.1f} s")
    if wanted.scene is None:
        write_visitors(wanted.out)
    write_manifest(SCENES, wanted.out, wanted.size)


if __name__ == "__main__":
    main()
