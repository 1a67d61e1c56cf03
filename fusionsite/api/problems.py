"""Refusals as problem details (RFC 9457): the same facts that people read, for programs."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from django.conf import settings
from django.http import JsonResponse
from django.urls import reverse

from campaigns.refusals import Refusal
from fusionsite.api import refusals
from fusionsite.api.errors import said
from fusionsite.jobs.refusals import PictureRefusal

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="fusion", FUSION-HMAC-SHA256 realm="fusion"'
# A reason that passes by itself, but does not say when.
_SOON_S = 5
_FACTS = ("measured", "limit", "unit", "layer")


def problem(refusal: Refusal, *, request_id: str = "") -> dict[str, Any]:
    """The problem's members; those that a reason does not have are absent."""
    code = refusal.code
    found: dict[str, Any] = {
        "type": type_url(code),
        "title": title(code),
        "status": said(refusal).status,
        "detail": str(refusal.message()),
        "code": code,
        "charged": False,
    }
    if request_id:
        found["request_id"] = request_id
    if refusal.remedy:
        found["advice"] = str(refusal.remedy) % refusal.facts()
    found |= {name: value for name in _FACTS if (value := getattr(refusal, name)) is not None}
    if "layer" in found:
        found["layer"] = str(getattr(found["layer"], "value", found["layer"]))
    if (seconds := retry_after_s(refusal)) is not None:
        found["retry_after"] = seconds
    return found | _about(refusal)


def headers(refusal: Refusal) -> dict[str, str]:
    """What must be said in the head of the answer too."""
    found = {}
    if said(refusal).status == 401:
        found["WWW-Authenticate"] = CHALLENGE
    if (seconds := retry_after_s(refusal)) is not None:
        found["Retry-After"] = str(seconds)
    if isinstance(refusal, refusals.MethodNotAllowed):
        found["Allow"] = refusal.allow
    return found


def answer(refusal: Refusal, *, request_id: str, **more: Any) -> JsonResponse:
    """The problem as a whole answer; `more` are members that only this call knows."""
    return JsonResponse(
        problem(refusal, request_id=request_id) | more,
        status=said(refusal).status,
        content_type=MEDIA_TYPE,
        headers=headers(refusal),
        json_dumps_params={"ensure_ascii": False},
    )


def title(code: str) -> str:
    """The code as words; the same for every occurrence and in every language."""
    return code.replace("-", " ").capitalize()


def type_url(code: str) -> str:
    """Where the code is explained to people."""
    return f"{settings.FUSION_BASE_URL}{reverse('api:errors')}#{code}"


def retry_after_s(refusal: Refusal) -> int | None:
    """Whole seconds after which asking again makes sense; None where it never does by itself."""
    if refusal.retry_after_s is not None:
        return max(1, ceil(refusal.retry_after_s))
    return _SOON_S if said(refusal).status in (429, 503) else None


def _about(refusal: Refusal) -> dict[str, Any]:
    """Which field of the request it is about, and what else the reason knows of it."""
    found: dict[str, Any] = {}
    if isinstance(refusal, refusals.InvalidRequest):
        found["errors"] = [vars(error) for error in refusal.errors]
    elif field := _field(refusal):
        message = str(refusal.message())
        found["errors"] = [{"field": field, "code": refusal.code, "message": message}]
    if isinstance(refusal, PictureRefusal) and refusal.faces:
        found["faces"] = [_box(corners) for corners in refusal.faces]
    if refusal.box is not None:
        found["box"] = _box(refusal.box)
    for name in ("points", "missing", "state", "scopes"):
        if value := vars(refusal).get(name):
            found[name] = str(getattr(value, "value", value)) if name == "state" else value
    return found


def _field(refusal: Refusal) -> str:
    field = said(refusal).field
    if field == "photos" and isinstance(refusal, PictureRefusal):
        if refusal.about != "photo":
            return refusal.about
        return f"photos[{refusal.photo - 1}]"
    return field


def _box(corners: tuple[int, int, int, int]) -> Mapping[str, int]:
    left, top, right, bottom = corners
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}
