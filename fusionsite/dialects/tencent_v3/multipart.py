"""multipart/form-data as the public client writes it: one part per field, lists as JSON."""

from email.message import Message
from email.parser import HeaderParser
from typing import Any

from fusionsite.dialects.base import Fault, NotJson, parse_json
from fusionsite.dialects.tencent_v3.fields import Schema


def is_multipart(content_type: str) -> bool:
    """Whether the body comes in parts."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def read_parts(content_type: str, body: bytes, schema: Schema) -> dict[str, Any]:
    """The fields by name; raises Fault for a body that does not follow its boundary."""
    boundary = _boundary(content_type)
    mark = b"--" + boundary
    if not body.startswith(mark) or not body.rstrip(b"\r\n").endswith(mark + b"--"):
        raise Fault("InvalidRequest")
    fields: dict[str, Any] = {}
    for part in body.rstrip(b"\r\n").removesuffix(b"--").split(mark)[1:-1]:
        name, value = _part(part)
        fields[name] = _value(schema, name, value)
    return fields


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary or not boundary.isascii():
        raise Fault("InvalidRequest")
    return boundary.encode()


def _part(part: bytes) -> tuple[str, str]:
    head, blank, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    try:
        headers = HeaderParser().parsestr(head.decode())
        name = headers.get_param("name", header="content-disposition")
        text = value.removesuffix(b"\r\n").decode()
    except UnicodeDecodeError as error:
        raise Fault("InvalidRequest") from error
    if not blank or not isinstance(name, str) or not name:
        raise Fault("InvalidRequest")
    return name, text


def _value(schema: Schema, name: str, text: str) -> Any:
    """The text, or the JSON in it where the field is a list or an object."""
    if name not in schema or schema[name].kind not in {"object", "list"}:
        return text
    try:
        return parse_json(text.encode())
    except NotJson as error:
        detail = f"The value type of parameter `{name}` is not valid."
        raise Fault("InvalidParameter", detail=detail) from error
