"""face_morph and face_parser: one gateway, two APIs, two tables of errors."""

from django.conf import settings
from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.developers.guides.base import (
    FieldLine,
    Group,
    Guide,
    Mistake,
    Part,
    Words,
    reasons,
)
from fusionsite.dialects.jd import messages, signature, views
from fusionsite.dialects.jd.errors import BUSINESS, NOT_SAID, SYSTEM

SIGNING = (
    Words(_("Take the time in milliseconds since 1970, as decimal text.")),
    Words(_("sign is the MD5 of secretkey followed by that text, in hex.")),
    Words(_("Send appkey, timestamp and sign in the query; the timestamp exactly as signed.")),
    Words(
        _("The timestamp may be at most %(minutes)s minutes away from this site's clock."),
        {"minutes": signature.WINDOW_MS // 60_000},
    ),
)
_PICTURE = {
    "least": messages.MIN_SIDE_PX,
    "most": messages.MAX_SIDE_PX,
    "mb": (messages.MAX_BYTES + 1) // 2**20,
}
_BASE64 = _(
    "base64 without a data: header: JPEG or PNG below %(mb)s MB, sides of %(least)s to"
    " %(most)s pixels."
)


def guide() -> Guide:
    """The page."""
    return Guide(
        slug="jd",
        name="face_morph, face_parser",
        doors=(Dialect.JD_MORPH, Dialect.JD_PARSER),
        kind=Credential.Kind.JD,
        summary=Words(
            _(
                "For programs written for JD AI: a face into a picture, or the regions of a face."
                " Both pictures come along; no campaign is named."
            )
        ),
        address="/jdai/face_morph",
        call="POST /jdai/face_morph?appkey=…&timestamp=…&sign=…",
        signing=SIGNING,
        rules=(
            Words(
                _("JSON of at most %(mb)s MB, whatever its content type says."),
                {"mb": views.MAX_BODY_BYTES // 2**20},
            ),
            Words(
                _("One entry, or a list of 1 to %(most)s; several are answered with a list."),
                {"most": settings.FUSION_JD_MAX_ENTRIES},
            ),
            Words(_("Every answer is HTTP 200: code is the gateway's, result.status the API's.")),
            Words(_("Left and right are those of the picture, not of the person.")),
        ),
        parts=_parts(),
        errors=(
            Group(Words(_("code: the gateway")), _gateway()),
            Group(Words(_("status: the API, inside code 10000")), _business()),
        ),
        not_said=reasons(NOT_SAID),
        long_form="dialects/jd.md",
        error_goes_in=Words(_("image_source of face_morph, or image of face_parser")),
    )


def _parts() -> tuple[Part, ...]:
    morph = [
        FieldLine("[].image_source", "String", True, Words(_BASE64, _PICTURE)),
        FieldLine("[].image_target", "String", True, Words(_BASE64, _PICTURE)),
    ]
    parser = [
        FieldLine("[].image", "String", True, Words(_BASE64, _PICTURE)),
        FieldLine(
            "?palette",
            "Integer",
            False,
            Words(_("1 in the query: the regions painted, instead of their numbers.")),
        ),
    ]
    return (
        Part(
            "face_morph",
            "POST /jdai/face_morph",
            Words(_("The face of image_source in the picture image_target.")),
            morph,
            Words(_("result.image: the picture as base64 of a PNG. status, message, used_time.")),
        ),
        Part(
            "face_parser",
            "POST /jdai/face_parser",
            Words(_("Which part of the face each pixel belongs to, numbered 0 to 10.")),
            parser,
            Words(_("result.image: a PNG of the same size, one number per pixel, as base64.")),
        ),
    )


def _gateway() -> list[Mistake]:
    return [
        Mistake(
            code=code,
            anchor=f"code{code}",
            status="200",
            messages=(said.msg,),
            cause=Words(said.cause),
            remedy=Words(said.remedy),
            word="" if code == "10000" else f"simulate.{code}",
        )
        for code, said in SYSTEM.items()
    ]


def _business() -> list[Mistake]:
    return [
        Mistake(
            code=str(status),
            anchor=f"status{status}",
            status="200",
            messages=tuple(dict.fromkeys(text for text in (said.morph, said.parser) if text)),
            cause=Words(said.cause),
            remedy=Words(REMEDIES[status]),
            word="" if status == 200 else f"simulate.{status}",
        )
        for status, said in BUSINESS.items()
    ]


REMEDIES = {
    200: "",
    201: _("Send other pictures: one face, upright, looking at the camera."),
    1002: _("Send every picture of the entry as a text with something in it."),
    1003: _("Send the bare base64 of a whole file."),
    1004: _("Make the picture smaller, or larger."),
    1005: _("Send JSON in UTF-8."),
    1006: _("Send fewer entries or smaller pictures, or another picture."),
    1007: _("Send the bare base64 of a whole JPEG or PNG file."),
}
