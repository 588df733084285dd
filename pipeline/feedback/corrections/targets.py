"""Where a correction belongs: the record its finding is about, in the newest workbook that has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.core.text import without_blanks
from pipeline.ledger import (
    Correction,
    Ledger,
    Night,
    StoredRow,
    Target,
    correction_targets,
    ever_reported,
    last_reported,
    newest_row,
    row_at,
    row_of,
)
from schemas.derived.finding import Finding, Place, place_of

AIMED, FOLLOWED, APPLIES, CHANGED = "aimed", "followed", "applies", "changed"
NOWHERE, UNKNOWN, ENDED = "nowhere", "unknown", "mended"
AGREED = "agreed"  # a newer workbook says what was typed
NOBODYS = "X-018"
NO_FILE = 0
FITTING = (AIMED, FOLLOWED, APPLIES)  # a followed one must find the same there as its first


def find_targets(ledger: Ledger, night: Night, typed: Sequence[Correction]) -> list[Target]:
    """Return the targets of all corrections, those aimed for the first time among them."""
    known = correction_targets(ledger)
    reported = last_reported(ledger, {correction.finding_id for correction in typed})
    ever = ever_reported(ledger)
    targets: list[Target] = []
    for correction in typed:
        mine = dict(known.get(correction.key, {}))
        found = reported.get(correction.finding_id)
        stands = mine and mine[max(mine)].state in FITTING
        if not mine or (found and correction.night_id == night.id and not stands):
            first = _first(ledger, correction, found, is_known=correction.finding_id in ever)
            mine[first.file_id] = replace(first, night_id=night.id)
        mine |= {target.file_id: replace(target, night_id=night.id) for target in _newer(ledger, mine)}
        targets.extend(mine[file_id] for file_id in sorted(mine))
    return targets


def _first(ledger: Ledger, correction: Correction, found: Finding | None, *, is_known: bool) -> Target:
    """Return the cell that the finding was about when it was last reported."""
    if found is None:
        nobodys = Finding(NOBODYS, "sources", correction.finding_id, subject=correction.finding_id)
        return Target(correction.key, NO_FILE, ENDED if is_known else UNKNOWN, nobodys)
    if without_blanks(found.raw) != without_blanks(correction.raw):
        return Target(correction.key, NO_FILE, CHANGED, found)
    row = None
    if found.place.letter and found.place.row:
        row = row_of(ledger, found.seq) if found.seq else row_at(ledger, found.place)
    if row is None:
        return Target(correction.key, NO_FILE, NOWHERE, found)
    return Target(correction.key, row.file_id, AIMED, replace(found, kind=row.kind, key=row.key))


def _newer(ledger: Ledger, mine: Mapping[int, Target]) -> Iterator[Target]:
    """Give the same record's cell in a workbook that came later."""
    first = next((target for file_id, target in sorted(mine.items()) if file_id), None)
    row = newest_row(ledger, first.finding.kind, first.finding.key) if first and first.finding.key else None
    if first is None or row is None or row.file_id in mine or row.file_id < first.file_id:
        return
    place = _cell(row, first.finding)
    found = replace(first.finding, place=place)
    yield Target(first.key, row.file_id, FOLLOWED if place.letter else CHANGED, found)


def _cell(row: StoredRow, found: Finding) -> Place:
    """Find the cell by the heading: the column may stand elsewhere in that workbook."""
    number, letter, _, sheet = place_of(row.cells, found.column, row.row)
    columns = [sheet["columns"] for sheet in row.sheets if (sheet["kind"], sheet["sheet"]) == (row.kind, row.sheet)]
    named = [at for columns_by_name in columns for at in columns_by_name.values() if at[1] == found.heading]
    if not letter and named:
        letter = named[0][0]
    return Place(row.file, sheet or row.sheet, number, letter)
