"""The company's printed approval form: what it must have a field for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from pipeline.reading import SheetRead
    from schemas.table import Column

MISSING_LABEL = "ORD-039"
# Fields without which a row is incomplete anyway are told as missing headings.
FIELDS = (
    Orders.order_no,
    Orders.product_name,
    Orders.model,
    Orders.promised_date,
    Orders.reviewer,
    Orders.approval,
    Orders.remark,
    Orders.form_date,
)


def absent_fields(sheet: SheetRead) -> tuple[Column, ...]:
    """Fields that a sheet of printed forms lacks; nothing for lists, which have a row of headings."""
    is_form = sheet.kind == Orders.name and sheet.heading_row == 0
    return tuple(column for column in FIELDS if column not in sheet.columns) if is_form else ()
