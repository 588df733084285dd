"""Money owed: what, since when, by whom, and the proof of it."""

from __future__ import annotations

from pipeline.receivables.age import age
from pipeline.receivables.owed import Owed
from pipeline.receivables.typed import TABLE as TYPED

__all__ = ["TYPED", "Owed", "age"]
