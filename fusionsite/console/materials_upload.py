"""Taking in dropped portraits: one file per request, and a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views import View

from campaigns.access import Act, anywhere, visible_to
from campaigns.models import Campaign, Person
from campaigns.refusals import NotAllowed, Refusal
from fusionsite.console.materials_files import picture_url
from templates_app import intake
from templates_app.preparing import plan_fit
from templates_app.refusals import MaterialRefusal, MaterialTooHeavy, MaterialTooLarge

if TYPE_CHECKING:
    from templates_app.models import Material

MENDED_BY_FITTING = (MaterialTooHeavy, MaterialTooLarge)
ASKS_FOR_JSON = "application/json"


class UploadForm(forms.Form):
    """Which campaign, and whether the file may be made smaller."""

    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.none(),
        error_messages={
            "required": _("Choose the campaign the portraits are for."),
            "invalid_choice": _("Choose one of your own campaigns."),
        },
    )
    fit = forms.BooleanField(required=False)

    def __init__(self, person: Person, *args: Any) -> None:
        super().__init__(*args)
        rows = visible_to(person, Campaign.objects.all(), Act.MATERIAL_EDIT)
        cast(forms.ModelChoiceField[Campaign], self.fields["campaign"]).queryset = rows


class MaterialUpload(View):
    """POST takes each file in or says why not; as JSON for the page's script."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        person = cast(Person, request.user)
        if not anywhere(person, Act.MATERIAL_EDIT):
            raise PermissionDenied(str(NotAllowed(Act.MATERIAL_EDIT)))
        form = UploadForm(person, request.POST)
        files = request.FILES.getlist("file")
        if not form.is_valid():
            return self._answer(request, [_wrong(error) for error in _errors(form)], status=400)
        if not files:
            return self._answer(request, [_wrong(translated("Choose a file."))], status=400)
        campaign, fit = form.cleaned_data["campaign"], form.cleaned_data["fit"]
        return self._answer(request, [_taken(file, campaign, person, fit) for file in files])

    def _answer(
        self, request: HttpRequest, outcomes: list[dict[str, Any]], status: int = 200
    ) -> HttpResponse:
        if ASKS_FOR_JSON in request.headers.get("Accept", ""):
            return JsonResponse({"files": outcomes}, status=status)
        for outcome in outcomes:
            tell = messages.success if outcome["taken"] else messages.error
            tell(request, " ".join(filter(None, [outcome["name"], *outcome["sentences"]])))
        campaign = request.POST.get("campaign", "")
        query = f"?campaign={campaign}" if campaign.isdecimal() and status == 200 else ""
        return HttpResponseRedirect(reverse("admin:materials") + query)


def _taken(file: Any, campaign: Campaign, person: Person, fit: bool) -> dict[str, Any]:
    """What became of one file: the material and what to know of it, or why not."""
    name, data = str(file.name), file.read()
    title = name.rsplit(".", 1)[0][:80]
    try:
        material = intake.take_in(campaign=campaign, data=data, by=person, title=title, fit=fit)
    except Refusal as refusal:
        return _wrong(str(refusal), name, fit=_fit_sentence(refusal, data, fit))
    return _right(material, name)


def _right(material: Material, name: str) -> dict[str, Any]:
    version = material.newest
    told = intake.what_happened(version)
    return {
        "name": name,
        "taken": True,
        "sentences": told or [translated("All checks pass.")],
        "warns": version.findings.filter(met=False).exists(),
        "fit": "",
        "address": reverse("admin:material_page", args=[material.model_id]),
        "thumbnail": picture_url(version, "thumbnail"),
    }


def _wrong(sentence: str, name: str = "", *, fit: str = "") -> dict[str, Any]:
    return {"name": name, "taken": False, "sentences": [sentence], "fit": fit}


def _fit_sentence(refusal: Refusal, data: bytes, fitted: bool) -> str:
    """What "fit for me" would make of the file; empty where it would not help."""
    if fitted or not isinstance(refusal, MENDED_BY_FITTING):
        return ""
    try:
        return plan_fit(data).sentence()
    except MaterialRefusal:
        return ""


def _errors(form: forms.Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
