"""The day an order was first promised for, the one that holds now, and who moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.grouping import codes_of, count, first_known
from schemas.orders import Orders
from schemas.promises import Promises
from schemas.status import Book

if TYPE_CHECKING:
    from pipeline.grouping import Codes

MOVE = {
    str(Book.promise_moved_on): Promises.said_at,
    str(Book.promise_moved_to): Promises.promised_on,
    str(Book.promise_moved_by): Promises.sales_owner,
    str(Book.promise_moved_file): Promises.src_file,
}


def promised(
    book: pd.DataFrame, lines: pd.DataFrame, said: pd.DataFrame, *, as_of: pd.Timestamp
) -> dict[str, pd.Series]:
    """Columns of the book: the promise, the first one, its moves, and the day that lateness is judged by.

    `said` is `Promises`. The day belongs to the order: where only some of its lines were stated
    anew, the newest word holds for all of them. Held lines promise nothing.
    """
    size, counted = len(book), lines[lines["is_counted"]]
    own = first_known(counted["code"].to_numpy(), counted[Orders.promised_date], size)
    told, codes = _told(book, said[said[Promises.said_at] <= as_of])
    day = told[Promises.promised_on]
    before = day.groupby(codes).shift()
    is_move = (before.notna() & (before != day)).to_numpy(dtype=bool)
    now = _last(codes, told, size)[Promises.promised_on].where(own.notna())
    current = now.fillna(book[Book.promised_date])
    last = _last(codes[is_move], told[is_move], size)
    return {
        str(Book.promised_date): current,
        str(Book.due_on): current.fillna(book[Book.requested_date]),
        str(Book.first_promised_on): first_known(codes, day, size).fillna(own),
        str(Book.promise_moves): pd.Series(count(codes, is_move, size)),
        **{name: last[column] for name, column in MOVE.items()},
        str(Book.promise_moved_on): last[Promises.said_at].dt.normalize(),
    }


def _told(book: pd.DataFrame, said: pd.DataFrame) -> tuple[pd.DataFrame, Codes]:
    """What each order said on its first night and whenever a line changed its day; with their rows in the book.

    Of the lines of one night the first speaks, as it does in the book.
    """
    before = said.groupby(Promises.line)[Promises.promised_on].shift()
    is_new = before.notna() & (before != said[Promises.promised_on])
    night = [said[Promises.order_no], said[Promises.said_at]]
    asked = is_new.groupby(night).transform("any") | ~said[Promises.order_no].duplicated()
    told = said[asked & ~said.duplicated([str(Promises.order_no), str(Promises.said_at)])]
    codes = codes_of(told[Promises.order_no], pd.Index(book[Book.order_no]))
    known = codes >= 0
    return told[known].reset_index(drop=True), codes[known]


def _last(codes: Codes, told: pd.DataFrame, size: int) -> pd.DataFrame:
    """Per order the last row."""
    return told.set_axis(codes).pipe(lambda rows: rows[~rows.index.duplicated(keep="last")]).reindex(range(size))
