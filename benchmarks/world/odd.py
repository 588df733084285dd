"""Files no workspace should have to open: locked, cut off, encrypted, mislabelled."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.world.arrange import titled_sheet
from benchmarks.world.rows import Row, Sheet, Value
from benchmarks.world.words import word


@dataclass(frozen=True)
class Odd:
    """A file by the key of its name, how the product makes it, and the finding it must give, for the file or at `cell`.

    It is made of `sheet`, of the rows of the file named in `rows`, or of nothing.
    """

    key: str
    made: str
    rule: str
    why: str
    sheet: Sheet | None = None
    cell: str = ""
    rows: str = ""


def odd_files(lines: list[Row]) -> list[Odd]:
    """Return every odd file; `lines` lend the rows of one of them."""
    return [
        Odd("lock", "lock", "FILE-011", "a lock file of an open workbook"),
        Odd("fake", "as it is", "FILE-013", "a PDF under the name of a workbook", rows="night1/fake.txt"),
        Odd("locked", "encrypted", "FILE-003", "a workbook with a password"),
        Odd("truncated", "cut", "FILE-010", "a workbook cut off while it was copied", rows="night1/shipments.csv"),
        *_workbooks(lines),
    ]


def fake_pdf() -> str:
    """Return what the PDF holds that was given the name of a workbook."""
    return f"{word('odd', 'pdf')}\n%%EOF\n"


def _workbooks(lines: list[Row]) -> list[Odd]:
    empty = Sheet(word("file", "empty"), word("sheet", "empty"), "", [])
    contacts = _plain("unknown", "contacts", [word("label", "contact_row").split("|")], word("label", "contacts"))
    both: list[Value] = ["2026-05-20", 1130, word("dirt", "stranger"), "26442000000099999999", 1130, "2026-05-20"]
    two = _plain("twokinds", "two", [both], word("label", "two_head"))
    short = titled_sheet("orders_c", "noqty", lines, kind="orders", name=word("sheet", "sales3"))
    short.columns = [pair for pair in short.columns if pair[0] != "qty"]
    at = str(short.heading_row)
    return [
        Odd("empty", "workbook", "FILE-012", "nothing in it", empty),
        Odd("unknown", "workbook", "FILE-018", "no headings we know", contacts, "1"),
        Odd("twokinds", "workbook", "FILE-019", "headings of two kinds", two, "1"),
        Odd("noqty", "workbook", "FILE-021", "orders without a quantity", short, at),
    ]


def _plain(file: str, name: str, lines: list[list[Value]] | list[list[str]], head: str) -> Sheet:
    headings = head.split("|")
    columns = [(f"c{n}", heading) for n, heading in enumerate(headings)]
    made = Sheet(word("file", file), word("sheet", name), "", columns)
    made.rows = [Row("", {f"c{n}": value for n, value in enumerate(line)}) for line in lines]
    return made
