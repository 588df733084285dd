"""Money owed: what, since when, by whom, and the proof of it."""

from __future__ import annotations

from pipeline.receivables.age import age
from pipeline.receivables.owed import Owed

__all__ = ["Owed", "age"]
