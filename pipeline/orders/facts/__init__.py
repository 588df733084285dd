"""Order facts: orders joined with everything that happened to them.

Accepted and held rows of all sheets go in; one row per order and one per order and stage come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.frames import conform, empty
from pipeline.core.groups import codes_of, count, earliest, is_sure, total
from pipeline.core.worktime import Calendar
from pipeline.orders.facts.arrivals import with_arrivals
from pipeline.orders.facts.lines import confirmation_facts, join_lines, promise_facts
from pipeline.orders.facts.stages import stage_delays, track_stages
from pipeline.orders.facts.written import levels, one_each, with_written, without_pieces
from pipeline.orders.red_invoices import is_red
from pipeline.orders.references import shares
from pipeline.orders.tables import References
from schemas.derived.cases import Cases
from schemas.derived.promises import Promises
from schemas.derived.status import OrderFacts, Stages
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.table import HOME


def build(
    tables: Mapping[str, pd.DataFrame],
    *,
    as_of: datetime,
    calendar: Calendar | None = None,
    signs: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `OrderFacts`, one row per order by number, and `Stages`.

    Held rows keep their order with `is_held` and count for nothing; what happened after `as_of` has
    not happened. `tables["earlier"]`, where there is one, is what order lines said before they were
    changed; `tables["promises"]` the days they were promised for, where these moved; `tables["cases"]` where
    complaints stand. Without a calendar `Stages.delay_wd` stays blank. `signs`: whether goods are signed for at
    all; where nobody signs they count as signed for when they arrive.
    """
    moment = pd.Timestamp(as_of)
    order_facts, lines = join_lines(tables["orders"], tables["customers"], as_of=moment)
    said = tables.get("promises", empty(Promises))
    order_facts = order_facts.assign(**promise_facts(order_facts, lines, said, as_of=moment))
    shipped = with_written(lines, tables, as_of=moment)
    shipped = shipped if signs else with_arrivals(order_facts, lines, shipped)
    sums, stages = track_stages(*one_each(order_facts, lines), shipped, as_of=moment)
    sums, stages = without_pieces(order_facts, lines, tables, sums, stages)
    unchanged = empty(Orders).assign(changed_on=pd.Series(dtype="datetime64[us]"))
    earlier = tables.get("earlier", unchanged)
    order_facts = order_facts.join(confirmation_facts(order_facts, lines, earlier, as_of=moment))
    order_facts = order_facts.assign(**sums)
    order_facts = order_facts.assign(**levels(order_facts, lines, as_of=moment))
    order_facts = order_facts.assign(**invoice_sums(order_facts, tables["invoices"], as_of=moment))
    order_facts = order_facts.assign(**complaint_sums(order_facts, tables.get(Cases.name, empty(Cases))))
    if calendar is not None:
        stages = stages.assign(delay_wd=stage_delays(stages, order_facts, calendar, as_of=moment))
    return conform(order_facts, OrderFacts), conform(stages, Stages, blank=(Stages.delay_wd,))


def invoice_sums(order_facts: pd.DataFrame, rows: pd.DataFrame, *, as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Return blue less red, the first blue one that stands, and whether any red one is there.

    An invoice over several orders without amounts is shared in proportion to their value.
    """
    counted = rows[~is_sure(rows[Invoices.src_held]) & (rows[Invoices.issued_on] <= as_of)]
    index = pd.Index(order_facts[OrderFacts.order_no])
    gross = counted[Invoices.gross_fen]
    red = is_red(counted)
    parts = shares(counted[Invoices.order_nos], gross.abs(), index, order_facts[OrderFacts.amount_fen])
    parts = parts.assign(
        is_red=red.iloc[parts[References.row]].to_numpy(dtype=bool),
        issued_on=counted[Invoices.issued_on].iloc[parts[References.row]].to_numpy(),
        stands=(~_reversed(counted, red)).iloc[parts[References.row]].to_numpy(dtype=bool),
    )
    code, size = parts[References.code].to_numpy(dtype="int64"), len(order_facts)
    own = (
        order_facts[OrderFacts.currency].iloc[code].to_numpy()
        == currencies(counted).iloc[parts[References.row]].to_numpy()
    )
    parts[References.fen] = parts[References.fen].where(own)  # a sum in another currency tells nothing of this one
    signed = parts[References.fen].where(~parts["is_red"], -parts[References.fen])
    order_status = parts["issued_on"].where(~parts["is_red"] & parts["stands"])
    summed, level = total(code, signed, size).fillna(0), order_facts[OrderFacts.billed_level_fen].fillna(0)
    return {
        str(OrderFacts.invoiced_fen): summed.where(summed >= level, level),
        str(OrderFacts.invoiced_on): earliest(code, order_status, size),
        "invoiced_blue_fen": total(code, parts[References.fen].where(~parts["is_red"]), size).fillna(0),
        "has_red": pd.Series(count(code, parts["is_red"].to_numpy(dtype=bool) & own, size) > 0),
    }


def _reversed(rows: pd.DataFrame, is_red: pd.Series[bool]) -> pd.Series[bool]:
    """Blue invoices wholly taken back by red ones that name them."""
    back = rows[Invoices.gross_fen].abs()[is_red].groupby(rows[Invoices.original_no][is_red]).sum()
    taken = rows[Invoices.invoice_no].map(back).astype("Int64")
    return is_sure(taken >= rows[Invoices.gross_fen])


def complaint_sums(order_facts: pd.DataFrame, cases: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the complaints that are open, and the money they dispute."""
    code = codes_of(cases[Cases.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    mine = np.flatnonzero((code >= 0) & is_sure(cases[Cases.is_open]).to_numpy())
    size = len(order_facts)
    return {
        str(OrderFacts.open_complaints): pd.Series(np.bincount(code[mine], minlength=size), dtype="Int64"),
        # a sum in yuan is no part of other money: such an order waits as a whole
        str(OrderFacts.disputed_fen): total(code[mine], cases[Cases.disputed_fen].iloc[mine], size)
        .fillna(0)
        .where(order_facts[OrderFacts.currency] == HOME, 0),
    }
