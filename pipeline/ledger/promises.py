"""Days that orders were promised for: a move is noted as versions are posted, so that no night reads all history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.grouping import typed
from pipeline.ledger.tables import drops, facts, heads, nights, releases
from pipeline.ledger.tables import promises as table
from pipeline.ledger.tables import returned as copies
from schemas.orders import Orders
from schemas.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.ledger.store import Ledger

KIND = Orders.name
BETWEEN = "|"  # behind the number in the key of a line
CHUNK = 500  # values of one IN list


def note_promises(connection: Connection, first: int, last: int) -> None:
    """Note which of these order versions promise another day than the version of their line before them.

    Whether these count is asked when they are read: a workbook may be taken back, and put back in.
    """
    was, older = facts.alias("was"), facts.alias("older")
    same = (older.c.kind == facts.c.kind) & (older.c.key == facts.c.key) & (older.c.seq < facts.c.seq)
    before = select(func.max(older.c.seq)).where(same).correlate(facts).scalar_subquery()
    query = (
        select(facts.c.seq, facts.c.facts, was.c.facts.label("before"))
        .where(facts.c.seq.between(first, last), facts.c.kind == KIND)
        .where(was.c.seq == before, was.c.facts != facts.c.facts)
    )
    noted = [
        {"seq": row.seq} for row in connection.execute(query).all() if _promised(row.facts) != _promised(row.before)
    ]
    if noted:
        connection.execute(insert(table), noted)


def _promised(text: str) -> object:
    return orjson.loads(text).get(Orders.promised_date)


def promises(ledger: Ledger) -> pd.DataFrame:
    """Shape: `Promises`, for the orders of which some line was ever promised for two days; oldest first.

    Of a line only what stood at the end of a night, and what counts: neither held nor taken back, nor
    in a workbook that came back mended, which was never meant to be as it was.
    """
    with ledger.reading() as connection:
        rows = [row for keys in _chunks(_lines(connection)) for row in _counting(connection, keys)]
        origins = {row.drop_id: row.origin_id for row in connection.execute(select(copies))}
    rows.sort(key=lambda row: row.seq)
    last = {(_origin(row.drop_id, origins), row.key): row.seq for row in rows}
    tonight = {(row.night_id, row.key): row.seq for row in rows}
    standing = [row for row in rows if last[_origin(row.drop_id, origins), row.key] == row.seq]
    made = pd.DataFrame([_told(row) for row in standing if tonight[row.night_id, row.key] == row.seq])
    return typed(Promises, made[made[Promises.promised_on].notna()] if len(made) else made)


def _lines(connection: Connection) -> list[str]:
    """Keys of all lines, as far as they count, of the orders in question."""
    noted = select(facts.c.key).join(table, table.c.seq == facts.c.seq).distinct()
    numbers = {key.partition(BETWEEN)[0] for key in connection.execute(noted).scalars()}
    if not numbers:
        return []
    known = connection.execute(select(heads.c.key).where(heads.c.kind == KIND).order_by(heads.c.key)).scalars()
    return [key for key in known if key.partition(BETWEEN)[0] in numbers]


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))


def _counting(connection: Connection, keys: Sequence[str]) -> Iterable[Any]:
    """Every version of these lines that counts, or did until a newer one came."""
    released = select(releases.c.seq).join(drops, drops.c.id == releases.c.drop_id).where(~drops.c.is_undone)
    query = (
        select(facts.c.seq, facts.c.key, facts.c.facts, facts.c.drop_id, drops.c.name, drops.c.night_id, nights.c.as_of)
        .join(drops, drops.c.id == facts.c.drop_id)
        .join(nights, nights.c.id == drops.c.night_id)
        .where(facts.c.kind == KIND, facts.c.key.in_(keys), ~facts.c.is_held)
        .where(~drops.c.is_undone, facts.c.seq.not_in(released))
    )
    return connection.execute(query).all()


def _origin(drop_id: int, origins: Mapping[int, int]) -> int:
    """The drop that this one is the mended copy of, or the copy of a copy."""
    while drop_id in origins:
        drop_id = origins[drop_id]
    return drop_id


def _told(row: Any) -> dict[str, Any]:
    said = orjson.loads(row.facts)
    return {
        str(Promises.order_no): said.get(Orders.order_no),
        str(Promises.line): row.key,
        str(Promises.promised_on): said.get(Orders.promised_date),
        str(Promises.sales_owner): said.get(Orders.sales_owner),
        str(Promises.said_at): row.as_of,
        str(Promises.src_file): row.name,
    }
