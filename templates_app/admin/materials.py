"""Materials: upload, faces drawn on the picture, findings, rights, and every act on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.admin.base import ActPage, WhyForm, column
from campaigns.models import Campaign, Person
from campaigns.refusals import Refusal
from templates_app import editing, findings, intake, preparing, review, rights
from templates_app.admin.forms import (
    DocumentForm,
    EndEarlyForm,
    FaceForm,
    FaceNameForm,
    NoteForm,
    ReplaceForm,
    RightsForm,
    StrengthsForm,
    TitlesForm,
    UploadForm,
)
from templates_app.admin.pages import FilePage, MaterialPages, private_file
from templates_app.drawing import drawing
from templates_app.models import Material, MaterialFace, MaterialVersion, Rights, State
from templates_app.refusals import FaceNotFound, RightsMissing

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

Values = dict[str, Any]


def _face(material: Material, values: Values) -> MaterialFace:
    face = material.newest.faces.filter(number=values["number"]).first()
    if face is None:
        raise FaceNotFound
    return face


def _record(material: Material) -> Rights:
    record = rights.newest_record(material)
    if record is None:
        raise RightsMissing(rights.missing(None))
    return record


def _replace(material: Material, by: Person, values: Values) -> None:
    layer, skin_mask = values["layer"], values["skin_mask"]
    intake.replace_picture(
        material=material,
        by=by,
        data=values["file"].read(),
        layer=layer.read() if layer else None,
        skin_mask=skin_mask.read() if skin_mask else None,
        fit=values["fit"],
    )


def _add_document(material: Material, by: Person, values: Values) -> None:
    file = values["file"]
    rights.add_document(rights=_record(material), by=by, name=file.name, data=file.read())


def _act(name: str, label: Any, act: Act, run: Any, form: Any = None) -> ActPage:
    """An act page whose function answers nothing that is shown."""

    def quietly(material: Material, by: Person, values: Values) -> None:
        run(material, by, values)

    return ActPage(name, label, act, quietly, form) if form else ActPage(name, label, act, quietly)


ACT_PAGES = (
    _act(
        "submit",
        _("Submit for review"),
        Act.MATERIAL_SUBMIT,
        lambda material, by, values: review.submit(material=material, by=by, **values),
        NoteForm,
    ),
    _act(
        "revise",
        _("Mend and submit again"),
        Act.MATERIAL_EDIT,
        lambda material, by, _values: review.revise(material=material, by=by),
    ),
    _act(
        "titles",
        _("Titles"),
        Act.MATERIAL_EDIT,
        lambda material, by, values: editing.describe(material=material, by=by, titles=values),
        TitlesForm,
    ),
    _act(
        "strengths",
        _("Strengths"),
        Act.MATERIAL_EDIT,
        lambda material, by, values: editing.set_strengths(material=material, by=by, **values),
        StrengthsForm,
    ),
    _act(
        "name-face",
        _("Name a face"),
        Act.MATERIAL_EDIT,
        lambda material, by, values: editing.name_face(
            face=_face(material, values), by=by, name=values["name"]
        ),
        FaceNameForm,
    ),
    _act(
        "remove-face",
        _("Remove a face"),
        Act.MATERIAL_EDIT,
        lambda material, by, values: editing.remove_face(face=_face(material, values), by=by),
        FaceForm,
    ),
    _act(
        "bring-back-face",
        _("Bring a face back"),
        Act.MATERIAL_EDIT,
        lambda material, by, values: editing.bring_back_face(face=_face(material, values), by=by),
        FaceForm,
    ),
    _act(
        "rights",
        _("Record the rights"),
        Act.RIGHTS_EDIT,
        lambda material, by, values: rights.record(material=material, by=by, **values),
        RightsForm,
    ),
    _act(
        "confirm-rights",
        _("Confirm the rights"),
        Act.MATERIAL_REVIEW,
        lambda material, by, _values: rights.confirm(rights=_record(material), by=by),
    ),
    _act(
        "end-rights",
        _("End the rights early"),
        Act.RIGHTS_EDIT,
        lambda material, by, values: rights.end_early(
            rights=material.rights or _record(material), by=by, **values
        ),
        EndEarlyForm,
    ),
    _act(
        "withdraw",
        _("Withdraw"),
        Act.MATERIAL_WITHDRAW,
        lambda material, by, values: editing.withdraw(material=material, by=by, **values),
        WhyForm,
    ),
    _act(
        "restore",
        _("Bring back"),
        Act.MATERIAL_EDIT,
        lambda material, by, _values: editing.restore(material=material, by=by),
    ),
)

FILE_PAGES = (
    FilePage("replace", _("Replace the picture"), Act.MATERIAL_EDIT, ReplaceForm, _replace),
    FilePage("document", _("Add a document"), Act.RIGHTS_EDIT, DocumentForm, _add_document),
)


@admin.register(Material)
class MaterialAdmin(MaterialPages):
    """Everything about one material on one page; what changes it is an act."""

    add_act = Act.MATERIAL_EDIT
    list_display = ["small", "model_id", "shown_title", "campaign", "shown_state", "position"]
    list_display_links = ["model_id"]
    list_filter = ["state", "campaign"]
    list_select_related = ["campaign", "current"]
    search_fields = ["model_id", "titles"]
    actions = ["submit_selected"]  # type: ignore[assignment]  # its base has none
    act_pages = ACT_PAGES
    file_pages = FILE_PAGES
    fields = readonly_fields = [
        "model_id",
        "campaign",
        "shown_title",
        "state",
        "face_degree",
        "profile_degree",
        "skin_tone",
        "shown_versions",
        "shown_rights",
    ]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/picture/<int:number>/<slug:kind>/",
                wrap(self.picture_view),
                name="templates_app_material_picture",
            ),
            path(
                "<path:object_id>/document/<int:document_id>/",
                wrap(self.document_view),
                name="templates_app_material_document",
            ),
            *super().get_urls(),
        ]

    @column(_("Picture"))
    def small(self, material: Material) -> SafeString | str:
        if material.current is None:
            return ""
        address = self._picture_url(material, material.current, "thumbnail")
        return format_html('<img src="{}" alt="" width="64" loading="lazy">', address)

    @column(_("Title"))
    def shown_title(self, material: Material) -> str:
        return material.title()

    @column(
        _("State"),
        label={
            State.APPROVED: "success",
            State.APPEAL_WON: "success",
            State.PENDING: "info",
            State.APPEALED: "info",
            State.REJECTED: "danger",
            State.APPEAL_LOST: "danger",
        },
    )
    def shown_state(self, material: Material) -> tuple[str, str]:
        return material.state, material.get_state_display()

    @column(_("Versions"))
    def shown_versions(self, material: Material) -> SafeString:
        rows = material.versions.select_related("material").order_by("-number")
        versions = [self._version_facts(material, row) for row in rows]
        return render_to_string("templates_app/material_facts.html", {"versions": versions})

    @column(_("Rights"))
    def shown_rights(self, material: Material) -> SafeString:
        entries = [
            {
                "row": row,
                "missing": rights.missing(row),
                "documents": [
                    {
                        "name": document.name,
                        "url": reverse(
                            "admin:templates_app_material_document",
                            args=[material.pk, document.pk],
                        ),
                    }
                    for document in row.documents.all()
                ],
            }
            for row in material.rights_records.prefetch_related("documents")
        ]
        return render_to_string("templates_app/rights_facts.html", {"entries": entries})

    @admin.action(description=_("Submit for review"))
    def submit_selected(
        self, request: HttpRequest, queryset: QuerySet[Material]
    ) -> HttpResponse | None:
        return self._many(
            request,
            queryset,
            _("Submit for review"),
            lambda material, by: review.submit(material=material, by=by),
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Many files at once; each is taken in or refused on its own."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        person = cast("Person", request.user)
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = UploadForm(*posted)
        form.fields["campaign"].queryset = visible_to(  # type: ignore[attr-defined]
            person, Campaign.objects.all(), Act.MATERIAL_EDIT
        )
        if form.is_valid():
            for file in form.cleaned_data["pictures"]:
                self._take_in(request, form.cleaned_data, file)
            return HttpResponseRedirect(reverse("admin:templates_app_material_changelist"))
        return self._upload_page(request, form, _("Add materials"), None)

    def picture_view(
        self, request: HttpRequest, object_id: str, number: int, kind: str
    ) -> HttpResponseBase:
        """The picture or its thumbnail, for whoever may see the material."""
        material = self._material(request, object_id)
        version = material.versions.filter(number=number).first()
        if version is None or kind not in ("image", "thumbnail"):
            raise Http404
        return private_file(getattr(version, kind), "image/jpeg")

    def document_view(
        self, request: HttpRequest, object_id: str, document_id: int
    ) -> HttpResponseBase:
        """A rights document as a download."""
        material = self._material(request, object_id)
        for record in material.rights_records.filter(documents=document_id):
            document = record.documents.get(pk=document_id)
            return private_file(document.file, document.media_type, name=document.name)
        raise Http404

    def _material(self, request: HttpRequest, object_id: str) -> Material:
        material = self.get_object(request, object_id)
        if not isinstance(material, Material):
            raise Http404
        return material

    def _take_in(self, request: HttpRequest, values: Values, file: Any) -> None:
        title = file.name.rsplit(".", 1)[0][:80]
        try:
            material = intake.take_in(
                campaign=values["campaign"],
                data=file.read(),
                by=cast("Person", request.user),
                title=title,
                fit=values["fit"],
            )
        except Refusal as refusal:
            messages.error(request, f"{file.name}: {refusal}")
            return
        taken = translated("%(name)s is now %(model_id)s.")
        facts = {"name": file.name, "model_id": material.model_id}
        told = intake.what_happened(material.newest)
        messages.success(request, " ".join([taken % facts, *told]))

    def _version_facts(self, material: Material, row: MaterialVersion) -> Values:
        return {
            "row": row,
            "drawing": drawing(row),
            "picture_url": self._picture_url(material, row, "image"),
            "changes": preparing.change_sentences(row.changes),
            "findings": [
                {
                    "met": finding.met,
                    "face": finding.face.number if finding.face else None,
                    "sentence": findings.sentence(finding),
                }
                for finding in row.findings.select_related("face", "other")
            ],
            "reviews": row.reviews.select_related("submitted_by", "decided_by"),
        }

    @staticmethod
    def _picture_url(material: Material, version: MaterialVersion, kind: str) -> str:
        name = "admin:templates_app_material_picture"
        return reverse(name, args=[material.pk, version.number, kind])
