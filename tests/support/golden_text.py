"""A workbook as text: sheet, freeze, widths, then one cell a line with value and number format."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl


def opened(path: Path, *, values: bool = False) -> openpyxl.Workbook:
    """Loaded from memory, so that no file stays open; `values` without formulas."""
    with warnings.catch_warnings():
        # openpyxl says of every data bar that it does not know the extension.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=values)


def dumped(path: Path) -> str:
    """Everything a reviewer wants to see change, and nothing that changes by itself."""
    formulas, values = opened(path), opened(path, values=True)
    lines = [f"workbook {path.name}"]
    lines += [f"name {name} = {defined.value}" for name, defined in sorted(formulas.defined_names.items())]
    for sheet in formulas.worksheets:
        lines += ["", *_sheet(sheet, values[sheet.title])]
    return "\n".join(lines) + "\n"


def _sheet(sheet: Any, values: Any) -> Iterator[str]:
    yield f"sheet {sheet.title} {sheet.sheet_state}"
    colour = sheet.sheet_properties.tabColor
    yield f"freeze {sheet.freeze_panes} tab {colour.rgb if colour else '-'}"
    widths = (f"{name}={size.width:.4g}" for name, size in sorted(sheet.column_dimensions.items()) if size.width)
    yield f"widths {' '.join(widths)}"
    yield f"print {sheet.print_area} rows {sheet.print_title_rows} cols {sheet.print_title_cols}"
    yield f"page {sheet.page_setup.orientation} {sheet.page_setup.fitToWidth}x{sheet.page_setup.fitToHeight}"
    yield from (f"table {table.ref}" for table in sheet.tables.values())
    yield from (f"choice {rule.sqref} {rule.type} {rule.formula1}" for rule in sheet.data_validations.dataValidation)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                yield _cell(cell, values[cell.coordinate].value)


def _cell(cell: Any, value: Any) -> str:
    shown = f"{cell.value}  →  {value!r}" if cell.data_type == "f" else repr(cell.value)
    return f"{cell.coordinate}\t{shown}\t{cell.number_format}"
