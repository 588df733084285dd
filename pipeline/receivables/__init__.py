"""Money owed: what, since when, by whom, and the proof of it."""

from __future__ import annotations

from pipeline.receivables.age import ReceivablesResult, derive
from pipeline.receivables.staff_input import TABLE as TYPED

__all__ = ["TYPED", "ReceivablesResult", "derive"]
