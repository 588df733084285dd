"""What the last file of the same sender looked like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from pipeline.ledger.received_files import Drop
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import drops


def sheets_before(ledger: Ledger, drop: Drop, is_same: Callable[[str], bool]) -> Sequence[Mapping[str, Any]]:
    """Sheets of the newest file read on an earlier night whose name is the same sender's; none when there is none."""
    earlier = (
        select(drops.c.id, drops.c.name)
        .where(drops.c.state == "read", ~drops.c.is_undone, drops.c.night_id < drop.night_id)
        .order_by(drops.c.id.desc())
    )
    with ledger.reading() as connection:
        for row in connection.execute(earlier):
            if is_same(row.name):
                text = connection.execute(select(drops.c.sheets).where(drops.c.id == row.id)).scalar_one()
                sheets: list[Mapping[str, Any]] = json.loads(text)
                return sheets
    return ()
