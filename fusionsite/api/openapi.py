"""What the API's document needs beyond what can be read off the views."""

from collections.abc import Iterable, Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from fusionsite.api.signature import SCHEME, TIMESTAMP_HEADER

_REQUEST_ID = {
    "description": "Of this call; the request log finds it for thirty days.",
    "schema": {"type": "string", "format": "uuid"},
}
_RETRY_AFTER = {
    "description": "Seconds after which asking again makes sense.",
    "schema": {"type": "integer", "minimum": 1},
}
# One of two fields, where the body's own check asks for it.
_ONE_OF = {
    "PictureIn": {"minProperties": 1, "maxProperties": 1},
    "FusionIn": {"oneOf": [{"required": ["material"]}, {"required": ["template"]}]},
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Both ways to prove who calls."""

    target_class = "fusionsite.api.authentication.KeyAuthentication"
    name = ["token", "signature"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "A token from the console."},
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": f"`{SCHEME} key=<key id>, signature=<hex>` together with "
                f"{TIMESTAMP_HEADER}; see docs/own-api.md for the five lines that are signed.",
            },
        ]


def ours_alone(endpoints: Iterable[Any], **_kwargs: Any) -> list[Any]:
    """The endpoints below /api/v1/ that are resources."""
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith("/api/v1/") and not endpoint[0].endswith("openapi.json")
    ]


def finished(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """The document with what is true everywhere: no unknown fields, an id on every answer."""
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith(("In", "Form")):
            schema["additionalProperties"] = False
        schema.update(_ONE_OF.get(name, {}))
    for operation in _operations(result):
        del operation["description"]  # only the address again; the summary says what it does
    for answer, status in _answers(result):
        headers = answer.setdefault("headers", {})
        headers["X-Request-Id"] = _REQUEST_ID
        if status in ("429", "503"):
            headers["Retry-After"] = _RETRY_AFTER
    return result


def _operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in result["paths"].values():
        yield from methods.values()


def _answers(result: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for operation in _operations(result):
        for status, answer in operation["responses"].items():
            yield answer, status
