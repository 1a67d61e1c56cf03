"""Writes down who did what, to what, and why. There is no way here to change a line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from structlog.contextvars import get_contextvars

from campaigns.models import AuditLine, Credential, Person, organisation_of

if TYPE_CHECKING:
    from django.db.models import Model

_key: ContextVar[Credential | None] = ContextVar("the key through which a person acts")


@contextmanager
def through(credential: Credential) -> Iterator[None]:
    """Lines written meanwhile say that the person acted through this key of theirs."""
    before = _key.set(credential)
    try:
        yield
    finally:
        _key.reset(before)


def record(
    act: str,
    obj: "Model",
    *,
    by: Person | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
    request_id: str = "",
) -> AuditLine:
    """One line. `by` is None for the clock; the request id is taken from the log's context.

    before and after hold only the fields that changed; never a secret, never a picture.
    """
    return AuditLine.objects.create(
        organisation=organisation_of(obj),
        act=str(getattr(act, "value", act)),
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_name=str(obj)[:200],
        by=by,
        credential=_key.get(None) if by is not None else None,
        before=dict(before or {}),
        after=dict(after or {}),
        why=why,
        request_id=request_id or str(get_contextvars().get("request_id", "")),
    )
