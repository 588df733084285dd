"""What reading gives: a file, its sheets as typed tables, and what was found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

Params = tuple[tuple[str, str], ...]
TypedCell = tuple[str, str, str]  # key of the row, heading, text


@dataclass(frozen=True, slots=True)
class CellFinding:
    """A rule broken in one cell, or in a row when `column` is empty.

    `row` is Excel's, `at` the position in the table; `raw`: as Excel shows it; `also`: further columns of the row that
    are not known for the same cause.
    """

    row: int
    column: str
    rule: str
    raw: str = ""
    params: Params = ()
    unknown: bool = False
    at: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A rule broken by a file, a sheet or a row that is not in any table.

    `column` is a heading as written (or a letter, when there is none); `row` and `letter`
    say where to look first, 0 and empty when nowhere in particular.
    """

    rule: str
    sheet: str = ""
    column: str = ""
    raw: str = ""
    params: Params = ()
    row: int = 0
    letter: str = ""


@dataclass(frozen=True, order=True)
class Patch:
    """A cell, and what is to be read there instead of what it holds."""

    sheet: str
    row: int
    letter: str
    value: str


@dataclass(frozen=True)
class SheetRead:
    """One sheet of a known kind, as columns of their types.

    `columns`: field → (letter, heading); no letter where rows have the field in different
    places, which src_cells then tells. `table`: the kind's columns that the sheet has, and
    src_row, src_hidden, src_unknown, src_cells. Every row below the heading is in `table` (`rows_read`
    of them) or in `ignored` with its reason, a key of the word table. `totals`: fen and
    thousandths over all rows of the table, as far as they can be read.
    """

    kind: str
    sheet: str
    heading_row: int
    columns: Mapping[str, tuple[str, str]]
    table: pa.Table
    rows_read: int
    ignored: Sequence[tuple[int, str]] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[CellFinding] = ()


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet of ours: what it is called here, and which of which workbook it is (of none: a file for others).

    `changed` are staff cells that are not as they were written, `kept` those that are and not blank. Where nobody
    says how it was written, those with something in them are `unsure`. `title`: the word for what it is.
    """

    name: str
    workbook: str = ""
    part: str = ""
    title: str = ""
    run_id: str = ""
    changed: Sequence[TypedCell] = ()
    kept: Sequence[TypedCell] = ()
    unsure: Sequence[TypedCell] = ()
    about: str = ""  # of the list in a returned copy: what it says of its origin


@dataclass(frozen=True)
class FileRead:
    """One file as read. `refused` is the rule that keeps it out; it then has no sheets.

    `replaced`: what stood in the cells that were patched, of those that were found. `own`: sheets that we wrote
    ourselves, of which nothing is read; `person` saved them last. `disputed`: those that could be a list of the
    company's own, by their title and headings; they are read where somebody said so.
    """

    name: str
    sheets: Sequence[SheetRead] = ()
    findings: Sequence[FileFinding] = ()
    refused: str | None = None
    kind_sniffed: str = ""
    replaced: Sequence[Patch] = ()
    own: Sequence[OwnSheet] = ()
    disputed: Sequence[OwnSheet] = ()
    person: str = ""


def params(**given: object) -> Params:
    """Return params of a finding; empty ones are left out."""
    return tuple((name, str(value)) for name, value in given.items() if value not in {None, ""})
