"""The columns of one table: every cell typed, beside what the sheet says of all of them.

A sheet may say elsewhere in what it counts its money, whether prices hold the tax, and of which month its days are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from pipeline.core.text import normalize, simplified, without_blanks
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.currency import CURRENCY, MONEY, PRICES, Currencies, with_formats
from pipeline.reading.layout.date_columns import Anchors, anchored, read_dates
from pipeline.reading.layout.heading_names import any_of, heading_scale, unit_scale
from pipeline.reading.layout.table import NUMBERS, DataRows, TableLayout, identity_column
from pipeline.reading.layout.taxes import Taxes
from pipeline.reading.layout.title_customer import CUSTOMER, TitledCustomers
from pipeline.reading.layout.typed import TypedTable, parser
from pipeline.reading.values.amounts import parse_money, parse_price, parse_qty
from pipeline.reading.values.cells import MeantNumber
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.text import parse_name
from schemas.incoming.kinds import KINDS
from schemas.table import Spec, Type

Want = Literal["deadline", "event"]
DAYS = (Type.DAY, Type.MOMENT)
ORDER_DAY = "order_date"
THOUSAND, FEN = 1000, 100  # quantities are read as thousandths, amounts as fen
ENOUGH = 200  # rows that are asked for the unit of the prices; all of a sheet have one
UNIT_LINE = re.compile(rf"(?:{any_of('reading.unit')})[:\uff1a]?(\D{{0,4}}?(?:{any_of('reading.yuan')}))")
YEAR = rf"(?<!\d)(20[0-4]\d)(?!\d)\s*(?:{any_of('reading.year')})?"
JOINED = re.compile(r"(?<!\d)(20[0-4]\d)(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)")
PARTED = re.compile(rf"{YEAR}[\s._\-/]*(1[0-2]|0?[1-9])(?!\d)")
YEAR_ALONE = re.compile(YEAR)
MONTH_ALONE = re.compile(rf"(?<!\d)(1[0-2]|0?[1-9])\s*(?:{any_of('reading.month')})")


class ColumnReader:
    """Reads the columns of one table. `file`: its name may say the month; `unit`: yuan per unit of the sheet."""

    def __init__(self, layout: TableLayout, file: str) -> None:
        self.fit, self.table = layout.fit, KINDS[layout.fit.kind]
        self.unit = sheet_unit(layout.outside)
        self._layout, self._grid = layout, layout.grid
        self.titled = TitledCustomers(layout)
        self._currencies = Currencies(layout, file)
        self.currencies_of_table: frozenset[str] = frozenset()  # what only a title or a name says of the sums
        month = sheet_month(self._grid.name, file)
        self._context = DateContext(sheet_month=month, epoch_1904=self._grid.epoch_1904)
        self._price = 1  # yuan per unit of the prices
        self.units: Mapping[str, int] = {}  # yuan per unit of sums that stand on another sheet
        self._anchors: dict[tuple[str, bool], Anchors] = {}  # by what a date is wished for, and whether days are known

    def read(self, typed: TypedTable, data: DataRows) -> None:
        """Type numbers first, then the order's day, then what is measured by them."""
        self.fit = data.fit
        self._price = self._price_scale(data.rows)
        columns = list(zip(*data.rows, strict=True))
        present = [str(name) for name in self.table.columns if name in self.fit.columns]
        number = identity_column(self.fit.kind)
        taxes = Taxes(self.fit, _texts([*self._layout.outside, *self._aside(typed.numbers)]), self.scale)
        values: dict[str, list[object]] = {}
        cells: dict[str, Sequence[Raw]] = {}
        for name in present:
            cells[name] = taxes.take_words(name, self._raws(name, columns, typed.numbers))
        sums = self._sums(cells, typed.numbers)
        typed.currencies = self._currencies.settle(sums, columns)
        self.currencies_of_table = self._currencies.taken
        for name in sorted(present, key=lambda name: (name != number, name != ORDER_DAY)):
            spec = self.table.spec(name)
            if spec.type in DAYS:
                values[name] = read_dates(
                    typed, name, spec, cells[name], self._anchors_of(spec, len(data.rows), values)
                )
            elif name != CURRENCY or self.fit.kind == PRICES:
                values[name] = typed.put(name, spec, sums.get(name, cells[name]), parser(spec, self.scale(name)))
        if typed.currencies or (CURRENCY in present and self.fit.kind != PRICES):
            said = typed.currencies or [None] * len(data.rows)
            typed.store(CURRENCY, self.table.spec(CURRENCY), list(said))
        taxes.settle(typed, values, columns, cells)
        if self.titled.label:
            typed.put(CUSTOMER, self.table.spec(CUSTOMER), self.titled.of_rows(typed.numbers), parse_name)
        if "uom" in self.table.columns and "uom" not in present and (units := typed.units.get("qty")):
            typed.store("uom", self.table.spec("uom"), units)

    def _sums(self, cells: Mapping[str, Sequence[Raw]], numbers: Sequence[int]) -> dict[str, Sequence[Raw]]:
        """Return the columns of money, with the currencies that formats show."""
        self._currencies.follow(self.fit)
        money = [name for name in cells if self.table.spec(name).type in MONEY]
        return {name: with_formats(self._grid, self.fit.columns[name][0], numbers, cells[name]) for name in money}

    def scale(self, name: str) -> int:
        """Return yuan per unit: the heading's word beats the sheet's, and only money columns and prices have one."""
        type_ = self.table.spec(name).type
        if type_ not in MONEY:
            return 1
        own = heading_scale(self.fit.headings[self.fit.columns[name][0]])
        return own or self.units.get(name) or (self._price if type_ is Type.PRICE else self.unit)

    def _price_scale(self, rows: Sequence[Sequence[Raw]]) -> int:
        """Return yuan per unit of prices whose heading does not say it: what makes the amounts of their rows.

        That of the sheet or the amounts, or 1, whichever comes nearer to the amounts; the sheet's when no row can tell.
        """
        price, qty, amount = (self.fit.columns.get(name, [-1])[0] for name in ("unit_price", "qty", "amount_fen"))
        amounts = self.unit if amount < 0 else self.scale("amount_fen")
        other = max(amounts, self.unit)
        if other == 1 or min(price, qty, amount) < 0:
            return self.unit
        # price by quantity over amount is about `amounts` for prices in yuan, and less by what their unit is larger
        ratios = _ratios([(row[price], row[qty], row[amount]) for row in rows[:ENOUGH]])
        large = [ratio < amounts / math.sqrt(other) for ratio in ratios]
        if large.count(True) == large.count(False):
            return self.unit
        return other if large.count(True) > large.count(False) else 1

    def _aside(self, numbers: Sequence[int]) -> Iterator[list[Raw]]:
        """Return the rows of the grid that are no rows of the table."""
        kept = set(numbers)
        return (row for number, row in zip(self._grid.numbers, self._grid.rows, strict=True) if number not in kept)

    def _anchors_of(self, spec: Spec, count: int, values: dict[str, list[object]]) -> Anchors:
        want: Want = "deadline" if spec.wish == "deadline" else "event"
        known = (want, ORDER_DAY in values)
        if known not in self._anchors:
            unknown: list[object] = [None] * count
            numbers = values.get(identity_column(self.fit.kind), unknown)
            self._anchors[known] = anchored(replace(self._context, want=want), numbers, values.get(ORDER_DAY, unknown))
        return self._anchors[known]

    def _raws(self, name: str, columns: list[tuple[Raw, ...]], numbers: Sequence[int]) -> tuple[Raw, ...]:
        position = self.fit.columns[name][0]
        raws = columns[position] if columns else ()
        return with_meant(self._grid, position, numbers, raws) if self.table.spec(name).type in NUMBERS else raws


