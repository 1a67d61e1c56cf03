"""Our seal on a made picture: what it survives, what it does not prove, how it cannot be forged."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest
import time_machine
from django.conf import LazySettings
from PIL import Image

from fusion.faces import RGB
from fusion.label import Provenance, embed_xmp, split_xmp, xmp_packet
from fusionsite.jobs import provenance
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order
from tests.pictures import a_face_picture

MADE_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_made_picture(seed: int = 2, picture_format: str = "JPEG") -> bytes:
    picture = a_face_picture(480, 640, seed=seed)
    order = Order(picture_format=picture_format)  # type: ignore[arg-type]
    with time_machine.travel(MADE_AT, tick=False):
        return provenance.mark(picture, job=FusionJob(), order=order, faces=[]).encoded


def packet_of(encoded: bytes) -> bytes:
    packet = split_xmp(encoded)[1]
    assert packet is not None
    return packet


def saved_again(encoded: bytes, *, scale: float = 1.0, quality: int = 60) -> bytes:
    """As an editor or a phone saves it: smaller, coarser, with the metadata kept."""
    with Image.open(io.BytesIO(encoded)) as opened:
        size = (round(opened.width * scale), round(opened.height * scale))
        buffer = io.BytesIO()
        opened.convert("RGB").resize(size).save(
            buffer, "JPEG", quality=quality, xmp=packet_of(encoded)
        )
    return buffer.getvalue()


def jpeg_of(picture: RGB) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG"])
def test_the_very_file_is_recognised_with_its_time(picture_format: str) -> None:
    traced = provenance.trace(a_made_picture(picture_format=picture_format))
    assert traced == provenance.Trace("unchanged", MADE_AT)


@pytest.mark.parametrize(("scale", "quality"), [(1.0, 60), (0.5, 80), (1.7, 40)])
def test_the_picture_saved_again_is_recognised(scale: float, quality: int) -> None:
    traced = provenance.trace(saved_again(a_made_picture(), scale=scale, quality=quality))
    assert traced == provenance.Trace("resaved", MADE_AT)


def test_as_webp_too() -> None:
    made = a_made_picture()
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(made)) as opened:
        opened.save(buffer, "WEBP", xmp=packet_of(made))
    assert provenance.trace(buffer.getvalue()).found == "resaved"


def test_our_seal_on_another_picture_is_called_borrowed() -> None:
    other = embed_xmp(
        jpeg_of(np.flipud(a_face_picture(480, 640, seed=9))), packet_of(a_made_picture())
    )
    assert provenance.trace(other).found == "borrowed"


def test_a_picture_without_metadata_proves_nothing() -> None:
    assert provenance.trace(jpeg_of(a_face_picture(480, 640, seed=2))) == provenance.Trace("none")


def test_a_seal_of_another_site_is_not_ours(settings: LazySettings) -> None:
    made = a_made_picture()
    settings.SECRET_KEY = "another"
    assert provenance.trace(made).found == "none"


@pytest.mark.parametrize(
    ("part", "forged"), [(b"1.1772366400.", b"1.1772366401."), (b'"Label": "1"', b'"Label": "2"')]
)
def test_only_what_was_signed_counts(part: bytes, forged: bytes) -> None:
    made = a_made_picture()
    packet = packet_of(made)
    assert part in packet
    changed = provenance.trace(embed_xmp(split_xmp(made)[0], packet.replace(part, forged)))
    assert changed.found == ("none" if part.startswith(b"1.") else "unchanged")


def test_a_made_up_packet_says_nothing() -> None:
    packet = xmp_packet(Provenance(content_id="x", seal="1.1772366400." + "0" * 16))
    traced = provenance.trace(embed_xmp(jpeg_of(a_face_picture(480, 640)), packet))
    assert traced.found == "none"


def test_a_letter_is_no_picture() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        provenance.trace(b"hello, I am a letter")


@pytest.mark.parametrize("cut", [40, 400, 4000])
def test_a_file_that_ends_early_is_no_surprise(cut: int) -> None:
    with pytest.raises(OSError):
        provenance.trace(a_made_picture()[:cut])
