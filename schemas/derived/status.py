"""Where every order stands: four axes, four stages, the next step."""

from __future__ import annotations

from typing import Literal

from schemas.table import Table, Type, column

# Why goods may not leave yet: key release.*
Release = Literal["await_payment", "credit_hold"]
# What an order waits for by its facts, whatever its state says: key step.*
FactStep = Literal[
    "settle_cancelled",
    "record_end",
    "solve_complaint",
    "collect",
    "issue_invoice",
    "await_payment",
    "release_credit",
]

STAGES = ("prepare", "check", "ship", "sign")


class OrderStatus(Table, name="standing"):
    """Shape: one row per order. Key: order number (or the held row's key).

    Units: money fen, quantities thousandths, delays working days.
    Source: `pipeline.orders.status.derive`. States are keys of states.csv.
    """

    order_no = column(Type.ORDER_NO)
    customer_name = column(Type.NAME)
    sales_owner = column(Type.NAME)
    product = column()  # first product, and how many more lines
    order_date = column(Type.DAY)
    due_on = column(Type.DAY)  # promised delivery date, else requested
    first_promised_on = column(Type.DAY)  # as first stated; missing when no day ever was
    promise_moves = column(Type.INTEGER)
    ordered_qty = column(Type.QTY)
    shipped_qty = column(Type.QTY)
    signed_qty = column(Type.QTY)
    amount_fen = column(Type.MONEY)
    currency = column(Type.CODE)
    received_fen = column(Type.MONEY)
    invoiced_fen = column(Type.MONEY)
    pay_term = column()  # as written
    state = column(Type.CHOICE)  # axis "order"
    release = column(Type.CHOICE)  # `Release`, beside the state
    delivery_state = column(Type.CHOICE)  # axis "delivery"
    delivery_wd = column(Type.INTEGER)  # against due_on, negative while days are left
    first_promise_wd = column(Type.INTEGER)  # the same against first_promised_on
    payment_state = column(Type.CHOICE)  # axis "payment"
    payment_days = column(Type.INTEGER)  # overdue; negative while days are left
    settled_fen = column(Type.MONEY)  # received and credited
    open_fen = column(Type.MONEY)  # owed by now and not settled
    has_unknown_due = column(Type.BOOL)  # owed, and nobody knows since when
    has_refund = column(Type.BOOL)
    spare_fen = column(Type.MONEY)  # settled beyond what it is worth
    ahead_fen = column(Type.MONEY)  # paid before it is owed
    is_paid = column(Type.BOOL)
    paid_on = column(Type.DAY)  # on which it was paid in full
    is_invoice_first = column(Type.BOOL)  # by its terms nothing is owed before the invoice
    invoice_state = column(Type.CHOICE)  # axis "invoice"
    invoice_from = column(Type.DAY)  # since when an invoice is waited for; missing while none is
    prepare_planned_at = column(Type.MOMENT)
    prepare_actual_at = column(Type.MOMENT)
    check_planned_at = column(Type.MOMENT)
    check_actual_at = column(Type.MOMENT)
    ship_planned_at = column(Type.MOMENT)
    ship_actual_at = column(Type.MOMENT)
    sign_planned_at = column(Type.MOMENT)
    sign_actual_at = column(Type.MOMENT)
    stage = column(Type.CHOICE)  # the first stage not finished; missing when all are
    stage_owner = column(Type.NAME)
    delay_wd = column(Type.INTEGER)  # worst stage: plan to actual, or to as_of
    delay_stage = column(Type.CHOICE)
    delay_reason = column()
    projected_on = column(Type.DAY)  # plan of signing plus slip
    tracking_nos = column()
    freight_fen = column(Type.MONEY)  # of all its shipments, as far as anybody wrote it down
    open_complaints = column(Type.INTEGER)
    next_step = column(Type.CHOICE)  # key step.* of the words
    next_dept = column(Type.CHOICE)  # key dept.*
    owner = column(Type.NAME)  # person, else department key
    next_on = column(Type.DAY)
    reason = column()  # facts, dates and rule behind the states, in words
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)


