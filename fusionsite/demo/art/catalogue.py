"""Every scene of the demo with its words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fusionsite.demo.art.canvas import DESIGN_WIDTH, Canvas
from fusionsite.demo.art.scenes import (
    astronaut,
    garden_poet,
    lantern_keeper,
    old_master,
    opera_star,
    reef_diver,
    snow_rider,
    two_lanterns,
)

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
    Scene(
        key="opera_star",
        title=Words("Opera star", "梨园名角"),
        description=Words(
            "The phoenix crown, the rouge, and the whole stage waiting.",
            "凤冠已戴，胭脂已点，满台灯火只等你开腔。",
        ),
        paint=opera_star.paint,
        front=opera_star.front,
        seed=9,
    ),
    Scene(
        key="reef_diver",
        title=Words("Reef diver", "珊瑚海潜水员"),
        description=Words(
            "A copper helmet, a red cap, and fish that come to look.",
            "铜头盔，小红帽，鱼儿都游来看你。",
        ),
        paint=reef_diver.paint,
        front=reef_diver.front,
        seed=10,
        grain=0.009,
    ),
    Scene(
        key="old_master",
        title=Words("Old master", "古典肖像"),
        description=Words(
            "Lace, velvet and four hundred years of varnish.",
            "蕾丝与天鹅绒，再加四百年的清漆。",
        ),
        paint=old_master.paint,
        seed=11,
        vignette=0.5,
        grain=0.011,
    ),
    Scene(
        key="snow_rider",
        title=Words("Snow rider", "踏雪人"),
        description=Words(
            "First snow, a warm hood, and the mountains turning pink.",
            "初雪落下，帽里正暖，远山染成粉色。",
        ),
        paint=snow_rider.paint,
        front=snow_rider.front,
        seed=12,
    ),
    Scene(
        key="garden_poet",
        title=Words("Garden poet", "花园诗人"),
        description=Words(
            "A crown of spring flowers and a verse on the tip of your tongue.",
            "头戴春日花冠，诗句就在嘴边。",
        ),
        paint=garden_poet.paint,
        seed=13,
        grain=0.009,
    ),
    Scene(
        key="two_lanterns",
        title=Words("Two lanterns", "双人灯会"),
        description=Words(
            "Two cloaks, one lantern, and a river full of lights.",
            "两件斗篷，一盏灯，一河灯火。",
        ),
        paint=two_lanterns.paint,
        seats=2,
        seed=14,
    ),
)
