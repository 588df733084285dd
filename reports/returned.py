"""The sheet added to a workbook that goes back to its sender: what is to be mended, with links."""

from __future__ import annotations

from reports.findings import SEVERITY_TONES
from reports.looks import Look
from reports.shape import Column
from schemas.derived.findings import Findings

FOLDER = "folder.returned"
TAB = "tab.returned"
TITLE, HINT = "title.returned", "hint.returned"
MADE_FROM = "hint.returned_from"  # the file and the night, below the hint
SAME_ROWS = "hint.returned_rows"  # instead of the hint, where the workbook itself could not be marked
# what stands in a marked cell's note: rule, problem, remedy
NOTE = "note.returned"
MARKS = {"refuse": "bad", "hold": "bad", "flag": "soon", "note": "soon"}  # fill of a marked cell

COLUMNS = (
    Column("no", "head.returned_no", Look.COUNT, 6),
    Column(Findings.severity, "head.severity", Look.NAME, 9, says="severity", tones=SEVERITY_TONES),
    Column(Findings.src_sheet, "head.sheet", Look.TEXT, 16),
    Column(Findings.cell, "head.cell", Look.CODE, 9),
    Column(Findings.heading, "head.heading", Look.TEXT, 16),
    Column(Findings.raw, "head.raw", Look.LONG, 20),
    Column(Findings.problem, "head.problem", Look.LONG, 44),
    Column(Findings.remedy, "head.remedy", Look.LONG, 44),
    Column(Findings.due_on, "head.deadline", Look.DAY, 12),
    Column(Findings.rule_title, "head.rule", Look.LONG, 26),
    Column(Findings.finding_id, "head.finding_id", Look.CODE, 14),
)
