"""The columns of one table: every cell typed, beside what the sheet says of all of them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from pipeline.core.text import normalize, without_blanks
from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout import fill
from pipeline.reading.layout.heading_names import spellings_of, unit_scale
from pipeline.reading.layout.rows import NUMBERS, identity_column
from pipeline.reading.layout.typed import Anchors, TypedTable, anchored, read_column, read_dates, row_keys
from pipeline.reading.values.amounts import parse_money, parse_price, parse_qty
from pipeline.reading.values.cells import MeantNumber
from pipeline.reading.values.days import DateContext
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.reading.files.grid import Raw
    from pipeline.reading.layout.table import DataRows, TableLayout
    from schemas.table import Spec


Want = Literal["deadline", "event"]
DAYS = (Type.DAY, Type.MOMENT)
ORDER_DAY = "order_date"
UNIT_LINE = re.compile(
    rf"(?:{'|'.join(spellings_of('reading.unit'))})[:\uff1a]?(\D{{0,4}}?(?:{'|'.join(spellings_of('reading.yuan'))}))"
)


class ColumnReader:
    """How the columns of one table are read. `file`: its name may tell the month."""

    def __init__(self, layout: TableLayout, file: str) -> None:
        self.fit, self.table = layout.fit, KINDS[layout.fit.kind]
        self.unit = _sheet_scale(layout.said)
        self._layout, self._grid = layout, layout.grid
        month = sheet_month(self._grid.name, file)
        self._context = DateContext(sheet_month=month, epoch_1904=self._grid.epoch_1904)
        self._price = 1  # yuan per unit of the prices
        self._anchors: dict[tuple[str, bool], Anchors] = {}  # by what a date is wished for, and whether days are known

    def read(self, typed: TypedTable, lines: DataRows) -> None:
        """Numbers first, then the order's day, then what is measured by them."""
        self.fit = lines.fit
        self._price = self._price_scale(lines.rows)
        columns = list(zip(*lines.rows, strict=True))
        present = [str(name) for name in self.table.columns if name in self.fit.columns]
        number = identity_column(self.fit.kind)
        values: dict[str, list[object]] = {}
        for name in sorted(present, key=lambda each: (each != number, each != ORDER_DAY)):
            spec, raws = self.table.spec(name), self._raws(name, columns, typed.numbers)
            if spec.type in DAYS:
                values[name] = self._dates(typed, name, spec, raws, values)
            else:
                values[name] = read_column(typed, name, spec, raws, self.scale(name))
        self._tax(typed)
        units = typed.units.get("qty")
        if units and "uom" not in present and any(column == "uom" for column in self.table.columns):
            typed.store("uom", self.table.spec("uom"), units)

    def scale(self, name: str) -> int:
        """Yuan per unit: the heading's word beats the sheet's, and only money columns and prices have one."""
        type_ = self.table.spec(name).type
        if type_ not in {Type.MONEY, Type.PRICE}:
            return 1
        return self.fit.scale(name) or (self._price if type_ is Type.PRICE else self.unit)

    def _price_scale(self, rows: Sequence[Sequence[Raw]]) -> int:
        """Yuan per unit of prices whose heading does not say it: what makes the amounts of their rows."""
        places = [self.fit.columns.get(name, [None])[0] for name in ("unit_price", "qty", "amount_fen")]
        amounts = self.unit if places[2] is None else self.scale("amount_fen")
        if max(amounts, self.unit) == 1 or None in places:
            return self.unit
        return price_scale(rows, tuple(places), amounts, self.unit)  # type: ignore[arg-type]

    def _tax(self, typed: TypedTable) -> None:
        """A line above or below the table says of all its prices whether they hold the tax."""
        if not any(column == fill.TAX for column in self.table.columns) or fill.TAX in typed.columns:
            return
        kept = set(typed.numbers)
        below_ = [row for number, row in zip(self._grid.numbers, self._grid.rows, strict=True) if number not in kept]
        answer = fill.says_tax([*self._layout.said, *below_])
        if answer is not None:
            typed.store(fill.TAX, self.table.spec(fill.TAX), [answer] * len(typed.numbers))

    def _dates(
        self, typed: TypedTable, name: str, spec: Spec, raws: tuple[Raw, ...], values: dict[str, list[object]]
    ) -> list[object]:
        want: Want = "deadline" if spec.wish == "deadline" else "event"
        known = (want, ORDER_DAY in values)
        if known not in self._anchors:
            unknown: list[object] = [None] * len(raws)
            keys = row_keys(values.get(identity_column(self.fit.kind), unknown), values.get(ORDER_DAY, unknown))
            self._anchors[known] = anchored(replace(self._context, want=want), keys)
        return read_dates(typed, name, spec, raws, self._anchors[known])

    def _raws(self, name: str, columns: list[tuple[Raw, ...]], numbers: Sequence[int]) -> tuple[Raw, ...]:
        position = self.fit.columns[name][0]
        raws = columns[position] if columns else ()
        if not self._grid.formulas or self.table.spec(name).type not in NUMBERS:
            return raws
        column = position + self._grid.offset + 1
        meant = [self._grid.formulas.get((number, column), "") for number in numbers]
        pairs = zip(raws, meant, strict=True)
        return tuple(MeantNumber(text, raw) if text and type(raw) is float else raw for raw, text in pairs)


