"""Days that orders were promised for, version by version."""

from __future__ import annotations

from schemas.table import Table, Type, column


class Promises(Table, name="promises"):
    """Shape: order line x night that stated a day for it, oldest first. Key: line, night.

    Only orders of which some line was ever promised for two days. Source: `pipeline.ledger.promises`.
    """

    order_no = column(Type.ORDER_NO)
    line = column(Type.CODE)  # business key of the order line
    promised_on = column(Type.DAY)
    sales_owner = column(Type.NAME)  # as that version names them
    said_at = column(Type.MOMENT)  # the night that took it in
    src_file = column()
