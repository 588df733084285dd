"""Which cells of a corrected received file were corrected, from what to what, and where that was typed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, select

from pipeline.ledger.corrections import column_at
from pipeline.ledger.flaw import unpacked
from pipeline.ledger.tables import corrected, facts, received_files, targets
from schemas.derived.finding import Place
from schemas.incoming.corrections import Corrections

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[int, str, int]  # received file, sheet, row


@dataclass(frozen=True)
class Mend:
    """One corrected cell: its heading, what the source says, what counts, and the cell that says so."""

    heading: str
    was: str
    value: str
    by: str


def mends(connection: Connection) -> dict[Row, tuple[Mend, ...]]:
    """By row of the corrected received files."""
    found: dict[Row, tuple[Mend, ...]] = {}
    typed = _typed(connection)
    for row in connection.execute(select(corrected)):
        for at, mend in _of_drop(connection, row.drop_id, (row.origin_id, orjson.loads(row.causes)), typed):
            found[at] = (*found.get(at, ()), mend)
    return found


def _of_drop(
    connection: Connection, drop_id: int, because: tuple[int, list[str]], typed: dict[str, tuple[str, str]]
) -> Iterator[tuple[Row, Mend]]:
    origin_id, causes = because
    query = select(targets).where(targets.c.drop_id == origin_id, targets.c.key.in_(causes)).order_by(targets.c.key)
    for target in connection.execute(query):
        about = unpacked(orjson.loads(target.finding))
        value, by = typed[target.key]
        yield (drop_id, about.place.sheet, about.place.row), Mend(about.heading, target.raw, value, by)


def _typed(connection: Connection) -> dict[str, tuple[str, str]]:
    """Key → value, and the cell it was typed into, of every correction there ever was."""
    query = select(facts, received_files.c.name, received_files.c.sheets).join(
        received_files, received_files.c.id == facts.c.drop_id
    )
    query = query.where(facts.c.kind == Corrections.name).order_by(facts.c.seq)
    found = {}
    for row in connection.execute(query):
        letter, _ = column_at(json.loads(row.sheets), row.kind, row.sheet, str(Corrections.value))
        value = orjson.loads(row.facts)[Corrections.value]
        found[row.key] = (value, str(Place(row.name, row.sheet, row.row, letter)))
    return found
