"""The page's table of errors is the one of the code."""

from fusionsite.dialects.tencent_v3.errors import CODES, NOT_SAID
from tests.dialects.documenting import DOCS, bullet_list, table, written
from tests.dialects.transcripts import RECORDING

PAGE = DOCS / "tencent-v3.md"


def errors() -> str:
    heads = ("Code", "Message", "Cause", "Remedy")
    rows = (
        (f"`{code}`", f"{said.zh} · {said.en}", said.cause, said.remedy)
        for code, said in CODES.items()
    )
    never = "\nDocumented by the service and never said here:\n\n" + bullet_list(NOT_SAID)
    return table(heads, rows) + never


def test_transcript_of_the_error_table_is_in_the_docs() -> None:
    page = written(PAGE, errors())
    if RECORDING:
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run python -m tests.dialects.record"
