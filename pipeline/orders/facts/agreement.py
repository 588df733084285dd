"""Whether what the customer confirmed still holds, order by order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.groups import count, latest
from pipeline.orders.confirmed_content import amended, differing
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders


def agreement(
    order_facts: pd.DataFrame, lines: pd.DataFrame, earlier: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Columns of the book: `is_different`, `is_stale`, `changed_on`. `lines` know their order by `code`.

    Stale is a confirmation older than a change, whether the change was written down or
    seen in a later workbook.
    """
    codes, size = lines["code"].to_numpy(), len(order_facts)
    differs = count(codes, differing(lines).any(axis=1).to_numpy(), size) > 0
    found = amended(lines, earlier)
    found = found[found["is_unconfirmed"].to_numpy(dtype=bool) & (found["changed_on"] <= as_of).to_numpy()]
    seen_on = latest(lines["code"].loc[found.index].to_numpy(), found["changed_on"], size)
    written = lines[Orders.changed_at].where(lines[Orders.changed_at] <= as_of)
    written_on = latest(codes, written, size).where(lambda on: on > order_facts[OrderFacts.conf_at])
    changed = pd.concat([seen_on, written_on], axis=1).max(axis=1)
    made = {
        str(OrderFacts.is_different): order_facts[OrderFacts.is_confirmed] & np.asarray(differs),
        str(OrderFacts.is_stale): order_facts[OrderFacts.is_confirmed] & changed.notna(),
        str(OrderFacts.changed_on): changed.dt.normalize(),
    }
    return pd.DataFrame(made, index=order_facts.index)
