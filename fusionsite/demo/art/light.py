"""The lights of a scene, shared by face and costume so that both stand in the same place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from fusionsite.demo.art.canvas import Picture, Plane

# Towards the light: x to the right, y down, z away from the viewer. Colours are linear gains.
Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """One distant light."""

    towards: Vector
    colour: Vector

    @property
    def direction(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """The unit vector towards the light."""
        vector = np.array(self.towards, np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass(frozen=True)
class Lighting:
    """A warm key that throws shadows, a coloured rim from the scene, a weak fill, an ambient."""

    key: Light
    rim: Light
    fill: Light
    ambient: Vector

    @property
    def lights(self) -> tuple[Light, Light, Light]:
        """The three lights, the key first."""
        return self.key, self.rim, self.fill


def to_linear(colour: Picture) -> Picture:
    """Linear light of sRGB values, by the power 2.2."""
    return np.asarray(np.maximum(colour, 0) ** 2.2, np.float32)


def from_linear(light: Picture) -> Picture:
    """sRGB values of linear light, highlights rolled off gently so that they do not clip."""
    rolled = np.where(light > 0.7, 0.7 + 0.3 * np.tanh((light - 0.7) / 0.3), light)
    return np.asarray(np.clip(rolled, 0, 1) ** (1 / 2.2), np.float32)


def facing(normals: Picture, light: Light) -> Plane:
    """Cosine between each normal and the way to the light, -1..1."""
    return np.asarray(normals @ light.direction, np.float32)


def halfway(normals: Picture, light: Light) -> Plane:
    """Cosine between each normal and the half vector of light and viewer, 0..1 (Blinn 1977)."""
    half = light.direction + np.array([0, 0, -1], np.float32)
    half /= np.linalg.norm(half)
    return np.asarray(np.clip(normals @ half, 0, 1), np.float32)
