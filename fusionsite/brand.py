"""One colour of a campaign in, a set of colours out in which every text can be read.

Lightness moves in OKLab (Ottosson 2020), so the hue a brand is known by stays; contrast is that
of WCAG 2.2.
"""

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

PAPER, CARD = "#f4f5f7", "#ffffff"
NIGHT, SLATE = "#0e1013", "#181b1f"
INK, PALE, WHITE, BLACK = "#14171a", "#f3f5f6", "#ffffff", "#000000"

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
INK_CONTRAST = 4.6  # a little more, so that rounding to 8 bits cannot fall below it
STAGE_CONTRAST = 12.0  # white on the backdrop, before a picture shines through
MOST_DARKENING = 0.08  # OKLab lightness a fill may lose and still be the same brand

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class ColourSet:
    """The colours of one campaign as #rrggbb; `adjusted`: the fill is not quite what was asked."""

    fill: str
    on_fill: str
    press: str
    stage: str
    ink_light: str
    ink_dark: str
    soft_light: str
    soft_dark: str
    adjusted: bool


@lru_cache(maxsize=256)
def colour_set(brand: str, stage: str | None = None) -> ColourSet:
    """The set for a brand colour and, if the campaign chose one, a backdrop; both #rrggbb."""
    brand = brand.lower()
    fill, on_fill = _fill(brand)
    soft_light, soft_dark = _mix(brand, PAPER, 0.10), _mix(brand, SLATE, 0.20)
    return ColourSet(
        fill=fill,
        on_fill=on_fill,
        press=_press(fill, on_fill),
        stage=_stage(brand, stage),
        ink_light=_readable(brand, towards=0.0, on=(PAPER, CARD, soft_light), need=INK_CONTRAST),
        ink_dark=_readable(brand, towards=1.0, on=(NIGHT, SLATE, soft_dark), need=INK_CONTRAST),
        soft_light=soft_light,
        soft_dark=soft_dark,
        adjusted=fill != brand,
    )


def stylesheet(colours: ColourSet) -> str:
    """The set as custom properties: light, the system's dark, and always-dark surfaces."""
    by_day = _declarations(
        {
            "brand": colours.fill,
            "on-brand": colours.on_fill,
            "brand-press": colours.press,
            "brand-ink": colours.ink_light,
            "brand-soft": colours.soft_light,
            "stage": colours.stage,
        }
    )
    by_night = _declarations({"brand-ink": colours.ink_dark, "brand-soft": colours.soft_dark})
    return (
        f":root{{{by_day}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{by_night}}}}}\n"
        f".night{{{by_night}}}\n"
    )


def stylesheet_hash(css: str) -> str:
    """Twelve hex digits that change with the content, for an address that is cached for ever."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two colours, 1 (equal) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _fill(brand: str) -> tuple[str, str]:
    """What a button is filled with, and what is written on it."""
    for step in range(9):
        shade = _lighter(brand, -MOST_DARKENING * step / 8)
        if contrast(WHITE, shade) >= TEXT_CONTRAST:
            return shade, WHITE
    return brand, INK if contrast(INK, brand) >= TEXT_CONTRAST else BLACK


def _press(fill: str, on_fill: str) -> str:
    pressed = _lighter(fill, -0.05 if on_fill == WHITE else 0.04)
    return pressed if contrast(on_fill, pressed) >= TEXT_CONTRAST else fill


def _stage(brand: str, chosen: str | None) -> str:
    if chosen:
        return _readable(chosen.lower(), towards=0.0, on=(WHITE,), need=STAGE_CONTRAST)
    _, green_red, blue_yellow = _to_oklab(brand)
    return _from_oklab((0.20, green_red * 0.25, blue_yellow * 0.25))


def _readable(colour: str, *, towards: float, on: Iterable[str], need: float) -> str:
    """The colour moved in lightness only, as little as it takes to read on all of `on`."""
    backgrounds = tuple(on)

    def reads(shade: str) -> bool:
        return all(contrast(shade, ground) >= need for ground in backgrounds)

    if reads(colour):
        return colour
    lightness, *hue = _to_oklab(colour)

    def shade_at(part: float) -> str:
        return _from_oklab((lightness + (towards - lightness) * part, hue[0], hue[1]))

    return shade_at(_smallest(lambda part: reads(shade_at(part)), steps=10))


def _smallest(passes: Callable[[float], bool], *, steps: int) -> float:
    """The smallest part of 0..1 that passes, by halving; 1 is taken to pass."""
    low, high = 0.0, 1.0
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high


def _declarations(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _mix(colour: str, ground: str, part: float) -> str:
    return _hex(
        tuple(
            c * part + g * (1 - part)
            for c, g in zip(_channels(colour), _channels(ground), strict=True)
        )
    )


def _lighter(colour: str, by: float) -> str:
    if by == 0:
        return colour
    lightness, green_red, blue_yellow = _to_oklab(colour)
    return _from_oklab((min(1.0, max(0.0, lightness + by)), green_red, blue_yellow))


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, c)) * 255):02x}" for c in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Björn Ottosson, "A perceptual color space for image processing" (2020): the matrices, by rows.
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def _times(matrix: tuple[Triple, Triple, Triple], vector: Iterable[float]) -> Triple:
    x, y, z = vector
    one, two, three = (row[0] * x + row[1] * y + row[2] * z for row in matrix)
    return one, two, three


def _to_oklab(colour: str) -> Triple:
    cones = _times(_TO_CONES, map(_linear, _channels(colour)))
    return _times(_TO_LAB, map(math.cbrt, cones))


def _from_oklab(lab: Triple) -> str:
    """#rrggbb of the colour; where sRGB has none, the chroma shrinks until it has one."""
    lightness, green_red, blue_yellow = lab

    def light(less: float) -> Triple:
        lab = (lightness, green_red * (1 - less), blue_yellow * (1 - less))
        return _times(_FROM_CONES, (c**3 for c in _times(_FROM_LAB, lab)))

    def shown(less: float) -> bool:
        return all(-0.0005 <= c <= 1.0005 for c in light(less))

    less = 0.0 if shown(0.0) else _smallest(shown, steps=6)
    return _hex(_gamma(max(0.0, c)) for c in light(less))
