"""Differences that are let pass: a fen always, a bank charge where words state one or the sum is one banks take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.receivables.allocate import NO_LIMIT
from pipeline.receivables.context import ints
from pipeline.receivables.sums import total
from pipeline.receivables.tables import Claims, Items, Moves, Papers
from schemas.derived.receivables import Payments, Receivables, Unapplied
from schemas.table import HOME

if TYPE_CHECKING:
    from pipeline.receivables.allocate import Applied
    from pipeline.receivables.context import AgeingContext, Bools, Ints


@dataclass(frozen=True)
class Differences:
    """Fen let pass of every item and of every order, and the paper that left them (-1 for none), by place."""

    items: Ints
    orders: Ints
    papers: Ints


def close_differences(items: pd.DataFrame, applied: Applied, context: AgeingContext) -> Differences:
    """Return what is let pass. An order that lacks no more than that has nothing open; else each item is asked.

    A bank charge is only looked for in the last money of the order or of the item, and not where that was paid back, or
    where some of it is left over: what is missing did arrive then.
    """
    place, size = items[Items.place].to_numpy(), len(applied.worth)
    settled = total(applied.claims[Claims.code].to_numpy(), applied.claims[Claims.want].to_numpy(), size)
    lacking, last = applied.worth - settled, _last(applied.claims, Claims.code, size, applied.papers)
    is_touched = settled > 0
    whole = is_touched & _is_small(lacking, last, applied, context)
    paid = total(applied.moves[Moves.item].to_numpy(), applied.moves[Moves.fen].to_numpy(), len(items))
    open_fen, newest = (
        ints(items[Receivables.billed_fen]) - paid,
        _last(applied.moves, Moves.item, len(items), applied.papers),
    )
    part = is_touched[place] & _is_small(open_fen, newest, applied, context)
    closed = np.where(whole[place] | part, open_fen, 0)
    return Differences(closed, np.where(whole, lacking, total(place, closed, size)), last)


def _last(rows: pd.DataFrame, at: str, size: int, papers: pd.DataFrame) -> Ints:
    """The last money of each place, in or out; papers stand by day."""
    last, row = np.full(size, -1), rows[Moves.row].to_numpy()
    is_money = ~papers[Papers.is_credit].to_numpy(dtype="bool")[row]
    np.maximum.at(last, rows[at].to_numpy()[is_money], row[is_money])
    return last


def _has_rest(applied: Applied) -> Bools:
    """Return of which papers some money is for no order."""
    spent = total(applied.claims[Claims.row].to_numpy(), applied.claims[Claims.want].to_numpy(), len(applied.papers))
    return ints(applied.papers[Unapplied.amount_fen]) > spent


def _is_small(lacking: Ints, last: Ints, applied: Applied, context: AgeingContext) -> Bools:
    papers, has_rest = applied.papers, _has_rest(applied)
    may_lack, has_charge = (
        np.append(papers[name].to_numpy(dtype="bool"), [False])[last] for name in (Papers.may_lack, Papers.has_charge)
    )
    may_lack &= ~np.append(has_rest, [False])[last]
    is_usual = lacking % context.value("charge_step_fen") == 0
    # what banks take is known in yuan
    is_home = np.append((papers[Unapplied.currency] == HOME).to_numpy(dtype="bool"), [False])[last]
    is_charge = is_home & may_lack & (has_charge | is_usual) & (lacking <= context.value("charge_tolerance_fen"))
    return np.asarray((lacking > 0) & (is_charge | (lacking <= context.value("tolerance_fen"))))


def payments(applied: Applied, passed: Differences) -> pd.DataFrame:
    """Return the `Payments` frame: all that papers say was paid on an order, owed or not."""
    claims, papers = applied.claims, applied.papers
    row, want = claims["row"].to_numpy(), claims["want"]
    is_credit = papers[Papers.is_credit].to_numpy(dtype="bool")[row]
    days = pd.Series(papers[Unapplied.received_on].to_numpy()[row], index=claims.index)
    made = pd.DataFrame(
        {
            str(Claims.code): claims["code"],
            str(Payments.order_no): claims["order_no"],
            str(Payments.received_fen): want.where(~is_credit, 0),
            str(Payments.credited_fen): want.where(is_credit, 0),
            str(Payments.last_on): days.where((want > 0) & ~is_credit),
            str(Payments.has_refund): (want < 0) & ~is_credit,
        }
    )
    sums = {
        str(Claims.code): "first",
        str(Payments.received_fen): "sum",
        str(Payments.credited_fen): "sum",
        str(Payments.last_on): "max",
        str(Payments.has_refund): "any",
    }
    return _settled(made.groupby(Payments.order_no, as_index=False).agg(sums), applied, passed)


def _settled(made: pd.DataFrame, applied: Applied, passed: Differences) -> pd.DataFrame:
    """What the order is worth, how much of it was paid before it is owed, and what was let pass of the rest."""
    code = made[Claims.code].to_numpy(dtype="int64")
    owed, worth, closed = applied.owed[code], applied.worth[code], passed.orders[code]
    paid = ints(made[Payments.received_fen]) + ints(made[Payments.credited_fen])
    keys = applied.papers[Unapplied.receipt_key].array.take(passed.papers[code])
    return made.assign(
        worth_fen=pd.Series(worth, dtype="Int64").where(worth < NO_LIMIT),
        ahead_fen=np.clip(paid, owed, worth) - owed,
        closed_fen=closed,
        closed_by=pd.Series(keys, dtype="str").where(closed > 0),
    )
