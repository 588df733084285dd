"""Contacts made to get money."""

from __future__ import annotations

from schemas.table import Source, Type, column, counted


class Reminders(Source, name="reminders"):
    """Shape: one row per contact. Key: record number, else order, time, channel."""

    identity = (
        ("record_no",),
        counted("order_no", "contacted_at", "channel"),
        counted("customer_name", "contacted_at", "channel"),
    )

    record_no = column(Type.PAPER_NO)
    order_no = column(Type.ORDER_NO, form="ORD-029")
    customer_name = column(Type.NAME)
    instalment = column(Type.TEXT)
    contacted_at = column(Type.MOMENT, blank="REM-008", wish="event")
    reminder_kind = column(Type.CHOICE, choices="choice.reminder_kind")
    channel = column(Type.CHOICE, choices="choice.reminder_channel")
    person = column(Type.NAME, personal=True)
    counterpart = column(Type.NAME, personal=True)
    content = column(Type.TEXT)
    answer = column(Type.TEXT)
    promised_on = column(Type.DAY, wish="deadline")
    promised_fen = column(Type.MONEY)
    next_on = column(Type.DAY, wish="deadline")
    letter_no = column(Type.PAPER_NO)
    is_delivered = column(Type.BOOL)
