"""What staff typed into the papers: every change kept, the newest wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select

from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import entries as table
from pipeline.ledger.tables import nights

STORED = ("workbook", "sheet", "key", "field", "value", "file", "person")


@dataclass(frozen=True)
class StaffEntry:
    """One staff cell: `value` is empty when it was cleared."""

    workbook: str
    sheet: str
    key: str
    field: str
    value: str
    file: str
    person: str = ""
    noted_at: str = ""  # ISO moment of the night that noted it; blank until then


def latest_entries(
    ledger: Ledger, now_called: Callable[[Iterable[str]], Mapping[str, str]] = lambda _: {}
) -> dict[tuple[str, str, str, str], StaffEntry]:
    """Return the newest entry of every staff cell, cleared ones included.

    `now_called`: row keys by which nothing goes any more, with those of the same rows now.
    """
    newest = select(func.max(table.c.id)).group_by(table.c.workbook, table.c.sheet, table.c.key, table.c.field)
    columns = [*(table.c[name] for name in STORED), nights.c.as_of]
    query = select(*columns).join(nights).where(table.c.id.in_(newest)).order_by(table.c.id)
    with ledger.reading() as connection:
        found = [StaffEntry(*row) for row in connection.execute(query)]
    keys = now_called({entry.key for entry in found})
    found = [replace(entry, key=keys[entry.key]) if entry.key in keys else entry for entry in found]
    return {(e.workbook, e.sheet, e.key, e.field): e for e in found}


def note_entries(ledger: Ledger, night: Night, changes: Iterable[StaffEntry]) -> None:
    """Append changes to the journal; nothing is ever overwritten."""
    with ledger.writing() as connection:
        store_entries(connection, night.id, changes)


def store_entries(connection: Connection, night_id: int, changes: Iterable[StaffEntry]) -> None:
    """Append them in a transaction that is under way."""
    rows = [{name: getattr(entry, name) for name in STORED} | {"night_id": night_id} for entry in changes]
    if rows:
        connection.execute(insert(table), rows)


def noted_cells(ledger: Ledger) -> set[tuple[str, str, str, str, str, str]]:
    """Return every (workbook, sheet, key, field, value, file) ever noted."""
    query = select(table.c.workbook, table.c.sheet, table.c.key, table.c.field, table.c.value, table.c.file)
    with ledger.reading() as connection:
        return {tuple(row) for row in connection.execute(query)}
