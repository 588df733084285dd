"""Checking: validate tonight's rows before they are posted, judge the whole night after.

Sifting looks at one row, and at rows that contradict each other; it alone can hold a
row. Judging looks at everything known and never holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.core.values import shown
from pipeline.rules.validation import assign, codes, contradict, shape
from pipeline.rules.validation.amounts import derive_amounts, find_parts_of_pieces, is_derivable
from pipeline.rules.validation.gather import KindRows, RowNote, gather, once
from pipeline.rules.validation.identity import keys
from pipeline.rules.validation.printed import MISSING_LABEL, absent_fields
from pipeline.rules.validation.sifted import ValidatedFile, hand_over
from schemas.derived.finding import Finding, Place
from schemas.incoming.kinds import KINDS

if TYPE_CHECKING:
    from pipeline.ledger import ReceivedFile
    from pipeline.reading import FileRead, SheetRead
    from schemas.policy.rules import Rule
    from schemas.table import Column

MISSING_HEADING = "FILE-021"
Placed = tuple[int, str, str, int]


@dataclass(frozen=True)
class Known:
    """What the ledger knows.

    Numbers used (asked by kind, only when needed), and numbers assigned, by fingerprint; of received files that
    are read once more also by (received file, kind, sheet, row), whatever the row says now; and codes of
    records (asked by kind and column, only when needed).
    """

    used: Callable[[str], frozenset[str]] = lambda _kind: frozenset()
    remembered: Mapping[str, str] = field(default_factory=dict)
    codes: codes.Kept = lambda _kind, _column: ()
    placed: Mapping[Placed, str] = field(default_factory=dict)


def validate(
    reads: Sequence[tuple[ReceivedFile, FileRead]], known: Known, rules: Mapping[str, Rule]
) -> list[ValidatedFile]:
    """Turn what was read into rows to post and findings, one `Sifted` per received file."""
    made = {received.id: ValidatedFile(received) for received, _ in reads}
    by_kind: dict[str, list[tuple[ReceivedFile, SheetRead]]] = {}
    for received, read in reads:
        for sheet in read.sheets:
            by_kind.setdefault(sheet.kind, []).append((received, sheet))
    recorded = codes.records([read for _, read in reads], known.codes)
    for kind in KINDS:
        if kind in by_kind:
            _sift_kind(gather(KINDS[kind], by_kind[kind]), known, recorded, rules, made)
    return list(made.values())


def _sift_kind(
    gathered: KindRows,
    known: Known,
    recorded: Callable[[str], codes.Codes],
    rules: Mapping[str, Rule],
    made: Mapping[int, ValidatedFile],
) -> None:
    absent = _absent_headings(gathered)
    derive_amounts(gathered)
    _shape(gathered, rules, absent)
    find_parts_of_pieces(gathered)
    assigned = assign.numbers(gathered, known.used, known.remembered, known.placed)
    codes.pad(gathered, recorded)  # after numbers were given: a row is known again by what it said itself
    gathered.frame["src_key"] = keys(gathered.table, gathered.frame)
    contradict.find(gathered)
    hand_over(gathered, made)
    for fingerprint, (row, number) in assigned.items():
        received, _ = gathered.parts[int(gathered.part[row])]
        made[received.id].assigned[fingerprint] = number


def _absent_headings(gathered: KindRows) -> set[tuple[int, str]]:
    """Required columns that a sheet does not have: one finding for the sheet."""
    absent: set[tuple[int, str]] = set()
    for part, (received, sheet) in enumerate(gathered.parts):
        for column in gathered.table.columns:
            if column.spec.blank and column not in sheet.columns:
                absent.add((part, str(column)))
                gathered.whole.append((received.id, _missing(gathered, received, sheet, column)))
        for column in absent_fields(sheet):
            found = replace(_missing(gathered, received, sheet, column), rule=MISSING_LABEL, is_holding=False)
            gathered.whole.append((received.id, found))
    return absent


def _missing(gathered: KindRows, received: ReceivedFile, sheet: SheetRead, column: Column) -> Finding:
    return Finding(
        rule=MISSING_HEADING,
        kind="sources",
        key=f"{received.name}|{sheet.sheet}",
        column=str(column),
        place=Place(received.name, sheet.sheet),
        params={"column_words": f"{gathered.table.name}.{column}"},
        subject=received.name,
        is_holding=column.spec.holds,
    )


def _shape(gathered: KindRows, rules: Mapping[str, Rule], absent: set[tuple[int, str]]) -> None:
    """Columns by pandera; silent where the cell itself is not known."""
    for column, rule, positions in shape.broken(gathered.table, gathered.frame):
        holds = gathered.table.spec(column).holds and rules[rule].severity == "hold"
        for row in once(gathered, column, positions):
            if (row, column) in gathered.unknown:
                continue
            if (int(gathered.part[row]), column) in absent:
                gathered.held[row] |= holds and not is_derivable(gathered, column, row)
                continue
            raw = shown(gathered.frame[column].iat[row], gathered.table.spec(column).type)
            gathered.add(RowNote(row, rule, column, raw, is_holding=holds))
