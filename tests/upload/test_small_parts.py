"""The small things pages are made of: addresses, time spans, icons, QR codes."""

import re

import cv2
import numpy as np
import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from fusionsite.incoming import client_address
from fusionsite.upload.icons import PATHS, POINTING
from fusionsite.upload.spans import in_words
from fusionsite.upload.templatetags.visitor import icon, qr


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody stands in front: the header is made up
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first entry is the client's own word
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # did not pass both proxies
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_counted_from_our_own_proxies(
    settings: LazySettings, trusted: int, forwarded: str, expected: str
) -> None:
    settings.FUSION_TRUSTED_PROXIES = trusted
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers)) == expected


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(604_800, "7 days"), (86_400, "1 day"), (3_600, "1 hour"), (5_400, "90 minutes")],
)
def test_a_span_is_said_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_a_qr_code_can_be_read_back() -> None:
    address = "https://campaign.example/c/lanterns/"
    drawn = str(qr(address, "QR code"))
    side = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])  # type: ignore[index]
    picture = np.full((side + 8, side + 8), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1", drawn):
        picture[int(y) + 4, int(x) + 4] = 0
    large = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == address


def test_an_icon_is_hidden_from_screen_readers_and_turns_in_right_to_left() -> None:
    assert 'aria-hidden="true"' in icon("trash")
    assert "icon-pointing" in icon("arrow")
    assert set(PATHS) >= POINTING
