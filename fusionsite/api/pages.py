"""The API's document, and the pages that show it and explain every code to people."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views import View
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from campaigns.refusals import Refusal
from fusionsite.api import problems
from fusionsite.api.errors import TABLE


@cache
def document() -> bytes:
    """The OpenAPI document as JSON; the same in every process of one version, in English."""
    with translation.override("en"):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]
        schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    text: bytes = OpenApiJsonRenderer().render(schema, renderer_context={})
    return json.dumps(json.loads(text), ensure_ascii=False).encode()


class OpenApi(View):
    """`/api/v1/openapi.json`; open to everybody."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        text = document()
        answer = HttpResponse(text, content_type="application/vnd.oai.openapi+json")
        answer["ETag"] = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        answer["Cache-Control"] = "public, max-age=300"
        return answer


class Docs(TemplateView):
    """`/api/docs/`: the document in Swagger UI, which is served from here."""

    template_name = "api/docs.html"


@dataclass(frozen=True)
class Explained:
    """One code on the page of codes."""

    code: str
    title: str
    status: int
    sentence: str
    advice: str


class Errors(View):
    """`/api/docs/errors/`: where the type of every problem leads."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = sorted(map(explained, TABLE), key=lambda each: (each.status, each.code))
        return render(request, "api/errors.html", {"codes": found})


def explained(kind: type[Refusal]) -> Explained:
    """The code with its words; figures that a reason would name are left open."""
    return Explained(
        code=kind.code,
        title=problems.title(kind.code),
        status=TABLE[kind].status,
        sentence=_open(kind.sentence),
        advice=_open(kind.remedy),
    )


class _Open(dict[str, Any]):
    """Every figure that a sentence asks for, not known yet."""

    def __missing__(self, name: str) -> str:
        return "…"


def _open(sentence: object) -> str:
    return str(sentence) % _Open() if sentence else ""
