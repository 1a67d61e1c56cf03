"""The colour set: every pair of text and ground that the pages use can be read."""

import itertools

import pytest

from fusionsite import brand


def pairs(colours: brand.ColourSet) -> dict[str, tuple[str, str, float]]:
    """Each text on each ground of the visitor pages, with the contrast it must have."""
    return {
        "on fill": (colours.on_fill, colours.fill, 4.5),
        "on pressed fill": (colours.on_fill, colours.press, 4.5),
        "ink on paper": (colours.ink_light, brand.PAPER, 4.5),
        "ink on card": (colours.ink_light, brand.CARD, 4.5),
        "ink on tint": (colours.ink_light, colours.soft_light, 4.5),
        "text on tint": (brand.INK, colours.soft_light, 4.5),
        "dark ink on night": (colours.ink_dark, brand.NIGHT, 4.5),
        "dark ink on slate": (colours.ink_dark, brand.SLATE, 4.5),
        "dark ink on tint": (colours.ink_dark, colours.soft_dark, 4.5),
        "dark text on tint": (brand.PALE, colours.soft_dark, 4.5),
        "white on stage": (brand.WHITE, colours.stage, 12.0),
    }


def test_every_text_reads_for_4096_brand_colours() -> None:
    steps = range(0, 256, 17)
    failures = []
    for red, green, blue in itertools.product(steps, repeat=3):
        asked = f"#{red:02x}{green:02x}{blue:02x}"
        for name, (text, ground, need) in pairs(brand.colour_set(asked)).items():
            if brand.contrast(text, ground) < need:
                failures.append(f"{asked}: {name}")
    assert failures == []


def test_contrast_is_the_one_of_the_standard() -> None:
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_carries_white_text_is_kept() -> None:
    colours = brand.colour_set("#0B656D")
    assert (colours.fill, colours.on_fill, colours.adjusted) == ("#0b656d", "#ffffff", False)


def test_a_slightly_light_colour_is_darkened_and_says_so() -> None:
    colours = brand.colour_set("#e5432d")
    assert colours.adjusted
    assert colours.on_fill == brand.WHITE


def test_yellow_keeps_its_colour_and_takes_dark_text() -> None:
    colours = brand.colour_set("#ffc62b")
    assert (colours.fill, colours.on_fill, colours.adjusted) == ("#ffc62b", brand.INK, False)


@pytest.mark.parametrize("chosen", ["#ffffff", "#ffc62b", "#1f6f54", "#06202a"])
def test_a_chosen_backdrop_carries_white_text(chosen: str) -> None:
    stage = brand.colour_set("#e5432d", chosen).stage
    assert brand.contrast(brand.WHITE, stage) >= 12


def test_a_dark_enough_backdrop_is_taken_as_it_is() -> None:
    assert brand.colour_set("#e5432d", "#06202a").stage == "#06202a"


def test_the_stylesheet_changes_its_name_with_its_content() -> None:
    red, blue = (brand.stylesheet(brand.colour_set(c)) for c in ("#e5432d", "#0b656d"))
    assert "--brand:" in red
    assert brand.stylesheet_hash(red) != brand.stylesheet_hash(blue)
    assert brand.stylesheet_hash(red) == brand.stylesheet_hash(red)
