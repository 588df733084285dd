"""From orders and receipts to everything owed, in the order of its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.accounts import account_keys
from pipeline.core.frames import conform
from pipeline.receivables.allocate import Applied, allocate_money, allocations
from pipeline.receivables.contacts import last_contacts, later
from pipeline.receivables.context import AgeingContext, as_days, ints
from pipeline.receivables.differences import close_differences, payments
from pipeline.receivables.fee import fees
from pipeline.receivables.instalments import numbered, owed_instalments
from pipeline.receivables.ladder import dunning, stand, waits_for
from pipeline.receivables.levels import suggest_levels
from pipeline.receivables.reason import describe_items
from pipeline.receivables.staff_input import typed
from pipeline.receivables.suggestions import suggest_items
from pipeline.receivables.sums import running, total
from pipeline.receivables.tables import Items, Moves
from pipeline.receivables.totals import Totals
from schemas.derived.receivables import BUCKETS, Ageing, Allocations, Control, Dunning, Payments, Receivables, Unapplied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.core.worktime import Calendar
    from pipeline.receivables.context import Ints
    from pipeline.receivables.differences import Differences
    from schemas.derived.receivables import Why
    from schemas.policy.policy import Policy


# money for which somebody must find the item; any other knows where it belongs
UNPLACED: tuple[Why, ...] = ("currency", "unknown_order", "rest", "unknown_payer", "no_order", "over", "credit")
# the first day of each bucket after the one before it: 0 is not due, 15 is in d15
BOUNDS = np.array([1, 15, 31, 61, 91, 181, 366])


def derive(  # noqa: PLR0913 - the stage's own contract: tables, then what they are judged by
    order_facts: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> ReceivablesResult:
    """Return everything owed and paid at `as_of`; nothing that happened later is seen.

    `order_facts`: one row per order (`OrderFacts`). `tables`: incoming frames by name, and what staff
    typed beside items (`receivables.TYPED`), where anything was.
    """
    context = AgeingContext(tables, policy, calendar, as_of, lang)
    orders = numbered(order_facts, context)
    items = owed_instalments(order_facts, orders, context)
    applied = allocate_money(items, orders, order_facts, context)
    passed = close_differences(items, applied, context)
    items = _aged(_balanced(items, applied, passed), context)
    items = items.assign(**fees(items, applied.moves, context))
    paid = allocations(applied, items)
    items = pd.concat([items, last_contacts(items, policy.rungs, context, paid), typed(items, context)], axis=1)
    items[Items.promised_on] = later(items[Items.promised_on], items[Items.typed_promise])
    papers = applied.papers
    free = (papers["left_fen"] > 0) & papers["why"].isin(UNPLACED)
    of = account_keys(papers[Unapplied.customer_key], papers[Unapplied.currency])
    spare = papers[free].groupby(of[free])[Unapplied.left_fen].sum()
    items[Items.is_crossed] = items[Items.place].isin(applied.crossed)
    items[Items.waits_for] = waits_for(items, spare, context)
    items = items.assign(**stand(items, context))
    items[Receivables.reason] = describe_items(items, applied, context)
    left = papers[papers["left_fen"] != 0].reset_index(drop=True)
    left[Unapplied.suggestion] = suggest_levels(left, papers, suggest_items(left, items, context), context)
    totals = Totals(items, applied)
    return ReceivablesResult(
        receivables=conform(items.assign(src_key=_keys(items)), Receivables),
        unapplied=conform(left, Unapplied),
        allocations=conform(paid, Allocations),
        payments=conform(payments(applied, passed), Payments),
        ageing=conform(totals.ageing(), Ageing),
        dunning=conform(dunning(items, context), Dunning),
        control=conform(totals.control(), Control),
    )


def _balanced(items: pd.DataFrame, applied: Applied, passed: Differences) -> pd.DataFrame:
    """What was received and credited on every item, what was let pass, and what is still open."""
    moves = applied.moves
    credit = moves[Moves.is_credit].to_numpy(dtype="bool")
    item, fen = moves[Moves.item].to_numpy(), moves[Moves.fen].to_numpy()
    received, credited = (total(item[chosen], fen[chosen], len(items)) for chosen in (~credit, credit))
    open_fen = ints(items[Receivables.billed_fen]) - received - credited - passed.items
    return items.assign(
        received_fen=received,
        credited_fen=credited,
        closed_fen=passed.items,
        open_fen=open_fen,
        disputed_fen=_disputed(items, open_fen),
    )


def _disputed(items: pd.DataFrame, open_fen: Ints) -> Ints:
    """What is disputed on the order, laid on its oldest open money first."""
    code, _ = pd.factorize(items[Receivables.order_no])
    upto = running(open_fen, code)
    disputed = np.maximum(ints(items[Items.disputed_order_fen]), 0)
    return np.asarray(np.minimum(upto, disputed) - np.minimum(upto - open_fen, disputed))


def _aged(items: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Days since the rolled due day, and their bucket."""
    spans = context.today - as_days(items[Receivables.due_on])
    is_dated = ~np.isnat(spans)
    days = np.where(is_dated, spans.astype("int64"), 0)
    bucket = np.array(BUCKETS, dtype="object")[np.searchsorted(BOUNDS, days, side="right")]
    undated = np.where(items[Items.is_lost].to_numpy(dtype="bool"), "unknown", "not_due")
    return items.assign(
        overdue_days=pd.Series(days, index=items.index, dtype="Int64").where(is_dated),
        bucket=pd.Series(np.where(is_dated, bucket, undated), index=items.index, dtype="str"),
    )


def _keys(items: pd.DataFrame) -> Any:
    """Return ``202405-001#2`` for every item."""
    numbers = items[Receivables.order_no].to_numpy(dtype="object").tolist()
    pairs = zip(numbers, items[Receivables.instalment_no].tolist(), strict=True)
    return pd.array([f"{order}#{number}" for order, number in pairs], dtype="str")


@dataclass(frozen=True)
class ReceivablesResult:
    """Frames of schemas/derived/receivables.py."""

    receivables: pd.DataFrame
    unapplied: pd.DataFrame
    allocations: pd.DataFrame
    payments: pd.DataFrame
    ageing: pd.DataFrame
    dunning: pd.DataFrame
    control: pd.DataFrame
