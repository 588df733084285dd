"""Taking a workbook back, and putting it back in."""

from __future__ import annotations

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from pipeline.errors import CommandError
from pipeline.ledger.sources import Drop, drops_of
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import drops, facts, heads, releases

SHORTEST_HASH = 8  # of hexadecimal digits, as `history` shows them


def undo(ledger: Ledger, named: str) -> Drop:
    """Take back the newest drop of that name or hash; earlier values return.

    Raises CommandError when nothing of that name counts.
    """
    return _turn(ledger, named, is_undone=True)


def redo(ledger: Ledger, named: str) -> Drop:
    """Put back a drop that was undone. Raises CommandError when there is none."""
    return _turn(ledger, named, is_undone=False)


def _turn(ledger: Ledger, named: str, *, is_undone: bool) -> Drop:
    drop = _named(ledger, named, is_undone=not is_undone)
    with ledger.writing() as connection:
        change = update(drops).where(drops.c.id == drop.id)
        connection.execute(change.values(is_undone=is_undone))
        _rebuild(connection, drop)
    return drop


def _named(ledger: Ledger, named: str, *, is_undone: bool) -> Drop:
    matching = [
        drop
        for drop in drops_of(ledger)
        if drop.is_undone == is_undone
        and drop.state == "read"
        and (named in (drop.name, drop.name.rpartition("/")[2]) or _is_hash(drop, named))
    ]
    if not matching:
        raise CommandError(named, "nothing_undone" if is_undone else "nothing_counts", "see_history")
    return matching[-1]


def _is_hash(drop: Drop, named: str) -> bool:
    return len(named) >= SHORTEST_HASH and drop.sha256.startswith(named.lower())


def _rebuild(connection: Connection, drop: Drop) -> None:
    """Heads of every key the drop touched, from the versions that still count."""
    own = select(facts.c.seq).where(facts.c.drop_id == drop.id)
    freed = select(releases.c.seq).where(releases.c.drop_id == drop.id)
    touching = select(facts.c.kind, facts.c.key).where(facts.c.seq.in_(own) | facts.c.seq.in_(freed))
    for kind, key in sorted({tuple(row) for row in connection.execute(touching)}):
        crown(connection, kind, key)


def crown(connection: Connection, kind: str, key: str) -> None:
    """Make the newest version that still counts the head of its key."""
    here = (heads.c.kind == kind) & (heads.c.key == key)
    connection.execute(delete(heads).where(here))
    seq = connection.execute(_winner(kind, key)).scalar()
    if seq is not None:
        connection.execute(insert(heads).values(kind=kind, key=key, seq=seq))


def _winner(kind: str, key: str) -> Select[int]:
    released = select(releases.c.seq).join(drops, drops.c.id == releases.c.drop_id).where(~drops.c.is_undone)
    return (
        select(func.max(facts.c.seq))
        .join(drops, drops.c.id == facts.c.drop_id)
        .where(facts.c.kind == kind, facts.c.key == key, ~drops.c.is_undone)
        .where(facts.c.seq.not_in(released))
    )
