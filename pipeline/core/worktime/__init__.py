"""Working days, business hours and pauses: one engine for every deadline.

Days that somebody decided about and the hours of the workspace go in; days, moments and counts come out.
"""

from __future__ import annotations

from pipeline.core.worktime.calendar import USUAL, Calendar
from pipeline.core.worktime.units import Slots

__all__ = ["USUAL", "Calendar", "Slots"]
