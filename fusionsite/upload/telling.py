"""What only the page's script sees (a photo taken, a picture saved or shared) comes in here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from fusionsite.funnel.models import Step
from fusionsite.upload.counting import TOLD_BY_THE_PAGE, count
from fusionsite.upload.pages import CampaignPage


@method_decorator(never_cache, name="dispatch")
class StepView(CampaignPage):
    """POST `step=photo|saved|shared` (and `from=`): adds one, and answers with nothing."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = request.POST.get("step", "")
        if step not in TOLD_BY_THE_PAGE:
            return HttpResponse(status=400)
        count(self.campaign, Step(step), request)
        return HttpResponse(status=204)
