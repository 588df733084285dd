"""Whether the money of a table holds the tax, and what it comes to with it.

A heading, a cell, a column and a line beside the table may say it; where none does, sums hold the tax. A sum before tax
is made one with tax by the tax of its row, else by its rate; without either nobody knows what is owed, and it is no sum
that counts. Of prices it is only noted: they are compared with prices of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from pipeline.core.text import normalize
from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import known_name
from pipeline.reading.layout.tax_lines import Line, agreed_sum, counted_sums
from pipeline.reading.layout.tax_words import figure_without_words, find_rate, find_tax, says_tax, tax_column
from pipeline.reading.layout.typed import TypedTable, as_shown
from pipeline.reading.values.amounts import parse_money, parse_rate
from pipeline.reading.values.cells import unknown
from pipeline.reading.values.choices import parse_bool
from schemas.incoming.kinds import KINDS
from schemas.language.words import load
from schemas.table import Type

NO_RATE = "CELL-047"
FLAG, RATE, PRICE = "is_tax_included", "tax_rate", "unit_price"
COUNTED = (PRICE, "qty", "discount", "discount_fen")
COUNTING = {"orders": "amount_fen", "invoices": "gross_fen", "receipts": "amount_fen", "opening": "open_fen"}
AGREED = "conf_amount_fen"  # what the customer confirmed of `amount_fen`
MONEY = (Type.MONEY, Type.PRICE)
LONGEST_NOTE = 200  # what is longer is terms of business, and speaks of more than these prices
CLAUSE = re.compile(r"[,;\u3002\s]")

Values = dict[str, list[object]]
Columns = Sequence[Sequence[Raw]]
Scale = Callable[[str], int]


class Taxes:
    """Settles the sums of one table. `outside`: the lines above and below it; `scale`: yuan per unit of a column."""

    def __init__(self, fit: Fit, outside: Iterable[str], scale: Scale) -> None:
        self._fit, self._table, self._scale = fit, KINDS[fit.kind], scale
        self.said, self._note_rate = _note(text for text in outside if not known_name(text))
        self._marks: dict[str, list[bool | None]] = {}  # column → what its cells say
        self._cell_rates: list[Decimal | None] = []
        self._headings = fit.headings.items()

    def take_words(self, name: str, raws: Sequence[Raw]) -> Sequence[Raw]:
        """Return the cells of a column without what they say of tax, which is kept."""
        is_money = self._table.spec(name).type in MONEY
        if not (is_money or name == FLAG) or not any(type(raw) is str and _says(raw) is not None for raw in raws):
            return raws
        said = [_says(raw) if type(raw) is str else None for raw in raws]
        if name == FLAG:
            self._cell_rates = [find_rate(raw) if type(raw) is str else None for raw in raws]
            words = {True: load()["reading.with_tax"].zh, False: load()["reading.without_tax"].zh}
            return [words[answer] if answer is not None else raw for raw, answer in zip(raws, said, strict=True)]
        self._marks[name] = said
        pairs = zip(raws, said, strict=True)
        return [figure_without_words(raw) if type(raw) is str and found is not None else raw for raw, found in pairs]

    def settle(self, typed: TypedTable, values: Values, columns: Columns, raws: Mapping[str, Sequence[Raw]]) -> None:
        """Make sums before tax sums with tax, and store what was found out of prices and rates."""
        if not self._is_said(values):
            return
        count, name = len(typed.numbers), COUNTING.get(self._fit.kind, "")
        rates = self._rates(values, columns, count)
        source = name if name in values else "net_fen"
        if name and source in values:
            rows = zip(rates, self._taxes(values, columns), self._beside(source, columns), strict=True)
            lines = [self._line(source, values, at, row) for at, row in enumerate(rows)]
            self._store_sums(typed, values, lines, raws.get(name, ()))
        elif FLAG in self._table.columns:
            self._store_prices(typed, values, [self._price_mark(values, at) for at in range(count)], rates)

    def _is_said(self, values: Values) -> bool:
        """Whether anything in or beside the table speaks of tax."""
        said = self.said is not None or bool(self._marks) or FLAG in values or RATE in values
        return said or any(find_tax(text) for _, text in self._headings)

    def _store_sums(self, typed: TypedTable, values: Values, lines: Sequence[Line], raws: Sequence[Raw]) -> None:
        name = COUNTING[self._fit.kind]
        made: list[object] = [line.settle() for line in lines]
        if made != values.get(name) and any(value is not None for value in [*made, *values.get(name, ())]):
            typed.written |= {name: values[name]} if name in values else {}
            typed.store(name, self._table.spec(name), made)
        for at, (line, value, raw) in enumerate(zip(lines, made, raws, strict=False)):
            if value is None and line.amount is not None:
                typed.note(at, name, raw, unknown(NO_RATE, value=as_shown(raw)))
        if AGREED in values:
            rows = zip(values[AGREED], lines, made, strict=True)
            typed.store(AGREED, self._table.spec(AGREED), [agreed_sum(*row) for row in rows])
        if FLAG in self._table.columns:
            rates = [line.rate if line.is_price_gross is False or not line.is_gross else None for line in lines]
            self._store_prices(typed, values, [line.is_price_gross for line in lines], rates)

    def _store_prices(
        self, typed: TypedTable, values: Values, marks: list[bool | None], rates: list[Decimal | None]
    ) -> None:
        """Store whether prices hold the tax, and rates that no column says."""
        if FLAG in values or any(mark is not None for mark in marks):
            typed.store(FLAG, self._table.spec(FLAG), list(marks))
        if RATE in self._table.columns and any(rate is not None for rate in rates):
            own = values.get(RATE, [None] * len(rates))
            made = [None if rate is None else f"{rate:f}" for rate in rates]
            filled = [new if value is None else value for value, new in zip(own, made, strict=True)]
            typed.store(RATE, self._table.spec(RATE), filled)

    def _line(self, name: str, values: Values, at: int, row: tuple[Decimal | None, int | None, int | None]) -> Line:
        amount = values[name][at]
        return Line(
            amount=amount if isinstance(amount, int) else None,
            is_gross=False if name == "net_fen" else self._mark(name, at),
            is_price_gross=self._mark(PRICE, at),
            given=self._given(values, at),
            rate=row[0],
            tax=row[1],
            beside=row[2],
            base=counted_sums(*(values[name][at] if name in values else None for name in COUNTED)),
        )

    def _mark(self, name: str, at: int) -> bool | None:
        """What a cell says of its tax, else its heading."""
        if name not in self._fit.columns:
            return None
        own = self._marks[name][at] if name in self._marks else None
        return says_tax(self._fit.headings[self._fit.columns[name][0]]) if own is None else own

    def _price_mark(self, values: Values, at: int) -> bool | None:
        prices = [name for name in self._fit.columns if self._table.spec(name).type is Type.PRICE]
        own = next((mark for name in prices if (mark := self._mark(name, at)) is not None), None)
        return self._given(values, at) if own is None else own

    def _given(self, values: Values, at: int) -> bool | None:
        own = values[FLAG][at] if FLAG in values else None
        return own if isinstance(own, bool) else self.said

    def _rates(self, values: Values, columns: Columns, count: int) -> list[Decimal | None]:
        """Return the rate of each row: its own, that of its answer, of a heading, of a line beside the table."""
        about = [at for at, text in self._headings if says_tax(text) is not None or tax_column(text)]
        headed = {rate for at in about if (rate := find_rate(self._fit.headings[at])) is not None}
        general = headed.pop() if len(headed) == 1 else self._note_rate
        own: Sequence[object] = values.get(RATE, [])
        at = next((at for at, text in self._headings if tax_column(text) == "rate"), None)
        if not own and at is not None and columns:
            own = [parse_rate(raw).value for raw in columns[at]]
        known = [Decimal(value) if isinstance(value, str | Decimal) else None for value in own or [None] * count]
        cells = self._cell_rates or [None] * count
        picked = zip(known, cells, strict=True)
        return [next((rate for rate in (row, cell, general) if rate is not None), None) for row, cell in picked]

    def _taxes(self, values: Values, columns: Columns) -> list[int | None]:
        """Return the tax of each row, from the column of it."""
        count = len(next(iter(values.values())))
        if "tax_fen" in values:
            return [value if isinstance(value, int) else None for value in values["tax_fen"]]
        at = next((at for at, text in self._headings if tax_column(text) == "amount"), None)
        return [None] * count if at is None or not columns else self._sums(COUNTING[self._fit.kind], columns[at])

    def _beside(self, name: str, columns: Columns) -> list[int | None]:
        """Return the sum of each row in the second column of the same sum that says otherwise of tax."""
        first, *others = self._fit.columns[name]
        said = says_tax(self._fit.headings[first])
        other = next((at for at in others if says_tax(self._fit.headings[at]) != said), None)
        count = len(columns[first]) if columns else 0
        return [None] * count if other is None or not columns else self._sums(name, columns[other])

    def _sums(self, name: str, raws: Sequence[Raw]) -> list[int | None]:
        found = [parse_money(raw, scale=self._scale(name)).value for raw in raws]
        return [value if isinstance(value, int) else None for value in found]


def tax_columns(fit: Fit) -> set[int]:
    """Return the positions of columns that say the tax of a row, or its rate."""
    return {at for at, text in fit.headings.items() if tax_column(text)} if fit.kind in COUNTING else set()


def _note(texts: Iterable[str]) -> tuple[bool | None, Decimal | None]:
    """Return whether prices hold the tax and its rate, as lines outside the table say; None where none does."""
    said: bool | None = None
    rate: Decimal | None = None
    for text in texts:
        if text == BLANK or len(text) > LONGEST_NOTE:
            continue
        said = _says(text) if said is None else said
        rate = find_rate(text) if rate is None else rate
    return said, rate


def _says(text: str) -> bool | None:
    """What a text says of tax; behind a colon stands the answer to a label that only asks."""
    said, plain = says_tax(text), normalize(text)
    answer = parse_bool(CLAUSE.split(plain.partition(":")[2].strip())[0]).value if said is not None else None
    return answer if isinstance(answer, bool) else said
