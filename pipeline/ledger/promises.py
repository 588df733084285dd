"""Days that orders were promised for: a move is noted as versions are posted, so that no night reads all history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.core.frames import conform, empty
from pipeline.ledger.renamed import KeysNow, keys_now
from pipeline.ledger.tables import facts, heads, nights, pairs, received_files, releases
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

    That is the newest of its key; of a row whose number or name was corrected, the one it replaces. Whether
    these count is asked when they are read: a workbook may be taken back, and put back in.
    """
    was, older = facts.alias("was"), facts.alias("older")
    same = (older.c.kind == facts.c.kind) & (older.c.key == facts.c.key) & (older.c.seq < facts.c.seq)
    newest = select(func.max(older.c.seq)).where(same).correlate(facts).scalar_subquery()
    renamed = (pairs.c.seq == facts.c.seq) & pairs.c.is_renamed
    before = func.coalesce(select(pairs.c.was).where(renamed).correlate(facts).scalar_subquery(), newest)
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
    promised before other cells of it were corrected, it promised then. A line keeps what it was promised for when its
    number or its name is corrected in its workbook.
    """
    with ledger.reading() as connection:
        now, versions = keys_now(connection, KIND)
        lines = _lines(connection, now)
        asked = sorted({*lines, *now.before({*lines}, versions)})
        found = [row for keys in _chunks(asked) for row in _counting(connection, keys)]
        origins = {row.file_id: row.origin_id for row in connection.execute(select(copies))}
    rows = [(now.of(row.seq, row.key), row) for row in sorted(found, key=lambda row: row.seq)]
    standing = _standing([pair for pair in rows if pair[0] in lines], origins)
    newest = {line: row for line, _, row in sorted(standing, key=lambda pair: pair[2].seq)}
    numbers = {line: orjson.loads(row.facts).get(Orders.order_no) for line, row in newest.items()}
    tonight = {(since.night_id, line): row.seq for line, since, row in standing}
    made = pd.DataFrame(
        [
            {str(Promises.order_no): numbers[line], str(Promises.line): line, **_promise(since, row)}
            for line, since, row in standing
            if tonight[since.night_id, line] == row.seq
        ]
    )
    return conform(made[made[Promises.promised_on].notna()], Promises) if len(made) else empty(Promises)


def _standing(rows: Sequence[tuple[str, Any]], origins: Mapping[int, int]) -> list[tuple[str, Any, Any]]:
    """Pair the first version that promised the day of the last with the last, behind their line.

    Of every line in a workbook and its corrected copies.
    """
    last: dict[tuple[int, str], Any] = {}
    first: dict[tuple[tuple[int, str], object], Any] = {}
    for line, row in rows:
        own = (_origin(row.file_id, origins), line)
        if not row.is_undone:
            last[own] = row
        first.setdefault((own, _promised(row.facts)), row)
    pairs_ = [(own[1], first[own, _promised(row.facts)], row) for own, row in last.items()]
    return sorted(pairs_, key=lambda pair: pair[1].seq)


def _lines(connection: Connection, now: KeysNow) -> frozenset[str]:
    """Return the keys of all lines, as far as they count, of the orders in question."""
    noted = select(facts.c.seq, facts.c.key).join(table, table.c.seq == facts.c.seq).distinct()
    numbers = {now.of(row.seq, row.key).partition(BETWEEN)[0] for row in connection.execute(noted)}
    if not numbers:
        return frozenset()
    known = connection.execute(select(heads.c.key).where(heads.c.kind == KIND)).scalars()
    return frozenset(key for key in known if key.partition(BETWEEN)[0] in numbers)


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
        str(Promises.promised_on): stored.get(Orders.promised_date),
        str(Promises.sales_owner): stored.get(Orders.sales_owner),
        str(Promises.said_at): since.as_of,
        str(Promises.src_file): since.name,
    }
