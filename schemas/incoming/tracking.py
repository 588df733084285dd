"""Execution of orders: stages (表2)."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Tracking(Source, name="tracking"):
    """Shape: order x stage x batch. Key: the same. Source: tracking sheets."""

    identity = (("order_no", "stage", "batch"),)

    order_no = column(Type.ORDER_NO, blank="TRK-027", form="ORD-029", holds=True)
    stage = column(Type.CHOICE, blank="TRK-028", choices="choice.stage", form="TRK-022")
    batch = column(Type.INTEGER)
    dept = column(Type.TEXT)
    owner = column(Type.NAME, blank="TRK-004", personal=True)
    planned_at = column(Type.MOMENT, blank="TRK-003", wish="deadline")
    forecast_at = column(Type.MOMENT, wish="deadline")
    actual_at = column(Type.MOMENT, wish="event")
    qty = column(Type.QTY)
    qc_result = column(Type.CHOICE, choices="choice.qc_result")
    ok_qty = column(Type.QTY)
    ng_qty = column(Type.QTY)
    qc_action = column(Type.TEXT)
    tracking_no = column(Type.CODE, labelled="TRK-026")
    carrier = column(Type.TEXT)
    eta_at = column(Type.MOMENT, wish="deadline")
    fed_back_at = column(Type.MOMENT, wish="event")
    signer = column(Type.NAME, labelled="TRK-026", personal=True)
    informed_at = column(Type.MOMENT, wish="event")
    new_date = column(Type.DAY, wish="deadline")
    solution = column(Type.TEXT)
    reason = column(Type.TEXT)
    updated_at = column(Type.MOMENT, wish="event")
