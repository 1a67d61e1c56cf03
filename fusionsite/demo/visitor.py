"""The demo's first visitor: NASA's public-domain portrait, carried by the scikit-image package."""

from importlib.util import find_spec
from pathlib import Path


def astronaut() -> Path | None:
    """The portrait's file in the installed package, which is never imported; None without it."""
    spec = find_spec("skimage")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        portrait = Path(folder) / "data" / "astronaut.png"
        if portrait.exists():
            return portrait
    return None
