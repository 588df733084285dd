"""Working days, business hours and pauses: one engine for every deadline."""

from __future__ import annotations

from pipeline.workdays.axes import Slots
from pipeline.workdays.engine import USUAL, Calendar

__all__ = ["USUAL", "Calendar", "Slots"]
