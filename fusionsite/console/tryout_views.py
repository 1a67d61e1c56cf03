"""The address behind the sliders: ask for a try, then look for its picture."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from campaigns.access import Act, visible_to
from campaigns.models import Campaign, Person
from campaigns.refusals import NotAllowed, Refusal
from fusionsite.console import tryout
from fusionsite.console.tasks import enqueue
from templates_app.models import Material


class StrengthsForm(forms.Form):
    """What the sliders may say."""

    sample = forms.ChoiceField(choices=[(name, name) for name in tryout.SAMPLES])
    face_degree = forms.IntegerField(min_value=0, max_value=100)
    profile_degree = forms.IntegerField(min_value=0, max_value=100)
    skin_tone = forms.ChoiceField(choices=Campaign.SkinTone.choices)


class TryoutAsk(View):
    """POST asks for a try; the answer says where its picture will be."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, model_id: str) -> HttpResponse:
        material = material_of(request, model_id)
        person = cast(Person, request.user)
        if not tryout.may_try(person, material):
            return _no(NotAllowed(Act.MATERIAL_EDIT), 403)
        form = StrengthsForm(request.POST)
        if not form.is_valid():
            sentence = _("Choose a face and strengths from 0 to 100.")
            return JsonResponse({"sentence": sentence}, status=400)
        strengths = tryout.Strengths(**form.cleaned_data)
        try:
            token = tryout.ask(material=material, by=person, strengths=strengths, enqueue=enqueue)
        except Refusal as refusal:
            return _no(refusal, 429)
        return JsonResponse({"address": reverse("admin:tryout_picture", args=[model_id, token])})


class TryoutPicture(View):
    """202 while the worker is at it, then the labelled picture, or 410 with a sentence."""

    def get(self, request: HttpRequest, model_id: str, token: str) -> HttpResponse:
        material = material_of(request, model_id)
        tried = tryout.find(token, material=material, by=cast(Person, request.user))
        if tried is None:
            raise Http404
        if tried.failed:
            sentence = _("This picture could not be made. Try again.")
            return _never_stored(JsonResponse({"sentence": sentence}, status=410))
        if not tried.picture:
            return _never_stored(HttpResponse(status=202))
        return _never_stored(HttpResponse(tried.picture, content_type="image/jpeg"))


class TryoutSample(View):
    """One of the painted faces, for choosing."""

    cacheable = True

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        if name not in tryout.SAMPLES:
            raise Http404
        response = HttpResponse(tryout.sample_bytes(name), content_type="image/jpeg")
        response["Cache-Control"] = "private, max-age=86400"
        return response


def material_of(request: HttpRequest, model_id: str) -> Material:
    """The material of that id, if the person may see it."""
    rows: Any = visible_to(cast(Person, request.user), Material.objects.all())
    material: Material | None = (
        rows.filter(model_id=model_id)
        .select_related("campaign__organisation", "current", "rights")
        .first()
    )
    if material is None:
        raise Http404
    return material


def _no(refusal: Refusal, status: int) -> HttpResponse:
    facts = {"sentence": str(refusal), "retry_after_s": refusal.retry_after_s}
    return JsonResponse(facts, status=status)


def _never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
