"""Frame, logo, nickname and own mark on a picture; the label stays on top of all."""

import io

import numpy as np
import pytest
from django.core.files.base import ContentFile
from numpy.typing import NDArray
from PIL import Image

from campaigns.models import Campaign
from fusion import Box
from fusionsite.jobs import marks, nicknames
from fusionsite.jobs.refusals import NicknameNotDrawn, NicknameTooLong

GREY = 120
RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Every test stores its files anew, some under the same name."""
    marks._read.cache_clear()
    marks._artwork.cache_clear()


def a_picture() -> NDArray[np.uint8]:
    return np.full((400, 300, 3), GREY, np.uint8)


def a_frame(colour: tuple[int, int, int], *, edge: int = 20, opacity: int = 255) -> bytes:
    """A PNG, 300 by 400, that is coloured along its edge and clear in the middle."""
    pixels = np.zeros((400, 300, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = opacity
    pixels[edge:-edge, edge:-edge, 3] = 0
    return png_of(pixels)


def a_sign(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    return png_of(np.full((height, width, 4), (*colour, 255), np.uint8))


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def a_campaign(**files: bytes) -> Campaign:
    """An unsaved campaign with these pictures."""
    campaign = Campaign(project_id=7, label_corner="bottom_right")
    for name, content in files.items():
        getattr(campaign, name).save(f"{name}.png", ContentFile(content), save=False)
    return campaign


def is_red(pixels: NDArray[np.uint8]) -> bool:
    return bool((np.abs(pixels.astype(int) - RED).max(-1) < 30).all())


def test_a_frame_covers_the_edge_and_leaves_the_middle() -> None:
    picture = a_picture()
    taken = marks.dress(picture, a_campaign(frame_overlay=a_frame(RED)), "", faces=[])
    assert is_red(picture[:10])
    assert (picture[100:300, 100:200] == GREY).all()
    assert taken == []


def test_a_frame_is_stretched_to_the_pictures_size() -> None:
    picture = np.full((1080, 810, 3), GREY, np.uint8)
    marks.dress(picture, a_campaign(frame_overlay=a_frame(RED)), "", faces=[])
    assert is_red(picture[-30:])
    assert (picture[400:700, 300:500] == GREY).all()


def test_half_a_frames_colour_is_half_the_picture() -> None:
    picture = a_picture()
    marks.dress(picture, a_campaign(frame_overlay=a_frame(RED, opacity=128)), "", faces=[])
    assert np.abs(picture[5, 150].astype(int) - [170, 70, 70]).max() <= 2


def test_a_logo_stands_opposite_the_label_and_is_kept_free() -> None:
    picture = a_picture()
    campaign = a_campaign(logo=a_sign(200, 100, RED))
    campaign.logo_on_picture = True
    (box,) = marks.dress(picture, campaign, "", faces=[])
    assert (box.left, box.top) == (9, 9)
    assert (box.width, box.height) == (60, 30)
    assert is_red(picture[box.top + 3 : box.bottom - 3, box.left + 3 : box.right - 3])


def test_a_logo_stays_off_the_picture_unless_switched_on() -> None:
    picture = a_picture()
    assert marks.dress(picture, a_campaign(logo=a_sign(200, 100, RED)), "", faces=[]) == []
    assert (picture == GREY).all()


def test_a_nickname_is_written_above_the_labels_corner() -> None:
    picture = a_picture()
    (box,) = marks.dress(picture, a_campaign(), "小满 Ada", faces=[])
    assert box.right > 280 and box.top < 20
    assert picture[box.top : box.bottom, box.left : box.right].max() > 230


def test_a_nickname_avoids_a_face() -> None:
    picture = a_picture()
    face = Box(150, 0, 150, 120)
    (box,) = marks.dress(picture, a_campaign(), "Ada", faces=[face])
    assert box.overlap(face) == 0


def test_an_own_mark_stands_beside_the_label() -> None:
    picture = a_picture()
    label = Box(180, 360, 110, 30)
    marks.draw_label_mark(picture, a_campaign(label_mark=a_sign(60, 60, RED)), label)
    assert is_red(picture[364:386, 148:170])
    assert (picture[360:390, 180:290] == GREY).all()


def test_an_own_mark_stands_above_a_label_that_fills_the_line() -> None:
    picture = a_picture()
    label = Box(5, 360, 290, 30)
    marks.draw_label_mark(picture, a_campaign(label_mark=a_sign(60, 60, RED)), label)
    assert is_red(picture[328:350, 8:32])
    assert (picture[360:390] == GREY).all()


def test_a_broken_file_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    picture = a_picture()
    campaign = a_campaign(frame_overlay=b"no picture at all")
    marks.dress(picture, campaign, "", faces=[])
    assert (picture == GREY).all()
    assert "is left out" in caplog.text


def test_a_file_that_comes_back_is_used_again() -> None:
    campaign = a_campaign(frame_overlay=a_frame(RED))
    storage = campaign.frame_overlay.storage
    name = str(campaign.frame_overlay.name)
    with storage.open(name) as stored:
        content = stored.read()
    storage.delete(name)
    picture = a_picture()
    marks.dress(picture, campaign, "", faces=[])
    assert (picture == GREY).all()
    storage.save(name, ContentFile(content))
    marks.dress(picture, campaign, "", faces=[])
    assert is_red(picture[:10])


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [("  Ada ", "Ada"), ("小满", "小满"), ("Zoe\u0308", "Zoë"), ("", ""), ("A  B", "A B")],
)
def test_a_nickname_is_tidied(typed: str, drawn: str) -> None:
    assert nicknames.clean(typed) == drawn


@pytest.mark.parametrize("typed", ["Ada \U0001f600", "Ada\u202eadA", "a\x07b", "\ue000"])
def test_what_cannot_be_written_is_refused(typed: str) -> None:
    with pytest.raises(NicknameNotDrawn):
        nicknames.clean(typed)


def test_a_long_nickname_is_refused_with_its_length() -> None:
    with pytest.raises(NicknameTooLong) as refused:
        nicknames.clean("thirteen char")
    assert (refused.value.measured, refused.value.limit) == (13, 12)
