"""What belongs to faceswap: its one path, with and without a slash at its end."""

from django.http import HttpRequest

from fusionsite.dialects.aigs.views import Faceswap
from fusionsite.dialects.base import Dialect

_faceswap = Faceswap()


def owner(request: HttpRequest) -> Dialect | None:
    """The dialect's door for this request, or None."""
    return _faceswap if request.path.removesuffix("/") == "/v1/faceswap" else None
