"""Every scene of the demo with its words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fusionsite.demo.art.canvas import DESIGN_WIDTH, Canvas
from fusionsite.demo.art.scenes import astronaut, lantern_keeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from fusionsite.demo.art.layer import Layer


@dataclass(frozen=True)
class Words:
    """One text in English and in simplified Chinese."""

    en: str
    zh_hans: str


@dataclass(frozen=True)
class Scene:
    """A template: how it is painted, what it is called, how many faces it takes."""

    key: str
    title: Words
    description: Words
    paint: Callable[[Canvas], None]
    seats: int = 1
    seed: int = 7
    vignette: float = 0.3
    grain: float = 0.010
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    width: float = DESIGN_WIDTH
    front: Callable[[Layer], None] | None = None
    skin_tone: str = "own"


SCENES = (
    Scene(
        key="lantern_keeper",
        title=Words("Lantern keeper", "守灯人"),
        description=Words(
            "A full moon, a red robe, and every lantern lit for you.",
            "圆月当空，红衣映灯，今夜的灯为你而亮。",
        ),
        paint=lantern_keeper.paint,
        seed=7,
        vignette=0.28,
    ),
    Scene(
        key="astronaut",
        title=Words("Moon pilot", "月球飞行员"),
        description=Words(
            "Above the blue planet, with the sun on your visor.",
            "飞在蓝色星球之上，阳光正落在面罩上。",
        ),
        paint=astronaut.paint,
        front=astronaut.front,
        seed=8,
        grain=0.009,
    ),
)
