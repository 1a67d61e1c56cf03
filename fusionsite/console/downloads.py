"""Files to keep, sent as they are read, never shown and never cached."""

from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

from campaigns.sheets import BYTE_ORDER_MARK, csv_lines


def csv_file(name: str, rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """A CSV file that spreadsheets read in the right alphabet."""
    return download(name, "text/csv; charset=utf-8", _marked(rows))


def _marked(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from csv_lines(rows)


def download(
    name: str, content_type: str, content: Iterable[str] | Iterable[bytes]
) -> StreamingHttpResponse:
    """A file under a name of ours; `name` is never text that somebody typed."""
    return StreamingHttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
