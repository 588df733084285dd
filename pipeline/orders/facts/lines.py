"""Orders as wholes: header facts beside sums over lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.frames import shared
from pipeline.core.groups import Codes, answers, codes_of, count, first_known, is_sure, latest, total
from pipeline.orders.completeness import ASKED_FOR, is_spared
from pipeline.orders.confirmation import WRITTEN, amended, differing
from pipeline.orders.customers import link
from pipeline.orders.price_list import is_fetched
from pipeline.orders.tables import Amendments, CodedLines, PromiseSteps
from schemas.derived.promises import Promises
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders

NO = Orders.order_no
EVENTS = (OrderFacts.approved_on, OrderFacts.conf_sent_at, OrderFacts.conf_at, OrderFacts.cancelled_on)


def join_lines(
    orders: pd.DataFrame, customers: pd.DataFrame, *, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return order facts without deliveries, and the lines with `code`, the position of their order.

    Accepted lines stand before held ones, so an accepted one names the order's facts; of held
    ones that contradict each other the key decides, not the order in which files came.
    """
    held = orders[Orders.src_held].fillna(False).to_numpy(dtype=bool)
    waiting = orders[Orders.src_key].where(held, "").fillna("").to_numpy(dtype=str)
    lines = orders.iloc[np.lexsort((waiting, held))].reset_index(drop=True)
    codes, numbers = pd.factorize(lines[NO].fillna(lines[Orders.src_key]), sort=True)
    codes, size = codes.astype("int64"), len(numbers)
    lines = lines.assign(code=codes, is_counted=~is_sure(lines[Orders.src_held]))
    made = {str(column): first_known(codes, lines[column], size) for column in shared(Orders, OrderFacts)}
    order_facts = pd.DataFrame(made | {str(NO): pd.Series(numbers, dtype="str")})
    order_facts[OrderFacts.currency] = currencies(order_facts)
    order_facts[Orders.delivery_mode] = _delivery_mode(lines, order_facts)
    _happened(order_facts, as_of)
    counted = lines[lines[CodedLines.is_counted]]
    own = counted[CodedLines.code].to_numpy()
    is_held = pd.Series(count(codes, ~lines[CodedLines.is_counted].to_numpy(), size) > 0)
    unknown = is_held | of_several_currencies(counted, size)  # of an order held in part nobody knows what it is worth
    order_facts[OrderFacts.is_held] = is_held
    order_facts[OrderFacts.ordered_qty] = total(own, counted[Orders.qty], size).mask(is_held)
    order_facts[OrderFacts.amount_fen] = total(own, counted[Orders.amount_fen], size).mask(unknown)
    order_facts[OrderFacts.due_on] = order_facts[OrderFacts.promised_date].fillna(
        order_facts[OrderFacts.requested_date]
    )
    order_facts[OrderFacts.customer_key] = link(order_facts[OrderFacts.customer_name], customers)
    order_facts[OrderFacts.product] = _product(lines, size)
    order_facts[OrderFacts.missing] = _missing(lines, order_facts)
    order_facts[OrderFacts.is_confirmed] = order_facts[OrderFacts.conf_at].notna() & order_facts[
        OrderFacts.conf_method
    ].isin(WRITTEN)
    return order_facts, lines


def of_several_currencies(counted: pd.DataFrame, size: int) -> pd.Series[bool]:
    """Return which orders have lines in several currencies: what such an order is worth nobody can say."""
    code, said = counted[CodedLines.code].to_numpy(), currencies(counted)
    first = first_known(code, said, size)
    return pd.Series(count(code, said.to_numpy() != first.iloc[code].to_numpy(), size) > 0)


def _happened(order_facts: pd.DataFrame, as_of: pd.Timestamp) -> None:
    order_facts.loc[order_facts[OrderFacts.approved_on] > as_of, OrderFacts.approval] = None
    for event in EVENTS:
        order_facts[event] = order_facts[event].where(order_facts[event] <= as_of)


def _delivery_mode(lines: pd.DataFrame, order_facts: pd.DataFrame) -> pd.Series[str]:
    """As written, and fetched where the address says nothing else."""
    modes = order_facts[Orders.delivery_mode]
    address = first_known(lines[CodedLines.code].to_numpy(), lines[Orders.address], len(order_facts))
    return modes.mask(modes.isna() & answers(address, is_fetched), "pickup")


def _product(lines: pd.DataFrame, size: int) -> pd.Series[str]:
    """First product, and how many more lines."""
    codes = lines[CodedLines.code].to_numpy()
    named = lines[Orders.product_name].fillna(lines[Orders.model])
    more = np.bincount(codes, minlength=size) - 1
    suffix = pd.Series(np.where(more > 0, np.char.add(" +", more.astype(str)), ""), dtype="str")
    return first_known(codes, named, size) + suffix


