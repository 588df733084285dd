"""The book: orders joined with everything that happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.book.goods import moves
from pipeline.book.heads import heads
from pipeline.book.papers import complaints, invoices
from pipeline.frames import dtype
from schemas.status import Book, Stages

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.workdays import Calendar
    from schemas.table import Table


def build(
    tables: Mapping[str, pd.DataFrame], *, as_of: datetime, calendar: Calendar | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Book (`Book`, one row per order, by number) and stages (`Stages`).

    Held rows keep their order in the book with `is_held` and count for nothing; what
    happened after `as_of` has not happened. Beyond `Book` the frame holds
    `is_all_shipped`, `is_all_signed` (line by line, so that too much of one line never
    hides a missing one), `received_at`, `capacity_result`, `is_urgent`, `has_red`,
    `invoiced_blue_fen`. `Stages.delay_wd` is filled when a calendar is given.
    """
    moment = pd.Timestamp(as_of)
    book, lines = heads(tables["orders"], as_of=moment)
    sums, stages = moves(book, lines, tables, as_of=moment)
    book = book.assign(**sums)
    book = book.assign(**invoices(book, tables["invoices"], as_of=moment))
    book = book.assign(**complaints(book, tables["complaints"], as_of=moment))
    if calendar is not None:
        cancelled = stages[Stages.order_no].isin(book.loc[book[Book.cancelled_on].notna(), Book.order_no])
        stages = stages.assign(delay_wd=delays(stages, calendar, as_of=moment).mask(cancelled, 0))
    return _typed(Book, book), _typed(Stages, stages)


def delays(stages: pd.DataFrame, calendar: Calendar, *, as_of: pd.Timestamp) -> pd.Series[int]:
    """Working days in (planned, actual], or (planned, as_of] while open; missing without plan."""
    ends = stages[Stages.actual_at].fillna(as_of)
    counted = calendar.working_days_between(stages[Stages.planned_at], ends)
    return pd.Series(counted, index=stages.index).astype("Int64")


def _typed(table: type[Table], rows: pd.DataFrame) -> pd.DataFrame:
    """Declared columns first, in their order and dtype; further ones behind."""
    more = [name for name in rows.columns if name not in table.columns]
    size = len(rows)
    made = {
        str(c): (rows[c] if c in rows else pd.Series([None] * size, index=rows.index)).astype(dtype(c.spec.type))
        for c in table.columns
    }
    return pd.DataFrame(made | {name: rows[name] for name in more}, index=pd.RangeIndex(size))
