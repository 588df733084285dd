"""The same rows as an .xlsx, for formats whose parts cannot be edited. Opened in a process of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.excel.write.tables import PlainSheet, write_rows
from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.text_files import open_text
from pipeline.reading.values.cells import NO_VALUE, PICTURE, ErrorCell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.files.grid import Grid

MADE = "rows.xlsx"


def same_rows(source: Path, name: str, scratch: Path) -> Path | None:
    """Write the rows of a workbook that was read before; None when it cannot be read any more."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
        try:
            return child.submit(_written, source, name, scratch).result()
        except Exception:  # noqa: BLE001 - whatever a file does to its reader or writer, it has no copy, and the night goes on
            return None


def _written(source: Path, name: str, scratch: Path) -> Path:
    target = scratch / MADE
    write_rows(target, [_plain(grid) for grid in _grids(source, name, scratch)])
    return target


def _plain(grid: Grid) -> PlainSheet:
    """Return errors as their text, what was never calculated as nothing: as the reader took them."""
    rows = [[_cell(cell) for cell in row] for row in grid.rows]
    return PlainSheet(grid.name, grid.numbers, rows, grid.merges, grid.hidden_rows, grid.is_hidden, grid.offset)


def _cell(cell: object) -> object:
    if isinstance(cell, ErrorCell):
        return cell.text
    return "" if cell is NO_VALUE or cell is PICTURE else cell


def _grids(source: Path, name: str, scratch: Path) -> Iterator[Grid]:
    kind = inspect(source, name).kind
    if kind == "text":
        yield open_text(source.read_bytes(), PurePosixPath(name).stem)
    else:
        yield from open_workbook(source, kind, scratch)
