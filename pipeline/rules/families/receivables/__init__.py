"""Money: receipts, due days, reminders, fees, promises, pay terms."""

from __future__ import annotations

__all__ = ["due", "fees", "promises", "receipts", "reminders", "terms"]
