"""/healthz: can this site make a picture right now?"""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from fusionsite import vitals


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; the body says which failed and why."""
    said = vitals.examine(timezone.now())
    well = all(one.well for one in said)
    body = {"status": "ok" if well else "unwell", **{one.name: one.words for one in said}}
    return JsonResponse(body, status=200 if well else 503)
