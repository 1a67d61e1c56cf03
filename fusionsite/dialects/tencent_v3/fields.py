"""Fields of an action: which there are, which are required, of what type; and reading them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fusionsite.dialects.base import Fault

Kind = Literal["text", "integer", "number", "object", "list"]
_MAX_INTEGER = 2**63


@dataclass(frozen=True)
class Field:
    """One field; `members` of an object, or of each object of a list."""

    kind: Kind
    required: bool = False
    members: Mapping[str, "Field"] = field(default_factory=dict)


Schema = Mapping[str, Field]
Values = dict[str, Any]


def read(schema: Schema, given: Mapping[str, Any], *, from_text: bool = False) -> Values:
    """The values of the fields that are there, checked: names, then presence, then types.

    null counts as absent. from_text: everything came as text in a query and is read as its
    field's type. Raises Fault.
    """
    _check_names(schema, given, "")
    _check_presence(schema, given, "")
    return _typed(schema, given, "", from_text)


def unflatten(parameters: Mapping[str, str]) -> dict[str, Any]:
    """`MergeInfos.0.Url=x` as nested dicts; lists are dicts of their numbers until they are read.

    Raises Fault when a name is both a value and a branch.
    """
    tree: dict[str, Any] = {}
    for name, value in parameters.items():
        *branches, leaf = name.split(".")[:12]
        node = tree
        for branch in branches:
            node = node.setdefault(branch, {})
            if not isinstance(node, dict):
                raise _wrong_type(name)
        if leaf in node:
            raise _wrong_type(name)
        node[leaf] = value
    return tree


def _check_names(schema: Schema, given: Mapping[str, Any], path: str) -> None:
    for name, value in given.items():
        if name not in schema:
            raise Fault("UnknownParameter", parameter=f"{path}{name}"[:200])
        for place, branch in _branches(schema[name], value, f"{path}{name}"):
            _check_names(schema[name].members, branch, place)


def _check_presence(schema: Schema, given: Mapping[str, Any], path: str) -> None:
    for name, wanted in schema.items():
        value = given.get(name)
        if value is None:
            if wanted.required:
                raise Fault("MissingParameter", parameter=f"{path}{name}")
            continue
        for place, branch in _branches(wanted, value, f"{path}{name}"):
            _check_presence(wanted.members, branch, place)


def _branches(wanted: Field, value: Any, path: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects inside a value, with the beginning of their members' names."""
    if wanted.kind == "object" and isinstance(value, dict):
        return [(f"{path}.", value)]
    if wanted.kind == "list" and isinstance(value, list):
        return [(f"{path}.{i}.", item) for i, item in enumerate(value) if isinstance(item, dict)]
    if wanted.kind == "list" and isinstance(value, dict):
        return [(f"{path}.{i}.", item) for i, item in value.items() if isinstance(item, dict)]
    return []


def _typed(schema: Schema, given: Mapping[str, Any], path: str, from_text: bool) -> Values:
    return {
        name: _value(schema[name], value, f"{path}{name}", from_text)
        for name, value in given.items()
        if value is not None
    }


def _value(wanted: Field, value: Any, path: str, from_text: bool) -> Any:
    if from_text and isinstance(value, str):
        value = _from_text(wanted.kind, value)
    match wanted.kind, value:
        case "text", str():
            return value
        case "integer", int() if not isinstance(value, bool) and abs(value) < _MAX_INTEGER:
            return value
        case "number", int() | float() if not isinstance(value, bool) and _finite(value):
            return float(value)
        case "object", dict():
            return _typed(wanted.members, value, f"{path}.", from_text)
        case "list", list():
            return [_item(wanted, item, f"{path}.{i}", from_text) for i, item in enumerate(value)]
        case "list", dict() if from_text:
            return [
                _item(wanted, item, f"{path}.{i}", from_text) for i, item in _in_order(value, path)
            ]
    raise _wrong_type(path)


def _item(wanted: Field, item: Any, path: str, from_text: bool) -> Values:
    if not isinstance(item, dict):
        raise _wrong_type(path)
    return _typed(wanted.members, item, f"{path}.", from_text)


def _in_order(numbered: Mapping[str, Any], path: str) -> list[tuple[str, Any]]:
    if not all(name.isascii() and name.isdigit() and len(name) < 5 for name in numbered):
        raise _wrong_type(path)
    return sorted(numbered.items(), key=lambda pair: int(pair[0]))


def _from_text(kind: Kind, text: str) -> Any:
    """The text as a number where one is wanted; left alone when it is none."""
    if len(text) > 40:
        return text
    try:
        if kind == "integer":
            return int(text) if text.isascii() and "_" not in text else text
        if kind == "number":
            return float(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text
    return text


def _finite(number: float) -> bool:
    return abs(number) < _MAX_INTEGER and math.isfinite(number)


def _wrong_type(path: str) -> Fault:
    return Fault(
        "InvalidParameter", detail=f"The value type of parameter `{path[:200]}` is not valid."
    )
