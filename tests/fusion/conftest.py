"""Faces for the engine's tests: drawn ones, and one real portrait that is free to use."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fusion import read_picture
from fusion.engines import get_engine
from tests.pictures import a_face_picture

if TYPE_CHECKING:
    from fusion import RGB, Face
    from fusion.engines.base import Engine


@pytest.fixture(scope="session")
def portrait() -> RGB:
    """NASA's portrait of Eileen Collins (public domain, part of scikit-image), cut to the head."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None and spec.submodule_search_locations
    path = Path(next(iter(spec.submodule_search_locations))) / "data" / "astronaut.png"
    whole = read_picture(path.read_bytes())
    head = np.ascontiguousarray(whole[0:300, 70:370])
    head.setflags(write=False)
    return head


@pytest.fixture(scope="session")
def drawn() -> RGB:
    """A template with one drawn face."""
    return a_face_picture(540, 540, seed=2)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return get_engine()


@pytest.fixture(scope="session")
def portrait_face(engine: Engine, portrait: RGB) -> Face:
    return engine.find_faces(portrait)[0]
