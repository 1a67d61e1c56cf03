"""A campaign's poster on A4: its scene, its words in one language, and the QR code to its page."""

import io
from dataclasses import dataclass

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont

from campaigns.models import Campaign
from fusion.label import FONT_FILE
from fusionsite.brand import colour_set
from templates_app.catalogue import shelf

DPI = 200
WIDTH, HEIGHT = 1654, 2339  # A4
MARGIN = 118  # 15 mm: what office printers leave white
QR_SIDE = 560
WHITE = (255, 255, 255)
_SCENE_HEIGHT = 1500
_NOTHING = "\U0010ffff"  # a character that no font has


@dataclass(frozen=True)
class Words:
    """What the poster says."""

    title: str
    tagline: str
    organiser: str
    invitation: str
    note: str

    @property
    def all(self) -> str:
        """Every character of it."""
        return self.title + self.tagline + self.organiser + self.invitation + self.note


def words_of(campaign: Campaign, language: str) -> Words:
    """The campaign's words in that language, and ours."""
    text = campaign.text(language)
    with override(language):
        return Words(
            title=text.name,
            tagline=text.tagline,
            organiser=campaign.organisation.name,
            invitation=_("Scan. Take one photo."),
            note=_("Pictures are made by AI. Your photo is erased once the picture is made."),
        )


def missing_characters(words: Words) -> str:
    """Those that the poster's font cannot write, once each."""
    font = _font(40)
    nothing = bytes(font.getmask(_NOTHING))
    each = dict.fromkeys(words.all)
    return "".join(c for c in each if not c.isspace() and bytes(font.getmask(c)) == nothing)


def paint(campaign: Campaign, *, language: str, url: str) -> Image.Image:
    """The poster, 200 dots per inch."""
    words = words_of(campaign, language)
    stage = _rgb(colour_set(campaign.brand_colour, campaign.stage_colour or None).stage)
    sheet = Image.new("RGB", (WIDTH, HEIGHT), stage)
    scene = _scene(campaign)
    if scene is not None:
        _hang(sheet, scene, stage)
    draw = ImageDraw.Draw(sheet)
    foot = HEIGHT - MARGIN - QR_SIDE
    _write_above(draw, words, foot - 70)
    _write_beside(draw, words, foot)
    _place_code(sheet, url, (WIDTH - MARGIN - QR_SIDE, foot))
    return sheet


def encode(poster: Image.Image, kind: str, *, title: str) -> bytes:
    """As a file: "pdf" or "png"."""
    buffer = io.BytesIO()
    if kind == "pdf":
        poster.save(buffer, "PDF", resolution=DPI, quality=92, title=title)
    else:
        poster.save(buffer, "PNG", dpi=(DPI, DPI))
    return buffer.getvalue()


def _scene(campaign: Campaign) -> Image.Image | None:
    first = shelf(campaign).first()
    if first is None or first.current is None:
        return None
    try:
        with Image.open(io.BytesIO(first.current.image_bytes())) as picture:
            return picture.convert("RGB")
    except FileNotFoundError:
        return None


def _hang(sheet: Image.Image, scene: Image.Image, stage: tuple[int, int, int]) -> None:
    """The scene fills the upper part and melts into the stage."""
    scale = max(WIDTH / scene.width, _SCENE_HEIGHT / scene.height)
    size = (round(scene.width * scale), round(scene.height * scale))
    large = scene.resize(size, Image.Resampling.LANCZOS)
    left = (size[0] - WIDTH) // 2
    top = round((size[1] - _SCENE_HEIGHT) * 0.16)
    sheet.paste(large.crop((left, top, left + WIDTH, top + _SCENE_HEIGHT)), (0, 0))
    fade = _SCENE_HEIGHT * 2 // 5
    ramp = Image.linear_gradient("L").resize((WIDTH, fade))
    sheet.paste(Image.new("RGB", (WIDTH, fade), stage), (0, _SCENE_HEIGHT - fade), ramp)


def _write_above(draw: ImageDraw.ImageDraw, words: Words, bottom: int) -> None:
    """Title and tagline, the last line ending at `bottom`."""
    room = WIDTH - 2 * MARGIN
    tagline, small = _fitted(words.tagline, room, largest=60, lines=2)
    title, large = _fitted(words.title, room, largest=190, lines=2)
    y = bottom - round(len(tagline) * small.size * 1.35)
    _write(draw, tagline, small, y, (236, 239, 241))
    y -= 30 + round(len(title) * large.size * 1.12)
    _write(draw, title, large, y, WHITE, leading=1.12)


def _write_beside(draw: ImageDraw.ImageDraw, words: Words, top: int) -> None:
    """Left of the code: what to do, who stands behind it, and what is made."""
    room = WIDTH - 3 * MARGIN - QR_SIDE
    invitation, font = _fitted(words.invitation, room, largest=76, lines=1)
    _write(draw, invitation, font, top + 6, WHITE, leading=1.25)
    note, note_font = _fitted(words.note, room, largest=32, lines=4)
    y = HEIGHT - MARGIN - round(len(note) * note_font.size * 1.4)
    _write(draw, note, note_font, y, (190, 197, 203), leading=1.4)
    organiser, name_font = _fitted(words.organiser, room, largest=46, lines=2)
    y -= 36 + round(len(organiser) * name_font.size * 1.3)
    _write(draw, organiser, name_font, y, WHITE, leading=1.3)


def _place_code(sheet: Image.Image, url: str, at: tuple[int, int]) -> None:
    """The code on white with its quiet zone, every dot a whole number of pixels."""
    code = segno.make(url, error="h", micro=False, boost_error=False)
    dots = code.symbol_size(border=4)[0]
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=QR_SIDE // dots, border=4)
    ImageDraw.Draw(sheet).rounded_rectangle(
        (at[0], at[1], at[0] + QR_SIDE, at[1] + QR_SIDE), radius=36, fill=WHITE
    )
    with Image.open(buffer) as drawn:
        inset = (QR_SIDE - drawn.width) // 2
        sheet.paste(drawn.convert("RGB"), (at[0] + inset, at[1] + inset))


def _fitted(
    text: str, room: int, *, largest: int, lines: int
) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The text broken into at most so many lines, in the largest font in which it fits."""
    for size in range(largest, 17, -2):
        font = _font(size)
        broken = _broken(text, font, room)
        if len(broken) <= lines and all(font.getlength(line) <= room for line in broken):
            return broken, font
    return broken[:lines], font


def _broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Lines that fit: broken between words, or between any two Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and font.getlength((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Where a line may break: after spaces, and after each Chinese character and its full stop."""
    pieces: list[str] = []
    for character in text:
        wide = "\u2e80" <= character <= "\uffef"
        stop = character in "，。！？：；、）》”"
        glue = pieces and not (pieces[-1][-1] == " " or (wide and not stop) or _is_wide(pieces[-1]))
        if pieces and (stop or (glue and not wide)):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(piece: str) -> bool:
    return "\u2e80" <= piece[-1] <= "\uffef"


def _write(
    draw: ImageDraw.ImageDraw,
    lines: list[str],
    font: ImageFont.FreeTypeFont,
    top: int,
    ink: tuple[int, int, int],
    *,
    leading: float = 1.35,
) -> None:
    for number, line in enumerate(lines):
        y = top + round((number + 0.5) * font.size * leading)
        draw.text((MARGIN, y), line, fill=ink, font=font, anchor="lm")


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_FILE), size)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
