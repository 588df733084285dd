"""Findings about rows, made in one place: by validation of rows as read and by evaluation of the whole night."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, SupportsInt

import pandas as pd

from pipeline.core.values import format_value, is_known
from pipeline.orders.identities import WRITTEN_NAME
from schemas.derived.finding import Finding, Place, place_of
from schemas.incoming.kinds import KINDS
from schemas.policy.rules import Rule
from schemas.table import Source, Type

MADE_FROM = {  # derived tables whose columns come from these
    "book": "orders",
    "cases": "complaints",
    "departures": "shipments",
    "signings": "shipments",
}
OWNERS = ("sales_owner", "owner", "person")
SUBJECTS = ("complaint_no", "order_no", "receipt_no", "invoice_no", "customer_name")
CUSTOMERS = ("customer_name", "payer", "buyer")
PLACED = ("src_file", "src_sheet", "src_row", "src_cells", "src_seq", "src_key")
UNREAD, WHY_OFF = "FILE-041", {"other_phrases": json.dumps([["unread.switched_off", {}]])}
NAME = "customer_name"
WRITTEN = (Type.TEXT, Type.NAME, Type.CODE, Type.MODEL, Type.ORDER_NO, Type.COMPLAINT_NO, Type.PAPER_NO)
NEEDED = frozenset(
    {*OWNERS, *SUBJECTS, *CUSTOMERS, *PLACED, WRITTEN_NAME}
)  # columns that a finding is made of, beside its own


def in_force(found: Iterable[Finding], rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Give the findings of rules that are on; that a file was kept out is told whatever kept it out."""
    for finding in found:
        if rules[finding.rule].is_live:
            yield finding
        elif finding.is_refusing:
            yield replace(finding, rule=told_as(finding.rule, rules), column="", heading="", params=WHY_OFF)


def told_as(refusing: str, rules: Mapping[str, Rule]) -> str:
    """Return the rule under which it is told that a file was kept out: a rule that is off tells of nothing."""
    return refusing if rules[refusing].is_live else UNREAD


def is_written(table: type[Source], column: str) -> bool:
    """Return whether a column holds texts, which are what is written whatever it means."""
    return table.spec(column).type in WRITTEN


def let_count(
    tables: Mapping[str, pd.DataFrame], found: Iterable[Finding], rules: Mapping[str, Rule]
) -> dict[str, pd.DataFrame]:
    """Return the tables, in which rows count that were held by rules alone that are off since.

    `found`: findings the ledger keeps beside rows, and about sheets that hold all of theirs.
    """
    of_row: dict[tuple[str, object], list[Finding]] = {}
    for finding in found:
        if finding.is_holding:
            at = (finding.kind, finding.seq) if finding.seq else (finding.place.file, finding.place.sheet)
            of_row.setdefault(at, []).append(finding)
    made = dict(tables)
    if all(rules[finding.rule].is_live for causes in of_row.values() for finding in causes):
        return made
    for kind, rows in tables.items():
        waits = rows[rows[Source.src_held].fillna(value=False).astype(bool)]
        for at, *cell in waits[[str(c) for c in (Source.src_seq, Source.src_file, Source.src_sheet)]].itertuples():
            causes = [*of_row.get((kind, int(cell[0])), ()), *of_row.get((cell[1], cell[2]), ())]
            if causes and not any(rules[cause.rule].is_live for cause in causes):
                made[kind] = _counting(made[kind], at, causes)
    return made


def _counting(rows: pd.DataFrame, at: Any, causes: Iterable[Finding]) -> pd.DataFrame:
    """The rows with one that counts, as it is written."""
    made = rows.copy()
    made.loc[at, Source.src_held] = False
    for cause in causes:
        if (
            cause.kind in KINDS
            and is_written(KINDS[cause.kind], cause.column)
            and not is_known(made.loc[at, cause.column])
        ):
            made.loc[at, cause.column] = cause.raw.strip() or None
    return made


def finding_for(
    row: Mapping[str, object], rule: str, column: str, *, kind: str, headings: Mapping[str, tuple[str, str]]
) -> Finding:
    """Return the finding that a row of a table breaks a rule at a column ("" for the whole row).

    `row` holds the `NEEDED` columns its table has, and the column. `headings`: column → letter and heading in the
    sheet of the row, for cells that do not say themselves where they stand.
    """
    place, heading = cell_of(row, column, headings)
    subject = _first(row, SUBJECTS)
    return Finding(
        rule=rule,
        kind=kind,
        key=_text(row, "src_key") or subject,
        column=column,
        place=place,
        heading=heading,
        raw=format_value(row.get(_written(row, column)), *_type_of(kind, column)) if column else "",
        owner=_first(row, OWNERS),
        subject=subject,
        customer=_first(row, CUSTOMERS),
        seq=_number(row, "src_seq"),
    )


def _written(row: Mapping[str, object], column: str) -> str:
    """The column that holds what stands in the cell: a customer may be shown under another name."""
    return WRITTEN_NAME if column == NAME and is_known(row.get(WRITTEN_NAME)) else column


def cell_of(row: Mapping[str, object], column: str, headings: Mapping[str, tuple[str, str]]) -> tuple[Place, str]:
    """Return where Excel shows a cell of a row, and the heading above it. `row` holds the `PLACED` columns."""
    number, letter, heading, sheet = place_of(row.get("src_cells"), column, _number(row, "src_row"))
    if not heading:
        letter, heading = headings.get(column, ("", ""))
    return Place(_text(row, "src_file"), sheet or _text(row, "src_sheet"), number, letter), heading


def _number(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    return int(value) if isinstance(value, SupportsInt) and is_known(value) else 0


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else str(value) if is_known(value) else ""


def _first(row: Mapping[str, object], names: Sequence[str]) -> str:
    """The first of these columns that says anything."""
    return next((text for text in (_text(row, name) for name in names) if text), "")


@cache
def _type_of(table: str, column: str) -> tuple[Type, str]:
    """Type and vocabulary of a column of any table; text where no table declares it."""
    declared = KINDS.get(MADE_FROM.get(table, table))
    if declared and column in declared.columns:
        spec = declared.spec(column)
        return spec.type, spec.choices
    ends = {"_fen": Type.MONEY, "_qty": Type.QTY, "_rate": Type.RATE}
    return next((type_ for end, type_ in ends.items() if column.endswith(end)), Type.TEXT), ""
