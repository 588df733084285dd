"""Workbooks of several currencies: every list says the currency of its rows, every total is of one of them.

Money of one currency alone leaves a workbook as it is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from reports.looks import FEN, Look
from reports.measures import Combined, NightCount, Ratio, Tally, Total, Where, within
from reports.shape import (
    Block,
    Card,
    Cards,
    CurrencyHead,
    Frame,
    GridColumn,
    Proof,
    Rows,
    Sentence,
    Sheet,
    SheetColumn,
    Summary,
    SummaryGrid,
    Tables,
    Workbook,
)
from schemas.table import HOME

FIELD, PLACE = "currency", "currency_place"
WIDTH = 7
HINT = "hint.currencies"


@dataclass(frozen=True)
class _Ordered:
    """Takes the rows of a list with the place of their currency, by which blocks stand."""

    rows: Rows
    codes: tuple[str, ...]

    def __call__(self, tables: Tables) -> Frame:
        frame = self.rows(tables)
        return frame.assign(**{PLACE: frame[FIELD].map({code: at for at, code in enumerate(self.codes)})})


def codes_of(book: Workbook, tables: Tables) -> tuple[str, ...]:
    """Return the currencies of the money that a workbook shows, that of the books first."""
    found: set[str] = set()
    for sheet in book.lists:
        if _has_money(sheet) and FIELD in (frame := sheet.rows(tables)):
            found |= set(frame[FIELD].dropna())
    return _ordered(found)


def _ordered(codes: Iterable[str]) -> tuple[str, ...]:
    known = {code for code in codes if isinstance(code, str)}
    return tuple(sorted(known, key=lambda code: (code != HOME, code)))


def of_currency(tables: Tables, code: str) -> dict[str, Frame]:
    """Return the tables with the rows of one currency; one that says none stays as it is."""
    return {
        name: frame[frame[FIELD].fillna(HOME) == code] if FIELD in frame else frame for name, frame in tables.items()
    }


def by_currency(book: Workbook, tables: Tables) -> Workbook:
    """Return the workbook as it is, or with one block a currency where any money is not that of the books."""
    codes = codes_of(book, tables)
    if not set(codes) - {HOME}:
        return book
    money = {sheet.key for sheet in book.lists if _has_money(sheet) and FIELD in sheet.rows(tables)}
    sheets = [
        _summary(sheet, book, codes, money)
        if isinstance(sheet, Summary)
        else _list(sheet, book, tables)
        if sheet.key in money
        else sheet
        for sheet in book.sheets
    ]
    return replace(book, sheets=tuple(sheets))


def _has_money(sheet: Sheet) -> bool:
    return any(_is_money(column) for column in sheet.columns)


def _is_money(column: SheetColumn) -> bool:
    return column.look in FEN and not column.is_home


def _list(sheet: Sheet, book: Workbook, tables: Tables) -> Sheet:
    codes = _ordered(sheet.rows(tables)[FIELD])
    at = next(n for n, column in enumerate(sheet.columns) if _is_money(column))
    said = SheetColumn(FIELD, "head.currency", Look.NAME, WIDTH)
    columns = [replace(column, has_bar=column.has_bar and not _is_money(column)) for column in sheet.columns]
    return replace(
        sheet,
        columns=(*columns[:at], said, *columns[at:]),
        rows=_Ordered(sheet.rows, codes) if book.is_by_currency else sheet.rows,
        sort=(PLACE, *sheet.sort) if book.is_by_currency else sheet.sort,
        currencies=codes,
    )


def _summary(page: Summary, book: Workbook, codes: tuple[str, ...], money: set[str]) -> Summary:
    blocks: list[Block] = []
    if book.is_by_currency:
        for code in codes:
            blocks += [CurrencyHead(code), *(_block(block, _Restricted(book, code, money)) for block in page.blocks)]
        return replace(page, blocks=tuple(blocks), hint=HINT)
    restricted = _Restricted(book, HOME, money)
    blocks = [*(_block(block, restricted) for block in page.blocks), *_sums(book, money)]
    return replace(page, blocks=tuple(blocks), hint=HINT)


def _sums(book: Workbook, money: set[str]) -> Iterator[SummaryGrid]:
    """Yield a small table of every sum of money on lists with a page of figures, one line a currency."""
    for sheet in book.lists:
        totals = [column for column in sheet.columns if column.is_total and _is_money(column)]
        if sheet.key in money and totals:
            sums = [GridColumn(c.word, within(Total(sheet.key, c.field), FIELD), Look.SUM) for c in totals]
            count = GridColumn("look.rows_counted", within(Tally(sheet.key), FIELD), Look.COUNT)
            yield SummaryGrid("grid.currencies", sheet.key, FIELD, (count, *sums), largest=0)


@dataclass(frozen=True)
class _Restricted:
    """Makes measures count one currency. In a workbook that is no book of money, counts of rows stay whole."""

    book: Workbook
    code: str
    money: set[str]

    def measure(self, measure: Any) -> Any:
        if isinstance(measure, Ratio):
            return Ratio(self.measure(measure.part), self.measure(measure.whole))
        if isinstance(measure, Combined):
            return Combined(*(tuple(map(self.measure, parts)) for parts in (measure.plus, measure.minus)))
        if isinstance(measure, NightCount) or not self.is_meant(measure):
            return measure
        return replace(measure, where=(*measure.where, Where(FIELD, "=", self.code)))

    def is_meant(self, measure: Any) -> bool:
        if isinstance(measure, Ratio | Combined | NightCount) or measure.sheet not in self.money:
            return False
        if self.book.is_by_currency:
            return True
        sheet = next(sheet for sheet in self.book.lists if sheet.key == measure.sheet)
        fields = {column.field for column in sheet.columns if _is_money(column)}
        return isinstance(measure, Total) and measure.field in fields

    def marked(self, part: Card | GridColumn) -> Any:
        """Return a figure of this currency, marked with its code where others beside it are of all."""
        is_apart = self.is_meant(part.measure) and not self.book.is_by_currency
        return replace(part, measure=self.measure(part.measure), currency=self.code if is_apart else "")


def _block(block: Block, own: _Restricted) -> Block:
    if isinstance(block, Cards):
        return Cards(tuple(map(own.marked, block.cards)))
    if isinstance(block, Sentence):
        measures = {name: (own.measure(measure), look) for name, (measure, look) in block.measures.items()}
        return replace(block, measures=measures, currency=own.code)
    if isinstance(block, SummaryGrid):
        return replace(
            block,
            columns=tuple(map(own.marked, block.columns)),
            where=block.where and own.measure(block.where),
            chart=block.chart if own.code == HOME or not own.book.is_by_currency else None,
        )
    if isinstance(block, Proof):
        return replace(block, items=tuple((key, own.measure(measure)) for key, measure in block.items))
    return block
