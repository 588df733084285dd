"""Who is served first when force majeure makes goods scarce."""

from __future__ import annotations

from schemas.table import Table, Type, column


class Priority(Table, name="priority"):
    """Shape: scarce product x order that waits for it, or was served before its turn. Key: the same.

    Units: money fen, quantities thousandths, share 0-1. Source: `pipeline.orders.priority`.
    Empty unless force majeure is on record.
    """

    product_key = column()  # model or code as it is compared
    product = column()  # as written
    rank = column(Type.INTEGER)  # missing for goods that are gone
    order_no = column(Type.ORDER_NO)
    customer_name = column(Type.NAME)
    sales_owner = column(Type.NAME)
    paid_share = column(Type.RATE)
    received_fen = column(Type.MONEY)
    amount_fen = column(Type.MONEY)
    currency = column(Type.CODE)
    order_date = column(Type.DAY)
    due_on = column(Type.DAY)
    ordered_qty = column(Type.QTY)  # of this product
    state = column(Type.CHOICE)  # axis "order"
    hold_on = column(Type.DAY)  # since when; missing for orders that compete and are not stopped
    emergency_plan = column()
    hold_result = column()
    shipped_on = column(Type.DAY)
    first_no = column(Type.ORDER_NO)  # who should have been served before this one; missing unless violated
