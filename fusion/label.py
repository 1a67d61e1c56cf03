"""The visible mark on a made picture, and what the file says of itself (XMP).

Rules: GB 45438-2025 (text at an edge, at least 5 % of the short side high, "AIGC" metadata) and
the IPTC digital source type vocabulary.
"""

import json
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr, unescape

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fusion.faces import Box

Corner = Literal["bottom-right", "bottom-left", "top-right", "top-left"]

CORNERS: tuple[Corner, ...] = ("bottom-right", "bottom-left", "top-right", "top-left")
DEFAULT_TEXT = "AI 合成 / AI generated"
MIN_HEIGHT_SHARE = 0.05  # of the picture's short side, GB 45438-2025
MIN_CONTRAST = 4.5  # WCAG 2.2, text
FONT_FILE = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Bold-subset.otf"

XMP_JPEG_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
XMP_PNG_KEYWORD = b"XML:com.adobe.xmp"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AIGC_ELEMENT = re.compile(r"<(?:\w+:)?AIGC>([^<]{2,4000})</")
_AIGC_ATTRIBUTE = re.compile(r"""\bAIGC=["']([^"'<]{2,4000})["']""")
COMPOSITE_SOURCE = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)


@dataclass(frozen=True)
class Provenance:
    """What a made picture's file says of itself."""

    content_id: str
    producer: str = ""
    propagator: str = ""
    seal: str = ""  # the producer's own proof, in the field that the standard reserves for it
    source_type: str = COMPOSITE_SOURCE
    caller_metadata: tuple[tuple[str, str], ...] = ()


# --- the visible label -----------------------------------------------------------------------


def draw_label(
    picture: NDArray[np.uint8],
    text: str = DEFAULT_TEXT,
    *,
    corner: Corner = "bottom-right",
    height_share: float = MIN_HEIGHT_SHARE,
    avoid: Sequence[Box] = (),
) -> Box:
    """Draws `text` on a dark plate into `picture` (uint8 H×W×3, changed in place); returns its box.

    The characters are `height_share` of the short side high, and never below 5 %. The label goes
    to `corner`, or to the corner that covers least of the boxes in `avoid` when that one would
    cover a face. A text too wide for one line breaks at its " / ".
    """
    height, width = picture.shape[:2]
    share = max(height_share, MIN_HEIGHT_SHARE)
    letter_height_px = max(7, int(np.ceil(min(width, height) * share)))
    lines = _broken(text, letter_height_px, width)
    size = _stamp(lines, letter_height_px).plate.shape
    inset = max(2, round(min(width, height) * 0.02))
    places = [_place(c, size, width, height, inset) for c in (corner, *CORNERS)]
    box = min(places, key=lambda place: sum(_overlap(place, face) for face in avoid))
    region = picture[box.top : box.bottom, box.left : box.right]
    factor, addend = _ink(lines, letter_height_px, _shade(region))
    rows, columns = region.shape[:2]
    cv2.multiply(region, factor[:rows, :columns], dst=region, scale=1 / 255)
    cv2.add(region, addend[:rows, :columns], dst=region)
    return box


@dataclass(frozen=True)
class _Stamp:
    """Opacity (0-1, float32 h×w) of a text's letters and of the rounded plate behind them."""

    letters: NDArray[np.float32]
    plate: NDArray[np.float32]


def _broken(text: str, letter_height_px: int, width: int) -> str:
    """`text`, broken at " / " when one line is wider than the picture."""
    too_wide = _stamp(text, letter_height_px).letters.shape[1] > width * 0.96
    return text.replace(" / ", "\n") if too_wide else text


