"""What stands before the photo: a proof of work, where campaign or moment asks for one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from fusionsite.funnel.models import Step
from fusionsite.upload import proof
from fusionsite.upload.counting import count
from fusionsite.upload.making import JobsView, wants_json
from fusionsite.upload.pages import CampaignPage


@method_decorator(never_cache, name="dispatch")
class ProofView(CampaignPage):
    """A sum to solve, or 204 when none is asked for right now."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not proof.is_needed(self.campaign, request):
            return HttpResponse(status=204)
        return JsonResponse(proof.challenge())


class GuardedJobsView(JobsView):
    """Takes the photo once the proof is right, and counts who agreed to send one."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if proof.is_needed(self.campaign, request):
            solution = request.POST.get(proof.FIELD, "")
            if not proof.is_solved(solution):
                return self._asked(request)
        response = super().post(request)
        if response.status_code == 303:
            count(self.campaign, Step.CONSENT, request)
        return response

    def _asked(self, request: HttpRequest) -> HttpResponse:
        """A fresh sum for the page's script; a page for browsers that run none."""
        if wants_json(request):
            return JsonResponse({"proof": proof.challenge()}, status=428)
        return render(request, "upload/proof.html", self.context(), status=428)
