"""Money owed: what, since when, by whom, and the proof of it."""

from __future__ import annotations

from pipeline.receivables.age import age
from pipeline.receivables.result import Owed
from pipeline.receivables.staff_input import TABLE as TYPED

__all__ = ["TYPED", "Owed", "age"]