@lru_cache(maxsize=64)
def _stamp(text: str, letter_height_px: int) -> _Stamp:
    font = _font_of_height(letter_height_px, "合" if _is_chinese(text) else "A")
    pad = max(2, round(letter_height_px * 0.32))
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font=font, spacing=pad)
    size = (int(right - left) + 2 * pad, int(bottom - top) + 2 * pad)
    letters, plate = Image.new("L", size, 0), Image.new("L", size, 0)
    at = (pad - left, pad - top)
    ImageDraw.Draw(letters).multiline_text(at, text, fill=255, font=font, spacing=pad)
    corner = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(plate).rounded_rectangle(corner, radius=pad, fill=255)
    return _Stamp(_opacity(letters), _opacity(plate))


def _opacity(layer: Image.Image) -> NDArray[np.float32]:
    return np.asarray(layer, np.float32) / np.float32(255)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@lru_cache(maxsize=64)
def _font_of_height(height_px: int, measured: str) -> ImageFont.FreeTypeFont:
    """The bundled font at the smallest size whose `measured` character is that high.

    The box counts the faint rows of smoothed edges, one above and one below, so they are extra.
    """
    size = height_px
    while True:
        font = ImageFont.truetype(FONT_FILE, size)
        _, top, _, bottom = font.getbbox(measured)
        if bottom - top >= height_px + 2:
            return font
        size += 1


def _place(corner: Corner, size: tuple[int, ...], width: int, height: int, inset: int) -> Box:
    rows, columns = min(size[0], height), min(size[1], width)
    left = width - columns - inset if corner.endswith("right") else inset
    top = height - rows - inset if corner.startswith("bottom") else inset
    return Box(max(0, min(left, width - columns)), max(0, min(top, height - rows)), columns, rows)


def _overlap(a: Box, b: Box) -> int:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0, across) * max(0, down)


def _shade(region: NDArray[np.uint8]) -> float:
    """How far to darken the plate so that white letters reach `MIN_CONTRAST`, in 32 steps."""
    small = cv2.resize(region, (32, 8), interpolation=cv2.INTER_AREA)
    brightest = max(float(small.max()) / 255, 1e-3)
    shade = min(0.5, _darkness_for(MIN_CONTRAST) / brightest * 0.92)
    return float(np.floor(shade * 32) / 32)


@lru_cache(maxsize=64)
def _ink(
    text: str, letter_height_px: int, shade: float
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What to multiply a region by (255 = 1) and what to add to it, uint8 h×w×3 each."""
    stamp = _stamp(text, letter_height_px)
    letters = stamp.letters * 0.97
    factor = (1 - stamp.plate * (1 - shade)) * (1 - letters)
    layers = (np.rint(255 * layer).astype(np.uint8) for layer in (factor, letters))
    multiplier, addend = (np.repeat(layer[..., None], 3, axis=2) for layer in layers)
    return multiplier, addend


def _darkness_for(contrast: float) -> float:
    """The brightest sRGB grey (0-1) on which near-white text still reaches `contrast` (WCAG)."""
    linear = (0.9 + 0.05) / contrast - 0.05
    return float(1.055 * linear ** (1 / 2.4) - 0.055)


def undrawable(text: str) -> str:
    """The characters of `text` for which the bundled font has no shape, each once."""
    font = _font_of_height(20, "A")
    nothing = bytes(font.getmask("\U0010ffff"))
    missing = (c for c in text if not c.isspace() and bytes(font.getmask(c)) == nothing)
    return "".join(dict.fromkeys(missing))


# --- what the file says ----------------------------------------------------------------------


def xmp_packet(provenance: Provenance) -> bytes:
    """The XMP packet (UTF-8) with the AIGC label, the IPTC source type and the caller's pairs."""
    aigc = {
        "Label": "1",
        "ContentProducer": provenance.producer,
        "ProduceID": provenance.content_id,
        "ReservedCode1": provenance.seal,
        "ContentPropagator": provenance.propagator,
        "PropagateID": provenance.content_id if provenance.propagator else "",
        "ReservedCode2": "",
    }
    pairs = "".join(
        f"<rdf:li rdf:parseType='Resource'><fc:key>{_xml(key)}</fc:key>"
        f"<fc:value>{_xml(value)}</fc:value></rdf:li>"
        for key, value in provenance.caller_metadata
    )
    bag = f"<fc:metadata><rdf:Bag>{pairs}</rdf:Bag></fc:metadata>" if pairs else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about=''"
        " xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/'"
        " xmlns:Iptc4xmpExt='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'"
        " xmlns:fc='urn:fusion-campaigns:metadata:1'"
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(provenance.source_type)}>"
        f"<TC260:AIGC>{_xml(json.dumps(aigc, ensure_ascii=False))}</TC260:AIGC>"
        f"{bag}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def _xml(text: str) -> str:
    """`text` escaped for XML, without the characters XML 1.0 cannot hold."""
    return escape(re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "", text))


