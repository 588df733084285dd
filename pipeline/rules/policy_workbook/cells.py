"""Cells of the policy workbook: read with their place, and what may stand in them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pipeline.core.errors import SettingsError
from pipeline.core.text import simplified
from pipeline.excel.names import column_letter
from pipeline.reading.files.deliverables import sheet_rows
from schemas.derived.finding import Place
from schemas.language.words import load, translate

DEPARTMENTS = "dept."
MOST_FIGURE = 10**9
FLAGS = ("policy.yes", "policy.no")
# columns that workbooks of earlier versions do not have: blank there
LATER = ("clock_owner", "term_is_allowed", "term_grades", "may_be_off", "source_way")
Row = Mapping[str, "Cell"]


@dataclass(frozen=True)
class Cell:
    """One cell of the policy workbook with its place."""

    where: str
    value: Any

    @property
    def place(self) -> Place:
        """Return where Excel shows it."""
        return place_of_cell(self.where)

    def wrong(self, why: str) -> SettingsError:
        """Return the error that names this cell; `why` is a key of ``wrong.*``."""
        return SettingsError(self.where, why, "correct_cell", value=str(self.value))


def place_of_cell(where: str) -> Place:
    """Return where Excel shows what `Cell.where` names."""
    file, sheet, cell = where.split(" › ")
    letters = cell.rstrip("0123456789")
    return Place(file, sheet, int(cell[len(letters) :]), letters)


def read_sheets(
    path: Path, lang: str, columns: Mapping[str, Sequence[str]], leave_out: Callable[[str, SettingsError], None]
) -> dict[str, list[Row]]:
    """Return the rows of every sheet that is there, by its key; `columns` are the keys of their headings.

    Raises SettingsError for a workbook that cannot be opened; a sheet that lacks a heading is left out.
    """
    read = sheet_rows(path)
    if read is None:
        raise SettingsError(str(path), "policy_closed", "restore_policy")
    found: dict[str, list[Row]] = {}
    for name, heads in columns.items():
        word = load()[f"policy.{name}"]
        rows = next((read[tab] for tab in (word.zh, word.en, *word.other) if read.get(tab)), None)
        try:
            if rows:
                found[name] = list(_rows(path, word.text(lang), heads, rows))
        except SettingsError as wrong:
            leave_out(name, wrong)
    return found


def _rows(path: Path, tab: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[Row]:
    """Rows below the heading; a missing column is named, not guessed."""
    at: dict[str, int] = {}
    for head in heads:
        word = load()[f"policy.h_{head}"]
        found = [n for n, cell in enumerate(rows[0]) if str(cell).strip() in (word.zh, word.en)]
        if not found and head in LATER:
            continue
        if not found:
            missing = Cell(f"{path.name} › {tab} › 1", word.zh)
            raise missing.wrong("no_heading")
        at[head] = found[0]
    for number, row in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in row):
            cells = {
                head: Cell(f"{path.name} › {tab} › {column_letter(n)}{number}", row[n] if n < len(row) else "")
                for head, n in at.items()
            }
            yield {head: cells.get(head, Cell(f"{path.name} › {tab} › {number}", "")) for head in heads}


def named(cell: Cell, known: Container[str], wrong: str) -> str:
    """Return the key that stands in the cell, one of those known."""
    key = str(cell.value).strip()
    if key not in known:
        raise cell.wrong(wrong)
    return key


def word_of(cell: Cell, keys: Iterable[str]) -> str:
    """Return the key of the word table whose word the cell holds, in any language; empty for none."""
    text = simplified(str(cell.value)).strip().lower()
    words = ((key, load()[key]) for key in keys)
    return next((key for key, word in words if text in (word.zh, word.en.lower(), *word.other)), "")


def flag(cell: Cell) -> bool:
    """Return yes or no, in either language."""
    found = word_of(cell, FLAGS)
    if not found:
        raise cell.wrong("no_flag")
    return found == FLAGS[0]


def format_flag(is_yes: bool, lang: str) -> str:  # noqa: FBT001 - one flag said in words
    """Return the word that `flag` reads."""
    return translate(FLAGS[0] if is_yes else FLAGS[1], lang)


def number(cell: Cell, most: int = MOST_FIGURE) -> Decimal | None:
    """Return a figure, None for a blank cell; one beyond `most`, either way, is wrong."""
    if cell.value in ("", None):
        return None
    try:
        found = Decimal(str(cell.value).strip())
    except InvalidOperation:
        raise cell.wrong("no_figure_number") from None
    if not found.is_finite():
        raise cell.wrong("no_figure_number")
    if abs(found) > most:
        raise cell.wrong("too_much")
    return found


def department(cell: Cell) -> str:
    """Return the key of the department that is named."""
    found = word_of(cell, (key for key in load() if key.startswith(DEPARTMENTS)))
    if not found:
        raise cell.wrong("no_dept")
    return found.removeprefix(DEPARTMENTS)
