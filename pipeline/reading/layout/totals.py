"""Which rows of a table add up others: totals and subtotals, with a word for it or without.

A row with a number, a day or a product of its own is a line, whatever words it has, unless what it adds up shows that
it is none: its sums are those of the rows above it, in every column of sums that it fills.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.row_labels import row_label
from pipeline.reading.layout.table import PRODUCT, SUMS, identity_column, is_unfilled
from pipeline.reading.layout.typed import parser, stored
from schemas.incoming.kinds import KINDS
from schemas.table import Type

OWN_TYPES = (Type.DAY, Type.MOMENT, Type.PRICE)  # a total has none of its own
FREE = (Type.TEXT, Type.RAW)
COUNTS = (*SUMS, Type.INTEGER)
MOST_WORDS = 3  # a row with more words beside its "total" is a line of a product called so
FIGURES = frozenset("0123456789-+.(\u00a5\uffe5")  # text files have nothing but text
NUMERIC = frozenset("0123456789-+.,%()\u00a5\uffe5 ")
LEAST_ROWS = 2  # one row is equal to another by chance, or because it was copied
NOISE = 1  # a fen: totals are sums of what was not rounded
ORDERS = "orders"
Sums = tuple[int, ...]
Why = Literal["", "word", "sums"]


class TotalRows:
    """The rows of one table that add up others."""

    def __init__(self, grid: Grid, fit: Fit) -> None:
        self._grid, self._fit = grid, fit
        spec = KINDS[fit.kind].spec
        types = {name: spec(name).type for name in fit.columns}
        number = identity_column(fit.kind)
        self._number = next(iter(fit.columns.get(number, ())), None)
        own = {name for name, type_ in types.items() if type_ in OWN_TYPES or name in (number, *PRODUCT)}
        self._own = self._places(own - {name for name in own if types[name] is Type.PRICE})
        self._prices = self._places(name for name in own if types[name] is Type.PRICE)
        self._of_line = self._own | self._prices
        self._says_what = self._places(name for name in types if name in PRODUCT or types[name] in FREE)
        self._counts = self._places(name for name, type_ in types.items() if type_ in COUNTS)
        self._summed = self._places(name for name, type_ in types.items() if type_ in SUMS)
        self._mapped = self._places(types)
        self._sums = _Sums(grid, fit)

    def _places(self, names: Iterable[str]) -> frozenset[int]:
        return frozenset(at for name in names for at in self._fit.columns[name])

    def label(self, at: int, kept: Sequence[int], totals: Sequence[int]) -> Why:
        """Return whether words of a row make it a total, by themselves or, with fields of a line, by its sums."""
        row = self._grid.rows[at]
        labels = {n: row_label(cell) for n, cell in enumerate(row) if type(cell) is str and cell}
        named = {n for n, label in labels.items() if label in ("total", "group")}
        if not named:
            return ""
        own, prices = self._filled(at, self._own) - named, self._filled(at, self._prices)
        is_called_so = "total" in labels.values()
        words = {cell for n in labels if (cell := str(row[n])).strip()[:1] not in FIGURES and not is_unfilled(cell)}
        if not own and is_called_so and len(words) <= MOST_WORDS:
            return "word"
        if not own and self._says_what.isdisjoint(named) and self._is_bare(at, named) and self._sums.has(at):
            return "word"
        least = 1 if is_called_so and not prices else LEAST_ROWS
        return "sums" if self._sums.count(at, kept, totals) >= least else ""

    def is_sum(self, at: int, kept: Sequence[int], totals: Sequence[int]) -> bool:
        """Return whether a row without a word for it is a total: of rows above it, and with nothing that makes a line.

        Only in a list of orders is a name beside the sums no sign of a row: an order has a number, a day or goods.
        """
        return self._is_no_line(at) and self._sums.count(at, kept, totals) >= LEAST_ROWS

    def adds_up(self, at: int) -> bool:
        """Return whether a row with nothing that makes a line has a formula that adds up the column it stands in."""
        number, before = self._grid.numbers[at], self._grid.offset + 1
        has_formula = bool(self._grid.sums) and any((number, n + before) in self._grid.sums for n in self._summed)
        return has_formula and self._is_no_line(at)

    def _is_no_line(self, at: int) -> bool:
        is_list = self._fit.kind == ORDERS and self._number is not None
        return not self._filled(at, self._of_line) and (is_list or self._is_bare(at, set()))

    def _filled(self, at: int, places: Iterable[int]) -> set[int]:
        """Return those of some places in which the row itself holds something: merged cells belong to the first."""
        row, merged = self._grid.rows[at], self._merged.get(self._grid.numbers[at], ())
        return {n for n in places if not is_unfilled(row[n]) and n not in merged}

    def _is_bare(self, at: int, named: set[int]) -> bool:
        """Nothing but figures stands beside the label."""
        row = self._grid.rows[at]
        others = self._filled(at, range(len(row))) - named - self._counts
        return all(n not in self._mapped and _is_figure(row[n]) for n in others)

    @cached_property
    def _merged(self) -> dict[int, set[int]]:
        """Return Excel row → places that only show what a cell above them holds."""
        last, found = self._grid.numbers[-1], dict[int, set[int]]()
        for top, left, bottom, _ in self._grid.merges:
            for number in range(top + 1, min(bottom, last) + 1):
                found.setdefault(number, set()).add(left - 1 - self._grid.offset)
        return found


def _is_figure(cell: Raw) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and NUMERIC.issuperset(cell))


class _Sums:
    """What the data rows come to, from the first on."""

    def __init__(self, grid: Grid, fit: Fit) -> None:
        specs = [(KINDS[fit.kind].spec(name), places[0]) for name, places in fit.columns.items()]
        self._columns = [(at, spec.type, parser(spec)) for spec, at in specs if spec.type in SUMS]
        self._rows = grid.rows
        self._running: list[Sums] = [(0,) * len(self._columns)]  # sums of the first so many data rows
        self._filled = [0]  # how many of them have a sum
        # columns → (their sums → the fewest first rows that come to them, how many rows are looked at)
        self._begin: dict[tuple[int, ...], tuple[dict[Sums, int], int]] = {}

    def has(self, at: int) -> bool:
        """Return whether a row has any sum."""
        return any(value is not None for value in self._values(self._rows[at]))

    def count(self, at: int, kept: Sequence[int], totals: Sequence[int]) -> int:
        """Return how many of the rows just above a row come to all its sums; 0 for none.

        Where totals stand already, the one row since the last proves as much as two.
        """
        values = self._values(self._rows[at])
        columns = tuple(n for n, value in enumerate(values) if value is not None)
        wanted = tuple(value for value in values if value is not None)
        if not any(wanted):
            return 0
        self._add(kept)
        whole, end = self._running[-1], len(kept)
        start = self._begin_of(columns).get(tuple(whole[n] - value for n, value in zip(columns, wanted, strict=True)))
        since = bisect_right(kept, totals[-1]) if totals else 0
        for first in {0, since} if start is None else {start}:
            gaps = [abs(whole[n] - self._running[first][n] - value) for n, value in zip(columns, wanted, strict=True)]
            if max(gaps) <= NOISE and first < end:
                count = self._filled[end] - self._filled[first]
                return max(count, LEAST_ROWS) if totals and first == since else count
        return 0

    def _begin_of(self, columns: tuple[int, ...]) -> dict[Sums, int]:
        known, seen = self._begin.get(columns, ({}, 0))
        for n in range(seen, len(self._running)):
            known.setdefault(tuple(self._running[n][column] for column in columns), n)
        self._begin[columns] = known, len(self._running)
        return known

    def _add(self, kept: Sequence[int]) -> None:
        for at in kept[len(self._running) - 1 :]:
            values = [value or 0 for value in self._values(self._rows[at])]
            self._running.append(tuple(sum(pair) for pair in zip(self._running[-1], values, strict=True)))
            self._filled.append(self._filled[-1] + any(values))

    def _values(self, row: Sequence[Raw]) -> list[int | None]:
        found = [
            stored(type_, parse(row[at]).value) if row[at] != BLANK else None for at, type_, parse in self._columns
        ]
        return [value if isinstance(value, int) else None for value in found]
