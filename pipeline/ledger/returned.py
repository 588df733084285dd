"""Where findings stand, and received files that are an earlier received file come back: its returned copy, mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, func, insert, select

from pipeline.ledger.received_files import ReceivedFile, as_drop, drops_of
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import changes, corrected, facts, heads, received_files, releases
from pipeline.ledger.tables import returned as table

CHUNK = 500  # values of one IN list


@dataclass(frozen=True)
class Newer:
    """A version that a later source gave a row after its workbook went back."""

    seq: int
    received: ReceivedFile
    facts: str  # JSON


def places(ledger: Ledger, seqs: Iterable[int]) -> tuple[dict[str, ReceivedFile], dict[int, ReceivedFile]]:
    """The newest received file of each name that was read or refused, and that of every version asked for."""
    taken = {
        received.id: received
        for received in drops_of(ledger)
        if received.state in ("read", "refused") and not received.is_undone
    }
    origins = _origins(ledger)
    asked = sorted(set(seqs))
    by_seq: dict[int, ReceivedFile] = {}
    with ledger.reading() as connection:
        for at in range(0, len(asked), CHUNK):
            query = select(facts.c.seq, facts.c.drop_id).where(facts.c.seq.in_(asked[at : at + CHUNK]))
            found = {row.seq: origins.get(row.drop_id, row.drop_id) for row in connection.execute(query)}
            by_seq |= {seq: taken[drop_id] for seq, drop_id in found.items() if drop_id in taken}
    return {received.name: received for received in taken.values()}, by_seq


def _origins(ledger: Ledger) -> dict[int, int]:
    """Corrected received file → the received file it was made from."""
    with ledger.reading() as connection:
        return {row.drop_id: row.origin_id for row in connection.execute(select(corrected))}


def origin_drop(ledger: Ledger, sha256: str, before: ReceivedFile) -> ReceivedFile | None:
    """The newest earlier received file of these bytes that counts."""
    found = [
        received
        for received in drops_of(ledger)
        if received.sha256 == sha256
        and received.id < before.id
        and received.state in ("read", "refused")
        and not received.is_undone
    ]
    return found[-1] if found else None


def family(ledger: Ledger, origin: ReceivedFile) -> frozenset[int]:
    """Ids of a received file and of all that came of its returned copies, and theirs."""
    with ledger.reading() as connection:
        return kin(connection, origin)


def kin(connection: Connection, origin: ReceivedFile) -> frozenset[int]:
    """The same in a transaction that is under way."""
    pairs = [{row.drop_id, row.origin_id} for row in connection.execute(select(table))]
    ids = {origin.id}
    while more := [pair for pair in pairs if pair & ids and not pair <= ids]:
        ids.update(*more)
    return frozenset(ids)


def heads_of(ledger: Ledger, ids: frozenset[int]) -> dict[tuple[str, str], int]:
    """(kind, key) → version, of the rows of these received files that count."""
    with ledger.reading() as connection:
        return heads_among(connection, ids)


def heads_among(connection: Connection, ids: frozenset[int]) -> dict[tuple[str, str], int]:
    """The same in a transaction that is under way."""
    query = select(heads).join(facts, facts.c.seq == heads.c.seq).where(facts.c.drop_id.in_(ids))
    return {(row.kind, row.key): row.seq for row in connection.execute(query)}


def written(ledger: Ledger, ids: frozenset[int]) -> dict[tuple[str, int], str]:
    """(sheet, row) → facts as JSON, of every version these received files ever brought; the newest wins."""
    query = select(facts.c.sheet, facts.c.row, facts.c.facts).where(facts.c.drop_id.in_(ids)).order_by(facts.c.seq)
    with ledger.reading() as connection:
        return {(row.sheet, row.row): row.facts for row in connection.execute(query)}


def newer(ledger: Ledger, origin: ReceivedFile, own: frozenset[int]) -> dict[tuple[str, str], Newer]:
    """Rows that a source taken after the origin said since: (kind, key) → that version."""
    with ledger.reading() as connection:
        return newer_among(connection, origin, own)


def newer_among(connection: Connection, origin: ReceivedFile, own: frozenset[int]) -> dict[tuple[str, str], Newer]:
    """The same in a transaction that is under way. A corrected received file is as old as its origin."""
    taken = func.coalesce(corrected.c.origin_id, facts.c.drop_id)
    query = (
        select(heads.c.kind, heads.c.key, facts.c.seq, facts.c.facts.label("said"), received_files)
        .join(facts, facts.c.seq == heads.c.seq)
        .outerjoin(corrected, corrected.c.drop_id == facts.c.drop_id)
        .join(received_files, received_files.c.id == taken)
        .where(taken > origin.id, facts.c.drop_id.not_in(own))
    )
    return {(row.kind, row.key): Newer(row.seq, as_drop(row), row.said) for row in connection.execute(query)}


def crown_all(connection: Connection, drop_id: int) -> None:
    """Heads of every key a received file touched, from the versions that still count."""
    own = select(facts.c.seq).where(facts.c.drop_id == drop_id)
    freed = select(releases.c.seq).where(releases.c.drop_id == drop_id)
    touching = select(facts.c.kind, facts.c.key).where(facts.c.seq.in_(own) | facts.c.seq.in_(freed))
    for kind, key in sorted({tuple(row) for row in connection.execute(touching)}):
        crown(connection, kind, key)


def note_return(connection: Connection, received: ReceivedFile, origin: ReceivedFile) -> None:
    """Remember whose returned copy a received file is: the findings about the origin's sheets end with it.

    What it mends was never meant to be as it was: no order counts as changed by it.
    """
    known = select(table.c.drop_id).where(table.c.drop_id == received.id)
    if connection.execute(known).first() is None:
        connection.execute(insert(table).values(drop_id=received.id, origin_id=origin.id))
    mine = select(facts.c.seq).where(facts.c.drop_id == received.id)
    theirs = select(facts.c.seq).where(facts.c.drop_id.in_(kin(connection, origin)))
    connection.execute(delete(changes).where(changes.c.seq.in_(mine), changes.c.was.in_(theirs)))


def yield_to(connection: Connection, late: Mapping[tuple[str, str], int]) -> None:
    """Rows just posted that a newer source has said since do not count: (kind, key) → that source's received file.

    They are noted as released by it, so that they count once it is taken back.
    """
    for (kind, key), drop_id in late.items():
        here = (heads.c.kind == kind) & (heads.c.key == key)
        seq = connection.execute(select(heads.c.seq).where(here)).scalar_one()
        connection.exec_driver_sql(f"INSERT INTO releases (seq, drop_id) VALUES ({seq:d}, {drop_id:d})")
        crown(connection, kind, key)


def crown(connection: Connection, kind: str, key: str) -> None:
    """Make the newest version that still counts the head of its key."""
    here = (heads.c.kind == kind) & (heads.c.key == key)
    connection.execute(delete(heads).where(here))
    seq = connection.execute(_winner(kind, key)).scalar()
    if seq is not None:
        connection.execute(insert(heads).values(kind=kind, key=key, seq=seq))


def _winner(kind: str, key: str) -> Select[int]:
    released = (
        select(releases.c.seq)
        .join(received_files, received_files.c.id == releases.c.drop_id)
        .where(~received_files.c.is_undone)
    )
    return (
        select(func.max(facts.c.seq))
        .join(received_files, received_files.c.id == facts.c.drop_id)
        .where(facts.c.kind == kind, facts.c.key == key, ~received_files.c.is_undone)
        .where(facts.c.seq.not_in(released))
    )
