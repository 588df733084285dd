"""Every version of the facts that name one number, with the night it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row, select

from pipeline.ledger.corrections import column_at
from pipeline.ledger.mends import Mend, mends
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import facts, heads, nights, received_files
from schemas.derived.finding import Place, place_of


@dataclass(frozen=True)
class Version:
    """One stored row: where it was read, the cell of each fact, what staff corrected, and whether it still counts."""

    kind: str
    key: str
    file: str
    sheet: str
    row: int
    as_of: str
    is_head: bool
    is_held: bool
    facts: dict[str, Any]
    mends: tuple[Mend, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)  # G42 by column, where the sheet has it

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def versions_of(ledger: Ledger, number: str) -> list[Version]:
    """Versions whose facts hold the number in any column, oldest first."""
    query = (
        select(facts, received_files.c.name, received_files.c.sheets, nights.c.as_of, heads.c.seq.label("head"))
        .join(received_files, received_files.c.id == facts.c.drop_id)
        .join(nights, nights.c.id == received_files.c.night_id)
        .outerjoin(heads, heads.c.seq == facts.c.seq)
        .where(facts.c.facts.contains(number, autoescape=True))
        .order_by(facts.c.seq)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
        corrected = mends(connection)
    found = [
        Version(
            kind=row.kind,
            key=row.key,
            file=row.name,
            sheet=row.sheet,
            row=row.row,
            as_of=row.as_of,
            is_head=row.head is not None,
            is_held=row.is_held,
            facts=json.loads(row.facts),
            mends=corrected.get((row.drop_id, row.sheet, row.row), ()),
            cells=_cells(row),
        )
        for row in rows
    ]
    return [each for each in found if _names(each.facts, number)]


def _cells(row: Row[Any]) -> dict[str, str]:
    """Where each fact stands: in its column of the sheet, or where a printed form has it."""
    stored = json.loads(row.facts)
    found = {}
    for column in stored:
        number, letter, _ = place_of(stored.get("src_cells"), column, row.row)
        letter = letter or column_at(json.loads(row.sheets), row.kind, row.sheet, column)[0]
        if letter:
            found[column] = Place(row=number, letter=letter).cell
    return found


def _names(row: dict[str, Any], number: str) -> bool:
    """The whole number, not 202405-0012 when asked for 202405-001."""
    words = " ".join(str(value) for value in row.values() if isinstance(value, str))
    at = words.find(number)
    while at >= 0:
        end = words[at + len(number) : at + len(number) + 1]
        if not end.isdigit():
            return True
        at = words.find(number, at + 1)
    return False
