"""The own REST API: operations from its OpenAPI document, problems from its table."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.api import pages, signature
from fusionsite.api.errors import TABLE
from fusionsite.developers.guides.base import FieldLine, Group, Guide, Mistake, Part, Words

SIGNING = (
    Words(_("With a token: send the header Authorization: Bearer and the token. That is all.")),
    Words(
        _(
            "Or sign: write five lines, FUSION-HMAC-SHA256, the seconds since 1970, the method,"
            " path and query exactly as sent, and the SHA-256 of the body in lower-case hex."
        )
    ),
    Words(_("HMAC-SHA256 of these lines with your secret, in lower-case hex, is the signature.")),
    Words(
        _(
            "Send Authorization: FUSION-HMAC-SHA256 key=<key id>, signature=<signature> and"
            " X-Fusion-Timestamp with the seconds."
        )
    ),
    Words(
        _("The timestamp may be at most %(seconds)s seconds away from this site's clock."),
        {"seconds": signature.WINDOW_S},
    ),
)
RULES = (
    Words(_("JSON in, JSON out; pictures may come as multipart forms as well.")),
    Words(_("?wait=10 waits for the picture; without it the answer is 202 and an address to ask.")),
    Words(_("Idempotency-Key: the same key with the same body is made and charged once.")),
    Words(_("Every error is a problem+json with code, sentence, advice and the measured value.")),
    Words(_("Unknown fields are refused by name.")),
)
# For reasons that bring no advice of their own.
_REMEDIES = {
    400: _("Mend the request as the sentence says."),
    401: _("Compare the header with the steps above."),
    402: _("Finance sees the account's state in the console."),
    403: _("Make a key with the right scope, or ask who manages your keys."),
    404: _("Check the id. What belongs to another account is not shown."),
    409: _("Look at its state, then ask again."),
    410: _("It is gone for good. Make it anew."),
    422: _("Send another picture or another value; `errors` names the field."),
    429: _("Try again after Retry-After seconds."),
    500: _("Try again. Nothing was charged."),
    503: _("Try again after Retry-After seconds."),
}


def guide() -> Guide:
    """The page."""
    return Guide(
        slug="own-api",
        name="REST API",
        doors=(Dialect.API,),
        kind=Credential.Kind.BEARER,
        summary=Words(
            _(
                "For programs without a past: JSON over HTTP with tokens, idempotency keys,"
                " problem details and webhooks; described in OpenAPI at /api/docs/."
            )
        ),
        address="/api/v1/",
        call="POST /api/v1/fusions?wait=10",
        signing=SIGNING,
        rules=RULES,
        parts=list(_parts()),
        errors=tuple(_groups()),
        not_said={},
        long_form="own-api.md",
        error_goes_in=Words("material"),
    )


def _document() -> dict[str, Any]:
    with translation.override("en"):
        found: dict[str, Any] = json.loads(pages.document())
    return found


def _parts() -> Iterator[Part]:
    document = _document()
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            statuses = ", ".join(status for status in said["responses"] if status < "400")
            yield Part(
                title=str(said.get("summary", said["operationId"])),
                call=f"{method.upper()} {path}",
                what=Words(said.get("description", "")),
                fields=list(_fields(document, said)),
                answer=Words(_("HTTP %(statuses)s"), {"statuses": statuses}),
            )


def _fields(document: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[FieldLine]:
    for parameter in said.get("parameters", ()):
        place = {"query": "?", "header": "", "path": ""}[parameter["in"]]
        yield FieldLine(
            f"{place}{parameter['name']}",
            _type(parameter["schema"]),
            parameter.get("required", False),
            Words(parameter.get("description", "")),
        )
    content = said.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    yield from _members(document, schema, "")


def _members(
    document: Mapping[str, Any], schema: Mapping[str, Any], place: str
) -> Iterator[FieldLine]:
    schema = _resolved(document, schema)
    for name, member in schema.get("properties", {}).items():
        inner = _resolved(document, member)
        yield FieldLine(
            f"{place}{name}",
            _type(inner),
            name in schema.get("required", ()),
            Words(member.get("description", inner.get("description", ""))),
        )
        if inner.get("type") == "array":
            yield from _members(document, inner["items"], f"{place}{name}[].")
        else:
            yield from _members(document, inner, f"{place}{name}.")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a reference; of a choice the first."""
    for key in ("allOf", "oneOf", "anyOf"):
        if schema.get(key):
            schema = schema[key][0]
    reference = schema.get("$ref")
    if not reference:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _groups() -> Iterator[Group]:
    by_status: dict[int, list[Mistake]] = {}
    for kind in TABLE:
        told = pages.explained(kind)
        by_status.setdefault(told.status, []).append(
            Mistake(
                code=told.code,
                anchor=told.code,
                status=str(told.status),
                messages=(told.title,),
                cause=Words(told.sentence),
                remedy=Words(told.advice or _REMEDIES[told.status]),
                word=f"simulate.{told.code}",
            )
        )
    for status in sorted(by_status):
        yield Group(Words(_("HTTP %(status)s"), {"status": status}), by_status[status])
