"""Fields and bodies that take nothing for something else: no number for a text, no unknown name.

A form carries text alone; there the usual readings of text as a number or a date apply.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from campaigns.refusals import Refusal
from fusionsite.api.refusals import FieldError, InvalidRequest

_WRONG_TYPE = {
    str: _("This must be a string."),
    int: _("This must be a whole number."),
    bool: _("This must be true or false."),
}


def _is_form(field: serializers.Field) -> bool:  # type: ignore[type-arg]
    return bool(field.context.get("form"))


def _require(field: serializers.Field, value: object, kind: type) -> None:  # type: ignore[type-arg]
    """Raises unless the JSON value has that very type; true is no number."""
    if not _is_form(field) and type(value) is not kind:
        raise serializers.ValidationError(_WRONG_TYPE[kind], code="wrong-type")


class Text(serializers.CharField):
    """A string."""

    def to_internal_value(self, data: Any) -> str:
        _require(self, data, str)
        return super().to_internal_value(data)


class Slug(serializers.SlugField):
    """A short name."""

    def to_internal_value(self, data: Any) -> str:
        _require(self, data, str)
        return super().to_internal_value(data)


class Email(serializers.EmailField):
    """A mail address."""

    def to_internal_value(self, data: Any) -> str:
        _require(self, data, str)
        return super().to_internal_value(data)


class Word(serializers.ChoiceField):
    """One of some words."""

    def to_internal_value(self, data: Any) -> Any:
        _require(self, data, str)
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number; 5.0 is one in JSON, "5" is not."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is float and data.is_integer():
            data = int(data)
        _require(self, data, int)
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        _require(self, data, bool)
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time with its zone, as in RFC 3339."""

    def to_internal_value(self, value: Any) -> Any:
        _require(self, value, str)
        return super().to_internal_value(value)


class Day(serializers.DateField):
    """A day, as 2026-11-21."""

    def to_internal_value(self, value: Any) -> Any:
        _require(self, value, str)
        return super().to_internal_value(value)


class Body(serializers.Serializer[Any]):
    """A JSON object whose every field is known; the document then says that it takes no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {
                name: [ErrorDetail(str(_("There is no such field.")), code="unknown")]
                for name in data
                if name not in self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Shape(serializers.Serializer[Any]):
    """What an answer looks like."""


def read(kind: type[Body], data: Any, *, form: bool = False, **more: Any) -> dict[str, Any]:
    """The body's values. Raises InvalidRequest."""
    body = kind(data=data, context={"form": form}, **more)
    if not body.is_valid():
        raise InvalidRequest(list(flattened(body.errors)))
    found: dict[str, Any] = body.validated_data
    return found


def flattened(errors: Any, where: str = "") -> Iterator[FieldError]:
    """DRF's tree of errors as a list that names each field by its path."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            yield from flattened(below, _path(where, name))
        return
    if not isinstance(errors, list):
        errors = [errors]
    for index, error in enumerate(errors):
        if isinstance(error, Mapping | list):
            yield from flattened(error, f"{where}[{index}]")
        else:
            code = str(getattr(error, "code", "invalid")).replace("_", "-")
            yield FieldError(where, code, str(error))


def of_model(error: DjangoValidationError, names: Mapping[str, str] | None = None) -> Refusal:
    """What a model's own check says, in the request's field names."""
    known = names or {}
    errors = []
    for name, found in error.update_error_dict({}).items():
        field = "" if name == "__all__" else known.get(name, name)
        errors += [FieldError(field, "invalid", str(text)) for one in found for text in one]
    return InvalidRequest(errors)


def _path(where: str, name: object) -> str:
    if name == api_settings.NON_FIELD_ERRORS_KEY:
        return where
    if isinstance(name, int):
        return f"{where}[{name}]"
    return f"{where}.{name}" if where else str(name)
