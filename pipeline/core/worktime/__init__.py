"""Working days, business hours and pauses: one engine for every deadline."""

from __future__ import annotations

from pipeline.core.worktime.calendar import USUAL, Calendar
from pipeline.core.worktime.units import Slots

__all__ = ["USUAL", "Calendar", "Slots"]
