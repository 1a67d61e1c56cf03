"""Files of materials: stored before their rows, erased after them."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from templates_app.models import materials_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@contextmanager
def kept(folder: str, files: Mapping[str, tuple[str, bytes]]) -> Iterator[dict[str, str]]:
    """Stored names by key, for (file name, contents) by key; names nobody can guess.

    If the block that makes their rows fails, the files are erased again: a row never names a
    file that is not there, and no file stays without its row.
    """
    storage = materials_storage()
    place = f"{folder}/{secrets.token_hex(12)}"
    names: dict[str, str] = {}
    try:
        for key, (name, contents) in files.items():
            names[key] = storage.save(f"{place}/{name}", ContentFile(contents))
        yield names
    except BaseException:
        for name in names.values():
            storage.delete(name)
        raise


def read(name: str) -> bytes:
    """A stored file's contents; FileNotFoundError when it is lost."""
    with materials_storage().open(name) as stored:
        return bytes(stored.read())


def erase_on_commit(names: Iterable[str]) -> None:
    """Erase the files once the transaction that deletes their rows is certain."""
    storage = materials_storage()
    for name in filter(None, names):
        transaction.on_commit(lambda name=name: storage.delete(name))  # type: ignore[misc]
