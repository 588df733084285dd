"""Days that orders were promised for: a move is noted as versions are posted, so that no night reads all history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.core.frames import conform, empty
from pipeline.ledger.tables import facts, heads, nights, received_files, releases
from pipeline.ledger.tables import promises as table
from pipeline.ledger.tables import returned as copies
from schemas.derived.promises import Promises
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.ledger.store import Ledger

KIND = Orders.name
BETWEEN = "|"  # behind the number in the key of a line
CORRECTED = "corrected"  # state of received files that corrections made
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


def promised_days(ledger: Ledger) -> pd.DataFrame:
    """Return the days that lines were promised for, of orders some line of which was ever promised for two days.

    Shape: `Promises`, oldest first.

    Of a line only what stood at the end of a night, and what counts: neither held nor taken back, nor
    in a workbook that came back corrected, which was never meant to be as it was. What such a workbook
    promised before other cells of it were corrected, it promised then.
    """
    with ledger.reading() as connection:
        rows = [row for keys in _chunks(_lines(connection)) for row in _counting(connection, keys)]
        origins = {row.file_id: row.origin_id for row in connection.execute(select(copies))}
    rows.sort(key=lambda row: row.seq)
    standing = _standing(rows, origins)
    tonight = {(since.night_id, row.key): row.seq for since, row in standing}
    made = pd.DataFrame([_promise(*pair) for pair in standing if tonight[pair[0].night_id, pair[1].key] == pair[1].seq])
    return conform(made[made[Promises.promised_on].notna()], Promises) if len(made) else empty(Promises)


def _standing(rows: Sequence[Any], origins: Mapping[int, int]) -> list[tuple[Any, Any]]:
    """Pair the first version that promised the day of the last with the last.

    Of every line in a workbook and its corrected copies.
    """
    last: dict[tuple[int, str], Any] = {}
    first: dict[tuple[tuple[int, str], object], Any] = {}
    for row in rows:
        own = (_origin(row.file_id, origins), row.key)
        if not row.is_undone:
            last[own] = row
        first.setdefault((own, _promised(row.facts)), row)
    pairs = [(first[own, _promised(row.facts)], row) for own, row in last.items()]
    return sorted(pairs, key=lambda pair: pair[0].seq)


def _lines(connection: Connection) -> list[str]:
    """Return the keys of all lines, as far as they count, of the orders in question."""
    noted = select(facts.c.key).join(table, table.c.seq == facts.c.seq).distinct()
    numbers = {key.partition(BETWEEN)[0] for key in connection.execute(noted).scalars()}
    if not numbers:
        return []
    known = connection.execute(select(heads.c.key).where(heads.c.kind == KIND).order_by(heads.c.key)).scalars()
    return [key for key in known if key.partition(BETWEEN)[0] in numbers]


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))


def _counting(connection: Connection, keys: Sequence[str]) -> Iterable[Any]:
    """Return every version of these lines that counts, or did until a newer one came.

    Also of corrected workbooks that were made again with further corrections; those are undone.
    """
    released = (
        select(releases.c.seq)
        .join(received_files, received_files.c.id == releases.c.file_id)
        .where(~received_files.c.is_undone)
    )
    query = (
        select(facts.c.seq, facts.c.key, facts.c.facts, facts.c.file_id)
        .add_columns(received_files.c.name, received_files.c.night_id, received_files.c.is_undone, nights.c.as_of)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .join(nights, nights.c.id == received_files.c.night_id)
        .where(facts.c.kind == KIND, facts.c.key.in_(keys), ~facts.c.is_held)
        .where(~received_files.c.is_undone | (received_files.c.state == CORRECTED), facts.c.seq.not_in(released))
    )
    return connection.execute(query).all()


def _origin(file_id: int, origins: Mapping[int, int]) -> int:
    """Return the received file that this one is the corrected copy of, or the copy of a copy."""
    while file_id in origins:
        file_id = origins[file_id]
    return file_id


def _promise(since: Any, row: Any) -> dict[str, Any]:
    """Return what a version says, with the night and the file of the first that promised so."""
    stored = orjson.loads(row.facts)
    return {
        str(Promises.order_no): stored.get(Orders.order_no),
        str(Promises.line): row.key,
        str(Promises.promised_on): stored.get(Orders.promised_date),
        str(Promises.sales_owner): stored.get(Orders.sales_owner),
        str(Promises.said_at): since.as_of,
        str(Promises.src_file): since.name,
    }
