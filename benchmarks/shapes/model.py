"""What a book is, what is true of it, and how it becomes a file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Truth:
    """What a right reading of one kind of line on one sheet comes to; `kind` is "none" for foreign tables."""

    kind: str
    lines: int = 0
    keys: tuple[str, ...] = ()
    money: dict[str, int] = field(default_factory=dict)
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet as text: a line a row, cells parted by `|`; a cell that begins with ' stays text."""

    name: str
    text: str
    truths: tuple[Truth, ...]
    merges: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class Book:
    """One company's workbook: its name, the habit it shows, its sheets."""

    name: str
    style: str
    sheets: tuple[Sheet, ...]
    suffix: str = ".xlsx"

    @property
    def file(self) -> str:
        """The file's name in the inbox."""
        return self.name + self.suffix


def true(kind: str, lines: int, keys: str = "", money: dict[str, int] | None = None, days: str = "") -> Truth:
    """Put a truth together from short words: keys and days are parted by blanks."""
    first, _, last = days.partition(" ")
    return Truth(kind, lines, tuple(keys.split()), money or {}, first, last or first)


def one(name: str, style: str, truth: Truth, text: str, **how: str) -> Book:
    """Make a book of one sheet; `how` may name its sheet, merges, hidden columns, suffix."""
    sheet = Sheet(how.get("sheet", "Sheet1"), text, (truth,), how.get("merges", ""), how.get("hidden", ""))
    return Book(name, style, (sheet,), how.get("suffix", ".xlsx"))


def foreign(name: str, style: str, text: str, **how: str) -> Book:
    """Make a book of one sheet that is of no kind the product keeps."""
    return one(name, style, Truth("none"), text, **how)


def value(cell: str) -> str | float | dt.datetime | None:
    """Turn a cell's text into what a spreadsheet would hold."""
    cell = cell.strip(" ")
    if cell.startswith("'"):
        return cell[1:]
    if DAY.fullmatch(cell):
        return dt.datetime.fromisoformat(cell)
    if NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    return cell or None


def rows(sheet: Sheet) -> list[list[str | float | dt.datetime | None]]:
    """Return the cells of a sheet, row by row."""
    return [[value(cell) for cell in line.split("|")] for line in sheet.text.strip("\n").split("\n")]


def fill(page: Worksheet, sheet: Sheet) -> None:
    """Write a sheet's cells, then merge and hide what is to be."""
    for at, row in enumerate(rows(sheet), 1):
        for col, cell in enumerate(row, 1):
            if cell is not None:
                page.cell(at, col, cell)
    for area in sheet.merges.split():
        page.merge_cells(area)
    for letter in sheet.hidden.split():
        page.column_dimensions[letter].hidden = True


def build(book: Book, folder: Path) -> Path:
    """Write a book into a folder: a workbook, or text in gbk as old exports are."""
    path = folder / book.file
    if book.suffix != ".xlsx":
        mark = "," if book.suffix == ".csv" else "\t"
        text = "\r\n".join(
            line.replace("|", mark).replace("'", "") for line in book.sheets[0].text.strip("\n").split("\n")
        )
        path.write_bytes((text + "\r\n").encode("gbk"))
        return path
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for sheet in book.sheets:
        fill(made.create_sheet(sheet.name), sheet)
    made.save(path)
    return path
