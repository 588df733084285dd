"""Records that go by another key than before, so that what was said of them by the old one is not lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, select

from pipeline.ledger.pairs import chunked
from pipeline.ledger.tables import facts, heads, pairs
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

NUMBERED = {Orders.name: str(Orders.order_no), Complaints.name: str(Complaints.complaint_no)}


@dataclass(frozen=True)
class Renamed:
    """Two keys of one record, the one before and that of the version that counts; and its numbers, where it has any."""

    kind: str
    was: str
    key: str
    was_number: str = ""
    number: str = ""


def renamed_records(ledger: Ledger) -> list[Renamed]:
    """Return the former keys of all records that count and changed theirs; not keys that another record has now."""
    with ledger.reading() as connection:
        records = {*connection.execute(select(pairs.c.record).where(pairs.c.is_renamed)).scalars()}
        if not records:
            return []
        rows = _members(connection, records)
        living = {row.record: row for row in rows if row.head == row.seq}
        taken = _taken(connection, {row.key for row in rows})
    made: dict[tuple[str, str], Renamed] = {}
    for row in rows:
        now = living.get(row.record)
        if now is not None and row.key != now.key and (row.kind, row.key) not in taken:
            numbers = [str(orjson.loads(text).get(NUMBERED.get(row.kind, ""), "")) for text in (row.facts, now.facts)]
            made[row.kind, row.key] = Renamed(row.kind, row.key, now.key, *numbers)
    return list(made.values())


def _members(connection: Connection, records: Iterable[int]) -> list[Any]:
    query = (
        select(pairs.c.record, facts.c.seq, facts.c.kind, facts.c.key, facts.c.facts, heads.c.seq.label("head"))
        .join(facts, facts.c.seq == pairs.c.seq)
        .outerjoin(heads, heads.c.seq == facts.c.seq)
        .order_by(pairs.c.seq)
    )
    return list(chunked(connection, query, pairs.c.record, records))


def _taken(connection: Connection, keys: Iterable[str]) -> set[tuple[str, str]]:
    query = select(heads.c.kind, heads.c.key)
    return {(row.kind, row.key) for row in chunked(connection, query, heads.c.key, keys)}