class Stages(Table, name="stages"):
    """Shape: order x stage. Key: the same. Source: `pipeline.orders.facts.build`.

    Batches of one stage are joined: planned = last plan, actual = last actual once
    every batch has one; quantity = sum. A shipment sheet counts like the ship and
    sign stage of its order.
    """

    order_no = column(Type.ORDER_NO)
    stage = column(Type.CHOICE)
    owner = column(Type.NAME)
    dept = column()
    planned_at = column(Type.MOMENT)
    forecast_at = column(Type.MOMENT)
    actual_at = column(Type.MOMENT)
    qty = column(Type.QTY)
    is_failed = column(Type.BOOL)  # QC not passed and not inspected again
    tracking_nos = column()
    eta_at = column(Type.MOMENT)
    fed_back_at = column(Type.MOMENT)
    signer = column(Type.NAME)
    informed_at = column(Type.MOMENT)
    solution = column()
    reason = column()
    delay_wd = column(Type.INTEGER)
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)


class OrderFacts(Table, name="book"):
    """Shape: one row per order. Key: order number. Source: `pipeline.orders.facts.build`.

    Header facts of the order beside sums over its lines, receipts and invoices.
    """

    order_no = column(Type.ORDER_NO)
    customer_name = column(Type.NAME)
    customer_key = column()  # normalised name, joins every table about a customer
    sales_owner = column(Type.NAME)
    reviewer = column(Type.NAME)
    product = column()
    order_date = column(Type.DAY)
    requested_date = column(Type.DAY)
    promised_date = column(Type.DAY)
    due_on = column(Type.DAY)  # promised, else requested
    first_promised_on = column(Type.DAY)
    promise_moves = column(Type.INTEGER)  # nights on which another day was promised for some line
    promise_moved_on = column(Type.DAY)  # the last of these
    promise_moved_from = column(Type.DAY)  # of the line that moved
    promise_moved_to = column(Type.DAY)
    promise_moved_by = column(Type.NAME)  # sales owner of the version that moved it
    promise_moved_file = column()  # that it came with
    amount_fen = column(Type.MONEY)
    currency = column(Type.CODE)  # of all money of the order
    ordered_qty = column(Type.QTY)
    pay_term = column()
    invoice_kind = column(Type.CHOICE)
    approval = column(Type.CHOICE)
    approved_on = column(Type.DAY)
    conf_sent_at = column(Type.MOMENT)
    conf_at = column(Type.MOMENT)
    conf_method = column(Type.CHOICE)
    is_confirmed = column(Type.BOOL)  # in writing
    is_different = column(Type.BOOL)  # what was confirmed is not what is registered
    is_stale = column(Type.BOOL)  # changed since it was confirmed
    changed_on = column(Type.DAY)  # the last change that the customer has not confirmed
    cancelled_on = column(Type.DAY)
    hold_reason = column(Type.CHOICE)
    hold_on = column(Type.DAY)
    emergency_plan = column()
    hold_result = column()
    cancel_settlement = column()
    received_at = column(Type.MOMENT)
    capacity_result = column()
    is_urgent = column(Type.BOOL)
    delivery_mode = column(Type.CHOICE)
    typed_state = column()
    paid_level_fen = column(Type.MONEY)  # received by what its own rows say; receipts known count before it
    billed_level_fen = column(Type.MONEY)  # invoiced by what they say
    is_finished = column(Type.BOOL)  # delivered and paid by what they say: completed, or long ago
    missing = column()  # fields still to be asked for, space separated column names
    is_held = column(Type.BOOL)
    has_tracking = column(Type.BOOL)
    shipped_on = column(Type.DAY)  # last shipping day, once anything was shipped
    shipped_qty = column(Type.QTY)
    is_all_shipped = column(Type.BOOL)  # line by line: too much of one never hides what lacks of another
    signed_on = column(Type.DAY)  # day the whole order was signed, else missing
    first_signed_on = column(Type.DAY)
    signed_qty = column(Type.QTY)
    is_all_signed = column(Type.BOOL)
    eta_on = column(Type.DAY)
    freight_fen = column(Type.MONEY)
    invoiced_on = column(Type.DAY)  # first blue invoice that stands
    invoiced_fen = column(Type.MONEY)  # blue less red
    invoiced_blue_fen = column(Type.MONEY)
    has_red = column(Type.BOOL)
    open_complaints = column(Type.INTEGER)
    disputed_fen = column(Type.MONEY)
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)
