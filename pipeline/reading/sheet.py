"""One grid becomes a typed table of a known kind, or a reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.reading import compare, doubles, headings
from pipeline.reading.fill import fill_ditto, fill_lines
from pipeline.reading.grid import BLANK, Grid, fill_down_merges
from pipeline.reading.normal import BLANKS, spelled, unit_scale
from pipeline.reading.period import sheet_month
from pipeline.reading.results import CellFinding, FileFinding, SheetRead, params
from pipeline.reading.rows import ONLY_NUMBER, SAMPLE, identity, sort_rows
from pipeline.reading.typed import Typed, anchored, read_column, read_dates
from pipeline.reading.values.days import DateContext
from schemas.incoming import KINDS
from schemas.table import Type
from schemas.words import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.grid import Raw
    from pipeline.reading.headings import Fit, Found
    from pipeline.reading.rows import Sorted
    from schemas.table import Spec

HIDDEN_SKIPPED, UNKNOWN, TWO_KINDS, NO_ROWS, MISSING = "FILE-005", "FILE-018", "FILE-019", "FILE-020", "FILE-021"
SAMPLE_ROW, DRAG_FILL, ROW_HIDDEN, CONVERTED = "FILE-026", "CELL-042", "CELL-003", "CELL-001"
DAYS = (Type.DAY, Type.MOMENT)
SUMS = (Type.MONEY, Type.QTY)
ORDER_DAY = "order_date"


@dataclass
class Read:
    """What one sheet gave: at most one table, and findings about the sheet."""

    table: SheetRead | None = None
    findings: list[FileFinding] = field(default_factory=list)


def read_sheet(grid: Grid, file: str) -> Read:
    """Find the heading, sort the rows, type the columns."""
    if not grid.rows:
        return Read()
    found = headings.find(_head(grid))
    if found.fit is None:
        return Read(findings=[] if grid.is_hidden else [_unknown(grid, found)])
    fit = found.fit
    if grid.is_hidden:
        return Read(findings=[FileFinding(HIDDEN_SKIPPED, grid.name, params=params(kind=_kind(fit)))])
    read = Read()
    if found.rivals:
        read.findings.append(_two_kinds(grid, [fit, *found.rivals], fit.at))
        if len(found.rivals[0].explained) == len(fit.explained):
            return read
    _Reader(grid, fit, file, read).read()
    return read


def _head(grid: Grid) -> Grid:
    """The first rows with every merged heading filled in, apart from the grid itself."""
    few = headings.SEARCHED_ROWS
    head = Grid(grid.name, grid.numbers[:few], [row[:] for row in grid.rows[:few]], grid.merges, offset=grid.offset)
    fill_down_merges(head)
    return head


def _unknown(grid: Grid, found: Found) -> FileFinding:
    near = found.near
    if near is None:
        return FileFinding(UNKNOWN, grid.name)
    row = grid.numbers[near.at]
    missing = " / ".join(load()[f"{near.kind}.{name}"].zh for names in near.missing for name in names)
    return FileFinding(MISSING, grid.name, missing, row=row, params=params(kind=_kind(near)))


def _two_kinds(grid: Grid, fits: Sequence[Fit], at: int) -> FileFinding:
    kinds = " / ".join(_kind(fit) for fit in fits)
    return FileFinding(TWO_KINDS, grid.name, row=grid.numbers[at], params=params(other=kinds))


def _kind(fit: Fit) -> str:
    return load()[f"kind.{fit.kind}"].zh


class _Reader:
    def __init__(self, grid: Grid, fit: Fit, file: str, read: Read) -> None:
        self.grid, self.fit, self.read_ = grid, fit, read
        self.table = KINDS[fit.kind]
        month = sheet_month(grid.name, file)
        self.context = DateContext(sheet_month=month, epoch_1904=grid.epoch_1904)
        self.scale = _sheet_scale(grid, fit.at)

    def read(self) -> None:
        """Fill in the table of `read_`."""
        grid, fit = self.grid, self.fit
        # an amount merged over the lines of an order stands once, not on every line
        summed = [name for name in fit.columns if self.table.spec(name).type in SUMS]
        fill_down_merges(grid, frozenset(at for name in summed for at in fit.columns[name]))
        sorted_ = sort_rows(grid, fit)
        rows = [grid.rows[at] for at in sorted_.kept]
        typed = Typed([grid.numbers[at] for at in sorted_.kept])
        self._tell(sorted_, rows)
        typed.findings += fill_ditto(fit, rows, typed.numbers)
        typed.findings += fill_lines(fit, rows, typed.numbers)
        self._columns(typed, list(zip(*rows, strict=True)))
        self._hidden(typed)
        self.read_.findings += compare.totals(grid, fit, sorted_, typed, self._scale)
        self.read_.table = SheetRead(
            kind=fit.kind,
            sheet=grid.name,
            heading_row=grid.numbers[fit.at],
            columns=self._letters(),
            table=_arrow(typed, grid.hidden_rows),
            rows_read=len(rows),
            ignored=sorted_.ignored,
            totals=typed.totals,
            findings=typed.findings,
        )

    def _columns(self, typed: Typed, columns: list[tuple[Raw, ...]]) -> None:
        """Numbers first, then the order's day, then what is measured by them."""
        present = [str(name) for name in self.table.columns if name in self.fit.columns]
        number = identity(self.fit.kind)
        values: dict[str, list[object]] = {}
        for name in sorted(present, key=lambda each: (each != number, each != ORDER_DAY)):
            spec, raws = self.table.spec(name), self._raws(name, columns)
            if spec.type in DAYS:
                values[name] = self._dates(typed, name, spec, raws, values)
            else:
                values[name] = read_column(typed, name, spec, raws, self._scale(name))
        units = typed.units.get("qty")
        if units and "uom" not in present and any(column == "uom" for column in self.table.columns):
            typed.store("uom", self.table.spec("uom"), units)

    def _dates(
        self, typed: Typed, name: str, spec: Spec, raws: tuple[Raw, ...], values: dict[str, list[object]]
    ) -> list[object]:
        context = replace(self.context, want="deadline" if spec.wish == "deadline" else "event")
        unknown: list[object] = [None] * len(raws)
        numbers = values.get(identity(self.fit.kind), unknown)
        return read_dates(typed, name, spec, raws, anchored(context, numbers, values.get(ORDER_DAY, unknown)))

    def _raws(self, name: str, columns: list[tuple[Raw, ...]]) -> tuple[Raw, ...]:
        return columns[self.fit.columns[name][0]] if columns else ()

    def _scale(self, name: str) -> int:
        """Yuan per unit: the heading's word beats the sheet's, and only money columns have one."""
        if self.table.spec(name).type is not Type.MONEY:
            return 1
        own = self.fit.scale(name)
        return own if own != 1 else self.scale

    def _tell(self, sorted_: Sorted, rows: list[list[Raw]]) -> None:
        """Findings about the sheet as a whole."""
        found, grid, fit = self.read_.findings, self.grid, self.fit
        if not rows:
            found.append(FileFinding(NO_ROWS, grid.name, row=grid.numbers[fit.at], params=params(kind=_kind(fit))))
        for rule, reason in ((SAMPLE_ROW, SAMPLE), (DRAG_FILL, ONLY_NUMBER)):
            numbers = [number for number, why in sorted_.ignored if why == reason]
            if numbers:
                told = params(count=len(numbers))
                found.append(FileFinding(rule, grid.name, row=numbers[0], params=told))
        if sorted_.other:
            found.append(_two_kinds(grid, [fit, sorted_.other], sorted_.other.at))
        found += doubles.find(grid, fit, rows)
        for name in fit.columns:
            if self._scale(name) != 1:
                letter, heading = self._letters()[name]
                found.append(FileFinding(CONVERTED, grid.name, heading, heading, letter=letter))

    def _letters(self) -> dict[str, tuple[str, str]]:
        fit = self.fit
        return {name: (self.grid.letter(at[0]), fit.headings[at[0]].strip()) for name, at in fit.columns.items()}

    def _hidden(self, typed: Typed) -> None:
        if self.grid.hidden_rows:
            hidden = [number for number in typed.numbers if number in self.grid.hidden_rows]
            typed.findings += [CellFinding(number, "", ROW_HIDDEN) for number in hidden]


def _arrow(typed: Typed, hidden: frozenset[int]) -> pa.Table:
    numbers = list(typed.numbers)
    unknown = [" ".join(typed.unknown.get(number, ())) for number in numbers]
    return pa.table(
        {
            **typed.columns,
            "src_row": pa.array(numbers, pa.int64()),
            "src_hidden": pa.array([number in hidden for number in numbers], pa.bool_()),
            "src_unknown": pa.array(unknown, pa.string()),
        }
    )


def _sheet_scale(grid: Grid, until: int) -> int:
    """Yuan per unit, when a line above the heading says in what the sheet counts."""
    for cell in _texts_above(grid, until):
        if found := _UNIT_LINE.search(BLANKS.sub("", cell).casefold()):
            return unit_scale(found[1]) or 1
    return 1


def _texts_above(grid: Grid, until: int) -> Iterator[str]:
    for row in grid.rows[:until]:
        yield from (cell for cell in row if type(cell) is str and cell != BLANK)


_UNIT_LINE = re.compile(
    rf"(?:{'|'.join(spelled('reading.unit'))})[:\uff1a]?(\D{{0,4}}?(?:{'|'.join(spelled('reading.yuan'))}))"
)
