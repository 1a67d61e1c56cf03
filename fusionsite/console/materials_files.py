"""Pictures and rights documents of materials, for the people of their organisation alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import FileResponse, Http404
from django.urls import reverse
from django.views import View

from campaigns.access import visible_to
from campaigns.models import Person
from templates_app.models import MaterialVersion, RightsDocument

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

KINDS = frozenset({"image", "thumbnail"})


def picture_url(version: MaterialVersion, kind: str = "image") -> str:
    """The address of the version's picture or thumbnail."""
    args = [version.material.model_id, version.number, kind]
    return reverse("admin:material_picture", args=args)


class MaterialPicture(View):
    """A version's picture or thumbnail; it never changes, so browsers may keep it a while."""

    cacheable = True

    def get(self, request: HttpRequest, model_id: str, number: int, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        rows = visible_to(cast(Person, request.user), MaterialVersion.objects.all())
        version = rows.filter(material__model_id=model_id, number=number).first()
        if version is None:
            raise Http404
        return private_file(getattr(version, kind), "image/jpeg")


class MaterialDocument(View):
    """A rights document as a download."""

    def get(self, request: HttpRequest, model_id: str, document_id: int) -> HttpResponseBase:
        rows = visible_to(cast(Person, request.user), RightsDocument.objects.all())
        document = rows.filter(rights__material__model_id=model_id, pk=document_id).first()
        if document is None:
            raise Http404
        return private_file(document.file, document.media_type, name=document.name)


def private_file(file: FieldFile, media_type: str, *, name: str = "") -> HttpResponseBase:
    """A stored file for the signed-in person alone; a download if it has a name."""
    try:
        stored = file.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = FileResponse(
        stored, content_type=media_type, as_attachment=bool(name), filename=name or "picture.jpg"
    )
    response["Cache-Control"] = "private, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    return response
