"""The example on the landing page: a painted stand-in and the picture the campaign makes of it.

The engine makes it once for each version of the campaign's first scene, away from any request,
and it lies beside the scene in the materials storage. Nobody real is in it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from fusion import FuseOptions, Swap, read_picture
from fusion.faces import RGB
from fusion.label import DEFAULT_TEXT, Provenance, draw_label, xmp_packet
from fusionsite import painted
from fusionsite.jobs.engine import engine, shelf
from fusionsite.jobs.orders import SkinTone
from templates_app.models import Material, MaterialVersion

STAND_INS = ("visitor_b.jpg", "visitor_a.jpg", "visitor_c.jpg")
SIDES = {"full": 1080, "small": 480}  # longest side, px
QUALITY = 72
_FOLDER = "examples"
_RECIPE = 1  # counts up when the same scene shall get another example


@dataclass(frozen=True)
class Strengths:
    """What the campaign sets for its pictures; part of the file's name, so a change makes anew."""

    face_degree: int
    profile_degree: int
    skin_tone: SkinTone


def strengths(material: Material) -> Strengths:
    """The material's own settings before the campaign's."""
    campaign = material.campaign
    own_face, own_profile = material.face_degree, material.profile_degree
    return Strengths(
        campaign.face_degree if own_face is None else own_face,
        campaign.profile_degree if own_profile is None else own_profile,
        cast(SkinTone, material.skin_tone or campaign.skin_tone),
    )


def stem_of(material: Material) -> str:
    """What the example of a scene as it is now is called; another scene has another name."""
    version = _current(material)
    wanted = strengths(material)
    settings = f"{wanted.face_degree}-{wanted.profile_degree}-{wanted.skin_tone}"
    return f"{version.pk}-{version.sha256[:12]}-{settings}-{_RECIPE}"


def is_there(material: Material) -> bool:
    """Whether the example of the scene as it is now was made."""
    return bool(storages["materials"].exists(_name(material, "small")))


def read(material: Material, size: str) -> bytes:
    """The example as WebP. FileNotFoundError when it was not made yet."""
    with storages["materials"].open(_name(material, size)) as stored:
        content: bytes = stored.read()
        return content


def make(material: Material) -> None:
    """Makes and stores the example, and removes those that the scene had before.

    Raises FusionError when a face of the scene cannot be used, FileNotFoundError without scene.
    """
    picture = _fused(material)
    storage = storages["materials"]
    for size, side_px in SIDES.items():  # the small one last: it says that all are there
        name = _name(material, size)
        storage.delete(name)
        storage.save(name, ContentFile(_as_webp(picture, side_px)))
    _remove_earlier(material)


def _fused(material: Material) -> RGB:
    template = shelf.analysis_of(_current(material))
    wanted = strengths(material)
    swaps = [
        _stand_in(STAND_INS[seat % len(STAND_INS)], index)
        for seat, index in enumerate(_seats(material))
    ]
    options = FuseOptions(wanted.face_degree, wanted.profile_degree, wanted.skin_tone)
    picture = engine().fuse(template, swaps, options)
    draw_label(picture, DEFAULT_TEXT, avoid=[face.box for face in template.faces])
    return picture


def _seats(material: Material) -> Sequence[int]:
    """Which of the analysis' faces are seats, in the order in which they are offered."""
    return [face.number - 1 for face in material.faces]


def _stand_in(file_name: str, index: int) -> Swap:
    photo = read_picture((painted.PICTURES / file_name).read_bytes())
    return Swap(photo, engine().find_faces(photo)[0], index)


def _as_webp(picture: RGB, side_px: int) -> bytes:
    """Encoded light enough for the first view, with the words of its origin in the file."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    packet = xmp_packet(Provenance(content_id="example"))
    image.save(buffer, "WEBP", quality=QUALITY, method=4, xmp=packet)
    return buffer.getvalue()


def _remove_earlier(material: Material) -> None:
    """Examples of this scene's former versions or settings; one that stays harms nobody."""
    storage = storages["materials"]
    folder = f"{_FOLDER}/{material.pk}"
    _folders, names = storage.listdir(folder)
    for name in names:
        if not name.startswith(stem_of(material)):
            storage.delete(f"{folder}/{name}")


def _name(material: Material, size: str) -> str:
    return f"{_FOLDER}/{material.pk}/{stem_of(material)}-{size}.webp"


def _current(material: Material) -> MaterialVersion:
    if material.current is None:
        raise FileNotFoundError(f"material {material.model_id} has no picture")
    return material.current
