"""Orders whose sheet is called as a customer that is known: one file with a sheet for each.

Only where the sheet says nowhere itself of whom it is, and only a whole name or code that a customer file or an order
has said. Any other name of a sheet is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipeline.core.text import fold
from pipeline.ledger import ReceivedFile
from pipeline.reading import FileRead, SheetRead
from pipeline.rules.validation.codes import Kept
from pipeline.rules.validation.customer_names import CODE, NAME, Names, name_key
from schemas.derived.finding import Finding, Place
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders

BY_SHEET = "FILE-048"
MONTHS = 2  # digits: a sheet called 05 is one of a month
Reads = Sequence[tuple[ReceivedFile, FileRead]]


@dataclass
class NamedSheets:
    """What was read, with the customers of sheets that are called as one; a finding a sheet, by received file."""

    reads: list[tuple[ReceivedFile, FileRead]]
    findings: list[tuple[int, Finding]] = field(default_factory=list)


def name_sheets(reads: Reads, kept: Kept, names: Names) -> NamedSheets:
    """Return what was read with the customers that sheets of orders are called as."""
    made = NamedSheets(list(reads))
    if not any(_is_silent(sheet) for _, read in reads for sheet in read.sheets):
        return made
    called = {**names(), **_called([read for _, read in reads], kept)}
    for at, (received, read) in enumerate(reads):
        silent = [sheet.sheet for sheet in read.sheets if _is_silent(sheet)]
        found = {sheet: name for sheet in silent if (name := _of(sheet, called))}
        if found:
            sheets = [_named(sheet, found.get(sheet.sheet, "")) for sheet in read.sheets]
            made.reads[at] = received, replace(read, sheets=sheets)
            made.findings += [(received.id, _told(received, sheet, name)) for sheet, name in found.items()]
    return made


def _is_silent(sheet: SheetRead) -> bool:
    """Rows of orders, and nothing says whose."""
    is_of_orders = sheet.kind == Orders.name and sheet.table.num_rows > 0
    return is_of_orders and {CODE, NAME}.isdisjoint(sheet.columns)


def _called(reads: Sequence[FileRead], kept: Kept) -> Mapping[str, str]:
    """Return name of every customer by its key: of customer files before orders."""
    found: dict[str, str] = {}
    for kind in (Customers.name, Orders.name):
        tables = [sheet.table for read in reads for sheet in read.sheets if sheet.kind == kind]
        tonight = [name for table in tables if NAME in table.column_names for name in table.column(NAME).to_pylist()]
        for name in [*(name for (name,) in kept(kind, NAME)), *filter(None, tonight)]:
            found.setdefault(name_key(name), name)
    return found


def _of(sheet: str, called: Mapping[str, str]) -> str:
    """Return the customer that a sheet is called as; empty where it is none."""
    if sheet.strip().isdigit() and len(sheet.strip()) <= MONTHS:
        return ""
    return called.get(name_key(sheet.strip())) or called.get(fold(sheet)) or ""


def _named(sheet: SheetRead, name: str) -> SheetRead:
    """Return the sheet with the customer of its rows, where it says nothing of one."""
    if not name or not _is_silent(sheet):
        return sheet
    column = pa.array([name] * sheet.table.num_rows, pa.string())
    table = sheet.table.append_column(NAME, column)
    return replace(sheet, table=table, columns={**sheet.columns, NAME: ("", "")})


def _told(received: ReceivedFile, sheet: str, name: str) -> Finding:
    return Finding(
        rule=BY_SHEET,
        kind="sources",
        key=f"{received.name}|{sheet}|{Orders.name}",
        place=Place(received.name, sheet),
        raw=sheet,
        params={"name": name},
        subject=received.name,
    )
