"""How fast a visitor may send the small forms: counted by address and by browser.

The photo has its own counters in `campaigns.admission`; these are for everything else that
anybody may POST.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from campaigns.addresses import network_of
from campaigns.models import Layer
from campaigns.quota import Rate, take
from campaigns.refusals import PaceUnknown, TooFast
from fusionsite.incoming import client_address
from fusionsite.results.visitors import visitor_of

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Pace:
    """What one browser may send, and what all browsers behind one address may."""

    device: Rate
    address: Rate


PACES = {
    "step": Pace(device=Rate(60, 60), address=Rate(600, 60)),
    "report": Pace(device=Rate(5, 600), address=Rate(20, 600)),
    "contact": Pace(device=Rate(5, 600), address=Rate(30, 600)),
    # Somebody who mistypes tries three times; somebody who guesses would need centuries.
    "claim": Pace(device=Rate(6, 300), address=Rate(20, 300)),
    "made-here": Pace(device=Rate(10, 60), address=Rate(20, 60)),
    "proof": Pace(device=Rate(30, 60), address=Rate(300, 60)),
    "preview": Pace(device=Rate(20, 60), address=Rate(60, 60)),
}


def paced(act: str, *, methods: frozenset[str] = frozenset({"POST"})) -> Callable[[View], View]:
    """Counts each request to the view; too many get 429 with the seconds to wait."""
    pace = PACES[act]

    def around(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                try:
                    take_turn(request, act, pace)
                except (TooFast, PaceUnknown) as refusal:
                    return slow_down(request, refusal)
            return view(request, *args, **kwargs)

        return counted

    return around


def take_turn(request: HttpRequest, act: str, pace: Pace) -> None:
    """Counts one. Raises TooFast with the seconds to wait, or PaceUnknown."""
    for layer, key, rate in _counters(request, act, pace):
        take(layer, key, rate)


def slow_down(request: HttpRequest, refusal: TooFast | PaceUnknown) -> HttpResponse:
    """The answer that says how many seconds; as JSON to a script."""
    seconds = max(1, int(-(-(refusal.retry_after_s or 1) // 1)))
    status = 429 if isinstance(refusal, TooFast) else 503
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        message = str(refusal.visitor_message())
        facts = {"code": refusal.code, "message": message, "retry_after_s": seconds}
        response = JsonResponse(facts, status=status)
    else:
        response = render(request, "upload/slow.html", {"seconds": seconds}, status=status)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def _counters(request: HttpRequest, act: str, pace: Pace) -> Iterator[tuple[Layer, str, Rate]]:
    if device := visitor_of(request):
        yield Layer.DEVICE, f"{act}:{device}", pace.device
    yield Layer.ADDRESS, f"{act}:{network_of(client_address(request))}", pace.address
