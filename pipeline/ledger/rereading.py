"""Received files that are read once more for what an earlier release made of their numbers.

A number completed then is another one now: its row takes the place of the former one, whatever their keys; where a
newer workbook has restated the former, neither counts. What staff typed beside the former goes on beside the new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from pipeline.ledger.finding_history import unpack_finding
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import corrected, entries, facts, heads, received_files, rereads

if TYPE_CHECKING:
    from pipeline.ledger.post import FactRows
    from schemas.derived.finding import Finding

NUMBERED = {"orders": "order_no", "complaints": "complaint_no"}
WAITING = "!"  # behind the key of a row that waits, because another of that key says otherwise
PARTED = "#"  # parts an item from its order in the key beside which staff types
RowPlace = tuple[str, str, int]  # kind, sheet, row


@dataclass(frozen=True)
class Former:
    """The version that a row was stored as before: its key, its number, and whether it counts."""

    key: str
    number: str
    is_head: bool


def files_to_reread(ledger: Ledger) -> frozenset[int]:
    """Return the received files that count and have not been read once more yet."""
    query = select(rereads.c.file_id).join(received_files, received_files.c.id == rereads.c.file_id)
    with ledger.reading() as connection:
        return frozenset(connection.execute(query.where(~received_files.c.is_undone)).scalars())


def reread_unless(ledger: Ledger, rule: str, is_as_read: Callable[[Finding], bool]) -> None:
    """Note for rereading the files with a finding of this rule that says they were read otherwise than holds now."""
    with ledger.writing() as connection:
        origins = {row.file_id: row.origin_id for row in connection.execute(select(corrected))}
        found = select(received_files.c.id, received_files.c.findings).where(
            received_files.c.state.in_(("read", "corrected")),
            ~received_files.c.is_undone,
            received_files.c.findings.contains(rule),
        )
        newest = {origins.get(row.id, row.id): row.findings for row in connection.execute(found.order_by("id"))}
        for origin, text in newest.items():
            found_there = [unpack_finding(each) for each in orjson.loads(text) if each["rule"] == rule]
            if not all(map(is_as_read, found_there)):
                note_rereads(connection, [origin])


def note_rereads(connection: Connection, origins: Iterable[int]) -> None:
    """Note received files, none of them one of our own, for being read once more."""
    for origin in sorted(origins):
        connection.execute(delete(rereads).where(rereads.c.file_id == origin))
        connection.execute(insert(rereads).values(file_id=origin))


def former_versions(connection: Connection, own: Iterable[int], asked: Iterable[int]) -> dict[RowPlace, Former]:
    """Return the newest versions of the files `own` by place; none unless one of those `asked` is to be reread."""
    if not connection.execute(select(rereads.c.file_id).where(rereads.c.file_id.in_(list(asked)))).first():
        return {}
    query = select(facts, heads.c.seq.label("head")).outerjoin(heads, heads.c.seq == facts.c.seq)
    rows = connection.execute(query.where(facts.c.file_id.in_(list(own))).order_by(facts.c.seq)).all()
    return {
        (row.kind, row.sheet, row.row): Former(
            row.key, str(orjson.loads(row.facts).get(NUMBERED.get(row.kind, ""), "")), row.head is not None
        )
        for row in rows
    }


def restated(batches: Iterable[FactRows], former: Mapping[RowPlace, Former]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (kind, key) → former (kind, key) of rows that have another key now and did not count before."""
    made = {}
    for batch in batches:
        for key, sheet, row in zip(batch.keys, batch.sheets, batch.rows, strict=True):
            was = former.get((batch.kind, sheet, row))
            if was and was.key != key and not was.is_head:
                made[batch.kind, key] = (batch.kind, was.key)
    return made


def settle_reread(
    connection: Connection, origins: Iterable[int], batches: Iterable[FactRows], former: Mapping[RowPlace, Former]
) -> None:
    """Let what staff typed follow the numbers, and note that the files were read."""
    for batch in batches:
        name = NUMBERED.get(batch.kind, "")
        for text, sheet, row in zip(batch.facts, batch.sheets, batch.rows, strict=True) if name else ():
            was, now = former.get((batch.kind, sheet, row)), orjson.loads(text).get(name)
            if was and was.number and now and was.number != now:
                _follow(connection, batch.kind, was.number, str(now))
    connection.execute(delete(rereads).where(rereads.c.file_id.in_(list(origins))))


def _follow(connection: Connection, kind: str, old: str, new: str) -> None:
    """Move entries beside a number that no row bears any more."""
    key = old.casefold()
    still = (heads.c.kind == kind) & ((heads.c.key == key) | heads.c.key.startswith(f"{key}|", autoescape=True))
    if connection.execute(select(heads.c.seq).where(still)).first():
        return
    here = (entries.c.key == old) | entries.c.key.startswith(old + PARTED, autoescape=True)
    for row in connection.execute(select(entries.c.id, entries.c.key).where(here)).all():
        connection.execute(update(entries).where(entries.c.id == row.id).values(key=new + row.key[len(old) :]))