def _sheet_scale(said: Sequence[list[Raw]]) -> int:
    """Yuan per unit, when a line outside the table says in what it counts."""
    for cell in _texts(said):
        if found := UNIT_LINE.search(without_blanks(cell).casefold()):
            return unit_scale(found[1]) or 1
    return 1


def _texts(rows: Sequence[list[Raw]]) -> Iterator[str]:
    for row in rows:
        yield from (cell for cell in row if type(cell) is str and cell != BLANK)


def _either(key: str) -> str:
    return "|".join(re.escape(word) for word in spellings_of(key))


YEAR = rf"(?<!\d)(20[0-4]\d)(?!\d)\s*(?:{_either('reading.year')})?"
JOINED = re.compile(r"(?<!\d)(20[0-4]\d)(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)")
PARTED = re.compile(rf"{YEAR}[\s._\-/]*(1[0-2]|0?[1-9])(?!\d)")
YEAR_ALONE = re.compile(YEAR)
MONTH_ALONE = re.compile(rf"(?<!\d)(1[0-2]|0?[1-9])\s*(?:{_either('reading.month')})")


def sheet_month(sheet: str, file: str) -> tuple[int, int] | None:
    """(year, month) of the sheet's name, the file's name, or the month of one and the year of the other."""
    names = [normalize(each) for each in (sheet, PurePosixPath(file).stem)]
    for name in names:
        if found := JOINED.search(name) or PARTED.search(name):
            return int(found[1]), int(found[2])
    month = next((found for name in names if (found := MONTH_ALONE.search(name))), None)
    year = next((found for name in names if (found := YEAR_ALONE.search(name))), None)
    return (int(year[1]), int(month[1])) if month and year else None


THOUSAND, FEN = 1000, 100
ENOUGH = 200  # rows that are asked; all of a sheet are told in one unit


def price_scale(rows: Sequence[Sequence[Raw]], places: tuple[int, int, int], amounts: int, sheet: int) -> int:
    """Yuan per unit of the prices: that of the sheet or the amounts, or 1, whichever comes nearer to the amounts.

    `places`: positions of price, quantity and amount; `amounts`, `sheet`: yuan per unit of the amounts and of
    what the sheet says above, which counts when no row can tell.
    """
    other = max(amounts, sheet)
    large = [ratio < amounts / math.sqrt(other) for ratio in _ratios(rows, places)]
    if large.count(True) == large.count(False):
        return sheet
    return other if large.count(True) > large.count(False) else 1


def _ratios(rows: Sequence[Sequence[Raw]], places: tuple[int, int, int]) -> Iterator[float]:
    """Price by quantity over amount, as the cells have them, row by row.

    It is about `amounts` for prices in yuan, and as much smaller as the unit of the prices is larger.
    """
    for row in rows[:ENOUGH]:
        price, qty, amount = (row[at] for at in places)
        cost, count, total = parse_price(price).value, parse_qty(qty).value, parse_money(amount).value
        if cost and count and total and isinstance(total, int):
            yield abs(float(cost) * count[0] / THOUSAND * FEN / total)  # type: ignore[arg-type,index]
