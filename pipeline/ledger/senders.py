"""What the last file of the same sender looked like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from pipeline.ledger.received_files import ReceivedFile
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import received_files


def sheets_before(
    ledger: Ledger, received: ReceivedFile, is_same: Callable[[str], bool]
) -> Sequence[Mapping[str, Any]]:
    """Sheets of the newest file read on an earlier night whose name is the same sender's; none when there is none."""
    earlier = (
        select(received_files.c.id, received_files.c.name)
        .where(
            received_files.c.state == "read", ~received_files.c.is_undone, received_files.c.night_id < received.night_id
        )
        .order_by(received_files.c.id.desc())
    )
    with ledger.reading() as connection:
        for row in connection.execute(earlier):
            if is_same(row.name):
                text = connection.execute(
                    select(received_files.c.sheets).where(received_files.c.id == row.id)
                ).scalar_one()
                sheets: list[Mapping[str, Any]] = json.loads(text)
                return sheets
    return ()
