"""Looking into a ledger without touching it: does it open, is it whole, do its laws hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from pipeline.ledger.store import Ledger, engine_for, refusal_of, refuse_other_layout

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

PATIENCE = 3  # seconds; whoever asks is waiting
WAL = 2  # in the 19th byte of the file, where the journal's kind stands
FITS = "LEFT JOIN facts f ON f.seq = h.seq AND f.kind = h.kind AND f.key = h.key"
COUNTS = "JOIN drops d ON d.id = f.drop_id AND NOT d.is_undone"
FREED = "SELECT r.seq FROM releases r JOIN drops d ON d.id = r.drop_id AND NOT d.is_undone"
ANSWERED = "SELECT seq FROM answered"
# as old as its rank, then as it came: one number that orders the versions of a record, or of a key
AGE = "coalesce(p.rank, f.seq) * 4294967296 + f.seq"
NEWEST = f"SELECT p.record, max({AGE}) AS age FROM pairs p JOIN facts f ON f.seq = p.seq {COUNTS} GROUP BY p.record"
ABLE = (  # versions that may count, with their ages
    f"SELECT f.kind, f.key, f.seq, {AGE} AS age FROM facts f {COUNTS} LEFT JOIN pairs p ON p.seq = f.seq "
    f"LEFT JOIN ({NEWEST}) top ON top.record = p.record "
    f"WHERE f.seq NOT IN ({FREED}) AND f.seq NOT IN ({ANSWERED}) AND (p.seq IS NULL OR top.age = {AGE})"
)
TWICE = "SELECT count(*) - count(DISTINCT seq) FROM heads"
LAWS = {  # what must give zero in every ledger: key of doctor.law.*
    "head_of_nothing": f"SELECT count(*) FROM heads h {FITS} WHERE f.seq IS NULL",
    "head_taken_back": (
        "SELECT count(*) FROM heads h JOIN facts f ON f.seq = h.seq JOIN drops d ON d.id = f.drop_id "
        "WHERE d.is_undone OR d.state NOT IN ('read', 'corrected')"
    ),
    "head_not_newest": (
        f"SELECT count(*) FROM heads h JOIN (SELECT kind, key, max(age) AS age FROM ({ABLE}) able "
        "GROUP BY kind, key) newest "
        "ON newest.kind = h.kind AND newest.key = h.key WHERE newest.age % 4294967296 <> h.seq"
    ),
    "row_forgotten": (
        f"SELECT count(*) FROM (SELECT DISTINCT kind, key FROM ({ABLE}) able) able "
        "LEFT JOIN heads h ON h.kind = able.kind AND h.key = able.key WHERE h.seq IS NULL"
    ),
    "record_twice": (
        "SELECT count(*) FROM (SELECT p.record FROM heads h JOIN pairs p ON p.seq = h.seq "
        "GROUP BY p.record HAVING count(*) > 1) twice"
    ),
    "night_open": "SELECT count(*) FROM nights WHERE NOT is_closed AND id < (SELECT max(id) FROM nights)",
    "file_unread": (
        "SELECT count(*) FROM drops d JOIN nights n ON n.id = d.night_id WHERE d.state = 'claimed' AND n.is_closed"
    ),
    "finding_turned": "SELECT count(*) FROM lives WHERE to_night <= from_night",
    "finding_twice": (
        "SELECT count(*) FROM (SELECT finding_id FROM lives WHERE to_night IS NULL "
        "GROUP BY finding_id HAVING count(*) > 1) twice"
    ),
}


HEADS = {**{law: LAWS[law] for law in ("head_of_nothing", "head_taken_back")}, "head_twice": TWICE}


@contextmanager
def looked_into(url: str) -> Iterator[Ledger]:
    """The ledger, read only. Raises NothingPublished with what keeps it from being read, or SettingsError."""
    ledger = Ledger(_reader(url))
    try:
        with ledger.engine.connect() as connection:
            refuse_other_layout(connection)
        yield ledger
    except SQLAlchemyError as wrong:
        raise refusal_of(wrong) from wrong
    finally:
        ledger.dispose()


def is_wal(file: Path) -> bool:
    """Does SQLite keep this file's journal aside, as it must not here?"""
    with file.open("rb") as stream:
        return stream.read(20)[18:19] == bytes([WAL])


def damage(ledger: Ledger, *, thorough: bool) -> str:
    """Return what SQLite's own look at its pages and references says first; empty when they are whole."""
    with ledger.reading() as connection:
        if connection.dialect.name != "sqlite":
            return ""
        answer = _one(connection, f"PRAGMA {'integrity' if thorough else 'quick'}_check(1)")
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return f"foreign key: {lost[0]} {lost[1]}" if lost else "" if answer == "ok" else str(answer)


def broken_laws(ledger: Ledger) -> dict[str, int]:
    """Return how often each law of ours is broken; those that hold are left out."""
    with ledger.reading() as connection:
        found = {law: int(_one(connection, query)) for law, query in LAWS.items()}
    return {law: count for law, count in found.items() if count}


def broken_heads(ledger: Ledger) -> tuple[int, int]:
    """Return how many rows count, and how many of them are not there, taken back, or counted twice."""
    with ledger.reading() as connection:
        broken = sum(int(_one(connection, query)) for query in HEADS.values())
        return int(_one(connection, "SELECT count(*) FROM heads")), broken


def _one(connection: Connection, query: str) -> Any:
    return connection.exec_driver_sql(query).scalar_one()


def _reader(url: str) -> Engine:
    engine = engine_for(url)  # as the night makes it, so that both refuse the same
    file = engine.url.database
    if engine.dialect.name != "sqlite":
        known = "connect_timeout" if engine.dialect.name == "postgresql" else ""
        engine.dispose()
        return create_engine(url, hide_parameters=True, connect_args={known: PATIENCE} if known else {})
    address = f"{Path(str(file)).resolve().as_uri()}?mode=ro"
    opening = partial(sqlite3.connect, address, uri=True, timeout=PATIENCE)
    return create_engine("sqlite://", creator=opening, poolclass=NullPool, hide_parameters=True)
