"""Where findings stand, and drops that are an earlier drop come back: its returned copy, mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from pipeline.ledger.sources import Drop, drops_of
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import changes, facts, heads
from pipeline.ledger.tables import returned as table
from pipeline.ledger.undo import crown

CHUNK = 500  # values of one IN list


@dataclass(frozen=True)
class Newer:
    """A version that a later source gave a row after its workbook went back."""

    seq: int
    drop: Drop
    facts: str  # JSON


def places(ledger: Ledger, seqs: Iterable[int]) -> tuple[dict[str, Drop], dict[int, Drop]]:
    """The newest drop of each name that was read or refused, and the drop of every version asked for."""
    drops = {drop.id: drop for drop in drops_of(ledger) if drop.state in ("read", "refused") and not drop.is_undone}
    asked = sorted(set(seqs))
    by_seq: dict[int, Drop] = {}
    with ledger.reading() as connection:
        for at in range(0, len(asked), CHUNK):
            query = select(facts.c.seq, facts.c.drop_id).where(facts.c.seq.in_(asked[at : at + CHUNK]))
            by_seq |= {row.seq: drops[row.drop_id] for row in connection.execute(query) if row.drop_id in drops}
    return {drop.name: drop for drop in drops.values()}, by_seq


def origin_drop(ledger: Ledger, sha256: str, before: Drop) -> Drop | None:
    """The newest earlier drop of these bytes that counts."""
    found = [
        drop
        for drop in drops_of(ledger)
        if drop.sha256 == sha256 and drop.id < before.id and drop.state in ("read", "refused") and not drop.is_undone
    ]
    return found[-1] if found else None


def family(ledger: Ledger, origin: Drop) -> frozenset[int]:
    """Ids of a drop and of all that came of its returned copies, and theirs."""
    with ledger.reading() as connection:
        return _family(connection, origin)


def _family(connection: Connection, origin: Drop) -> frozenset[int]:
    pairs = [{row.drop_id, row.origin_id} for row in connection.execute(select(table))]
    ids = {origin.id}
    while more := [pair for pair in pairs if pair & ids and not pair <= ids]:
        ids.update(*more)
    return frozenset(ids)


def heads_of(ledger: Ledger, ids: frozenset[int]) -> dict[tuple[str, str], int]:
    """(kind, key) → version, of the rows of these drops that count."""
    query = select(heads).join(facts, facts.c.seq == heads.c.seq).where(facts.c.drop_id.in_(ids))
    with ledger.reading() as connection:
        return {(row.kind, row.key): row.seq for row in connection.execute(query)}


def written(ledger: Ledger, ids: frozenset[int]) -> dict[tuple[str, int], str]:
    """(sheet, row) → facts as JSON, of every version these drops ever brought; the newest wins."""
    query = select(facts.c.sheet, facts.c.row, facts.c.facts).where(facts.c.drop_id.in_(ids)).order_by(facts.c.seq)
    with ledger.reading() as connection:
        return {(row.sheet, row.row): row.facts for row in connection.execute(query)}


def newer(ledger: Ledger, origin: Drop, own: frozenset[int]) -> dict[tuple[str, str], Newer]:
    """Rows that a source taken after the origin said since: (kind, key) → that version."""
    drops = {drop.id: drop for drop in drops_of(ledger)}
    query = (
        select(heads.c.kind, heads.c.key, facts.c.seq, facts.c.drop_id, facts.c.facts)
        .join(facts, facts.c.seq == heads.c.seq)
        .where(facts.c.drop_id > origin.id, facts.c.drop_id.not_in(own))
    )
    with ledger.reading() as connection:
        return {(row.kind, row.key): Newer(row.seq, drops[row.drop_id], row.facts) for row in connection.execute(query)}


def note_return(connection: Connection, drop: Drop, origin: Drop) -> None:
    """Remember whose returned copy a drop is: the findings about the origin's sheets end with it.

    What it mends was never meant to be as it was: no order counts as changed by it.
    """
    known = select(table.c.drop_id).where(table.c.drop_id == drop.id)
    if connection.execute(known).first() is None:
        connection.execute(insert(table).values(drop_id=drop.id, origin_id=origin.id))
    mine = select(facts.c.seq).where(facts.c.drop_id == drop.id)
    theirs = select(facts.c.seq).where(facts.c.drop_id.in_(_family(connection, origin)))
    connection.execute(delete(changes).where(changes.c.seq.in_(mine), changes.c.was.in_(theirs)))


def yield_to(connection: Connection, late: Mapping[tuple[str, str], int]) -> None:
    """Rows just posted that a newer source has said since do not count: (kind, key) → that source's drop.

    They are noted as released by it, so that they count once it is taken back.
    """
    for (kind, key), drop_id in late.items():
        here = (heads.c.kind == kind) & (heads.c.key == key)
        seq = connection.execute(select(heads.c.seq).where(here)).scalar_one()
        connection.exec_driver_sql(f"INSERT INTO releases (seq, drop_id) VALUES ({seq:d}, {drop_id:d})")
        crown(connection, kind, key)
