"""Corrections typed into the list of exceptions: where each belongs, and which of several applies.

Nothing is written into a workbook: the received file that has the cell is read once more as if the
correction stood there, and what comes of it takes the place of what it brought before.
"""

from pipeline.feedback.corrections.papers import only_typed
from pipeline.feedback.corrections.selection import CorrectionPlan, choose_corrections, correction_findings
from pipeline.feedback.corrections.targets import find_targets

__all__ = ["CorrectionPlan", "choose_corrections", "correction_findings", "find_targets", "only_typed"]
