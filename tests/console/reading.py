"""Reads an answer as a person does, and a file as a spreadsheet does."""

import csv
import html
import re
from collections.abc import Iterator
from typing import Any


def told(response: Any) -> str:
    """What a reader sees, in one line."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def lines_of(response: Any) -> Iterator[str]:
    """The lines of a streamed file."""
    return iter(b"".join(response.streaming_content).decode("utf-8-sig").splitlines())


def rows_of(response: Any) -> list[dict[str, str]]:
    """The rows of a streamed CSV file, by their column's name."""
    return list(csv.DictReader(lines_of(response)))


def filled_buttons(response: Any) -> list[str]:
    """The addresses of the page's filled buttons; there is one per page at most."""
    return re.findall(r'<a class="btn btn-brand" href="([^"]+)"', response.content.decode())
