"""Every act on one material: its form, who may do it, and the function that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from campaigns.access import Act
from fusionsite.console import inspector_forms as forms
from templates_app import editing, intake, review, rights
from templates_app.refusals import FaceNotFound, RightsMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.models import Person
    from templates_app.models import Material, MaterialFace, Review, Rights

Values = dict[str, Any]


@dataclass(frozen=True)
class MaterialAct:
    """One act; `done` is what is said afterwards."""

    name: str
    act: Act
    form: type[forms.ActForm]
    done: Any
    run: Callable[[Material, Person, Values], object]


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


def _last_review(material: Material) -> Review:
    return material.newest.reviews.order_by("-submitted_at", "-pk")[0]


def _faces(material: Material, by: Person, values: Values) -> None:
    version = material.newest
    for face in version.faces.filter(number__in=values["names"]):
        if face.name != values["names"][face.number].strip():
            editing.name_face(face=face, by=by, name=values["names"][face.number])
    if values["order"] and values["order"] != [face.number for face in version.faces.all()]:
        editing.arrange_faces(version=version, by=by, numbers=values["order"])


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


def _document(material: Material, by: Person, values: Values) -> None:
    file = values["file"]
    rights.add_document(rights=_record(material), by=by, name=file.name, data=file.read())


_ALL = (
    MaterialAct(
        "submit",
        Act.MATERIAL_SUBMIT,
        forms.NoteForm,
        _("Submitted. A reviewer decides; you are told."),
        lambda material, by, values: review.submit(material=material, by=by, **values),
    ),
    MaterialAct(
        "recall",
        Act.MATERIAL_SUBMIT,
        forms.PlainAct,
        _("Taken back. It is a draft again."),
        lambda material, by, _values: review.recall(review=_last_review(material), by=by),
    ),
    MaterialAct(
        "revise",
        Act.MATERIAL_EDIT,
        forms.PlainAct,
        _("It is a draft again. Mend it and submit."),
        lambda material, by, _values: review.revise(material=material, by=by),
    ),
    MaterialAct(
        "appeal",
        Act.MATERIAL_APPEAL,
        forms.AppealForm,
        _("Appealed. Another reviewer decides within one working day."),
        lambda material, by, values: review.appeal(review=_last_review(material), by=by, **values),
    ),
    MaterialAct(
        "titles",
        Act.MATERIAL_EDIT,
        forms.TitlesForm,
        _("Titles saved."),
        lambda material, by, values: editing.describe(material=material, by=by, titles=values),
    ),
    MaterialAct(
        "strengths",
        Act.MATERIAL_EDIT,
        forms.StrengthsForm,
        _("Strengths saved."),
        lambda material, by, values: editing.set_strengths(material=material, by=by, **values),
    ),
    MaterialAct("faces", Act.MATERIAL_EDIT, forms.FacesForm, _("Faces saved."), _faces),
    MaterialAct(
        "remove-face",
        Act.MATERIAL_EDIT,
        forms.FaceForm,
        _("Nobody steps into this face any more."),
        lambda material, by, values: editing.remove_face(face=_face(material, values), by=by),
    ),
    MaterialAct(
        "bring-back-face",
        Act.MATERIAL_EDIT,
        forms.FaceForm,
        _("The face is offered again."),
        lambda material, by, values: editing.bring_back_face(face=_face(material, values), by=by),
    ),
    MaterialAct(
        "rights",
        Act.RIGHTS_EDIT,
        forms.RightsForm,
        _("Rights recorded. They count once a reviewer confirms them."),
        lambda material, by, values: rights.record(material=material, by=by, **values),
    ),
    MaterialAct("document", Act.RIGHTS_EDIT, forms.DocumentForm, _("Document added."), _document),
    MaterialAct(
        "confirm-rights",
        Act.MATERIAL_REVIEW,
        forms.PlainAct,
        _("Rights confirmed."),
        lambda material, by, _values: rights.confirm(rights=_record(material), by=by),
    ),
    MaterialAct(
        "end-rights",
        Act.RIGHTS_EDIT,
        forms.EndEarlyForm,
        _("The rights end sooner now."),
        lambda material, by, values: rights.end_early(
            rights=material.rights or _record(material), by=by, **values
        ),
    ),
    MaterialAct(
        "replace",
        Act.MATERIAL_EDIT,
        forms.ReplaceForm,
        _("The new picture is a draft. Submit it when it is ready."),
        _replace,
    ),
    MaterialAct(
        "withdraw",
        Act.MATERIAL_WITHDRAW,
        forms.WhyForm,
        _("Withdrawn. Visitors no longer see it."),
        lambda material, by, values: editing.withdraw(material=material, by=by, **values),
    ),
    MaterialAct(
        "restore",
        Act.MATERIAL_EDIT,
        forms.PlainAct,
        _("It is back."),
        lambda material, by, _values: editing.restore(material=material, by=by),
    ),
    MaterialAct(
        "delete",
        Act.MATERIAL_EDIT,
        forms.DeleteForm,
        _("Deleted. It can be brought back from the Deleted tab."),
        lambda material, by, values: editing.delete(material=material, by=by, why=values["why"]),
    ),
)
ACTS = {act.name: act for act in _ALL}