def _missing(lines: pd.DataFrame, order_facts: pd.DataFrame) -> pd.Series[str]:
    """Names of fields that still have to be asked for, space separated; blank when complete."""
    codes, size = lines[CodedLines.code].to_numpy(), len(order_facts)
    found = pd.Series([""] * size, dtype="str")
    for column in ASKED_FOR:
        known = count(codes, (lines[column].notna() | is_spared(lines, column)).to_numpy(), size) > 0
        if column == Orders.address:
            known |= (order_facts[Orders.delivery_mode] == "pickup").to_numpy(dtype=bool)
        found = found.where(known, found + f"{column} ")
    nameless = (lines[Orders.product_name].isna() & lines[Orders.model].isna()).to_numpy()
    return found.where(count(codes, nameless, size) == 0, found + f"{Orders.product_name} ").str.strip()


def confirmation_facts(
    order_facts: pd.DataFrame, lines: pd.DataFrame, earlier: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return `is_different`, `is_stale` and `changed_on` of every order. `lines` know their order by `code`.

    Stale is a confirmation older than a change, whether the change was written down or
    seen in a later workbook.
    """
    codes, size = lines[CodedLines.code].to_numpy(), len(order_facts)
    differs = count(codes, differing(lines).any(axis=1).to_numpy(), size) > 0
    found = amended(lines, earlier)
    found = found[
        found[Amendments.is_unconfirmed].to_numpy(dtype=bool) & (found[Amendments.changed_on] <= as_of).to_numpy()
    ]
    seen_on = latest(lines[CodedLines.code].loc[found.index].to_numpy(), found[Amendments.changed_on], size)
    written = lines[Orders.changed_at].where(lines[Orders.changed_at] <= as_of)
    written_on = latest(codes, written, size).where(lambda on: on > order_facts[OrderFacts.conf_at])
    changed = pd.concat([seen_on, written_on], axis=1).max(axis=1)
    made = {
        str(OrderFacts.is_different): order_facts[OrderFacts.is_confirmed] & np.asarray(differs),
        str(OrderFacts.is_stale): order_facts[OrderFacts.is_confirmed] & changed.notna(),
        str(OrderFacts.changed_on): changed.dt.normalize(),
    }
    return pd.DataFrame(made, index=order_facts.index)


MOVE = {
    str(OrderFacts.promise_moved_on): Promises.said_at,
    str(OrderFacts.promise_moved_from): PromiseSteps.earlier,
    str(OrderFacts.promise_moved_to): Promises.promised_on,
    str(OrderFacts.promise_moved_by): Promises.sales_owner,
    str(OrderFacts.promise_moved_file): Promises.src_file,
}


def promise_facts(
    order_facts: pd.DataFrame, lines: pd.DataFrame, said: pd.DataFrame, *, as_of: pd.Timestamp
) -> dict[str, pd.Series]:
    """Return the first promise of every order, how often one was moved, and the last of these moves.

    `said` is `Promises`. A day belongs to its line: what one line says moves no other, nor the day
    that lateness is judged by. Held lines promise nothing.
    """
    size, counted = len(order_facts), lines[lines[CodedLines.is_counted]]
    own = first_known(counted[CodedLines.code].to_numpy(), counted[Orders.promised_date], size)
    stated = said[said[Promises.said_at] <= as_of]
    codes = codes_of(stated[Promises.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    stated, codes = stated[codes >= 0], codes[codes >= 0]
    stated = stated.assign(**{str(PromiseSteps.earlier): stated.groupby(Promises.line)[Promises.promised_on].shift()})
    is_move = _moves(stated)
    last = _last(codes[is_move], stated[is_move], size)
    return {
        str(OrderFacts.first_promised_on): first_known(codes, stated[Promises.promised_on], size).fillna(own),
        str(OrderFacts.promise_moves): pd.Series(count(codes, is_move, size)),
        **{name: last[column] for name, column in MOVE.items()},
        str(OrderFacts.promise_moved_on): last[Promises.said_at].dt.normalize(),
    }


def _moves(stated: pd.DataFrame) -> np.ndarray:
    """Which rows promise another day than their line did; of the lines that one night moved the first speaks."""
    is_new = stated[PromiseSteps.earlier].notna() & (stated[PromiseSteps.earlier] != stated[Promises.promised_on])
    night = stated[is_new].duplicated([str(Promises.order_no), str(Promises.said_at)])
    is_new[night[night].index] = False
    return is_new.to_numpy(dtype=bool)


def _last(codes: Codes, stated: pd.DataFrame, size: int) -> pd.DataFrame:
    """Per order the last row."""
    return stated.set_axis(codes).pipe(lambda rows: rows[~rows.index.duplicated(keep="last")]).reindex(range(size))
