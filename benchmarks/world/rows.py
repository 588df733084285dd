"""Rows and sheets before they are written, and what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pipeline.excel.names import column_letter
from pipeline.excel.write.sample_sheets import Formula

Value = str | int | float | Decimal | date | datetime | Formula | None
Cells = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect planted in one column of a row ("" for the row itself)."""

    rule: str
    column: str
    why: str


@dataclass(eq=False)
class Row:
    """One line of a workbook. `expected` is what the night must do with it."""

    kind: str
    cells: Cells
    defects: list[Defect] = field(default_factory=list)
    expected: str = "accepted"  # accepted | held | copy | ignored
    is_hidden: bool = False
    is_planted: bool = False  # nothing more may be planted here
    merges_up: bool = False  # header cells are merged with the row above
    tags: set[str] = field(default_factory=set)
    reads: dict[str, Decimal] = field(default_factory=dict)  # yuan a text in a money cell stands for

    def get(self, column: str) -> Value:
        """The cell as it will be written."""
        return self.cells.get(column)

    def day(self, column: str) -> date:
        """The day of a date cell. Raises TypeError when it is none."""
        value = self.cells[column]
        if not isinstance(value, date):
            raise TypeError(f"{column}: {value!r}")
        return value.date() if isinstance(value, datetime) else value

    def moment(self, column: str) -> datetime:
        """The moment of a date cell with a time. Raises TypeError when it is none."""
        value = self.cells[column]
        if not isinstance(value, datetime):
            raise TypeError(f"{column}: {value!r}")
        return value

    def text(self, column: str) -> str:
        """The cell as text, empty when blank."""
        value = self.cells.get(column)
        return "" if value is None else str(value)

    def money(self, column: str) -> Decimal:
        """Yuan in a money column; 0 when it is no number."""
        value = self.reads.get(column, self.cells.get(column))
        return Decimal(str(value)) if isinstance(value, int | float | Decimal) else Decimal(0)


@dataclass(eq=False)
class Sheet:
    """One sheet of one file; None among the rows is a blank line."""

    file: str
    name: str
    kind: str
    columns: list[tuple[str, str]]
    title: str = ""
    subtitle: list[str] = field(default_factory=list)
    rows: list[Row | None] = field(default_factory=list)
    has_total: bool = False
    total_label: str = ""
    total_off: Decimal = Decimal(0)
    notes: list[str] = field(default_factory=list)
    defects: list[tuple[str, str, str]] = field(default_factory=list)  # rule, cell, why
    is_hidden: bool = False
    date_form: str = "yyyy-mm-dd"

    @property
    def heading_row(self) -> int:
        """Row of the headings as Excel shows it."""
        return 1 + bool(self.title) + bool(self.subtitle)

    @property
    def total_row(self) -> int:
        """Row of the total as Excel shows it."""
        return self.heading_row + len(self.rows) + 1

    def letter(self, column: str) -> str:
        """Column letter of a field. Raises ValueError when the sheet has no such column."""
        return column_letter([name for name, _ in self.columns].index(column))

    def row_of(self, row: Row) -> int:
        """Row number as Excel shows it."""
        return self.heading_row + 1 + next(n for n, other in enumerate(self.rows) if other is row)

    def real(self) -> list[Row]:
        """Rows without the blank lines."""
        return [row for row in self.rows if row is not None]

    def total(self, column: str = "amount_fen") -> Decimal:
        """Yuan over a money column, held rows and copies included."""
        return sum((row.money(column) for row in self.real()), Decimal(0))
