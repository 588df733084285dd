"""Money received."""

from __future__ import annotations

from schemas.table import Source, Type, column, counted


class Receipts(Source, name="receipts"):
    """Shape: one row per sum received; a refund is negative. Units: fen.

    Key: receipt number, else bank reference, else payer, day, amount, orders,
    ordinal within its file (two equal rows in one file are two receipts).
    """

    identity = (
        ("receipt_no",),
        ("bank_ref",),
        counted("payer", "received_on", "amount_fen", "order_nos"),
        counted("customer_name", "received_on", "amount_fen", "order_nos"),
    )

    receipt_no = column(Type.PAPER_NO)
    bank_ref = column(Type.CODE)
    received_on = column(Type.DAY, blank="RCV-005", holds=True, wish="event")
    payer = column(Type.NAME, blank="RCV-007")
    customer_name = column(Type.NAME)
    amount_fen = column(Type.MONEY, blank="RCV-006", holds=True)
    currency = column(Type.CODE)  # ISO code of its money; missing for yuan
    method = column(Type.CHOICE, choices="choice.pay_method")
    draft_due_on = column(Type.DAY, wish="deadline")
    purpose = column(Type.TEXT)
    order_nos = column(Type.ORDER_LIST)
    charge_fen = column(Type.MONEY)
    is_full_arrival = column(Type.BOOL)
    handler_name = column(Type.NAME, personal=True)
    remark = column(Type.TEXT)
