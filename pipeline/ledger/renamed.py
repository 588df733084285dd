"""Records that go by another key than before, so that what was said of them by the old one is not lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, select

from pipeline.ledger.pairs import chunked
from pipeline.ledger.tables import facts, heads, pairs
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Opening
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

# the columns that say by what number people call a record, the first that is filled
NUMBERED = {
    Orders.name: (str(Orders.order_no),),
    Complaints.name: (str(Complaints.complaint_no),),
    Opening.name: (str(Opening.order_no), str(Opening.invoice_no)),
}


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
            numbers = [_number(row.kind, text) for text in (row.facts, now.facts)]
            made[row.kind, row.key] = Renamed(row.kind, row.key, now.key, *numbers)
    return list(made.values())


def _number(kind: str, text: str) -> str:
    said = orjson.loads(text)
    return next((str(said[name]) for name in NUMBERED.get(kind, ()) if said.get(name)), "")


@dataclass(frozen=True)
class KeysNow:
    """By what key the record of a version goes tonight, whatever key that version had.

    `by_seq`: versions of records that changed their key; `by_key`: keys by which no record goes any more.
    """

    by_seq: Mapping[int, str]
    by_key: Mapping[str, str]

    def of(self, seq: int, key: str) -> str:
        """Return the key of today of a version's record; its own where that was never another."""
        return self.by_seq.get(seq) or self.by_key.get(key, key)

    def before(self, keys: AbstractSet[str], versions: Mapping[int, str]) -> set[str]:
        """Return the keys by which these records went before. `versions`: what key each version had."""
        seqs = (versions[seq] for seq, key in self.by_seq.items() if key in keys and seq in versions)
        return {*seqs, *(was for was, key in self.by_key.items() if key in keys)}


def keys_now(connection: Connection, kind: str) -> tuple[KeysNow, dict[int, str]]:
    """Return by what key every record of a kind goes that changed its key, and the key that each version of it had."""
    changed = select(pairs.c.record).join(facts, facts.c.seq == pairs.c.seq)
    records = {*connection.execute(changed.where(pairs.c.is_renamed, facts.c.kind == kind)).scalars()}
    rows = _members(connection, records) if records else []
    living = {row.record: row.key for row in rows if row.head == row.seq}
    taken = {key for _, key in _taken(connection, {row.key for row in rows})} if rows else set()
    members = [row for row in rows if row.record in living]
    by_key = {row.key: living[row.record] for row in members if row.key not in taken}
    return KeysNow({row.seq: living[row.record] for row in members}, by_key), {row.seq: row.key for row in members}


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