def with_meant(grid: Grid, position: int, numbers: Sequence[int], raws: Sequence[Raw]) -> tuple[Raw, ...]:
    """Return the cells of a column, with the numbers that Excel took for a subtraction as `MeantNumber`."""
    if not grid.formulas or position >= len(grid.rows[0]):
        return tuple(raws)
    column = position + grid.offset + 1
    meant = [grid.formulas.get((number, column), "") for number in numbers]
    pairs = zip(raws, meant, strict=True)
    return tuple(MeantNumber(text, raw) if text and type(raw) is float else raw for raw, text in pairs)


def sheet_month(sheet: str, file: str) -> tuple[int, int] | None:
    """Return (year, month) of the sheet's name, the file's name, or the month of one and the year of the other."""
    names = [normalize(name) for name in (sheet, PurePosixPath(file).stem)]
    for name in names:
        if found := JOINED.search(name) or PARTED.search(name):
            return int(found[1]), int(found[2])
    month = next((found for name in names if (found := MONTH_ALONE.search(name))), None)
    year = next((found for name in names if (found := YEAR_ALONE.search(name))), None)
    return (int(year[1]), int(month[1])) if month and year else None


def sheet_unit(outside: Sequence[list[Raw]]) -> int:
    """Return yuan per unit, when a line outside the table says in what it counts."""
    for cell in _texts(outside):
        if found := UNIT_LINE.search(simplified(without_blanks(cell)).casefold()):
            return unit_scale(found[1]) or 1
    return 1


def _texts(rows: Sequence[list[Raw]]) -> Iterator[str]:
    for row in rows:
        yield from (cell for cell in row if type(cell) is str and cell != BLANK)


def _ratios(rows: Sequence[tuple[Raw, Raw, Raw]]) -> Iterator[float]:
    """Return price by quantity over amount, as the cells have them, row by row."""
    for price, qty, amount in rows:
        cost, count, total = parse_price(price).value, parse_qty(qty).value, parse_money(amount).value
        if cost and count and total and isinstance(total, int):
            yield abs(float(cost) * count[0] / THOUSAND * FEN / total)  # type: ignore[arg-type,index]
