"""Each wrong file gets its own sentence; each change made to a file is named."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion import RGB, read_picture
from templates_app import preparing, refusals
from tests import pictures

HEIC = Path(__file__).parent / "drawn_face.heic"


def test_a_plain_jpeg_is_taken_as_it_is() -> None:
    picture = pictures.a_face_picture(300, 400)
    prepared = preparing.prepare(pictures.file_of(picture))
    assert (prepared.width, prepared.height) == (300, 400)
    assert prepared.changes == ()
    assert np.abs(read_picture(prepared.file).astype(int) - picture).mean() < 4


def test_a_picture_that_lies_on_its_side_is_stood_up_and_loses_its_camera_data() -> None:
    picture = pictures.a_face_picture(300, 400)
    prepared = preparing.prepare(pictures.turned_by_exif(picture))
    assert (prepared.width, prepared.height) == (300, 400)
    assert set(prepared.changes) == {"turned", "metadata"}
    assert np.abs(read_picture(prepared.file).astype(int) - picture).mean() < 4
    kept = Image.open(io.BytesIO(prepared.file))
    assert not kept.getexif()
    assert b"Camera of somebody" not in prepared.file


def test_heic_is_converted() -> None:
    prepared = preparing.prepare(HEIC.read_bytes())
    assert "converted" in prepared.changes
    assert prepared.file[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (pictures.in_cmyk, "cmyk"),
        (pictures.sixteen_bit, "sixteen_bit"),
        (pictures.with_transparency, "flattened"),
        (lambda picture: pictures.file_of(picture, "PNG"), "converted"),
        (lambda picture: pictures.file_of(picture, "WEBP"), "converted"),
    ],
)
def test_unusual_pictures_are_converted_and_it_is_said(
    make: Callable[[RGB], bytes], change: str
) -> None:
    prepared = preparing.prepare(make(pictures.a_face_picture(240, 240)))
    assert change in prepared.changes
    assert prepared.picture.dtype == np.uint8
    assert preparing.change_sentences(list(prepared.changes))


def test_sixteen_bits_keep_the_colours() -> None:
    picture = pictures.a_face_picture(240, 240)
    prepared = preparing.prepare(pictures.sixteen_bit(picture))
    assert np.abs(prepared.picture.astype(int) - picture).mean() < 2


def test_a_wide_colour_profile_is_applied() -> None:
    picture = pictures.a_face_picture(240, 240)
    prepared = preparing.prepare(pictures.with_swapped_primaries(picture))
    assert "profile" in prepared.changes
    assert np.abs(prepared.picture.astype(int) - picture).mean() > 5


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused(format: str) -> None:
    with pytest.raises(refusals.MaterialAnimated):
        preparing.prepare(pictures.animated(pictures.a_face_picture(120, 120), format))


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff\xe0 no jpeg", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises((refusals.MaterialNotAPicture, refusals.MaterialIncomplete)):
        preparing.prepare(data)


def test_a_still_gif_is_refused_for_its_format() -> None:
    still = io.BytesIO()
    Image.new("RGB", (100, 100)).save(still, "GIF")
    with pytest.raises(refusals.MaterialFormat):
        preparing.prepare(still.getvalue())


def test_a_cut_off_file_is_refused() -> None:
    whole = pictures.file_of(pictures.a_face_picture(300, 300))
    with pytest.raises(refusals.MaterialIncomplete):
        preparing.prepare(whole[: len(whole) // 2])


def test_one_pixel_too_wide_is_refused_with_its_figures() -> None:
    wide = pictures.file_of(np.zeros((200, 1081, 3), np.uint8))
    with pytest.raises(refusals.MaterialTooLarge) as refused:
        preparing.prepare(wide)
    assert (refused.value.measured, refused.value.limit) == (1081, 1080)


def test_the_largest_allowed_picture_is_taken() -> None:
    assert preparing.prepare(pictures.file_of(np.zeros((1080, 1080, 3), np.uint8))).width == 1080


def test_one_kilobyte_too_heavy_is_refused_with_its_figures() -> None:
    file = pictures.file_of(pictures.a_face_picture(200, 200))
    heavy = file + b"\0" * (501 * 1024 - len(file))
    with pytest.raises(refusals.MaterialTooHeavy) as refused:
        preparing.prepare(heavy)
    assert (refused.value.measured, refused.value.limit) == (501, 500)
    assert "501" in str(refused.value)


def test_too_few_pixels_are_refused() -> None:
    with pytest.raises(refusals.MaterialTooFewPixels) as refused:
        preparing.prepare(pictures.file_of(np.zeros((63, 200, 3), np.uint8)))
    assert (refused.value.measured, refused.value.limit) == (63, 64)


def test_fit_brings_a_large_noisy_picture_within_both_limits_and_says_so() -> None:
    noisy = np.random.default_rng(1).integers(0, 256, (1500, 2400, 3), np.uint8)
    fit = preparing.plan_fit(pictures.file_of(noisy))
    assert (fit.prepared.width, fit.prepared.height) == (1080, 675)
    assert len(fit.prepared.file) <= preparing.MAX_BYTES
    assert "resized" in fit.prepared.changes
    assert preparing.prepare(fit.prepared.file).changes == ()
    said = fit.sentence()
    assert "2400 × 1500" in said
    assert "1080 × 675" in said


def test_fit_refuses_a_picture_beyond_reading() -> None:
    bomb = pictures.a_png_that_claims(30_000, 30_000)
    with pytest.raises(refusals.MaterialTooManyPixels):
        preparing.plan_fit(bomb)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(refusals.MaterialTooLarge):
        preparing.prepare(pictures.a_png_that_claims(60_000, 60_000))


def test_the_thumbnail_is_small() -> None:
    small = read_picture(preparing.thumbnail(pictures.a_face_picture(900, 600)))
    assert small.shape[:2] == (320, 480)
