"""The same bodies as multipart forms, for the API's document: files in place of base64."""

from rest_framework import serializers

from fusionsite.api.pictures.bodies import AnswerIn, FusionIn, OnePhotoIn

_FILE = "The file, or its address."


class FusionForm(FusionIn):
    """A fusion as a form; `photos` and `template` are files or addresses, `faces` JSON text."""

    photos = serializers.ListField(child=serializers.FileField(help_text=_FILE), max_length=6)
    template = serializers.FileField(required=False)  # type: ignore[assignment]  # a file here
    faces = serializers.CharField(required=False)  # type: ignore[assignment]  # JSON text here


class OnePhotoForm(OnePhotoIn):
    """One photo as a form."""

    photo = serializers.FileField()  # type: ignore[assignment]  # a file here


class ParseForm(OnePhotoForm, AnswerIn):
    """A parse as a form."""

    painted = serializers.BooleanField(required=False, default=False)


class FacesForm(OnePhotoForm):
    """A measuring as a form."""
