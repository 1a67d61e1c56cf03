"""What belongs to fuseapi: everything below /fuseapi/."""

from django.http import HttpRequest

from fusionsite.dialects.base import Dialect
from fusionsite.dialects.tencent_fuseapi.views import Fuseapi

_fuseapi = Fuseapi()


def owner(request: HttpRequest) -> Dialect | None:
    """The dialect's door for this request, or None."""
    return _fuseapi if request.path.startswith("/fuseapi/") else None
