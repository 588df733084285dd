"""What people answered about the versions of workbooks, brought to the rows: what counts, and what replaces what."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from pipeline.ledger.corrected import take_remade_back
from pipeline.ledger.heads import set_each
from pipeline.ledger.pairs import chunked
from pipeline.ledger.rereading import WAITING, note_rereads
from pipeline.ledger.tables import answered, facts, heads, pairs, ways

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

REPEATED = "repeated"  # why a version counts no more: it is one that was pasted twice
PARTED = "parted"  # why a version counts no more: its row is another than the one whose key it had


def bring_to_answers(
    ledger: Ledger,
    *,
    taken: Mapping[int, str],
    repeated: AbstractSet[int],
    parted: Mapping[int, bool],
    known_ways: Mapping[str, str],
) -> None:
    """Let count what the answers say, in one transaction; what is so already is left alone.

    `taken`: versions that are deleted, with the question; `repeated`: versions that were pasted twice; `parted`: for
    every row that was asked about, whether it is another than its former; `known_ways`: how workbooks come.
    """
    with ledger.writing() as connection:
        touched = _take(connection, {**taken, **dict.fromkeys(repeated, REPEATED), **_named_apart(connection, parted)})
        for seq, is_apart in parted.items():
            touched |= _part(connection, seq, is_apart=is_apart)
        connection.execute(delete(ways))
        if known_ways:
            rows = [{"workbook": workbook, "way": way} for workbook, way in sorted(known_ways.items())]
            connection.execute(insert(ways), rows)
        changed = [*chunked(connection, select(facts), facts.c.seq, touched)]
        set_each(connection, {(each.kind, each.key) for each in changed})
        for each in changed:
            _meet_again(connection, each)


def _meet_again(connection: Connection, row: Row[Any]) -> None:
    """Let workbooks be read once more of which a row waits, or waited, because this one counts under its key."""
    waiting = (
        (facts.c.kind == row.kind)
        & facts.c.key.startswith(f"{row.key}{WAITING}", autoescape=True)
        & (facts.c.file_id != row.drop_id)
    )
    files = {*connection.execute(select(facts.c.file_id).where(waiting)).scalars()}
    if files:
        note_rereads(connection, take_remade_back(connection, files))


def _named_apart(connection: Connection, parted: Mapping[int, bool]) -> dict[int, str]:
    """Let a row that is another than the one whose key it took over count under a key of its own.

    Such a row got the number of its former, for want of one of its own. Gives the versions that count no more by it:
    the row under the old key, or, once it is the same row again, the one that was made of it.
    """
    gone: dict[int, str] = {}
    for seq, is_apart in parted.items():
        was = select(pairs.c.was).where(pairs.c.seq == seq).scalar_subquery()
        row = connection.execute(select(facts).where(facts.c.seq == seq)).one()
        if row.key != connection.execute(select(facts.c.key).where(facts.c.seq == was)).scalar_one():
            continue
        own = (facts.c.file_id == row.drop_id) & (facts.c.kind == row.kind) & (facts.c.key == f"{row.key}#{seq}")
        made = connection.execute(select(facts.c.seq).where(own)).scalar()
        if is_apart and made is None:
            newest = connection.execute(select(func.max(facts.c.seq))).scalar_one()
            values = {name: getattr(row, name) for name in ("kind", "is_held", "sheet", "row", "facts")}
            key = f"{row.key}#{seq}"
            connection.execute(insert(facts).values(seq=newest + 1, file_id=row.drop_id, key=key, **values))
            connection.execute(insert(heads).values(kind=row.kind, key=key, seq=newest + 1))
        elif made is not None and not is_apart:
            gone[made] = PARTED
        gone |= {seq: PARTED} if is_apart else {}
    return gone


def _take(connection: Connection, taken: Mapping[int, str]) -> set[int]:
    """Let exactly these versions be answered away; gives those of which that is new, or no longer so."""
    known = {row.seq: row.finding_id for row in connection.execute(select(answered))}
    changed = {seq for seq in known.keys() | taken.keys() if known.get(seq) != taken.get(seq)}
    connection.execute(delete(answered).where(answered.c.seq.in_(sorted(changed & known.keys()))))
    fresh = [{"seq": seq, "finding_id": taken[seq]} for seq in sorted(changed & taken.keys())]
    if fresh:
        connection.execute(insert(answered), fresh)
    return changed


def _part(connection: Connection, seq: int, *, is_apart: bool) -> set[int]:
    """Let a row be a record of its own, or its former's; its next versions go with it. Gives what that touches."""
    row = connection.execute(select(pairs).where(pairs.c.seq == seq)).one()
    former = connection.execute(select(pairs.c.record).where(pairs.c.seq == row.was)).scalar_one()
    wanted = seq if is_apart else former
    if row.record == wanted:
        return set()
    mine = _followers(connection, seq, row.record)
    members = {*connection.execute(select(pairs.c.seq).where(pairs.c.record.in_((row.record, wanted)))).scalars()}
    for each in sorted(mine):
        connection.execute(update(pairs).where(pairs.c.seq == each).values(record=wanted))
    return members | mine


def _followers(connection: Connection, seq: int, record: int) -> set[int]:
    """Return a row and all that replaced it since."""
    after: dict[int, list[int]] = {}
    for row in connection.execute(select(pairs).where(pairs.c.record == record)):
        after.setdefault(row.was, []).append(row.seq)
    found, left = {seq}, [seq]
    while left:
        more = [each for each in after.get(left.pop(), ()) if each not in found]
        found.update(more)
        left.extend(more)
    return found
