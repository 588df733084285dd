"""Corrections typed into the list of exceptions: where each belongs, and which of several applies.

Nothing is written into a workbook: the received file that has the cell is read once more as if the
correction stood there, and what comes of it takes the place of what it brought before.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from pipeline.feedback.corrections.selection import CorrectionPlan, choose_corrections, correction_findings
from pipeline.feedback.corrections.targets import find_targets
from pipeline.reading import FileRead, SheetRead
from reports import WORKBOOKS
from schemas.incoming.corrections import Corrections, Waivers
from schemas.language.words import LANGUAGES, translate

__all__ = ["CorrectionPlan", "choose_corrections", "correction_findings", "find_targets", "only_typed"]

UNTOUCHED, UNKNOWN = "ignored.untouched", "FILE-018"


def only_typed(file: FileRead) -> FileRead:
    """Return it without the rows that came back as they went and without our other sheets.

    The waivers there are only shown: they are granted elsewhere.
    """
    if not any(sheet.kind == Corrections.name for sheet in file.sheets):
        return file
    own = {translate(sheet.tab, lang) for sheet in WORKBOOKS["findings"].sheets for lang in LANGUAGES}
    only_shown = {sheet.sheet for sheet in file.sheets if sheet.kind == Waivers.name} & own
    return replace(
        file,
        sheets=tuple(
            _typed(sheet) if sheet.kind == Corrections.name else sheet
            for sheet in file.sheets
            if sheet.sheet not in only_shown
        ),
        findings=tuple(finding for finding in file.findings if finding.rule != UNKNOWN or finding.sheet not in own),
    )


def _typed(sheet: SheetRead) -> SheetRead:
    """Keep the rows with a value; what a filter hid or somebody struck out is of no interest here."""
    table = sheet.table
    filled = pc.and_(pc.is_valid(table[Corrections.finding_id]), pc.is_valid(table[Corrections.value]))
    rows = zip(table["src_row"].to_pylist(), filled.to_pylist(), strict=True)
    ignored = [*sheet.ignored, *((row, UNTOUCHED) for row, is_filled in rows if not is_filled)]
    kept = table.filter(filled)
    return replace(sheet, table=kept, rows_read=kept.num_rows, ignored=ignored, findings=())
