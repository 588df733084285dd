"""Which version of a key counts: the newest that was neither taken back nor replaced, nor answered away.

Versions that replaced each other are one record, whatever their keys. As old as its rank says is a version that says
nothing new; of a record only the newest version can count, and so no row ever counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Exists, Select, delete, func, insert, or_, select

from pipeline.ledger.tables import answered, facts, heads, pairs, received_files, releases

CHUNK = 500  # values of one IN list


def set_heads(connection: Connection, file_id: int) -> None:
    """Set the head of every key a received file touched, from the versions that still count."""
    own = select(facts.c.seq).where(facts.c.file_id == file_id)
    freed = select(releases.c.seq).where(releases.c.file_id == file_id)
    mine = select(pairs.c.record).where(pairs.c.seq.in_(own))
    same = select(pairs.c.seq).where(pairs.c.record.in_(mine))
    touching = select(facts.c.kind, facts.c.key).where(
        facts.c.seq.in_(own) | facts.c.seq.in_(freed) | facts.c.seq.in_(same)
    )
    set_each(connection, {tuple(row) for row in connection.execute(touching)})


def set_each(connection: Connection, records: Iterable[tuple[str, str]]) -> None:
    """Set the heads of these keys, each with its kind."""
    for kind, key in sorted(records):
        set_head(connection, kind, key)


def set_head(connection: Connection, kind: str, key: str) -> None:
    """Make the newest version that still counts the head of its key."""
    here = (heads.c.kind == kind) & (heads.c.key == key)
    connection.execute(delete(heads).where(here))
    seq = connection.execute(newest_version(kind, key)).scalar()
    if seq is not None:
        connection.execute(insert(heads).values(kind=kind, key=key, seq=seq))


def newest_version(kind: str, key: str) -> Select[int]:
    """Return the query for the newest version of a key that was neither taken back, replaced nor released."""
    released = (
        select(releases.c.seq)
        .join(received_files, received_files.c.id == releases.c.file_id)
        .where(~received_files.c.is_undone)
    )
    own = pairs.alias("own")
    return (
        select(facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .outerjoin(own, own.c.seq == facts.c.seq)
        .where(facts.c.kind == kind, facts.c.key == key, ~received_files.c.is_undone)
        .where(facts.c.seq.not_in(released), facts.c.seq.not_in(select(answered.c.seq)))
        .where(~_replaced(own))
        .order_by(func.coalesce(own.c.rank, facts.c.seq).desc(), facts.c.seq.desc())
        .limit(1)
    )


def _replaced(own: Any) -> Exists:
    """Return whether a newer version of the same record counts."""
    newer, its, file = pairs.alias("newer"), facts.alias("its"), received_files.alias("file")
    of = own.c
    return (
        select(newer.c.seq)
        .join(its, its.c.seq == newer.c.seq)
        .join(file, file.c.id == its.c.file_id)
        .where(newer.c.record == of.record, ~file.c.is_undone)
        .where(or_(newer.c.rank > of.rank, (newer.c.rank == of.rank) & (newer.c.seq > of.seq)))
        .exists()
    )
