"""What the rows of an order book say themselves of goods and money, below what papers of their own say.

A book that is kept order by order says in the row what was received and invoiced so far, when the goods left, and where
the order stands. These are facts of that row. Where shipments, tracking, receipts or invoices tell of the order, they
tell more: what a row says never adds to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from pipeline.core.frames import conform
from pipeline.core.groups import answers, count, first_known, is_sure, total
from pipeline.core.text import fold, fold_word
from pipeline.orders.facts.lines import of_several_currencies
from pipeline.orders.tables import CodedLines
from schemas.derived.status import STAGES, OrderFacts, Stages
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.language import spellings
from schemas.policy import states

DONE, CANCELLED = "completed", "cancelled"
PAID, UNPAID, BILLED = "paid", "unpaid", "billed"  # what the words of an order book say of money
SIGNED = (DONE, "signed")
LONG_AGO = pd.DateOffset(months=24)  # as for days that are told to be old
ONE = 1000  # thousandths
FROM_ROW = [str(column) for column in (Orders.order_no, Orders.src_file, Orders.src_sheet, Orders.src_row)]
FROM_ROW += [str(column) for column in (Orders.src_seq, Orders.src_key, Orders.src_held, Orders.src_unknown)]
MADE = (*FROM_ROW, Shipments.product, Shipments.qty, Shipments.shipped_at, Shipments.signed_at)
UNSAID = [str(column) for column in Shipments.columns if column not in MADE]


def state_meant(word: str) -> str:
    """Return the state of an order that a word stands for, empty for none we know."""
    return _meanings().get(fold_word(word), "")


@cache
def _meanings() -> dict[str, str]:
    own = {fold(word): key for key, state in states.load()["order"].items() for word in (state.zh, state.en)}
    return own | {fold(written): key for written, key in spellings.group("state.order").items()}


def one_each(order_facts: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders and lines in which a line without a quantity is one piece: there is its sum and nothing else."""
    whole = lines.assign(qty=lines[Orders.qty].fillna(ONE))
    counted = whole[whole[CodedLines.is_counted]]
    ordered = total(counted[CodedLines.code].to_numpy(), counted[Orders.qty], len(order_facts))
    return order_facts.assign(ordered_qty=ordered), whole


def without_pieces(
    order_facts: pd.DataFrame,
    lines: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    sums: Mapping[str, pd.Series],
    stages: pd.DataFrame,
) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Take quantities back that nobody wrote: of orders that have lines without one."""
    unsaid = _of_orders(lines, lines[Orders.qty].isna() & lines[CodedLines.is_counted], len(order_facts))
    written = _tells(order_facts[OrderFacts.order_no], tables)
    made = dict(sums)
    made[str(OrderFacts.ordered_qty)] = order_facts[OrderFacts.ordered_qty].mask(unsaid)
    for column in (OrderFacts.shipped_qty, OrderFacts.signed_qty):
        made[str(column)] = sums[str(column)].mask(unsaid & ~written)
    silent = order_facts.loc[(unsaid & ~written).to_numpy(), OrderFacts.order_no]
    qty = stages[Stages.qty].mask(stages[Stages.order_no].isin(silent))
    return made, stages.assign(**{str(Stages.qty): qty})


def with_written(
    lines: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Return the tables with a shipment for every line that says when it left, and of which nothing else tells.

    What is delivered by its state was signed for, at the earliest, on the day it left; what was signed for left by that
    day. An order that was completed long ago left long ago, whether anybody wrote the day or not.
    """
    state = lines[Orders.typed_state]
    done, old = answers(state, lambda word: state_meant(word) == DONE), _is_old(lines, as_of)
    delivered = answers(state, lambda word: state_meant(word) in SIGNED)
    planned = lines[Orders.promised_date].fillna(lines[Orders.order_date])
    known = planned.where(planned <= as_of).fillna(lines[Orders.order_date])
    signed = lines[Orders.signed_on].where(lines[Orders.signed_on] <= as_of)
    left = lines[Orders.went_on].fillna(signed).fillna(known.where(done & old))
    went = (left <= as_of) & lines[CodedLines.is_counted] & ~_tells(lines[Orders.order_no], tables)
    rows, left = lines[is_sure(went)], left[is_sure(went)]
    if rows.empty:
        return dict(tables)
    made = rows[FROM_ROW].assign(
        product=rows[Orders.product_name].fillna(rows[Orders.model]),
        qty=rows[Orders.qty].fillna(ONE),
        shipped_at=left,
        signed_at=signed.loc[rows.index].fillna(left.where(delivered.loc[rows.index])),
    )
    more = conform(made, Shipments, blank=UNSAID)
    return {**tables, "shipments": pd.concat([tables["shipments"], more], ignore_index=True)}


