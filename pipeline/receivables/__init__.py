"""Money owed: what, since when, by whom, and the proof of it.

Order facts, receipts, invoices, opening items and reminders go in; instalments with their due days, who paid what,
what was paid on every order, money without an item, ageing, the ladder of reminders and control totals come out.
"""

from __future__ import annotations

from pipeline.receivables.age import ReceivablesResult, derive
from pipeline.receivables.staff_input import TABLE as TYPED

__all__ = ["TYPED", "ReceivablesResult", "derive"]
