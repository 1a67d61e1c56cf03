"""The tables of errors in docs/dialects, written from the dialects' own tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "dialects"
_BEGIN, _END = "<!-- errors: begin -->\n", "<!-- errors: end -->\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside a cell are escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def written(page: Path, tables: str) -> str:
    """The page with the tables between its marks."""
    pattern = re.escape(_BEGIN) + ".*?" + re.escape(_END)
    text, count = re.subn(
        pattern, lambda _: _BEGIN + tables + _END, page.read_text(), count=1, flags=re.S
    )
    assert count == 1, f"{page.name} has no place for its errors"
    return text


def bullet_list(entries: Mapping[str, str]) -> str:
    """One line per entry."""
    return "".join(f"- `{name}`: {why}\n" for name, why in entries.items())
