"""What belongs to the v3 protocol: calls to `/` that are no visit of the home page."""

from django.http import HttpRequest

from fusionsite.dialects.base import Dialect
from fusionsite.dialects.tencent_v3.views import ProxysRefusal, TencentV3

PROXYS_REFUSAL_PATH = "/.tencent/413"
_api, _proxys_refusal = TencentV3(), ProxysRefusal()


def owner(request: HttpRequest) -> Dialect | None:
    """The dialect's door for this request, or None: a GET of `/` without its marks is a visitor."""
    if request.path == PROXYS_REFUSAL_PATH:
        return _proxys_refusal
    if request.path != "/":
        return None
    if request.method not in ("GET", "HEAD") or _has_marks(request):
        return _api
    return None


def _has_marks(request: HttpRequest) -> bool:
    if "X-TC-Action" in request.headers or "X-TC-Version" in request.headers:
        return True
    query = str(request.META.get("QUERY_STRING", ""))
    return any(piece.startswith("Action=") for piece in query.split("&"))
