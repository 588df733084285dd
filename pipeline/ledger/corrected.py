"""Received files of our own: a workbook read once more with the cells that staff corrected.

Each takes the place of the received file it was made from, as a returned copy does, and is known by the
state `corrected`. It falls with the correction, and with its origin; the next night makes it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, func, insert, select, update

from pipeline.ledger.heads import set_heads
from pipeline.ledger.post import Posting, store_posting
from pipeline.ledger.received_files import ReceivedFile, as_received
from pipeline.ledger.rereading import former_versions, restated, settle_reread
from pipeline.ledger.returned import heads_of_files, newer_versions, related_files
from pipeline.ledger.tables import corrected as table
from pipeline.ledger.tables import facts, heads, received_files, row_findings
from schemas.incoming.corrections import Corrections

if TYPE_CHECKING:
    from pipeline.ledger.night import Night
    from pipeline.ledger.store import Ledger

STATE = "corrected"
Patches = tuple[tuple[str, int, str, str], ...]  # sheet, row, letter, value


@dataclass(frozen=True)
class RereadFile:
    """A received file read with patches. `causes`: keys of the corrections without which it would not be."""

    origin: ReceivedFile
    received: ReceivedFile
    posting: Posting
    patches: Patches
    causes: tuple[str, ...]


@dataclass(frozen=True)
class CorrectedFile:
    """A corrected received file that counts."""

    file_id: int
    origin_id: int
    patches: Patches
    causes: frozenset[str]


def corrected_files(ledger: Ledger) -> dict[int, CorrectedFile]:
    """Return the corrected received files that count, by their origin."""
    with ledger.reading() as connection:
        return {
            corrected_file.origin_id: corrected_file for corrected_file, is_undone in _all(connection) if not is_undone
        }


def post_corrected(
    ledger: Ledger, night: Night, fallen: Iterable[CorrectedFile], made: Sequence[RereadFile]
) -> dict[int, set[str]]:
    """Put corrected received files in the place of others, all in one transaction.

    Returns by origin the records ("kind|key") that a newer workbook has restated, and that do not count therefore.
    """
    with ledger.writing() as connection:
        for old in fallen:
            _turn(connection, old.file_id, is_undone=True)
        own = frozenset().union(*(related_files(connection, reread.origin) for reread in made))
        here = {(b.kind, key) for reread in made for b in reread.posting.batches for key in b.keys}
        gone = tuple(seq for at, seq in sorted(heads_of_files(connection, own).items()) if at not in here)
        late: dict[int, set[str]] = {}
        former = former_versions(connection, own, (reread.origin.id for reread in made))
        for n, reread in enumerate(made):
            since = newer_versions(connection, reread.origin, own)
            mine = {(b.kind, key) for b in reread.posting.batches for key in b.keys}
            outdated = {at: since[at].received.id for at in sorted(mine & since.keys())}
            moved = restated(reread.posting.batches, former)
            outdated |= {at: since[was].received.id for at, was in sorted(moved.items()) if was in since}
            late[reread.origin.id] = {f"{kind}|{key}" for kind, key in outdated}
            posting = replace(reread.posting, released=() if n else gone, origin=reread.origin, late=outdated)
            store_posting(connection, _added(connection, reread, night), posting)
        batches = [batch for reread in made for batch in reread.posting.batches]
        settle_reread(connection, [reread.origin.id for reread in made], batches, former)
    return late


def _added(connection: Connection, reread: RereadFile, night: Night) -> ReceivedFile:
    """Add a received file of its own and return it; the bytes and the name are the origin's."""
    before = select(func.count()).select_from(table).where(table.c.origin_id == reread.origin.id)
    token = f"{reread.origin.token}.{connection.execute(before).scalar_one() + 1}"
    own = replace(reread.received, token=token, night_id=night.id, state=STATE, rule="")
    names = ("token", "name", "sha256", "size", "modified", "night_id", "state")
    values = {name: getattr(own, name) for name in names}
    file_id = connection.execute(insert(received_files).values(**values).returning(received_files.c.id)).scalar_one()
    patches, causes = (orjson.dumps(part).decode() for part in (reread.patches, sorted(reread.causes)))
    connection.execute(
        insert(table).values(file_id=file_id, origin_id=reread.origin.id, patches=patches, causes=causes)
    )
    return replace(own, id=file_id)


