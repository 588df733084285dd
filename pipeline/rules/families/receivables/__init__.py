"""Rules of money: receipts, due days, reminders, fees, promises, pay terms.

Receivables and the documents they come from go in, answers to each rule come out.
"""

from __future__ import annotations

from pipeline.rules.families.receivables import overdue, receipts, reminders, terms  # noqa: F401 - joins their predicates
