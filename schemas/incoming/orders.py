"""Sales orders (表1 and order lists), as staff write them."""

from __future__ import annotations

from schemas.table import Source, Type, column, counted


class Orders(Source, name="orders"):
    """Shape: one row per order line. Key: number, product, model, spec, ordinal.

    Units: money fen, quantities thousandths, prices yuan. Source: staff workbooks.
    Header columns repeat on every line of an order after filling down.
    """

    identity = (counted("order_no", "product_name", "model", "spec_text"),)

    order_no = column(Type.ORDER_NO, form="ORD-029", holds=True, header=True)
    line_no = column(Type.INTEGER)
    customer_po = column(Type.PAPER_NO, header=True)
    contract_no = column(Type.PAPER_NO, header=True)
    order_date = column(Type.DAY, blank="ORD-048", holds=True, header=True, wish="event")
    received_at = column(Type.MOMENT, header=True, wish="event")
    channel = column(Type.CHOICE, choices="choice.channel", form="ORD-001", header=True)
    customer_code = column(Type.CODE, header=True)
    customer_name = column(Type.NAME, blank="ORD-002", holds=True, header=True)
    is_new_customer = column(Type.BOOL, header=True)
    contact = column(Type.NAME, blank="ORD-003", header=True, personal=True)
    phone = column(Type.PHONE, blank="ORD-004", form="ORD-005", header=True, personal=True)
    product_code = column(Type.CODE)
    product_name = column(Type.TEXT)
    model = column(Type.MODEL)
    spec_text = column(Type.TEXT)
    qty = column(Type.QTY, blank="ORD-011", holds=True, least=1, bound="ORD-012")
    uom = column(Type.TEXT)
    unit_price = column(Type.PRICE, blank="ORD-049", holds=True)
    currency = column(Type.CODE, header=True)  # ISO code of its money; missing for yuan
    discount = column(Type.DISCOUNT)
    discount_fen = column(Type.MONEY)
    tax_rate = column(Type.RATE)
    is_tax_included = column(Type.BOOL)
    amount_fen = column(Type.MONEY, blank="ORD-050", holds=True)
    requested_date = column(Type.DAY, blank="ORD-013", header=True, wish="deadline")
    promised_date = column(Type.DAY, header=True, wish="deadline")
    address = column(Type.TEXT, blank="ORD-016", header=True, personal=True)
    delivery_mode = column(Type.CHOICE, choices="choice.delivery_mode", header=True)
    pay_term = column(Type.TEXT, blank="ORD-018", header=True)
    deposit = column(Type.TEXT, header=True)
    invoice_kind = column(Type.CHOICE, choices="choice.invoice_kind", header=True)
    supply_type = column(Type.CHOICE, choices="choice.supply_type")
    sales_owner = column(Type.NAME, blank="ORD-052", header=True, personal=True)
    reviewer = column(Type.NAME, header=True, personal=True)
    approval = column(Type.CHOICE, choices="choice.approval", header=True)
    approved_on = column(Type.DAY, header=True, wish="event")
    capacity_result = column(Type.TEXT, header=True)
    is_urgent = column(Type.BOOL, header=True)
    supplement_at = column(Type.MOMENT, header=True, wish="event")
    conf_sent_at = column(Type.MOMENT, header=True, wish="event")
    conf_channel = column(Type.CHOICE, choices="choice.conf_channel", header=True)
    conf_at = column(Type.MOMENT, header=True, wish="event")
    conf_method = column(Type.CHOICE, choices="choice.conf_method", header=True)
    conf_qty = column(Type.QTY)
    conf_price = column(Type.PRICE)
    conf_amount_fen = column(Type.MONEY)
    conf_due_on = column(Type.DAY, header=True, wish="deadline")
    changed_at = column(Type.MOMENT, header=True, wish="event")
    archive_ref = column(Type.TEXT, header=True)
    erp_entered = column(Type.TEXT, header=True)
    form_date = column(Type.DAY, header=True, wish="event")
    cancelled_on = column(Type.DAY, header=True, wish="event")
    cancel_reason = column(Type.TEXT, header=True)
    cancel_settlement = column(Type.TEXT, header=True)  # what became of money already paid
    hold_reason = column(Type.CHOICE, choices="choice.hold_reason", header=True)
    hold_on = column(Type.DAY, header=True, wish="event")
    emergency_plan = column(Type.TEXT, header=True)
    hold_result = column(Type.TEXT, header=True)  # what was agreed with the customer
    paid_fen = column(Type.MONEY)  # received so far, by whoever keeps the book: a level, no receipt
    unpaid_fen = column(Type.MONEY)  # not received yet, by the same
    billed_fen = column(Type.MONEY)  # invoiced so far: a level, no invoice
    paid_state = column(Type.CHOICE, choices="choice.paid_state", header=True)  # such a level in words
    billed_state = column(Type.CHOICE, choices="choice.billed_state", header=True)
    went_on = column(Type.DAY, wish="event")  # left the company
    signed_on = column(Type.DAY, wish="event")  # the customer has it
    typed_state = column(Type.TEXT, header=True)
    remark = column(Type.TEXT)


# What a customer confirms, as far as it may change while the line stays the same.
CONTENT = (Orders.qty, Orders.unit_price, Orders.amount_fen, Orders.promised_date, Orders.requested_date)
