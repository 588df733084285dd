"""Corrections typed into the list of exceptions: where each belongs, and which of several applies.

Nothing is written into a workbook: the drop that has the cell is read once more as if the
correction stood there, and what comes of it takes the place of what it brought before.
"""

from pipeline.corrections.aim import aim
from pipeline.corrections.choose import Plan, plan
from pipeline.corrections.flaws import flaws
from pipeline.corrections.papers import only_typed

__all__ = ["Plan", "aim", "flaws", "only_typed", "plan"]
