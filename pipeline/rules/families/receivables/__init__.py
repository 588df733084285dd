"""Money: receipts, due days, reminders, fees, promises, pay terms."""

from __future__ import annotations

from pipeline.rules.families.receivables import overdue, receipts, reminders, terms  # noqa: F401 - joins their predicates
