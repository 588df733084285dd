"""Returned copies: received files that are an earlier one come back corrected, and which versions then count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, or_, select

from pipeline.ledger.heads import CHUNK, set_head
from pipeline.ledger.received_files import ReceivedFile, as_received, list_received
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import changes, corrected, facts, heads, pairs, received_files
from pipeline.ledger.tables import returned as table


@dataclass(frozen=True)
class NewerVersion:
    """A version that a later source gave a row after its workbook went back."""

    seq: int
    received: ReceivedFile
    facts: str  # JSON


def files_behind(ledger: Ledger, seqs: Iterable[int]) -> tuple[dict[str, ReceivedFile], dict[int, ReceivedFile]]:
    """Return the newest received file of each name that was read or refused, and that of every version asked for."""
    taken = {
        received.id: received
        for received in list_received(ledger)
        if received.state in ("read", "refused") and not received.is_undone
    }
    origins = _origins(ledger)
    asked = sorted(set(seqs))
    by_seq: dict[int, ReceivedFile] = {}
    with ledger.reading() as connection:
        for at in range(0, len(asked), CHUNK):
            query = select(facts.c.seq, facts.c.file_id).where(facts.c.seq.in_(asked[at : at + CHUNK]))
            found = {row.seq: origins.get(row.file_id, row.file_id) for row in connection.execute(query)}
            by_seq |= {seq: taken[file_id] for seq, file_id in found.items() if file_id in taken}
    return {received.name: received for received in taken.values()}, by_seq


def _origins(ledger: Ledger) -> dict[int, int]:
    """Return corrected received file → the received file it was made from."""
    with ledger.reading() as connection:
        return {row.file_id: row.origin_id for row in connection.execute(select(corrected))}


def find_origin(ledger: Ledger, sha256: str, before: ReceivedFile) -> ReceivedFile | None:
    """Return the newest earlier received file of these bytes that counts."""
    found = [
        received
        for received in list_received(ledger)
        if received.sha256 == sha256
        and received.id < before.id
        and received.state in ("read", "refused")
        and not received.is_undone
    ]
    return found[-1] if found else None


def find_named(ledger: Ledger, name: str, before: ReceivedFile) -> ReceivedFile | None:
    """Return the newest earlier received file of this name that counts."""
    found = [
        received
        for received in list_received(ledger)
        if received.name == name
        and received.id < before.id
        and received.state in ("read", "refused")
        and not received.is_undone
    ]
    return found[-1] if found else None


def related_files(connection: Connection, origin: ReceivedFile) -> frozenset[int]:
    """Return the ids of a received file and of all that came of its returned copies, and theirs."""
    pairs = [{row.file_id, row.origin_id} for row in connection.execute(select(table))]
    ids = {origin.id}
    while more := [pair for pair in pairs if pair & ids and not pair <= ids]:
        ids.update(*more)
    return frozenset(ids)


def heads_of_files(connection: Connection, ids: frozenset[int]) -> dict[tuple[str, str], int]:
    """Return (kind, key) → version, of the rows of these received files that count."""
    query = select(heads).join(facts, facts.c.seq == heads.c.seq).where(facts.c.file_id.in_(ids))
    return {(row.kind, row.key): row.seq for row in connection.execute(query)}


def facts_by_place(connection: Connection, ids: frozenset[int]) -> dict[tuple[str, int], str]:
    """Return (sheet, row) → facts as JSON, of every version these received files ever brought; the newest wins."""
    query = select(facts.c.sheet, facts.c.row, facts.c.facts).where(facts.c.file_id.in_(ids)).order_by(facts.c.seq)
    return {(row.sheet, row.row): row.facts for row in connection.execute(query)}


def newer_versions(
    connection: Connection, origin: ReceivedFile, own: frozenset[int]
) -> dict[tuple[str, str], NewerVersion]:
    """Return the rows that a source taken after the origin has restated: (kind, key) → that version.

    A corrected received file is as old as its origin, and a row that says nothing new as old as the row before it.
    """
    taken = func.coalesce(corrected.c.origin_id, facts.c.file_id)
    before = select(func.max(facts.c.seq)).where(facts.c.file_id.in_(own)).scalar_subquery()
    query = (
        select(heads.c.kind, heads.c.key, facts.c.seq, facts.c.facts.label("text"), received_files)
        .join(facts, facts.c.seq == heads.c.seq)
        .outerjoin(corrected, corrected.c.file_id == facts.c.file_id)
        .join(received_files, received_files.c.id == taken)
        .outerjoin(pairs, pairs.c.seq == facts.c.seq)
        .where(taken > origin.id, facts.c.file_id.not_in(own))
        .where(or_(pairs.c.rank.is_(None), pairs.c.rank > before))
    )
    return {(row.kind, row.key): NewerVersion(row.seq, as_received(row), row.text) for row in connection.execute(query)}


def note_returned_copy(connection: Connection, received: ReceivedFile, origin: ReceivedFile) -> None:
    """Remember whose returned copy a received file is: the findings about the origin's sheets end with it.

    What it corrects was never meant to be as it was: no order counts as changed by it.
    """
    known = select(table.c.file_id).where(table.c.file_id == received.id)
    if connection.execute(known).first() is None:
        connection.execute(insert(table).values(file_id=received.id, origin_id=origin.id))
    mine = select(facts.c.seq).where(facts.c.file_id == received.id)
    theirs = select(facts.c.seq).where(facts.c.file_id.in_(related_files(connection, origin)))
    connection.execute(delete(changes).where(changes.c.seq.in_(mine), changes.c.was.in_(theirs)))


def supersede(connection: Connection, received: ReceivedFile, late: Mapping[tuple[str, str], int]) -> None:
    """Let rows just posted not count that a newer source has restated: (kind, key) → that source's received file.

    They are noted as released by it, so that they count once it is taken back.
    """
    for (kind, key), file_id in late.items():
        mine = (facts.c.kind == kind) & (facts.c.key == key) & (facts.c.file_id == received.id)
        for seq in connection.execute(select(facts.c.seq).where(mine)).scalars().all():
            connection.exec_driver_sql(f"INSERT INTO releases (seq, drop_id) VALUES ({seq:d}, {file_id:d})")
        set_head(connection, kind, key)
