"""How long a caller wants to wait, as the query or the header Prefer (RFC 7240) say."""

import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from fusionsite.api.refusals import FieldError, InvalidRequest

_PREFERENCE = re.compile(r"(?:^|,|;)\s*wait\s*=\s*\"?([0-9]{1,6})\"?\s*(?:$|,|;)", re.I)


def longest_wait_s() -> int:
    """More is not waited in one call."""
    return int(settings.FUSION_JOB_WAIT_S)


def wanted_wait_s(request: Request) -> int:
    """Seconds; 0 when nobody asked. Raises InvalidRequest for a query that is no such number.

    A preference is no order: what cannot be read or kept of it is left away.
    """
    if (text := request.query_params.get("wait")) is not None:
        return _from_query(text)
    preferred = _PREFERENCE.search(request.headers.get("Prefer", ""))
    return min(int(preferred[1]), longest_wait_s()) if preferred else 0


def _from_query(text: str) -> int:
    most = longest_wait_s()
    if not (text.isascii() and text.isdigit()) or int(text[:6]) > most:
        message = str(_("Whole seconds from 0 to %(most)s.") % {"most": most})
        raise InvalidRequest([FieldError("wait", "invalid", message)])
    return int(text)
