"""Invoices (fapiao) issued."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Invoices(Source, name="invoices"):
    """Shape: one row per invoice. Key: invoice number (and code)."""

    identity = (("invoice_no", "invoice_code"),)

    invoice_no = column(Type.PAPER_NO, blank="INV-009", holds=True)
    invoice_code = column(Type.CODE)
    kind = column(Type.CHOICE, choices="choice.invoice_kind")
    sign = column(Type.CHOICE, choices="choice.invoice_sign")
    original_no = column(Type.PAPER_NO)
    red_form_no = column(Type.CODE)
    issued_on = column(Type.DAY, blank="INV-010", holds=True, wish="event")
    buyer = column(Type.NAME)
    buyer_tax_no = column(Type.CODE)
    net_fen = column(Type.MONEY)
    tax_rate = column(Type.RATE)
    tax_fen = column(Type.MONEY)
    gross_fen = column(Type.MONEY, blank="INV-011", holds=True)
    currency = column(Type.CODE)  # ISO code of its money; missing for yuan
    order_nos = column(Type.ORDER_LIST)
    sent_by = column(Type.CHOICE, choices="choice.conf_channel")
    sent_at = column(Type.MOMENT, wish="event")
    remark = column(Type.TEXT)
