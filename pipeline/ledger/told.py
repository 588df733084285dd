"""What the last night's papers told: the finding behind every number that staff may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, delete, insert, select

from pipeline.ledger.flaw import packed, unpacked
from pipeline.ledger.tables import lives
from pipeline.ledger.tables import told as table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipeline.findings import Finding
    from pipeline.ledger.store import Ledger


def keep_told(connection: Connection, found: Iterable[Finding]) -> None:
    """Remember these in place of the night before; what is told again just so is not written again."""
    wanted = {each.id: orjson.dumps(packed(each)).decode() for each in found}
    known = {row.finding_id: row.finding for row in connection.execute(select(table))}
    for each in sorted(
        known.keys() - wanted.keys() | {each for each in wanted.keys() & known if wanted[each] != known[each]}
    ):
        connection.execute(delete(table).where(table.c.finding_id == each))
    fresh = [{"finding_id": each, "finding": text} for each, text in sorted(wanted.items()) if known.get(each) != text]
    if fresh:
        connection.execute(insert(table), fresh)


def told(ledger: Ledger, ids: Collection[str]) -> dict[str, Finding]:
    """Those of these findings that the last night told, by id."""
    if not ids:
        return {}
    with ledger.reading() as connection:
        rows = connection.execute(select(table)).all()
    return {row.finding_id: unpacked(orjson.loads(row.finding)) for row in rows if row.finding_id in ids}


def ever_told(ledger: Ledger) -> frozenset[str]:
    """The id of every finding there ever was."""
    with ledger.reading() as connection:
        return frozenset(connection.execute(select(lives.c.finding_id)).scalars())