def levels(order_facts: pd.DataFrame, lines: pd.DataFrame, *, as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Return what the rows of each order say was received and invoiced, and which are over and done with.

    What was not received says it too. An order completed long ago, of which no row says anything of money, was paid.
    """
    counted = lines[lines[CodedLines.is_counted]]
    size, worth = len(order_facts), order_facts[OrderFacts.amount_fen]
    several = of_several_currencies(counted, size)
    paid = paid_level(counted, worth).fillna(_worth_of(counted, is_settled(counted), size)).mask(several)
    done = answers(order_facts[OrderFacts.typed_state], lambda word: state_meant(word) == DONE)
    old = _is_old(order_facts, as_of)
    paid = paid.fillna(worth.where(done & old))
    is_paid = is_sure((paid >= worth) & (worth > 0))
    is_over = (done & is_sure(order_facts[OrderFacts.is_all_signed])) | (
        (done | is_sure(order_facts[OrderFacts.is_all_shipped])) & old
    )
    return {
        str(OrderFacts.paid_level_fen): paid,
        str(OrderFacts.billed_level_fen): level(counted, Orders.billed_fen, size)
        .fillna(_worth_of(counted, is_sure(counted[Orders.billed_state] == BILLED), size))
        .mask(several),
        str(OrderFacts.is_finished): (is_paid & is_over).astype("boolean"),
    }


def paid_level(lines: pd.DataFrame, worth: pd.Series[int]) -> pd.Series[int]:
    """Return what the sums in the lines of each order say was received: that, or what it is worth less what is open."""
    owing = level(lines, Orders.unpaid_fen, len(worth))
    return level(lines, Orders.paid_fen, len(worth)).fillna((worth - owing).clip(lower=0))


def is_settled(lines: pd.DataFrame) -> pd.Series[bool]:
    """Return which lines are paid in full by their words: the state of payment, else that of the order.

    Of an order that was cancelled the word says that nothing is open, and not that money came.
    """
    state, typed = lines[Orders.paid_state], lines[Orders.typed_state]
    is_void = lines[Orders.cancelled_on].notna() | answers(typed, lambda word: state_meant(word) == CANCELLED)
    return ~is_void & (is_sure(state == PAID) | (state.isna() & answers(typed, _says_paid)))


def _says_paid(word: str) -> bool:
    return fold_word(word) in _paid_words()


@cache
def _paid_words() -> frozenset[str]:
    """Every word for paid in full, but those that answer yes to anything."""
    plain = {fold_word(word) for word in spellings.group("bool.yes")}
    paid = (word for word, key in spellings.group("choice.paid_state").items() if key == PAID)
    return frozenset(map(fold_word, paid)) - plain


def _worth_of(lines: pd.DataFrame, mask: pd.Series[bool], size: int) -> pd.Series[int]:
    """Return what the lines so marked are worth together, missing where none is."""
    return total(lines[CodedLines.code].to_numpy(), lines[Orders.amount_fen].where(mask), size).astype("Int64")


def level(lines: pd.DataFrame, column: str, size: int) -> pd.Series[int]:
    """Return what the lines of each order come to; once where every line repeats the sum of its order."""
    code, fen = lines[CodedLines.code].to_numpy(), lines[column]
    summed, first = total(code, fen, size), first_known(code, fen, size)
    own = pd.Series(first.array.take(code), index=lines.index)
    differs = count(code, is_sure(fen.notna() & (fen != own)).to_numpy(), size) > 0
    beyond = count(code, is_sure(fen > lines[Orders.amount_fen]).to_numpy(), size) > 0
    return summed.mask(beyond & ~differs, first).astype("Int64")


def _is_old(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[bool]:
    return is_sure(rows[Orders.order_date] < as_of.normalize() - LONG_AGO)


def _of_orders(lines: pd.DataFrame, mask: pd.Series[bool], size: int) -> pd.Series[bool]:
    return pd.Series(count(lines[CodedLines.code].to_numpy(), mask.to_numpy(dtype=bool), size) > 0)


def _tells(numbers: pd.Series[str], tables: Mapping[str, pd.DataFrame]) -> pd.Series[bool]:
    """Return whether a shipment or a stage of shipping or signing tells of each order."""
    shipments, tracking = tables["shipments"], tables["tracking"]
    moved = tracking[tracking[Tracking.stage].isin(STAGES[2:]) & ~is_sure(tracking[Tracking.src_held])]
    sent = shipments[~is_sure(shipments[Shipments.src_held])]
    told = {*sent[Shipments.order_no].dropna(), *moved[Tracking.order_no].dropna()}
    return numbers.isin(told)
