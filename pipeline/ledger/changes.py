"""What order lines and customer files said before; changes of lines are noted as versions are posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import orjson
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.ledger.heads import CHUNK
from pipeline.ledger.load import typed_rows
from pipeline.ledger.tables import changes, facts, heads, nights, pairs, received_files
from schemas.incoming.customers import Customers
from schemas.incoming.orders import CONTENT, Orders

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

KIND = Orders.name


def note_changes(connection: Connection, first: int, last: int, formers: Mapping[int, int]) -> None:
    """Note which of these order versions differ from the version they are about to replace.

    To be called before the heads move on. Held rows count for nothing and change nothing. `formers`: the rows that
    rows of a workbook's next version replace, whatever their keys are.
    """
    query = (
        select(facts.c.seq, facts.c.facts, heads.c.seq.label("head"))
        .outerjoin(heads, (heads.c.kind == facts.c.kind) & (heads.c.key == facts.c.key))
        .where(facts.c.seq.between(first, last), facts.c.kind == KIND, ~facts.c.is_held)
    )
    new = connection.execute(query).all()
    replaced = {row.seq: formers.get(row.seq, row.head) for row in new}
    before = _told(connection, {seq for seq in replaced.values() if seq})
    noted = [
        {"seq": row.seq, "was": was}
        for row in new
        if (was := replaced[row.seq]) in before and _content(row.facts) != _content(before[was])
    ]
    if noted:
        connection.execute(insert(changes), noted)


def _told(connection: Connection, seqs: AbstractSet[int]) -> dict[int, str]:
    """Return what these versions say, as far as they are not held."""
    found: dict[int, str] = {}
    asked = sorted(seqs)
    for at in range(0, len(asked), CHUNK):
        query = select(facts.c.seq, facts.c.facts).where(facts.c.seq.in_(asked[at : at + CHUNK]), ~facts.c.is_held)
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def _content(text: str) -> tuple[object, ...]:
    row = orjson.loads(text)
    return tuple(row.get(name) for name in CONTENT)


def earlier_orders(ledger: Ledger) -> pd.DataFrame:
    """Return what order lines said before they were changed.

    Shape: one row per change of a line that counts, oldest first. All columns of `Orders` as they were before
    the change, `src_key`, and `changed_on`,
    the day of the night that brought it. Workbooks taken back changed nothing.
    """
    made, was = received_files.alias("made"), facts.alias("was")
    brought = facts.alias("brought")
    query = (
        select(was.c.key, was.c.facts, nights.c.as_of, pairs.c.record)
        .select_from(changes)
        .join(was, was.c.seq == changes.c.was)
        .join(brought, brought.c.seq == changes.c.seq)
        .outerjoin(pairs, pairs.c.seq == changes.c.seq)
        .join(received_files, received_files.c.id == was.c.file_id)
        .join(made, made.c.id == brought.c.file_id)
        .join(nights, nights.c.id == made.c.night_id)
        .where(~received_files.c.is_undone, ~made.c.is_undone)
        .order_by(changes.c.seq)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
        keys = _keys_now(connection, {row.record for row in rows if row.record})
    frame = typed_rows(Orders, [row.facts for row in rows])
    frame["src_key"] = pd.array([keys.get(row.record, row.key) for row in rows], dtype="str")
    days = pd.Series([row.as_of for row in rows], dtype="str").astype("datetime64[us]").dt.normalize()
    return frame.assign(changed_on=days)


def former_names(ledger: Ledger) -> pd.DataFrame:
    """Return under which names customers with a code were filed before.

    Shape: one row per code and name, oldest first: `customer_code`, `customer_name`. What a workbook said that was
    taken back was never said.
    """
    query = (
        select(facts.c.facts)
        .outerjoin(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(facts.c.kind == Customers.name, heads.c.seq.is_(None), ~facts.c.is_held, ~received_files.c.is_undone)
        .order_by(facts.c.seq)
    )
    columns = [str(Customers.customer_code), str(Customers.customer_name)]
    with ledger.reading() as connection:
        told = [orjson.loads(text) for text in connection.execute(query).scalars()]
    rows = [[row.get(name) for name in columns] for row in told]
    return pd.DataFrame(rows, columns=columns, dtype="str").dropna().drop_duplicates(ignore_index=True)


def _keys_now(connection: Connection, records: Iterable[int]) -> dict[int, str]:
    """Return the key that each record goes by tonight."""
    found: dict[int, str] = {}
    asked = sorted(records)
    query = select(pairs.c.record, heads.c.key).join(heads, heads.c.seq == pairs.c.seq)
    for at in range(0, len(asked), CHUNK):
        found |= {row[0]: row[1] for row in connection.execute(query.where(pairs.c.record.in_(asked[at : at + CHUNK])))}
    return found


def arrivals(ledger: Ledger) -> pd.DataFrame:
    """Return the files that ever brought orders, but for those whose vanished rows are asked about sheet by sheet.

    Shape: one row per file name: `src_file`, and `first_seq` of its newest workbook.
    """
    paired = select(facts.c.file_id).join(pairs, pairs.c.seq == facts.c.seq).where(pairs.c.was.is_not(None))
    newest = (
        select(received_files.c.name, func.max(received_files.c.id).label("id"))
        .where(received_files.c.state == "read", ~received_files.c.is_undone)
        .group_by(received_files.c.name)
        .subquery()
    )
    query = (
        select(newest.c.name, func.min(facts.c.seq))
        .join(facts, facts.c.file_id == newest.c.id)
        .where(facts.c.kind == KIND, newest.c.id.not_in(paired))
        .group_by(newest.c.name)
        .order_by(newest.c.name)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return pd.DataFrame(
        {
            "src_file": pd.array([name for name, _ in rows], dtype="str"),
            "first_seq": pd.array([seq for _, seq in rows], dtype="Int64"),
        }
    )
