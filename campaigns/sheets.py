"""Rows as CSV, line by line, so that a file of a million rows needs no memory."""

import csv
from collections.abc import Iterable, Iterator
from typing import Protocol

# A spreadsheet takes text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets read a file without it in the wrong alphabet.
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> str: ...


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """One line per row; text that would be a formula in a spreadsheet begins with an apostrophe."""
    writer: _Writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(_safe(cell) for cell in row)


def _safe(cell: object) -> object:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
