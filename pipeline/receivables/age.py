"""From orders and receipts to everything owed, in the order of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.frames import retyped
from pipeline.receivables.allocate import Applied, allocate, allocations, payments
from pipeline.receivables.contact import contacts
from pipeline.receivables.context import Night, as_days, ints
from pipeline.receivables.control_totals import Totals
from pipeline.receivables.fee import fees
from pipeline.receivables.instalments import instalments, numbered
from pipeline.receivables.ladder import dunning, stand, waits_for
from pipeline.receivables.reason import reasons
from pipeline.receivables.result import Owed
from pipeline.receivables.staff_input import typed
from pipeline.receivables.suggestions import suggestions
from pipeline.receivables.sums import running, total
from schemas.derived.receivables import BUCKETS, Ageing, Allocations, Control, Dunning, Payments, Receivables, Unapplied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.core.worktime import Calendar
    from pipeline.receivables.context import Ints
    from schemas.policy.policy import Policy

# the first day of each bucket after the one before it: 0 is not due, 15 is in d15
BOUNDS = np.array([1, 15, 31, 61, 91, 181, 366])


def age(  # noqa: PLR0913 - the stage's own contract: tables, then what they are judged by
    order_facts: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    lang: str,
) -> Owed:
    """Everything owed and paid at `as_of`; nothing that happened later is seen.

    `book`: one row per order (`schemas.status.Book`). `tables`: incoming frames by name, and
    what staff typed beside items (`pipeline.receivables.typed`), where anything was.
    """
    night = Night(tables, policy, calendar, as_of, lang)
    orders = numbered(order_facts, night)
    items = instalments(order_facts, orders, night)
    applied = allocate(items, orders, order_facts, night)
    items = _aged(_balanced(items, applied), night)
    items = items.assign(**fees(items, applied.moves, night))
    items = pd.concat([items, contacts(items, policy.rungs, night), typed(items, night)], axis=1)
    papers = applied.papers
    spare = papers[papers["left_fen"] > 0].groupby(Unapplied.customer_key)[Unapplied.left_fen].sum()
    items["waits_for"] = waits_for(items, spare, night)
    items = items.assign(**stand(items, night))
    items[Receivables.reason] = reasons(items, applied, night)
    left = papers[papers["left_fen"] != 0].reset_index(drop=True)
    left[Unapplied.suggestion] = suggestions(left, items, night)
    totals = Totals(items, applied)
    return Owed(
        receivables=retyped(items, Receivables).assign(src_key=_keys(items)),
        unapplied=retyped(left, Unapplied),
        allocations=retyped(allocations(applied, items), Allocations),
        payments=retyped(payments(applied), Payments),
        ageing=retyped(totals.ageing(), Ageing),
        dunning=retyped(dunning(items, night), Dunning),
        control=retyped(totals.control(), Control),
    )


def _balanced(items: pd.DataFrame, applied: Applied) -> pd.DataFrame:
    """What was received and credited on every item, and what is still open."""
    moves = applied.moves
    credit = moves["is_credit"].to_numpy(dtype="bool")
    item, fen = moves["item"].to_numpy(), moves["fen"].to_numpy()
    received, credited = (total(item[chosen], fen[chosen], len(items)) for chosen in (~credit, credit))
    open_fen = ints(items[Receivables.billed_fen]) - received - credited
    return items.assign(
        received_fen=received,
        credited_fen=credited,
        open_fen=open_fen,
        disputed_fen=_disputed(items, open_fen),
    )


def _disputed(items: pd.DataFrame, open_fen: Ints) -> Ints:
    """What is disputed on the order, laid on its oldest open money first."""
    code, _ = pd.factorize(items[Receivables.order_no])
    upto = running(open_fen, code)
    disputed = np.maximum(ints(items["disputed_order_fen"]), 0)
    return np.asarray(np.minimum(upto, disputed) - np.minimum(upto - open_fen, disputed))


def _aged(items: pd.DataFrame, night: Night) -> pd.DataFrame:
    """Days since the rolled due day, and their bucket."""
    spans = night.today - as_days(items[Receivables.due_on])
    is_dated = ~np.isnat(spans)
    days = np.where(is_dated, spans.astype("int64"), 0)
    bucket = np.array(BUCKETS, dtype="object")[np.searchsorted(BOUNDS, days, side="right")]
    undated = np.where(items["is_lost"].to_numpy(dtype="bool"), "unknown", "not_due")
    return items.assign(
        overdue_days=pd.Series(days, index=items.index, dtype="Int64").where(is_dated),
        bucket=pd.Series(np.where(is_dated, bucket, undated), index=items.index, dtype="str"),
    )


def _keys(items: pd.DataFrame) -> Any:
    """Names a finding: two instalments of one order are two findings."""
    numbers = items[Receivables.order_no].to_numpy(dtype="object").tolist()
    pairs = zip(numbers, items[Receivables.instalment_no].tolist(), strict=True)
    return pd.array([f"{order}#{number}" for order, number in pairs], dtype="str")
