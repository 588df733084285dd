"""The day an order was first promised for, and who moved which day to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.groups import codes_of, count, first_known
from schemas.derived.promises import Promises
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    import numpy as np

    from pipeline.core.groups import Codes

EARLIER = "earlier"
MOVE = {
    str(OrderFacts.promise_moved_on): Promises.said_at,
    str(OrderFacts.promise_moved_from): EARLIER,
    str(OrderFacts.promise_moved_to): Promises.promised_on,
    str(OrderFacts.promise_moved_by): Promises.sales_owner,
    str(OrderFacts.promise_moved_file): Promises.src_file,
}


def promised(
    order_facts: pd.DataFrame, lines: pd.DataFrame, said: pd.DataFrame, *, as_of: pd.Timestamp
) -> dict[str, pd.Series]:
    """Columns of the book: the first promise, how often one was moved, and the last of these moves.

    `said` is `Promises`. A day belongs to its line: what one line says moves no other, nor the day
    that lateness is judged by. Held lines promise nothing.
    """
    size, counted = len(order_facts), lines[lines["is_counted"]]
    own = first_known(counted["code"].to_numpy(), counted[Orders.promised_date], size)
    told = said[said[Promises.said_at] <= as_of]
    codes = codes_of(told[Promises.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    told, codes = told[codes >= 0], codes[codes >= 0]
    told = told.assign(**{EARLIER: told.groupby(Promises.line)[Promises.promised_on].shift()})
    is_move = _moves(told)
    last = _last(codes[is_move], told[is_move], size)
    return {
        str(OrderFacts.first_promised_on): first_known(codes, told[Promises.promised_on], size).fillna(own),
        str(OrderFacts.promise_moves): pd.Series(count(codes, is_move, size)),
        **{name: last[column] for name, column in MOVE.items()},
        str(OrderFacts.promise_moved_on): last[Promises.said_at].dt.normalize(),
    }


def _moves(told: pd.DataFrame) -> np.ndarray:
    """Which rows promise another day than their line did; of the lines that one night moved the first speaks."""
    is_new = told[EARLIER].notna() & (told[EARLIER] != told[Promises.promised_on])
    night = told[is_new].duplicated([str(Promises.order_no), str(Promises.said_at)])
    is_new[night[night].index] = False
    return is_new.to_numpy(dtype=bool)


def _last(codes: Codes, told: pd.DataFrame, size: int) -> pd.DataFrame:
    """Per order the last row."""
    return told.set_axis(codes).pipe(lambda rows: rows[~rows.index.duplicated(keep="last")]).reindex(range(size))
