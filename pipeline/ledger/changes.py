"""What order lines and customer files said before; changes of lines are noted as versions are posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.ledger.load import typed_rows
from pipeline.ledger.tables import changes, facts, heads, nights, received_files
from schemas.incoming.customers import Customers
from schemas.incoming.orders import CONTENT, Orders

if TYPE_CHECKING:
    from pipeline.ledger.store import Ledger

KIND = Orders.name


def note_changes(connection: Connection, first: int, last: int) -> None:
    """Note which of these order versions differ from the version they are about to replace.

    To be called before the heads move on. Held rows count for nothing and change nothing.
    """
    was = facts.alias("was")
    query = (
        select(facts.c.seq, facts.c.facts, was.c.seq.label("was"), was.c.facts.label("before"))
        .join(heads, (heads.c.kind == facts.c.kind) & (heads.c.key == facts.c.key))
        .join(was, was.c.seq == heads.c.seq)
        .where(facts.c.seq.between(first, last), facts.c.kind == KIND, facts.c.facts != was.c.facts)
        .where(~facts.c.is_held, ~was.c.is_held)
    )
    noted = [
        {"seq": row.seq, "was": row.was}
        for row in connection.execute(query).all()
        if _content(row.facts) != _content(row.before)
    ]
    if noted:
        connection.execute(insert(changes), noted)


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
        select(was.c.key, was.c.facts, nights.c.as_of)
        .select_from(changes)
        .join(was, was.c.seq == changes.c.was)
        .join(brought, brought.c.seq == changes.c.seq)
        .join(received_files, received_files.c.id == was.c.file_id)
        .join(made, made.c.id == brought.c.file_id)
        .join(nights, nights.c.id == made.c.night_id)
        .where(~received_files.c.is_undone, ~made.c.is_undone)
        .order_by(changes.c.seq)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    frame = typed_rows(Orders, [row.facts for row in rows])
    frame["src_key"] = pd.array([row.key for row in rows], dtype="str")
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


def arrivals(ledger: Ledger) -> pd.DataFrame:
    """Return the files that ever brought orders.

    Shape: one row per file name: `src_file`, and `first_seq` of its newest workbook.
    """
    newest = (
        select(received_files.c.name, func.max(received_files.c.id).label("id"))
        .where(received_files.c.state == "read", ~received_files.c.is_undone)
        .group_by(received_files.c.name)
        .subquery()
    )
    query = (
        select(newest.c.name, func.min(facts.c.seq))
        .join(facts, facts.c.file_id == newest.c.id)
        .where(facts.c.kind == KIND)
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
