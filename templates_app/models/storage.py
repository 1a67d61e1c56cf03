"""The storage of templates, as a field can name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.core.files.storage import Storage, storages
from django.utils.functional import LazyObject

if TYPE_CHECKING:
    _LazyStorage = LazyObject[Storage]
else:
    _LazyStorage = LazyObject


class _Materials(_LazyStorage):
    """The storage that the settings call ``materials`` at this moment.

    A field keeps the storage it was declared with; this one looks it up at every use.
    """

    @property
    def _wrapped(self) -> Storage:
        return storages["materials"]


def materials_storage() -> Storage:
    """Where templates, layers, analyses and rights documents lie."""
    return cast("Storage", _Materials())
