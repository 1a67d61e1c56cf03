""" "Made here?": looks at a picture somebody drops, answers, and keeps nothing."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from campaigns.refusals import Refusal
from fusionsite.jobs import provenance
from fusionsite.jobs.refusals import PhotoMissing, PhotoNotAPicture
from fusionsite.results.visitors import welcome
from fusionsite.upload.advice import panel
from fusionsite.upload.forms import read_upload
from fusionsite.upload.making import wants_json


class PictureForm(forms.Form):
    """One picture."""

    picture = forms.FileField(required=False, allow_empty_file=True)


@method_decorator(never_cache, name="dispatch")
class MadeHereView(View):
    """The question and, after a POST, the answer: from the file alone, about nobody."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "upload/made_here.html")
        welcome(request, response)  # so that questions are counted by browser too
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PictureForm(request.POST, request.FILES)
        form.full_clean()
        answer: dict[str, object] = {}
        status = 200
        try:
            answer["trace"] = _trace(form)
        except Refusal as refusal:
            answer["refusal"] = panel(refusal)
            status = 422
        if not wants_json(request):
            return render(request, "upload/made_here.html", answer, status=status)
        html = render_to_string("upload/parts_made_here.html", answer, request)
        return JsonResponse({"answer": html}, status=status)


def _trace(form: PictureForm) -> provenance.Trace:
    """What the file says. Raises the refusal of a file that cannot be looked at."""
    upload = form.cleaned_data.get("picture")
    if not upload:
        raise PhotoMissing
    encoded = read_upload(upload).encoded or b""
    try:
        return provenance.trace(encoded)
    except OSError as error:
        raise PhotoNotAPicture from error
