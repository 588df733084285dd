"""What is owed: instalments, money not allocated, fees, and the proof of it."""

from __future__ import annotations

from typing import Literal

from schemas.table import Table, Type, column

# Why money is left over, the strongest reason first: key why.*
Why = Literal[
    "fee", "currency", "refund", "credit", "over", "prepaid", "unknown_order", "rest", "unknown_payer", "no_order"
]
# Why a step of the ladder must wait, the strongest reason first: key wait.*
Wait = Literal["stop", "complaint", "promise", "receipt", "small"]
# How a receipt names an order: with its sum, in its column, in its remark only; a level is said by the order's own row.
Basis = Literal["explicit", "named", "remark", "level"]
BUCKETS = ("not_due", "d1", "d15", "d31", "d61", "d91", "d181", "d366", "unknown")


class Receivables(Table, name="receivables"):
    """Shape: order x instalment owed or paid. Key: order number, instalment number.

    Units: fen, calendar days. Source: `pipeline.receivables.derive`. Paid items are
    kept with `open_fen` 0 so that totals can be proved; deliverables show open ones.
    """

    order_no = column(Type.ORDER_NO)  # or the opening item's number
    instalment_no = column(Type.INTEGER)
    instalment = column(Type.CHOICE)  # whole deposit progress final retention opening
    customer_name = column(Type.NAME)
    customer_key = column()
    sales_owner = column(Type.NAME)
    pay_term = column()  # as written
    term = column()  # term code, "EOM(30)"
    base_on = column(Type.DAY)
    unrolled_on = column(Type.DAY)
    due_on = column(Type.DAY)  # rolled to a working day
    overdue_days = column(Type.INTEGER)  # as_of - due_on; missing without due day
    bucket = column(Type.CHOICE)
    currency = column(Type.CODE)
    billed_fen = column(Type.MONEY)
    received_fen = column(Type.MONEY)
    credited_fen = column(Type.MONEY)
    closed_fen = column(Type.MONEY)  # a difference small enough to let pass
    open_fen = column(Type.MONEY)
    disputed_fen = column(Type.MONEY)
    level = column(Type.CHOICE)  # rung of the ladder by days; key of ladder.csv
    fee_rate = column(Type.RATE)  # a day
    fee_days = column(Type.INTEGER)
    fee_fen = column(Type.MONEY)
    fee_segments = column()  # "50000.00x10d + 30000.00x11d"
    last_contact_at = column(Type.MOMENT)
    last_channel = column(Type.CHOICE)
    last_answer = column()  # what the customer said, the last time somebody wrote it down
    follow_on = column(Type.DAY)  # agreed at the last contact
    next_step = column(Type.CHOICE)  # key step.*
    promised_on = column(Type.DAY)  # day the customer promised to pay by, the last one said; missing once it was kept
    reason = column()
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)
    src_key = column(Type.CODE)  # names a finding: two instalments of one order are two findings


class Unapplied(Table, name="unapplied"):
    """Shape: receipt with money left over. Key: the receipt. Units: fen. A refund is negative."""

    receipt_key = column(Type.CODE)
    receipt_no = column(Type.CODE)
    received_on = column(Type.DAY)
    payer = column(Type.NAME)
    handler_name = column(Type.NAME)  # who entered it, and can be asked
    customer_name = column(Type.NAME)  # missing when the payer is unknown
    customer_key = column()
    currency = column(Type.CODE)
    amount_fen = column(Type.MONEY)
    applied_fen = column(Type.MONEY)
    left_fen = column(Type.MONEY)
    over_fen = column(Type.MONEY)  # of it more than the orders named are worth
    why = column(Type.CHOICE)  # `Why`
    suggestion = column()  # in words: which items this money may pay
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)


class Allocations(Table, name="allocations"):
    """Shape: receipt x item. Key: the same. Units: fen. Who paid what, when, and why we think so."""

    receipt_key = column(Type.CODE)
    order_no = column(Type.ORDER_NO)
    instalment_no = column(Type.INTEGER)
    received_on = column(Type.DAY)
    applied_fen = column(Type.MONEY)
    basis = column(Type.CHOICE)  # `Basis`


class Payments(Table, name="payments"):
    """Shape: one row per order that money or credit names. Key: order number. Units: fen.

    The one answer to what an order was paid, whether it owes the money yet or not.
    Source: `pipeline.receivables.derive`.
    """

    order_no = column(Type.ORDER_NO)  # or the opening item's number
    received_fen = column(Type.MONEY)  # money in, less what was paid back
    credited_fen = column(Type.MONEY)  # credit notes for goods returned or an allowance
    last_on = column(Type.DAY)  # on which money last came in
    has_refund = column(Type.BOOL)  # some was paid back
    worth_fen = column(Type.MONEY)  # what is to be paid in the end; missing while nobody can read it
    ahead_fen = column(Type.MONEY)  # paid of it before it is owed
    closed_fen = column(Type.MONEY)  # a difference small enough to let pass
    closed_by = column(Type.CODE)  # receipt that left it


class Ageing(Table, name="ageing"):
    """Shape: one row per customer and currency. Units: fen. Sum of the columns = `total_fen`."""

    customer_key = column()
    customer_name = column(Type.NAME)
    currency = column(Type.CODE)
    not_due_fen = column(Type.MONEY)
    d1_fen = column(Type.MONEY)
    d15_fen = column(Type.MONEY)
    d31_fen = column(Type.MONEY)
    d61_fen = column(Type.MONEY)
    d91_fen = column(Type.MONEY)
    d181_fen = column(Type.MONEY)
    d366_fen = column(Type.MONEY)
    unknown_fen = column(Type.MONEY)
    unapplied_fen = column(Type.MONEY)  # negative: money that waits for its item
    total_fen = column(Type.MONEY)


class Dunning(Table, name="dunning"):
    """Shape: one row per open item on a rung of the ladder. Units: fen, days."""

    customer_name = column(Type.NAME)
    order_no = column(Type.ORDER_NO)
    instalment_no = column(Type.INTEGER)
    sales_owner = column(Type.NAME)
    level = column(Type.CHOICE)
    due_on = column(Type.DAY)
    overdue_days = column(Type.INTEGER)
    currency = column(Type.CODE)
    open_fen = column(Type.MONEY)
    disputed_fen = column(Type.MONEY)
    channel = column(Type.CHOICE)  # what the rung asks for
    owner = column()  # person, else department key
    document = column(Type.CHOICE)
    remind_on = column(Type.DAY)
    last_contact_at = column(Type.MOMENT)
    last_answer = column()
    follow_on = column(Type.DAY)
    is_waiting = column(Type.BOOL)  # held back, `waits_for` says why
    waits_for = column(Type.CHOICE)  # `Wait`


class Control(Table, name="control"):
    """Shape: one row per customer and currency: billed - received - credited - closed = open, proved."""

    customer_key = column()
    customer_name = column(Type.NAME)
    currency = column(Type.CODE)
    billed_fen = column(Type.MONEY)
    receipts_fen = column(Type.MONEY)  # all money in, refunds negative
    credited_fen = column(Type.MONEY)
    closed_fen = column(Type.MONEY)  # differences small enough to let pass
    open_fen = column(Type.MONEY)  # sum of open items, due or not
    unapplied_fen = column(Type.MONEY)
    difference_fen = column(Type.MONEY)  # billed-receipts-credited-closed-open+unapplied
