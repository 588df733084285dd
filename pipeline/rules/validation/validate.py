"""Validation: tonight's rows are looked at before they are posted, one by one and beside those they contradict.

It alone can hold a row. What every column must hold is asked by pandera models, one a kind, built from the declarations
in `schemas`; they never coerce, for cells were typed one by one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from pipeline.core.frames import dtype
from pipeline.core.text import simplified
from pipeline.core.values import format_value
from pipeline.ledger import ReceivedFile
from pipeline.reading import FileRead, SheetRead
from pipeline.rules.validation import (
    absent_columns,
    amounts,
    assign,
    codes,
    contradictions,
    customer_names,
    number_forms,
    repeats,
    scope,
    sheet_customers,
    versions,
)
from pipeline.rules.validation.identity import keys
from pipeline.rules.validation.kind_rows import KindRows, RowNote, gather, once, with_unknown_words
from pipeline.rules.validation.validated_file import ValidatedFile, hand_over
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.policy.number_forms import DeclaredForm
from schemas.policy.rules import Rule
from schemas.table import PROVENANCE, Column, Source

PART_OF_A_PIECE = "ORD-012"
THOUSANDTHS = 1000
Placed = tuple[int, str, str, int]


@dataclass(frozen=True)
class Known:
    """What the ledger knows.

    Numbers used (asked by kind, only when needed), and numbers assigned, by fingerprint; of received files that
    are read once more also by (received file, kind, sheet, row), whatever the row says now; codes of
    records (asked by kind and column, only when needed); and whose every number is (where one may have several owners).
    `versions`: the rows that these may be the next version of.
    """

    used: Callable[[str], frozenset[str]] = lambda _kind: frozenset()
    remembered: Mapping[str, str] = field(default_factory=dict)
    codes: codes.Kept = lambda _kind, *_columns: ()
    placed: Mapping[Placed, str] = field(default_factory=dict)
    owners: scope.Owners = lambda _kind: ()
    versions: versions.Versions = field(default_factory=versions.Versions)


def validate_files(
    reads: Sequence[tuple[ReceivedFile, FileRead]],
    known: Known,
    rules: Mapping[str, Rule],
    forms: Mapping[str, DeclaredForm] | None = None,
) -> list[ValidatedFile]:
    """Return rows to post and findings of what was read, one `ValidatedFile` per received file.

    `forms`: what numbers look like, and how far one is unique, by kind, where that is declared.
    """
    made = {received.id: ValidatedFile(received) for received, _ in reads}
    by_kind: dict[str, list[tuple[ReceivedFile, SheetRead]]] = {}
    files = [read for _, read in reads]
    recorded = codes.records(files, known.codes)
    names = customer_names.names_by_code(files, known.codes)
    called = sheet_customers.name_sheets(reads, known.codes, names)
    for file_id, finding in called.findings:
        made[file_id].findings.append(finding)
    for received, read in called.reads:
        for sheet in read.sheets:
            by_kind.setdefault(sheet.kind, []).append((received, sheet))
    off = frozenset(rule.id for rule in rules.values() if not rule.is_live)
    found = []
    for kind in KINDS:
        if kind in by_kind:
            gathered = replace(gather(KINDS[kind], by_kind[kind], off), forms=forms or {})
            customer_names.name_customers(gathered, names, recorded)
            found.append((gathered, _validate_kind(gathered, known, recorded, rules, made)))
    versions.settle_questions(found)
    return list(made.values())


def _validate_kind(
    gathered: KindRows,
    known: Known,
    recorded: Callable[[str], codes.Codes],
    rules: Mapping[str, Rule],
    made: Mapping[int, ValidatedFile],
) -> versions.Replaced:
    absent = absent_columns.find_absent(gathered)
    number_forms.check(gathered)
    amounts.derive_amounts(gathered)
    amounts.find_refunds_received(gathered)
    _derive_days(gathered)
    _check_columns(gathered, rules, absent)
    find_parts_of_pieces(gathered)
    replaced = versions.find_replaced(gathered, known.versions)
    placed, passed = versions.numbers_passed(gathered, replaced, known.versions.assigned)
    assigned = assign.numbers(gathered, known.used, known.remembered, {**known.placed, **placed})
    codes.pad(gathered, recorded)  # after numbers were given: a row is known again by what it said itself
    known_by = scope.identified(gathered, known.owners)
    gathered.frame["src_key"] = keys(gathered.table, with_unknown_words(gathered, known_by))
    versions.keep_keys(gathered, replaced)
    left_out = {file_id: validated.left_out for file_id, validated in made.items()}
    contradictions.find(gathered, known_by, left_out, replaced.same_base)
    versions.settle(gathered, replaced)
    versions.find_clashes(gathered, replaced, known.versions, contradictions.HOLDING)
    hand_over(gathered, made, replaced.pairs)
    for file_id, spot in repeats.spots(gathered):
        made[file_id].left_out.add(spot)
    for numbers, given in (("assigned", assigned), ("passed", passed)):
        for fingerprint, (row, number) in given.items():
            getattr(made[gathered.parts[int(gathered.part[row])][0].id], numbers)[fingerprint] = number
    for file_id, seqs in replaced.released.items():
        made[file_id].released.extend(seqs)
    return replaced


def _check_columns(gathered: KindRows, rules: Mapping[str, Rule], absent: set[tuple[int, str]]) -> None:
    """Columns by pandera; silent where the cell itself is not known."""
    for column, rule, positions in broken_columns(gathered.table, gathered.frame):
        holds = gathered.table.spec(column).holds and rules[rule].severity == "hold" and rule not in gathered.off
        lacking = [int(row) for row in positions if (int(gathered.part[row]), column) in absent]
        for row in lacking:  # of a column that is not there every line waits, not the first of each order alone
            is_read = (row, column) not in gathered.unknown
            gathered.held[row] |= holds and is_read and not is_derivable(gathered, column, row)
        for row in once(gathered, column, np.setdiff1d(positions, lacking)):
            if (row, column) in gathered.unknown:
                continue
            raw = format_value(gathered.frame[column].iat[row], gathered.table.spec(column).type)
            gathered.add(RowNote(row, rule, column, raw, is_holding=holds))


@cache
def model(table: type[Source]) -> pa.DataFrameSchema:
    """Return the pandera model of a kind; the name of a check is the id of its rule."""
    own = [column for column in table.columns if column not in PROVENANCE]
    return pa.DataFrameSchema(
        {str(column): _column(column) for column in own},
        name=table.name,
        strict=False,
        coerce=False,
    )


def _column(column: Column) -> pa.Column:
    spec = column.spec
    checks = []
    if spec.blank:
        checks.append(pa.Check(pd.Series.notna, error=spec.blank, ignore_na=False))
    if spec.least is not None:
        checks.append(pa.Check.ge(spec.least, error=spec.bound))
    return pa.Column(dtype(spec.type), checks=checks, nullable=True)


def broken_columns(table: type[Source], rows: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """Return column, rule id and positions of the rows that break it, for every column that is broken.

    Raises TypeError when a column is not of its declared dtype: that is a bug of
    ours, not of the row.
    """
    try:
        model(table).validate(rows, lazy=True)  # type: ignore[arg-type]  # mypy asks a class for the hash of its instances
    except SchemaErrors as found:
        for error in found.schema_errors:
            if not isinstance(error.check_output, pd.Series):
                raise TypeError(f"{table.name}: {error}") from found
            # pandera leaves cells without a value out of its answer: a place in it is no place among the rows
            broken = error.check_output.index[~error.check_output.to_numpy(dtype=bool)]
            yield str(error.schema.name), str(error.check.error), rows.index.get_indexer(broken)


def is_derivable(gathered: KindRows, column: str, row: int) -> bool:
    """Return whether a price or an amount follows from the other and the quantity; a sum alone needs neither."""
    other = absent_columns.FOLLOWS.get(column)
    return bool(other) and bool(gathered.frame[other].notna().iat[row])


def _derive_days(gathered: KindRows) -> None:
    """Take the day of ordering from the day of writing, and the day wished for from that of delivery."""
    for column, other in absent_columns.STANDS_IN.items():
        parts = [n for n, (_, sheet) in enumerate(gathered.parts) if absent_columns.stands_in(gathered, sheet, column)]
        if parts:
            mine = np.isin(gathered.part, parts)
            gathered.patch(column, gathered.frame[column].where(~mine, gathered.frame[other]))


def find_parts_of_pieces(gathered: KindRows) -> None:
    """Find quantities that are no whole number of a unit that is counted: half a machine cannot be ordered."""
    if gathered.table.name != "orders":
        return
    frame = gathered.frame
    whole = frame["uom"].map(simplified, na_action="ignore").isin(list(spellings.group("unit.whole")))
    counted = whole & (frame["qty"] % THOUSANDTHS != 0).fillna(False)
    for row in np.flatnonzero(counted.to_numpy(dtype=bool)).tolist():
        qty: Any = frame["qty"].iat[row]
        raw = f"{qty / THOUSANDTHS:g}{frame['uom'].iat[row]}"
        gathered.add(RowNote(row, PART_OF_A_PIECE, "qty", raw, is_holding=True))
