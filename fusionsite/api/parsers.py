"""Reads bodies: JSON without surprises, and forms whose files stay in memory."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from fusionsite.api.refusals import MalformedBody
from fusionsite.bodies import NotJson, parse_json

__all__ = ["InMemory", "JsonParser", "MultiPartParser", "OnlyJson"]


class JsonParser(BaseParser):
    """application/json."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        try:
            value = parse_json(stream.read())
        except NotJson as error:
            raise MalformedBody from error
        if not isinstance(value, dict):
            raise MalformedBody
        return value


class InMemory(MemoryFileUploadHandler):
    """Keeps every file in memory: photos never touch a disk. The whole body is within limits."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.activated = True


class OnlyJson(BaseContentNegotiation):
    """Whatever a client says that it accepts, it gets JSON; there is nothing else here."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        named = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == named), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
