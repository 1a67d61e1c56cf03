"""What a request about pictures may say."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from campaigns.models.campaign import LINK_LIFE_S
from fusionsite.api.fields import Body, Flag, Number, Text, Word
from fusionsite.api.refusals import FieldError, InvalidRequest
from fusionsite.bodies import NotJson, parse_json
from fusionsite.jobs.models import FusionJob

MAX_PHOTOS = MAX_FACES = 6
MAX_SIDE_PX = 100_000
_MAX_BASE64 = 45_000_000
_BOTH = _("Give one of them: %(names)s.")


class PictureIn(Body):
    """A picture as base64 text, or the address to fetch it from: one of the two."""

    base64 = Text(
        required=False,
        max_length=_MAX_BASE64,
        help_text="The file as base64, without a data: header.",
    )
    url = Text(
        required=False,
        max_length=2048,
        help_text="A public http or https address that answers with the file itself.",
    )
    # Only in forms, where the file itself is sent; the document shows it there.
    file = serializers.FileField(required=False, allow_empty_file=True)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        if not self.context.get("form"):
            del found["file"]
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_BOTH % {"names": "base64, url"}, code="one-of")
        return attrs


class BoxIn(Body):
    """A rectangle in pixels of the upright picture."""

    left = Number(min_value=-MAX_SIDE_PX, max_value=MAX_SIDE_PX)
    top = Number(min_value=-MAX_SIDE_PX, max_value=MAX_SIDE_PX)
    width = Number(min_value=1, max_value=MAX_SIDE_PX)
    height = Number(min_value=1, max_value=MAX_SIDE_PX)


class FaceIn(Body):
    """Which face goes where. Without a choice the largest is taken, on both sides."""

    photo = Number(
        required=False, default=1, min_value=1, max_value=MAX_PHOTOS, help_text="From 1."
    )
    face = Number(
        required=False,
        min_value=1,
        max_value=100,
        help_text="The face's number in that photo, as `faces` counts them.",
    )
    box = BoxIn(required=False, help_text="Or a rectangle around it.")
    template_face = Number(
        required=False, min_value=1, max_value=100, help_text="The face to replace, from 1."
    )
    template_box = BoxIn(required=False, help_text="Or a rectangle around it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for pair in (("face", "box"), ("template_face", "template_box")):
            if all(name in attrs for name in pair):
                names = ", ".join(pair)
                raise serializers.ValidationError(_BOTH % {"names": names}, code="one-of")
        return attrs


class AnswerIn(Body):
    """How the picture shall come back."""

    answer = Word(
        required=False,
        choices=[str(choice) for choice in FusionJob.Answer.values],
        help_text="`link`: kept behind an address that ends. `bytes`: in the answer, not kept.",
    )
    link_life_s = Number(
        required=False,
        min_value=LINK_LIFE_S[0],
        max_value=LINK_LIFE_S[1],
        help_text="How long the link opens, in seconds; else as the campaign says.",
    )


def _degree(help_text: Any) -> Number:
    return Number(required=False, min_value=0, max_value=100, help_text=help_text)


class FusionIn(AnswerIn):
    """A fusion: photos into a material of a campaign, or into a template that is sent along."""

    campaign = Number(
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="The campaign's number. Without one, the account pays for a sent template.",
    )
    material = Text(required=False, max_length=64, help_text="The material's id.")
    template = PictureIn(required=False, help_text="A template in place of a material.")
    photos = serializers.ListField(
        child=PictureIn(), min_length=1, max_length=MAX_PHOTOS, help_text="One to six."
    )
    faces = serializers.ListField(
        child=FaceIn(),
        required=False,
        min_length=1,
        max_length=MAX_FACES,
        help_text="Without them: the only face of the first photo into the largest one.",
    )
    face_degree = _degree("How strongly the face's features show, 0 to 100.")
    profile_degree = _degree("How strongly the face's outline shows, 0 to 100.")
    skin_tone = Word(
        required=False,
        choices=["template", "own"],
        help_text="Only with a sent template; a material has its own.",
    )
    format = Word(required=False, choices=["JPEG", "PNG"], help_text="JPEG by default.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _one_of(attrs, "material", "template")
        if "material" in attrs and "campaign" not in attrs:
            raise serializers.ValidationError(
                {"campaign": [_error(_("A material is one of a campaign: name it."), "required")]}
            )
        if "material" in attrs and "skin_tone" in attrs:
            raise serializers.ValidationError(
                {"skin_tone": [_error(_("A material has its own; leave this out."), "not-here")]}
            )
        _require_photos(attrs)
        return attrs


class OnePhotoIn(Body):
    """One photo to look at."""

    photo = PictureIn()
    campaign = Number(
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="Whose limits count; else the account's alone.",
    )


class ParseIn(OnePhotoIn, AnswerIn):
    """A photo to parse into its regions."""

    painted = Flag(
        required=False,
        default=False,
        help_text="Regions in colours instead of their numbers as grey values.",
    )


class FacesIn(OnePhotoIn):
    """A photo whose faces are found and measured."""


def _error(message: Any, code: str) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(message, code=code)


def _one_of(attrs: Mapping[str, Any], *names: str) -> None:
    if sum(name in attrs for name in names) != 1:
        message = _BOTH % {"names": ", ".join(names)}
        raise serializers.ValidationError({names[0]: [_error(message, "one-of")]})


def _require_photos(attrs: Mapping[str, Any]) -> None:
    """Raises when a face names a photo that was not sent."""
    for index, face in enumerate(attrs.get("faces", ())):
        if face["photo"] > len(attrs["photos"]):
            where = f"faces[{index}].photo"
            message = _("There are only %(count)s photos.") % {"count": len(attrs["photos"])}
            raise InvalidRequest([FieldError(where, "max-value", str(message))])


# --- Forms -----------------------------------------------------------------------------------


def from_form(form: QueryDict, *, pictures: Collection[str]) -> dict[str, Any]:
    """A form's fields as the same body would say them in JSON.

    Files and addresses of pictures are fields of their own; `faces` holds its list as JSON text.
    `pictures` are the fields that hold one; of `photos` there may be several.
    """
    found: dict[str, Any] = {}
    for name, values in form.lists():
        if name in pictures:
            sent = [_picture(value) for value in values]
            found[name] = sent if name == "photos" else sent[-1]
        else:
            found[name] = values[-1]
    if "faces" in found:
        found["faces"] = _listed(found["faces"])
    return found


def _picture(value: Any) -> dict[str, Any]:
    if isinstance(value, UploadedFile):
        return {"file": value}
    return {"url": value}


def _listed(text: Any) -> Any:
    try:
        return parse_json(str(text).encode())
    except NotJson as error:
        message = str(_("In a form, this is a list as JSON text."))
        raise InvalidRequest([FieldError("faces", "invalid", message)]) from error
