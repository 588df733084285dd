"""Columns that a sheet lacks and its kind needs: one finding for the sheet, whatever it lacks and however many.

Where rows wait for one of them each sheet is told of on its own; what only has to be asked about later is told once for
all sheets of a file that lack the same, and is a question: a book may never have kept it. Such a question is known by
the shape of the sheet, which is the headings that were recognised, so that next month's workbook asks nothing again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2s

from pipeline.ledger import ReceivedFile
from pipeline.reading import SheetRead
from pipeline.reading.layout.heading_names import fold_heading
from pipeline.rules.validation.kind_rows import KindRows
from schemas.derived.finding import Finding, Place
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.policy.questions import OFFERED
from schemas.table import Column

MISSING_HEADING, MISSING_LABEL = "FILE-021", "ORD-039"
# Fields of the company's printed approval form. Those without which a row is incomplete anyway are found as headings
# that are missing.
FORM_FIELDS = (
    *(Orders.order_no, Orders.product_name, Orders.model, Orders.promised_date),
    *(Orders.reviewer, Orders.approval, Orders.remark, Orders.form_date),
)
FOLLOWS = {"unit_price": "amount_fen", "amount_fen": "unit_price", "qty": "amount_fen"}
# What says it where a sheet has no column of its own: the printed form has one day of writing and one of delivery.
STANDS_IN = {str(Orders.order_date): str(Orders.form_date), str(Orders.requested_date): str(Orders.promised_date)}
NAMED_BY = {str(Orders.customer_name): str(Orders.customer_code)}  # a code that is known says the name
SHEETS_NAMED = 5  # of those that lack the same columns
BETWEEN = "|"
HELD, COUNTED = "absent.held", "absent.counted"  # what becomes of the rows
SHAPE = "shape"  # the param that tells sheets with the same headings


def find_absent(gathered: KindRows) -> set[tuple[int, str]]:
    """Return every sheet, by its place, with a column that its kind needs and it lacks, and tell of them.

    A column that is not asked for is not among them.
    """
    absent: set[tuple[int, str]] = set()
    alike: dict[tuple[int, str, str], list[Finding]] = {}  # file, rule and what is lacking → a finding a sheet
    for part, (received, sheet) in enumerate(gathered.parts):
        lacking = [column for column in gathered.table.columns if _lacks(gathered, sheet, column)]
        if MISSING_HEADING not in gathered.off:
            absent |= {(part, str(column)) for column in lacking}
        found = [_about_columns(gathered, received, sheet, lacking)] if lacking else []
        if fields := _absent_fields(sheet):
            found.append(_about_fields(received, sheet, fields))
        for finding in found:
            own = sheet.sheet if finding.is_holding else ""
            alike.setdefault((received.id, finding.rule, f"{finding.params['column_words']} {own}"), []).append(finding)
    gathered.whole.extend((file_id, _of_sheets(found)) for (file_id, *_), found in alike.items())
    return absent


def told_of(kind: str, held: Iterable[str], counted: Iterable[str]) -> dict[str, str]:
    """Return what a finding says of columns that are lacking: those that rows wait for, and those that they do not."""
    words = [[f"{kind}.{column}" for column in columns] for columns in (held, counted)]
    said = [
        [key, {"columns_words": ",".join(group)}] for key, group in zip((HELD, COUNTED), words, strict=True) if group
    ]
    return {"column_words": ",".join(word for group in words for word in group), "other_phrases": json.dumps(said)}


def stands_in(gathered: KindRows, sheet: SheetRead, column: str) -> bool:
    """Return whether other columns of the sheet say what this one would."""
    if column == Invoices.gross_fen:
        return column in sheet.table.column_names
    is_order = gathered.table.name == Orders.name
    return is_order and column not in sheet.columns and (STANDS_IN | NAMED_BY).get(column) in sheet.columns


def _lacks(gathered: KindRows, sheet: SheetRead, column: Column) -> bool:
    return bool(column.spec.blank) and column not in sheet.columns and not stands_in(gathered, sheet, column)


def _about_columns(gathered: KindRows, received: ReceivedFile, sheet: SheetRead, lacking: Sequence[Column]) -> Finding:
    kind = gathered.table.name
    held = [column for column in lacking if _is_waited_for(gathered, sheet, column)]
    shape = _shape(sheet)
    given = {SHAPE: shape, **told_of(kind, held, [column for column in lacking if column not in held])}
    return Finding(
        rule=MISSING_HEADING,
        kind="sources",
        key=BETWEEN.join((received.name, sheet.sheet, kind) if held else (kind, shape)),
        place=Place(received.name, sheet.sheet),
        params=given if held else given | {OFFERED: "yes"},
        subject=received.name,
        is_holding=bool(held),
    )


def _about_fields(received: ReceivedFile, sheet: SheetRead, fields: Sequence[Column]) -> Finding:
    """Return the finding on a printed form that lacks fields of ours."""
    return Finding(
        rule=MISSING_LABEL,
        kind="sources",
        key=BETWEEN.join((received.name, sheet.sheet)),
        place=Place(received.name, sheet.sheet),
        params={"column_words": ",".join(f"{Orders.name}.{column}" for column in fields)},
        subject=received.name,
    )


def _of_sheets(found: Sequence[Finding]) -> Finding:
    """Return one finding for all sheets that lack the same, at the first of them."""
    sheets = list(dict.fromkeys(finding.place.sheet for finding in found))
    if len(sheets) == 1:
        return found[0]
    shown = [*sheets[:SHEETS_NAMED], *(["\u2026"] if len(sheets) > SHEETS_NAMED else [])]
    return replace(found[0], params={**found[0].params, "sheet": ", ".join(shown)})


def _absent_fields(sheet: SheetRead) -> tuple[Column, ...]:
    """Fields that a sheet of printed forms lacks; nothing for lists, which have a row of headings."""
    is_form = sheet.kind == Orders.name and sheet.heading_row == 0
    return tuple(column for column in FORM_FIELDS if column not in sheet.columns) if is_form else ()


def _shape(sheet: SheetRead) -> str:
    """Return a short hash of the headings that were recognised, in whatever order they stand."""
    headings = sorted(fold_heading(heading) for _, heading in sheet.columns.values())
    return blake2s("\n".join(headings).encode(), digest_size=8).hexdigest()


def _is_waited_for(gathered: KindRows, sheet: SheetRead, column: Column) -> bool:
    """Return whether rows of the sheet are held for want of this column."""
    is_off = gathered.off & {MISSING_HEADING, column.spec.blank}
    return column.spec.holds and not is_off and not _follows(sheet, column)


def _follows(sheet: SheetRead, column: str) -> bool:
    """Every row of the sheet has what this column follows from."""
    other = FOLLOWS.get(column)
    rows = sheet.table.column(other) if other in sheet.columns and sheet.table.num_rows else None
    return rows is not None and rows.null_count == 0
