"""One material: the picture with its findings, faces, strengths, rights and versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from campaigns.access import TABLE, Act, roles
from campaigns.refusals import NotAllowed, Refusal
from fusionsite.console.inspector_acts import ACTS
from fusionsite.console.materials import name_of
from fusionsite.console.materials_files import picture_url
from fusionsite.console.page import ConsolePage
from fusionsite.console.tryout import SAMPLES
from fusionsite.console.tryout_views import material_of
from templates_app import preparing, rights
from templates_app.drawing import drawing
from templates_app.glance import checks
from templates_app.models import Material, Outcome, State

if TYPE_CHECKING:
    from fusionsite.console.inspector_acts import MaterialAct
    from fusionsite.console.inspector_forms import ActForm
    from templates_app.models import MaterialVersion, Review


@dataclass(frozen=True)
class Step:
    """What to do next, in a sentence; ``act`` names the form that does it."""

    sentence: str
    act: str = ""
    label: str = ""


class MaterialPage(ConsolePage):
    """GET shows the material; POST does the act named in the form, and shows what was wrong."""

    act = Act.SEE
    template_name = "console/materials/one.html"

    def get(self, request: HttpRequest, model_id: str) -> HttpResponse:
        material = material_of(request, model_id)
        return self.render_to_response(self._context(material, {}))

    def post(self, request: HttpRequest, model_id: str) -> HttpResponse:
        material = material_of(request, model_id)
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        if act.act not in _may(self, material):
            raise PermissionDenied(str(NotAllowed(act.act)))
        form = _form(act, material, request.POST, request.FILES)
        if form.is_valid() and self._ran(act, material, form):
            place = reverse("admin:material_page", args=[material.model_id])
            return HttpResponseRedirect(f"{place}#{act.name}")
        return self.render_to_response(self._context(material, {act.name: form}), status=422)

    def _ran(self, act: MaterialAct, material: Material, form: ActForm) -> bool:
        try:
            act.run(material, self.person, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        except ValidationError as problem:
            form.add_error(None, problem.messages)
            return False
        messages.success(self.request, act.done)
        return True

    def _context(self, material: Material, posted: dict[str, ActForm]) -> dict[str, Any]:
        material.refresh_from_db()
        version = material.newest
        version.material = material
        may = _may(self, material)
        forms = {
            name.replace("-", "_"): posted.get(name) or _form(act, material)
            for name, act in ACTS.items()
            if act.act in may
        }
        return self.get_context_data(
            title=material.title(),
            trail=_trail(material),
            material=material,
            version=version,
            state=State.WITHDRAWN if material.state == State.WITHDRAWN else version.state,
            drawing=drawing(version),
            picture_url=picture_url(version),
            changes=preparing.change_sentences(version.changes),
            checks=checks(version),
            faces=(faces := list(version.faces.all())),
            several=len(faces) > 1,
            versions=versions_of(material),
            records=(records := records_of(material)),
            earlier_records=len(records) - 1,
            step=_step(material, version),
            forms=forms,
            problems=[error for form in posted.values() for error in form.non_field_errors()],
            may={act.value: True for act in may},
            samples=list(SAMPLES),
            skin_tones=material.campaign.SkinTone.choices,
            beside=_beside(material),
        )


# --- What the page says ----------------------------------------------------------------------


def _form(act: MaterialAct, material: Material, *posted: Any) -> ActForm:
    form = act.form(material, *posted, auto_id=f"{act.name}_%s")
    return form


def _may(page: MaterialPage, material: Material) -> set[Act]:
    """All the person may do with this material, in one query."""
    held = roles(page.person, material)
    return {act for role in held for act in TABLE[role]}


def _trail(material: Material) -> list[tuple[Any, str]]:
    listed = reverse("admin:materials")
    mine = f"{listed}?campaign={material.campaign_id}"
    return [(_("Materials"), listed), (name_of(material.campaign), mine)]


def _step(material: Material, version: MaterialVersion) -> Step:
    """What the material waits for."""
    if material.state == State.WITHDRAWN:
        return Step(translated("Visitors do not see it."), "restore", translated("Bring back"))
    match version.state:
        case State.DRAFT if rights.missing(rights.newest_record(material)):
            return Step(translated("Fill in the rights, then submit it for review."), "rights")
        case State.DRAFT:
            sentence = translated("Ready: submit it, and somebody else reviews it.")
            return Step(sentence, "submit", translated("Submit for review"))
        case State.PENDING:
            return Step(translated("A reviewer decides next; nothing is left to do here."))
        case State.APPEALED:
            return Step(translated("Another reviewer decides the appeal."))
        case State.REJECTED | State.APPEAL_LOST:
            sentence = translated("Mend what was named, then submit it again.")
            return Step(sentence, "revise", translated("Mend and submit again"))
    if material.rights is None or not material.rights.holds(timezone.now()):
        return Step(translated("Its rights have ended: visitors do not see it."), "rights")
    return Step(translated("Visitors of the campaign can choose it."))


def versions_of(material: Material) -> list[dict[str, Any]]:
    """Every version, the newest first, with what was decided about it."""
    rows = material.versions.order_by("-number").select_related("uploaded_by")
    rows = rows.prefetch_related(
        "reviews__submitted_by", "reviews__decided_by", "reviews__appeal__decided_by"
    )
    return [_version(material, row) for row in rows]


def _version(material: Material, row: MaterialVersion) -> dict[str, Any]:
    row.material = material
    return {
        "row": row,
        "serves": row.pk == material.current_id and row.state in (State.APPROVED, State.APPEAL_WON),
        "thumbnail": picture_url(row, "thumbnail"),
        "picture": picture_url(row),
        "reviews": [review_facts(review) for review in row.reviews.all()],
    }


def review_facts(review: Review) -> dict[str, Any]:
    """One submission and what became of it, as both the material and the queue show it."""
    appeal = getattr(review, "appeal", None)
    return {
        "row": review,
        "reasons": review.reason_sentences(),
        "tone": {Outcome.APPROVED: "ok", Outcome.REJECTED: "bad"}.get(
            Outcome(review.outcome) if review.outcome else Outcome.RECALLED, ""
        ),
        "appeal": appeal,
    }


def records_of(material: Material) -> list[dict[str, Any]]:
    """The rights records, the newest first, each with what it lacks."""
    rows = material.rights_records.order_by("-recorded_at", "-pk")
    rows = rows.select_related("recorded_by", "confirmed_by").prefetch_related("documents")
    now = timezone.now()
    return [
        {
            "row": row,
            "missing": rights.missing(row),
            "in_force": row.pk == material.rights_id,
            "ended": not row.holds(now),
            "documents": row.documents.all(),
        }
        for row in rows
    ]


def _beside(material: Material) -> dict[str, str]:
    """The addresses of the materials before and after this one in its campaign."""
    rows = Material.objects.filter(campaign=material.campaign_id, deleted_at=None)
    ids = list(rows.order_by("position", "number").values_list("model_id", flat=True))
    if material.model_id not in ids:
        return {}
    place = ids.index(material.model_id)
    found = {"before": ids[place - 1] if place else "", "after": ([*ids, ""])[place + 1]}
    return {
        name: reverse("admin:material_page", args=[model_id])
        for name, model_id in found.items()
        if model_id
    }
