"""The sheet added to a workbook that goes back to its sender: what is to be corrected, with links."""

from __future__ import annotations

from reports.findings import SEVERITY_TONES
from reports.looks import Look
from reports.shape import SheetColumn
from schemas.derived.findings import Findings
from schemas.policy.rules import Severity

FOLDER = "folder.returned"
TAB = "tab.returned"
TITLE, HINT = "title.returned", "hint.returned"
MADE_FROM = "hint.returned_from"  # the file and the night, below the hint
SAME_ROWS = "hint.returned_rows"  # instead of the hint, where the workbook itself could not be marked
# what stands in a marked cell's note: rule, problem, remedy
NOTE = "note.returned"
MARKS: dict[Severity, str] = {"refuse": "bad", "hold": "bad", "flag": "soon", "note": "soon"}  # fill of a marked cell

COLUMNS = (
    SheetColumn("no", "head.returned_no", Look.COUNT, 6),
    SheetColumn(Findings.severity, "head.severity", Look.NAME, 9, says="severity", tones=SEVERITY_TONES),
    SheetColumn(Findings.src_sheet, "head.sheet", Look.TEXT, 16),
    SheetColumn(Findings.cell, "head.cell", Look.CODE, 9),
    SheetColumn(Findings.heading, "head.heading", Look.TEXT, 16),
    SheetColumn(Findings.raw, "head.raw", Look.LONG, 20),
    SheetColumn(Findings.problem, "head.problem", Look.LONG, 44),
    SheetColumn(Findings.remedy, "head.remedy", Look.LONG, 44),
    SheetColumn(Findings.due_on, "head.deadline", Look.DAY, 12),
    SheetColumn(Findings.rule_title, "head.rule", Look.LONG, 26),
    SheetColumn(Findings.finding_id, "head.finding_id", Look.CODE, 14),
)
