"""Shipments and delivery notes."""

from __future__ import annotations

from schemas.table import Source, Type, column, counted


class Shipments(Source, name="shipments"):
    """Shape: shipment x order line. Key: shipment number, else order, day, product.

    A delivery note is the same row with its signing columns filled.
    """

    identity = (
        counted("shipment_no", "order_no", "product"),
        counted("delivery_note_no", "order_no", "product"),
        counted("order_no", "shipped_at", "product"),
    )

    shipment_no = column(Type.PAPER_NO)
    order_no = column(Type.ORDER_NO, blank="SHP-009", form="ORD-029", holds=True)
    line_no = column(Type.INTEGER)
    product = column(Type.TEXT)
    qty = column(Type.QTY)
    shipped_at = column(Type.MOMENT, wish="event")
    carrier = column(Type.TEXT)
    tracking_no = column(Type.CODE)
    pieces = column(Type.INTEGER)
    weight = column(Type.TEXT)
    freight_fen = column(Type.MONEY)
    eta_at = column(Type.MOMENT, wish="deadline")
    fed_back_at = column(Type.MOMENT, wish="event")
    shipper = column(Type.NAME, personal=True)
    delivery_note_no = column(Type.PAPER_NO)
    delivered_at = column(Type.MOMENT, wish="event")
    signed_at = column(Type.MOMENT, wish="event")
    signer = column(Type.NAME, personal=True)
    signed_qty = column(Type.QTY)
    refused_qty = column(Type.QTY)
    qty_check = column(Type.CHOICE, choices="choice.inspection")
    model_check = column(Type.CHOICE, choices="choice.inspection")
    look_check = column(Type.CHOICE, choices="choice.inspection")
    sign_form = column(Type.CHOICE, choices="choice.sign_form")
    attachment = column(Type.TEXT)
    erp_entered = column(Type.TEXT)
    address = column(Type.TEXT, personal=True)
    remark = column(Type.TEXT)
