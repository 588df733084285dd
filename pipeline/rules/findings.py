"""Findings about rows, made in one place: by validation of rows as read and by evaluation of the whole night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import SupportsInt

from pipeline.core.values import format_value, is_known
from schemas.derived.finding import Finding, Place, place_of
from schemas.incoming.kinds import KINDS
from schemas.table import Type

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
NEEDED = frozenset({*OWNERS, *SUBJECTS, *CUSTOMERS, *PLACED})  # columns that a finding is made of, beside its own


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
        raw=format_value(row.get(column), *_type_of(kind, column)) if column else "",
        owner=_first(row, OWNERS),
        subject=subject,
        customer=_first(row, CUSTOMERS),
        seq=_number(row, "src_seq"),
    )


def cell_of(row: Mapping[str, object], column: str, headings: Mapping[str, tuple[str, str]]) -> tuple[Place, str]:
    """Return where Excel shows a cell of a row, and the heading above it. `row` holds the `PLACED` columns."""
    number, letter, heading = place_of(row.get("src_cells"), column, _number(row, "src_row"))
    if not heading:
        letter, heading = headings.get(column, ("", ""))
    return Place(_text(row, "src_file"), _text(row, "src_sheet"), number, letter), heading


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
