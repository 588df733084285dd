"""What the last night's papers told: the finding behind every number that staff may answer, and those that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, delete, insert, select

from pipeline.ledger.flaw import packed, unpacked
from pipeline.ledger.tables import lives
from pipeline.ledger.tables import told as table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement

    from pipeline.ledger.night import Night
    from pipeline.ledger.store import Ledger
    from schemas.derived.finding import Finding


Kept = tuple[str, int | None]  # finding, the night it ended


def keep_told(connection: Connection, night: Night, found: Iterable[Finding], ended: Collection[str]) -> None:
    """Remember these in place of the night before; what is told again just so is not written again.

    Findings that ended tonight stay for one night more, marked, so that the same night run again can tell of them.
    """
    wanted: dict[str, Kept] = {each.id: (orjson.dumps(packed(each)).decode(), None) for each in found}
    known = {row.finding_id: (row.finding, row.ended_night) for row in connection.execute(select(table))}
    wanted |= {each: (known[each][0], night.id) for each in ended if each in known and each not in wanted}
    changed = {each for each in wanted.keys() & known if wanted[each] != known[each]}
    for each in sorted(known.keys() - wanted.keys() | changed):
        connection.execute(delete(table).where(table.c.finding_id == each))
    fresh = [
        {"finding_id": each, "finding": text, "ended_night": at}
        for each, (text, at) in sorted(wanted.items())
        if known.get(each) != (text, at)
    ]
    if fresh:
        connection.execute(insert(table), fresh)


def last_reported(ledger: Ledger, ids: Collection[str]) -> dict[str, Finding]:
    """Those of these findings that the last night told, by id."""
    if not ids:
        return {}
    return {each: found for each, found in _all(ledger, table.c.ended_night.is_(None)).items() if each in ids}


def ended(ledger: Ledger, night: Night) -> dict[str, Finding]:
    """The findings that ended on this night as the night before told them, by id."""
    return _all(ledger, table.c.ended_night == night.id)


def _all(ledger: Ledger, which: ColumnElement[bool]) -> dict[str, Finding]:
    with ledger.reading() as connection:
        rows = connection.execute(select(table).where(which).order_by(table.c.finding_id)).all()
    return {row.finding_id: unpacked(orjson.loads(row.finding)) for row in rows}


def ever_told(ledger: Ledger) -> frozenset[str]:
    """The id of every finding there ever was."""
    with ledger.reading() as connection:
        return frozenset(connection.execute(select(lives.c.finding_id)).scalars())
