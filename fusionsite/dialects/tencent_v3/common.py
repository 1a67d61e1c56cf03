"""The common parameters of a call: in headers (v3) or among the parameters (v1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.http import HttpRequest

from fusionsite.dialects.base import Fault

V1_MARKS = frozenset({"Action", "SecretId", "Signature"})
V1_REQUIRED = ("SecretId", "Nonce", "Signature")
_V1_COMMON = V1_MARKS | {
    "Version",
    "Region",
    "Timestamp",
    "Nonce",
    "SignatureMethod",
    "Token",
    "Language",
    "RequestClient",
}
_MAX_PARAMETERS = 2_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Common:
    """What every call says of itself; empty text for what it leaves out.

    `v1` holds all parameters of a v1 call, and is None for v3.
    """

    action: str
    version: str
    timestamp: str
    region: str
    token: str
    language: str
    authorization: str = ""
    v1: Mapping[str, str] | None = None

    def own_parameters(self) -> dict[str, str]:
        """The action's own parameters of a v1 call."""
        every = self.v1 or {}
        return {name: value for name, value in every.items() if name not in _V1_COMMON}


def read_common(request: HttpRequest, body: bytes) -> Common:
    """The common parameters, from wherever this call has them; raises Fault for a broken query."""
    headers = request.headers
    authorization = headers.get("Authorization", "")
    if not authorization and (found := _v1_parameters(request, body)) is not None:
        return Common(
            action=found.get("Action", ""),
            version=found.get("Version", ""),
            timestamp=found.get("Timestamp", ""),
            region=found.get("Region", ""),
            token=found.get("Token", ""),
            language=found.get("Language", ""),
            v1=found,
        )
    return Common(
        action=headers.get("X-TC-Action", ""),
        version=headers.get("X-TC-Version", ""),
        timestamp=headers.get("X-TC-Timestamp", ""),
        region=headers.get("X-TC-Region", ""),
        token=headers.get("X-TC-Token", ""),
        language=headers.get("X-TC-Language", ""),
        authorization=authorization,
    )


def _v1_parameters(request: HttpRequest, body: bytes) -> dict[str, str] | None:
    """The parameters of a v1 call; None if this is none."""
    if request.method == "GET":
        text = query_of(request)
    elif request.content_type == FORM:
        text = body.decode("latin-1")
    else:
        return None
    if not any(piece.partition("=")[0] in V1_MARKS for piece in text.split("&")):
        return None
    return parse_query(text)


def query_of(request: HttpRequest) -> str:
    """The raw query string, as it was sent and signed."""
    return str(request.META.get("QUERY_STRING", ""))


def parse_query(text: str) -> dict[str, str]:
    """Names and values of a query; raises Fault for what is not `name=value` in UTF-8."""
    found: dict[str, str] = {}
    pieces = [piece for piece in text.split("&") if piece]
    if len(pieces) > _MAX_PARAMETERS:
        raise Fault("InvalidParameter", detail="There are too many parameters.")
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if not equals:
            raise Fault("InvalidParameter", detail="Url key and value should be splited by `=`.")
        try:
            found[unquote_plus(name, errors="strict")] = unquote_plus(value, errors="strict")
        except UnicodeDecodeError as error:
            detail = "The query is not percent-encoded UTF-8."
            raise Fault("InvalidParameter", detail=detail) from error
    return found
