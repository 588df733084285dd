"""Customers, their documents, and what they owed before the first night."""

from __future__ import annotations

from schemas.table import MOST_DAYS, Source, Type, column, counted


class Customers(Source, name="customers"):
    """Shape: one row per customer. Key: code, else name. Source: customer files."""

    identity = (("customer_code",), ("customer_name",))

    customer_code = column(Type.CODE)
    customer_name = column(Type.NAME, blank="CUS-006", holds=True)
    aliases = column(Type.TEXT)
    uscc = column(Type.CODE)
    customer_type = column(Type.TEXT)
    size = column(Type.TEXT)
    grade = column(Type.TEXT)
    pay_term = column(Type.TEXT)
    credit_limit_fen = column(Type.MONEY)
    credit_days = column(Type.INTEGER, most=MOST_DAYS)
    statement_day = column(Type.TEXT)
    late_fee_rate = column(Type.RATE)  # per day, as a fraction
    status = column(Type.CHOICE, choices="choice.customer_status")
    frozen_on = column(Type.DAY, wish="event")
    invoice_title = column(Type.TEXT)
    invoice_kind = column(Type.CHOICE, choices="choice.invoice_kind")
    email = column(Type.TEXT, personal=True)
    phone = column(Type.PHONE, personal=True)
    address = column(Type.TEXT, personal=True)
    sales_owner = column(Type.NAME, personal=True)
    signers = column(Type.TEXT, personal=True)  # who may sign for goods
    created_on = column(Type.DAY, wish="event")
    remark = column(Type.TEXT)


class Qualifications(Source, name="qualifications"):
    """Shape: one row per document. Key: customer, type, document number."""

    identity = (
        ("customer_code", "document_type", "document_no"),
        ("customer_name", "document_type", "document_no"),
    )

    customer_code = column(Type.CODE)
    customer_name = column(Type.NAME)
    document_type = column(Type.TEXT)
    document_no = column(Type.CODE)
    issued_on = column(Type.DAY, wish="event")
    valid_from = column(Type.DAY, wish="event")
    valid_to = column(Type.DAY, wish="deadline", is_end=True)  # blank for 长期
    scope = column(Type.TEXT)
    verified_by = column(Type.NAME, personal=True)
    verified_on = column(Type.DAY, wish="event")


class Opening(Source, name="opening"):
    """Open items from before the first night. Key: invoice or order with the customer, else customer, day and sum."""

    identity = (
        counted("invoice_no", "customer_name", "order_no"),
        counted("order_no", "customer_name"),
        counted("customer_name", "happened_on", "open_fen"),
    )

    customer_name = column(Type.NAME, blank="CUS-006", holds=True)
    order_no = column(Type.PAPER_NO)
    invoice_no = column(Type.PAPER_NO)
    happened_on = column(Type.DAY, wish="event")
    due_on = column(Type.DAY, wish="deadline")
    open_fen = column(Type.MONEY, holds=True)
    currency = column(Type.CODE)  # ISO code of its money; missing for yuan
    sales_owner = column(Type.NAME, personal=True)
    remark = column(Type.TEXT)
