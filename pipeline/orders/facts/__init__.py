"""Order facts: orders joined with everything that happened to them.

Accepted and held rows of all sheets go in; one row per order and one per order and stage come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.frames import conform, empty
from pipeline.orders.delays import stage_delays
from pipeline.orders.facts.invoices import complaint_sums, invoice_sums
from pipeline.orders.facts.lines import confirmation_facts, join_lines, promise_facts
from pipeline.orders.facts.stages import track_stages
from schemas.derived.promises import Promises
from schemas.derived.status import OrderFacts, Stages
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.core.worktime import Calendar


def build(
    tables: Mapping[str, pd.DataFrame], *, as_of: datetime, calendar: Calendar | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `OrderFacts`, one row per order by number, and `Stages`.

    Held rows keep their order with `is_held` and count for nothing; what happened after `as_of` has
    not happened. `tables["earlier"]`, where there is one, is what order lines said before they were
    changed; `tables["promises"]` the days they were promised for, where these moved. Without a
    calendar `Stages.delay_wd` stays blank.
    """
    moment = pd.Timestamp(as_of)
    order_facts, lines = join_lines(tables["orders"], tables["customers"], as_of=moment)
    said = tables["promises"] if "promises" in tables else empty(Promises)
    order_facts = order_facts.assign(**promise_facts(order_facts, lines, said, as_of=moment))
    sums, stages = track_stages(order_facts, lines, tables, as_of=moment)
    earlier = tables["earlier"] if "earlier" in tables else _unchanged()
    order_facts = order_facts.join(confirmation_facts(order_facts, lines, earlier, as_of=moment))
    order_facts = order_facts.assign(**sums)
    order_facts = order_facts.assign(**invoice_sums(order_facts, tables["invoices"], as_of=moment))
    order_facts = order_facts.assign(**complaint_sums(order_facts, tables["complaints"], as_of=moment))
    if calendar is not None:
        stages = stages.assign(delay_wd=stage_delays(stages, order_facts, calendar, as_of=moment))
    return conform(order_facts, OrderFacts), conform(stages, Stages, blank=(Stages.delay_wd,))


def _unchanged() -> pd.DataFrame:
    """No line was ever changed."""
    return empty(Orders).assign(changed_on=pd.Series(dtype="datetime64[us]"))
