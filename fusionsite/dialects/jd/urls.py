"""What belongs to the JD dialects: everything below /jdai/."""

from django.http import HttpRequest

from fusionsite.dialects.base import Dialect
from fusionsite.dialects.jd.views import FaceMorph, FaceParser, NoSuchApi

_DOORS: dict[str, Dialect] = {
    "/jdai/face_morph": FaceMorph(),
    "/jdai/face_parser": FaceParser(),
}
_no_such_api = NoSuchApi()


def owner(request: HttpRequest) -> Dialect | None:
    """The dialect's door for this request, or None."""
    if not request.path.startswith("/jdai/"):
        return None
    return _DOORS.get(request.path.removesuffix("/"), _no_such_api)
