"""A table of a sheet in list form, whatever the sheet looks like, and its rows as people left them made whole.

Lists keep their grid. Forms, tables under a printed head and wide tables are turned into the same rows, and every cell
that moved remembers its own place.

What people leave out of a row because something near says it is filled in, what they put into one cell is parted:
ditto marks, lines of one order; a clock beside a day, a carrier before its number. Decisions, identity: a row without a
number is a new order when it has a customer and a day of its own, and a line of the order above when it has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.results import CellFinding, FileFinding
from pipeline.reading.values.cells import DITTOS, is_blank, is_ditto
from pipeline.reading.values.dates import parse_clock
from schemas.incoming.kinds import KINDS
from schemas.policy import carriers
from schemas.table import Type

SUMS = (Type.MONEY, Type.QTY)  # what total rows add up
NUMBERS = (Type.ORDER_NO, Type.COMPLAINT_NO)

DITTO, FILLED_DOWN = "CELL-033", "CELL-002"
LONGEST_DITTO = 6  # signs with brackets and blanks; what is longer says more than that
# few texts begin so, and only these are looked at more closely
DITTO_STARTS = frozenset(" \t\u3000(\uff08") | {word[0] for word in DITTOS} | {word[0].upper() for word in DITTOS}
OWN = ("customer_name", "order_date")
PRODUCT = ("product_name", "model", "product_code")
CARRIER, WAYBILL = "carrier", "tracking_no"
PARTING = " :\uff1a-_/\u3000"
CLOCK = re.compile(r"\d{1,2}[:\uff1a]\d{2}(?:[:\uff1a]\d{2})?")
DAY_SECONDS = 86400


class CellPlace(NamedTuple):
    """Where a value really stands, and the heading or label it stands by; its sheet where that is another."""

    row: int
    letter: str
    heading: str
    sheet: str = ""

    @property
    def entry(self) -> tuple[str, ...]:
        """Return cell and heading, and the sheet if it is another."""
        return (f"{self.letter}{self.row}", self.heading, *filter(None, [self.sheet]))


PlacesOfRow = dict[int, CellPlace]  # position in a row of the table → place
Stages = dict[tuple[str, str], int]  # stage and field of a wide table → position in the row


@dataclass
class TableLayout:
    """A grid, the heading to read it by, and what is not where the heading says.

    `cells[i]` belongs to `grid.rows[i]`; empty for a plain list. `stages`: the columns of a wide table, one per stage
    and field. `outside`: rows above the table (of forms all rows), where its unit of money may be said. `bare`: the
    table without what its head says of every row. `is_second`: another layout of the same rows goes on with the sheet.
    `aside`: further rows that are counted and not read; `findings`: what was found while the table was cut out.
    """

    grid: Grid
    fit: Fit
    cells: Sequence[PlacesOfRow] = ()
    stages: Stages = field(default_factory=dict)
    outside: Sequence[list[Raw]] = ()
    bare: tuple[Grid, Fit] | None = None
    is_second: bool = False
    aside: Sequence[tuple[int, str]] = ()
    findings: Sequence[FileFinding] = ()


@dataclass
class DataRows:
    """Data rows in list form: `rows[i]` is Excel row `numbers[i]`."""

    fit: Fit
    numbers: list[int]
    rows: list[list[Raw]]
    cells: Sequence[PlacesOfRow] = ()

    def places(self, at: int) -> Mapping[str, tuple[str, ...]]:
        """Return field → (cell, heading, sheet) of what stands elsewhere than the row and the heading say."""
        if not self.cells:
            return {}
        own = {name: self.cells[at].get(positions[0]) for name, positions in self.fit.columns.items()}
        return {name: place.entry for name, place in own.items() if place}


def name_own_places(grid: Grid, fit: Fit, numbers: Sequence[int], places: Sequence[PlacesOfRow]) -> None:
    """Where one row of a column has its cell elsewhere, let the others say that theirs stands in the row."""
    moved = {position for places_of_row in places for position in places_of_row}
    for position in moved & set(fit.headings):
        letter, heading = grid.letter(position), fit.headings[position].strip()
        for number, places_of_row in zip(numbers, places, strict=True):
            places_of_row.setdefault(position, CellPlace(number, letter, heading))


def identity_column(kind: str) -> str:
    """Return the column of the order or complaint number a row of this kind goes by; empty when it has none."""
    table = KINDS[kind]
    return next((name for name in table.naming() if table.spec(name).type in NUMBERS), "")


def is_unfilled(raw: Raw) -> bool:
    """Return whether nothing was filled in: no value, or only what people put for none."""
    return raw == BLANK or raw is None or (type(raw) is str and is_blank(raw))


def fill_ditto(data: DataRows) -> Iterator[CellFinding]:
    """Replace "as above" by the value of the previous data row, column by column; one finding a cell."""
    columns = list(zip(*data.rows, strict=True))
    for name, (position, *_) in data.fit.columns.items() if data.rows else ():
        words = [cell for cell in set(columns[position]) if type(cell) is str and cell[:1] in DITTO_STARTS]
        marks = {word for word in words if len(word) <= LONGEST_DITTO and is_ditto(word)}
        if not marks:
            continue
        for at, (above, row) in enumerate(pairwise(data.rows), 1):
            if row[position] in marks and above[position] not in marks:
                yield CellFinding(data.numbers[at], name, DITTO, str(row[position]), at=at)
                row[position] = above[position]


def fill_lines(data: DataRows) -> Iterator[CellFinding]:
    """Give every line of an order the header of its first line; one finding a table, at the first that was filled.

    Only for orders. Money, quantities and whatever else belongs to a line is never filled.
    """
    fit = data.fit
    if fit.kind != "orders" or not {"order_no", "qty"}.issubset(fit.columns):
        return  # a form may lack what makes a row a line
    table = KINDS[fit.kind]
    header = [(at[0], name) for name, at in fit.columns.items() if table.spec(name).header]
    own_number, lines = fit.columns["order_no"][0], _Lines(fit)
    filled: list[tuple[int, str]] = []
    for at, (above, row) in enumerate(pairwise(data.rows), 1):
        order_no = row[own_number]
        if order_no not in (BLANK, above[own_number]) or BLANK not in row or not lines.continues(above, row, order_no):
            continue
        empty = [(place, name) for place, name in header if row[place] == BLANK and above[place] != BLANK]
        for place, _ in empty:
            row[place] = above[place]
        filled += [(at, empty[0][1])] if empty else []
    for at, name in filled[:1]:
        yield CellFinding(data.numbers[at], name, FILLED_DOWN, params=(("count", str(len(filled))),), at=at)


class _Lines:
    def __init__(self, fit: Fit) -> None:
        self._own = [fit.columns[name][0] for name in OWN if name in fit.columns]
        self._product = [fit.columns[name][0] for name in PRODUCT if name in fit.columns]
        self._qty = fit.columns["qty"][0]

    def continues(self, above: list[Raw], row: list[Raw], order_no: Raw) -> bool:
        """Return whether the row is a further line of the order above, whose number it bears or leaves out."""
        if not self._is_line(row) or not self._is_line(above):
            return False
        own = [at for at in self._own if row[at] != BLANK]
        return order_no != BLANK or (len(own) < len(OWN) and all(row[at] == above[at] for at in own))

    def _is_line(self, row: list[Raw]) -> bool:
        return row[self._qty] != BLANK and any(row[at] != BLANK for at in self._product)


def join_clocks(fit: Fit, rows: Sequence[list[Raw]]) -> None:
    """Make one of two columns of one moment that hold days and times; a day needs no time."""
    for name, places in fit.columns.items():
        type_ = KINDS[fit.kind].spec(name).type
        if len(places) > 1 and type_ in {Type.MOMENT, Type.DAY}:
            for row in rows:
                _join(row, *places[:2], is_moment=type_ is Type.MOMENT)


def _join(row: list[Raw], first: int, second: int, *, is_moment: bool) -> None:
    day, clock = row[first], row[second]
    if is_clock(day):
        day, clock = clock, day
    if not is_clock(clock) or day == BLANK:
        return
    if not is_moment:
        row[first], row[second] = day, BLANK
    elif not is_clock(day) and isinstance(value := parse_clock(clock).value, time):
        row[first], row[second] = _day_with_clock(day, value), BLANK


def is_clock(raw: Raw) -> bool:
    """Return whether a cell is a time of day and nothing else."""
    if isinstance(raw, time | timedelta):
        return True
    if type(raw) is float:
        return 0 < raw < 1
    return type(raw) is str and CLOCK.fullmatch(raw.strip()) is not None


def _day_with_clock(day: Raw, clock: time) -> Raw:
    if isinstance(day, datetime | date):
        return datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second)
    if type(day) is float:
        return day + (clock.hour * 3600 + clock.minute * 60 + clock.second) / DAY_SECONDS
    return f"{day} {clock:%H:%M:%S}"


def split_carriers(fit: Fit, rows: Sequence[list[Raw]]) -> None:
    """Move the carrier's name that stands before its number into the carrier's own column, where there is one."""
    if CARRIER not in fit.columns or WAYBILL not in fit.columns:
        return
    name_at, number_at = fit.columns[CARRIER][0], fit.columns[WAYBILL][0]
    for row in rows:
        cell = row[number_at]
        if type(cell) is str and (found := _carrier(cell)):
            row[number_at] = found[1]
            if row[name_at] == BLANK:
                row[name_at] = found[0]


def _carrier(cell: str) -> tuple[str, str] | None:
    """Return name and number of a cell that holds both; a prefix that belongs to the number stays."""
    for carrier in carriers.load():
        for name in carrier.names:
            number = cell.strip().removeprefix(name).lstrip(PARTING)
            if not name.isascii() and cell.strip().startswith(name) and number.isascii() and number:
                return name, number
    return None