def take_remade_back(connection: Connection, file_ids: Iterable[int]) -> set[int]:
    """Let the received files of our own count no more that are among these or were made of them; gives the origins."""
    asked, made = set(file_ids), _all(connection)
    origins = asked - {each.file_id for each, _ in made} | {e.origin_id for e, _ in made if e.file_id in asked}
    for each, is_undone in made:
        if each.origin_id in origins and not is_undone:
            _turn(connection, each.file_id, is_undone=True)
    return origins


def settle_corrected(connection: Connection) -> None:
    """Let only those count that have all their corrections and their origin, after a workbook was taken or put back."""
    counting = set(connection.execute(select(heads.c.key).where(heads.c.kind == Corrections.name)).scalars())
    living = set(connection.execute(select(received_files.c.id).where(~received_files.c.is_undone)).scalars())
    newest = {corrected_file.origin_id: (corrected_file, is_undone) for corrected_file, is_undone in _all(connection)}
    for corrected_file, is_undone in _all(connection):
        able = corrected_file.origin_id in living and corrected_file.causes <= counting
        if not is_undone and not able:
            _turn(connection, corrected_file.file_id, is_undone=True)
        elif is_undone and able and corrected_file == newest[corrected_file.origin_id][0]:
            _turn(connection, corrected_file.file_id, is_undone=False)


def _all(connection: Connection) -> list[tuple[CorrectedFile, bool]]:
    query = (
        select(table, received_files.c.is_undone)
        .join(received_files, received_files.c.id == table.c.file_id)
        .order_by(table.c.file_id)
    )
    return [
        (
            CorrectedFile(
                row.file_id,
                row.origin_id,
                tuple((sheet, line, letter, value) for sheet, line, letter, value in orjson.loads(row.patches)),
                frozenset(orjson.loads(row.causes)),
            ),
            row.is_undone,
        )
        for row in connection.execute(query)
    ]


def _turn(connection: Connection, file_id: int, *, is_undone: bool) -> None:
    connection.execute(update(received_files).where(received_files.c.id == file_id).values(is_undone=is_undone))
    set_heads(connection, file_id)


def received_file(ledger: Ledger, file_id: int) -> ReceivedFile:
    """Return one received file by its id."""
    with ledger.reading() as connection:
        return as_received(connection.execute(select(received_files).where(received_files.c.id == file_id)).one())


def numbers_at(ledger: Ledger, received: ReceivedFile, column: str, kind: str) -> dict[tuple[str, int], str]:
    """Return (sheet, row) → the number a row of a received file goes by."""
    query = select(facts.c.sheet, facts.c.row, facts.c.facts).where(
        facts.c.file_id == received.id, facts.c.kind == kind
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    stored = {(row.sheet, row.row): orjson.loads(row.facts).get(column) for row in rows}
    return {at: number for at, number in stored.items() if number}


def clashing_files(ledger: Ledger, night_id: int, rules: Iterable[str]) -> set[int]:
    """Return the received files of a night that one of these rules was found in: their rows depend on each other."""
    marks = [f'"rule":"{rule}"' for rule in rules]
    mine = (received_files.c.night_id == night_id) & (received_files.c.state == "read") & ~received_files.c.is_undone
    found = select(received_files.c.id, row_findings.c.finding).join(facts, facts.c.file_id == received_files.c.id)
    found = found.join(row_findings, row_findings.c.seq == facts.c.seq).where(mine)
    whole = select(received_files.c.id, received_files.c.findings).where(mine)
    with ledger.reading() as connection:
        rows = [*connection.execute(found), *connection.execute(whole)]
    return {file_id for file_id, text in rows if any(mark in text.replace('": "', '":"') for mark in marks)}
