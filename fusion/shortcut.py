"""The shortest way from two pictures to one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fusion.engines import get_engine
from fusion.engines.base import FuseOptions, Swap
from fusion.errors import NoFace

if TYPE_CHECKING:
    from fusion.engines.base import Engine
    from fusion.faces import RGB


def fuse_arrays(user_rgb: RGB, template_rgb: RGB, options: FuseOptions | None = None) -> RGB:
    """The largest face of the user's picture in the largest face of the template.

    Both upright uint8 HxWx3; the answer has the template's size. Raises NoFace.
    """
    engine = _engine()
    users = engine.find_faces(user_rgb)
    if not users:
        raise NoFace
    template = engine.analyse(template_rgb, faces=engine.find_faces(template_rgb))
    return engine.fuse(template, [Swap(user_rgb, users[0], 0)], options or FuseOptions())


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return get_engine()