def embed_xmp(encoded: bytes, packet: bytes) -> bytes:
    """The JPEG or PNG file with the packet inside; ValueError for another format or a packet that
    does not fit one JPEG segment (65,502 bytes)."""
    if encoded.startswith(b"\xff\xd8"):
        return _embed_in_jpeg(encoded, packet)
    if encoded.startswith(PNG_SIGNATURE):
        return _embed_in_png(encoded, packet)
    raise ValueError("XMP goes into JPEG or PNG files only")


def _embed_in_jpeg(encoded: bytes, packet: bytes) -> bytes:
    body = XMP_JPEG_HEADER + packet
    if len(body) + 2 > 0xFFFF:
        raise ValueError(f"an XMP packet of {len(packet)} bytes does not fit a JPEG segment")
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    at = 2
    if encoded[2:4] == b"\xff\xe0":  # JFIF wants its header first
        at = 4 + struct.unpack(">H", encoded[4:6])[0]
    return encoded[:at] + segment + encoded[at:]


def _embed_in_png(encoded: bytes, packet: bytes) -> bytes:
    body = b"iTXt" + XMP_PNG_KEYWORD + b"\x00\x00\x00\x00\x00" + packet
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    after_header = len(PNG_SIGNATURE) + 25
    return encoded[:after_header] + chunk + encoded[after_header:]


def split_xmp(encoded: bytes) -> tuple[bytes, bytes | None]:
    """The JPEG or PNG file as it was before `embed_xmp`, and the packet if there is one."""
    if encoded.startswith(b"\xff\xd8"):
        return _split_jpeg(encoded)
    if encoded.startswith(PNG_SIGNATURE):
        return _split_png(encoded)
    return encoded, None


def _split_jpeg(encoded: bytes) -> tuple[bytes, bytes | None]:
    at = 2
    while at + 4 <= len(encoded) and encoded[at] == 0xFF and encoded[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", encoded[at + 2 : at + 4])[0]
        body = encoded[at + 4 : end]
        if encoded[at + 1] == 0xE1 and body.startswith(XMP_JPEG_HEADER):
            return encoded[:at] + encoded[end:], body.removeprefix(XMP_JPEG_HEADER)
        at = end
    return encoded, None


def _split_png(encoded: bytes) -> tuple[bytes, bytes | None]:
    at, opening = len(PNG_SIGNATURE), b"iTXt" + XMP_PNG_KEYWORD + b"\x00\x00\x00\x00\x00"
    while at + 12 <= len(encoded):
        end = at + 12 + struct.unpack(">I", encoded[at : at + 4])[0]
        chunk = encoded[at + 4 : end - 4]
        if chunk.startswith(opening):
            return encoded[:at] + encoded[end:], chunk.removeprefix(opening)
        at = end
    return encoded, None


def read_aigc(packet: bytes) -> dict[str, str]:
    """The AIGC fields of an XMP packet, whoever wrote it; empty when it has none."""
    text = packet.decode("utf-8", "replace")
    found = _AIGC_ELEMENT.search(text) or _AIGC_ATTRIBUTE.search(text)
    try:
        fields = json.loads(unescape(found[1], {"&quot;": '"', "&apos;": "'"})) if found else {}
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in fields.items()} if isinstance(fields, dict) else {}
