"""File bytes to pictures: what is read, what is refused, and that nothing else ever happens."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from fusion import DEFAULT_LIMITS, FusionError, read_picture, write_picture
from fusion.errors import (
    NotAPicture,
    PictureFormatNotSupported,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooSmall,
    PictureTruncated,
)
from fusion.picture import check_picture
from tests import pictures
from tests.fusion.damaging import CORPUS, FORMATS, noise, saved


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back(name: str) -> None:
    picture = noise()
    again = read_picture(write_picture(picture, name, 95))
    assert again.shape == picture.shape
    worst = 0 if name == "PNG" else 60
    assert int(np.abs(again.astype(int) - picture).max()) <= worst


def test_a_photo_on_its_side_is_stood_up() -> None:
    picture = noise()
    again = read_picture(pictures.turned_by_exif(picture))
    assert again.shape == picture.shape
    assert float(np.abs(again.astype(int) - picture).mean()) < 12


def test_a_reduced_decode_keeps_the_wanted_short_side() -> None:
    limits = replace(DEFAULT_LIMITS, reduce_to_short_side_px=100)
    big = pictures.file_of(noise(1200, 900))
    assert read_picture(big, limits).shape == (113, 150, 3)
    assert read_picture(pictures.turned_by_exif(noise(1200, 900)), limits).shape == (113, 150, 3)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("height", [200, 1200])
def test_a_colour_profile_is_applied(format: str, height: int) -> None:
    picture = pictures.a_face_picture(200, height)
    again = read_picture(pictures.with_swapped_primaries(picture, format)).astype(int)
    assert np.abs(again - picture[..., [1, 0, 2]]).mean() < 4
    assert np.abs(again - picture).mean() > 5


def test_a_colour_profile_is_applied_to_a_reduced_photo_too() -> None:
    file = pictures.with_swapped_primaries(pictures.a_face_picture(1200, 1200))
    reduced = read_picture(file, replace(DEFAULT_LIMITS, reduce_to_short_side_px=600))
    assert reduced.shape == (600, 600, 3)
    whole = cv2.resize(read_picture(file), (600, 600), interpolation=cv2.INTER_AREA)
    assert np.abs(reduced.astype(int) - whole).mean() < 2


def test_a_printing_profile_is_applied() -> None:
    picture = np.full((64, 64, 3), 250, np.uint8)
    plain, by_profile = pictures.in_cmyk(picture), pictures.cmyk_on_black_paper(picture)
    assert read_picture(plain).min() > 240
    assert read_picture(by_profile).max() < 15


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile at all",
        pictures.swapped_primaries()[:400],
        pictures.swapped_primaries().replace(b"RGB ", b"CMYK"),
        pictures.swapped_primaries() + bytes(4_000_000),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ],
    ids=["text", "cut off", "for other colours", "too long", "sRGB"],
)
def test_a_profile_that_changes_nothing_is_passed_over(profile: bytes) -> None:
    picture = Image.fromarray(pictures.a_face_picture(200, 200))
    with_it, without = io.BytesIO(), io.BytesIO()
    picture.save(with_it, "JPEG", icc_profile=profile)
    picture.save(without, "JPEG")
    assert (read_picture(with_it.getvalue()) == read_picture(without.getvalue())).all()


def test_transparency_lies_on_white() -> None:
    again = read_picture(pictures.with_transparency(noise()))
    assert (again[0] == 255).all()


def test_sixteen_bits_grey_and_printing_colours_come_as_rgb() -> None:
    picture = noise()
    assert np.array_equal(read_picture(pictures.sixteen_bit(picture)), picture)
    for content in (pictures.in_cmyk(picture), saved(Image.fromarray(picture).convert("L"))):
        assert read_picture(content).shape == picture.shape
    deep = Image.fromarray(picture[..., 0].astype(np.uint16) * 257)
    assert np.array_equal(read_picture(saved(deep))[..., 1], picture[..., 0])


def test_of_an_animation_the_first_frame_is_taken() -> None:
    picture = noise()
    again = read_picture(pictures.animated(picture, "WEBP"))
    assert float(np.abs(again.astype(int) - picture).mean()) < 15


def test_a_file_that_is_no_picture_says_so() -> None:
    for content in (b"", b"hello, I am a text file", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises((NotAPicture, PictureTruncated)):
            read_picture(content)


def test_a_known_but_unwanted_format_is_named() -> None:
    with pytest.raises(PictureFormatNotSupported, match="GIF"):
        read_picture(pictures.animated(noise(), "GIF"))
    only_png = replace(DEFAULT_LIMITS, formats=frozenset({"PNG"}))
    with pytest.raises(PictureFormatNotSupported, match=r"JPEG.*PNG"):
        read_picture(pictures.file_of(noise()), only_png)


def test_half_a_file_is_called_truncated() -> None:
    for name in FORMATS:
        content = pictures.file_of(noise(), name)
        with pytest.raises((PictureTruncated, NotAPicture)):
            read_picture(content[: len(content) // 2])
    with pytest.raises(PictureTruncated, match="kilobytes"):
        read_picture(pictures.file_of(noise(600, 600))[:9000])


def test_too_many_bytes_are_refused_with_figures() -> None:
    limits = replace(DEFAULT_LIMITS, max_bytes=1000)
    with pytest.raises(PictureTooHeavy) as refused:
        read_picture(pictures.file_of(noise(600, 600)), limits)
    assert refused.value.limit == 0.001
    assert refused.value.measured is not None and refused.value.measured > 0.001


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = pictures.a_png_that_claims(10_000, 8_000)
    tracemalloc.start()
    with pytest.raises(PictureTooLarge, match="80 megapixels; at most 40"):
        read_picture(bomb)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_sides_have_limits_of_their_own() -> None:
    with pytest.raises(PictureTooLarge, match="13000 pixels along one side"):
        read_picture(pictures.a_png_that_claims(13_000, 100))
    with pytest.raises(PictureTooSmall, match="1 pixels; at least 16"):
        read_picture(pictures.file_of(noise(60, 60)[:1, :1], "PNG"))


def test_large_pictures_are_decoded_without_copies_or_refused() -> None:
    plain = np.zeros((4100, 4000, 3), np.uint8)
    plain[100, 200] = (255, 10, 20)
    again = read_picture(pictures.file_of(plain, "PNG"))
    assert again.shape == plain.shape and tuple(again[100, 200]) == (255, 10, 20)
    cut = pictures.file_of(plain, "PNG")
    with pytest.raises(PictureTruncated):
        read_picture(cut[: len(cut) // 2])
    seen_through = np.zeros((4100, 4000, 4), np.uint8)
    with pytest.raises(PictureTooLarge, match="at most 16"):
        read_picture(saved(Image.fromarray(seen_through)))


def test_the_header_alone_is_enough_to_refuse() -> None:
    height, width = noise().shape[:2]
    assert check_picture(pictures.file_of(noise())[:1200]) == (width, height)
    with pytest.raises(PictureTooLarge):
        check_picture(pictures.a_png_that_claims(10_000, 8_000))


def test_only_known_formats_are_written() -> None:
    with pytest.raises(PictureFormatNotSupported, match="TIFF"):
        write_picture(noise(), "TIFF")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=st.sampled_from(CORPUS),
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), max_size=12),
)
def test_damaged_files_end_as_a_picture_or_a_picture_error(
    content: bytes, cut: float, flips: list[tuple[float, int]]
) -> None:
    damaged = bytearray(content[: int(len(content) * cut) + 1])
    for place, bits in flips:
        damaged[int(place * len(damaged))] ^= bits
    started = time.process_time()
    try:
        picture = read_picture(bytes(damaged))
    except FusionError as refused:
        assert str(refused).endswith(".")
    else:
        assert picture.ndim == 3 and picture.dtype == np.uint8
    assert time.process_time() - started < 2


def test_whatever_is_read_the_process_stays_below_half_a_gigabyte() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.fusion.damaging"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert int(done.stdout) < 500


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=400), head=st.sampled_from([b"", b"\xff\xd8\xff", b"BM"]))
def test_any_bytes_end_as_a_picture_or_a_picture_error(content: bytes, head: bytes) -> None:
    try:
        read_picture(head + content)
    except FusionError as refused:
        assert str(refused)
