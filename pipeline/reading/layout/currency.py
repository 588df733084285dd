"""In which currency the money of a table stands, wherever the table says it.

A row says it in a column of its own, a cell in words or by its format, a column in its heading; a line above the table,
the sheet's name or the file's says it of all of them. What is nearer to the money goes first. A row whose sums are all
in one currency keeps them with its code, where its kind has a column for it. Sums of another currency otherwise, and
those of a row that speaks of several, are handed on as cells that no parser takes for yuan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pipeline.core.text import normalize, simplified
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import any_of, fold_heading, is_of_money, spellings_of
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.values.cells import ForeignCell, KeptSum, MeantNumber, is_blank
from pipeline.reading.values.figures import Figure, fold_figure, read_figure
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.table import HOME, Type

MONEY = (Type.MONEY, Type.PRICE)
LONGEST_TITLE = 40  # a longer line above a table is terms of business, and speaks of more than its money
CODES = {word.casefold(): code for word, code in spellings.group("money.currency").items()}
DOUBTFUL = frozenset(spellings.group("money.currency_doubtful"))  # they mean other things as well
# letters of a code stand alone: no "eur" in "europe"
WORDS = "|".join(
    rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() and word.isalpha() else re.escape(word)
    for word in sorted(CODES, key=len, reverse=True)
)
WORD = re.compile(WORDS)
ALONE = re.compile(rf"(?:^|[(\[:\uff1a/])\s*({WORDS})\s*(?:$|[)\]])")  # in brackets, behind a colon or a stroke
RATE = re.compile(any_of("reading.exchange_rate"))
ACCOUNT = re.compile(any_of("reading.bank_account"))
CURRENCY, PRICES, RECEIPTS = "currency", "prices", "receipts"
Codes = frozenset[str]
NOTHING: Codes = frozenset()
YUAN = next(word for word, code in CODES.items() if code == HOME and not word.isalpha())
FOREIGN = frozenset(CODES.values()) - {HOME}


def find_currencies(text: str) -> set[str]:
    """Return the codes of the currencies that a heading, a title or a name speaks of."""
    plain = _plain(text)
    if RATE.search(plain):
        return set()
    found = {CODES[word[0]] for word in WORD.finditer(plain) if word[0] not in DOUBTFUL}
    return found | {CODES[word[1]] for word in ALONE.finditer(plain)}


def is_of_account(text: str) -> bool:
    """Return whether a text speaks of an account at a bank: its currency is none of the sums beside it."""
    return bool(ACCOUNT.search(_plain(text)))


def with_formats(grid: Grid, position: int, numbers: Sequence[int], raws: Sequence[Raw]) -> Sequence[Raw]:
    """Return the cells of a column, with the numbers whose format shows another currency as `ForeignCell`."""
    if not grid.foreign or position >= len(grid.rows[0]):
        return raws
    column = position + grid.offset + 1
    codes = [grid.foreign.get((number, column), "") for number in numbers]
    pairs = zip(raws, codes, strict=True)
    return [ForeignCell(code, raw) if code and type(raw) is float and raw else raw for raw, code in pairs]


class Currencies:
    """Says of the money of one table in which currency it is. `file`: its name may say the currency."""

    def __init__(self, layout: TableLayout, file: str) -> None:
        self._fit, self._table = layout.fit, KINDS[layout.fit.kind]
        self._keeps = CURRENCY in self._table.columns and self._fit.kind != PRICES
        rows = [[cell for cell in row if type(cell) is str and cell != BLANK] for row in layout.outside]
        # the account that orders are to be paid into says nothing of their sums; that of a list of receipts does
        silent = is_of_account if self._fit.kind != RECEIPTS else (lambda _: False)
        above = [cell for row in rows if not any(map(silent, row)) for cell in row]
        self._whole = _said([*above, layout.grid.name, PurePosixPath(file).stem])
        self.taken: Codes = NOTHING  # what only a line above the table or a name says of sums in it

    def follow(self, fit: Fit) -> None:
        """Read by this heading from now on: columns may have been added to the table."""
        self._fit = fit

    def settle(self, cells: dict[str, Sequence[Raw]], columns: Sequence[Sequence[Raw]]) -> list[str | None]:
        """Put what is no yuan as `ForeignCell`, and return the code of every row that keeps another currency.

        `cells`: the columns of money by name, changed in place; nothing comes back of a table all in yuan.
        """
        rows = self._of_rows(columns)
        said = {name: self._of_column(name, raws, rows) for name, raws in cells.items()}
        if not any(codes - {HOME} for column in said.values() for codes in set(column)):
            return []
        count = len(next(iter(cells.values())))
        kept = [self._kept([said[name][at] for name in cells], rows[at] if rows else NOTHING) for at in range(count)]
        for name, raws in cells.items():
            cells[name] = [_settled(*cell) for cell in zip(raws, said[name], kept, strict=True)]
        if not any(kept):
            self.taken = NOTHING  # each of these sums is asked about at its cell
            return []
        return kept

    def _of_column(self, name: str, raws: Sequence[Raw], rows: Sequence[Codes]) -> Sequence[Codes]:
        """Return what is said of each sum of a column: by itself or its row, else by its heading, else by the table."""
        heading = frozenset(find_currencies(self._fit.headings[self._fit.columns[name][0]]))
        table = NOTHING if heading else frozenset(self._of_table())
        general = heading or table
        known: dict[str, Codes] = {}
        foreign, made = heading - {HOME}, []
        for at, raw in enumerate(raws):
            own = _of_sum(raw, known)
            row = rows[at] if rows else NOTHING
            near = own | (row | foreign if row else NOTHING)
            made.append(near or general if _is_sum(raw) else NOTHING)
            self.taken |= table if made[-1] and not near else NOTHING
        return made

    def _kept(self, said: Sequence[Codes], row: Codes) -> str | None:
        """Return the one currency that a row speaks of, where it is not ours and its kind keeps it."""
        codes = row.union(*said)
        return next(iter(codes)) if self._keeps and len(codes) == 1 and codes <= FOREIGN else None

    def _of_table(self) -> set[str]:
        """What the lines around the table say, else the headings of money that no column of its kind takes."""
        if self._whole:
            return self._whole
        specs = map(self._table.spec, self._fit.columns)
        if any(spec.type is Type.MONEY and spec.holds for spec in specs):
            return set()  # the other sum stands beside ours, and says the same in its own currency
        left = (text for at, text in self._fit.headings.items() if at not in self._fit.explained)
        found = [find_currencies(text) for text in left if is_of_money(text)]
        return set().union(*found) - {HOME}

    def _of_rows(self, columns: Sequence[Sequence[Raw]]) -> list[Codes]:
        """Return what the column of currencies says of each row; nothing where there is no such column."""
        at = next(currency_columns(self._fit.headings), None)
        if at is None or not columns:
            return []
        known: dict[Raw, Codes] = {}
        for raw in columns[at]:
            known.setdefault(raw, _of_cell(raw))
        return [known[raw] for raw in columns[at]]


def currency_columns(headings: Mapping[int, str]) -> Iterator[int]:
    """Return the positions of the columns that say of each row in which currency it is."""
    names = {fold_heading(word) for word in spellings_of("reading.currency")}
    return (at for at, text in headings.items() if fold_heading(text) in names)


def _of_cell(raw: Raw) -> Codes:
    """What we have no word for is no yuan either, and is shown as it stands."""
    text = raw.strip() if type(raw) is str else "" if raw == BLANK else str(raw)
    if not text or is_blank(text):
        return NOTHING
    return frozenset({CODES[word[0]] for word in WORD.finditer(_plain(text))} or {text})


def _plain(text: str) -> str:
    return simplified(normalize(text)).casefold()


def _said(texts: Iterable[str]) -> set[str]:
    """Return the other currencies that short lines name; a line that names yuan as well speaks of both."""
    found = [find_currencies(text) for text in texts if len(text) <= LONGEST_TITLE]
    return set().union(*(codes for codes in found if HOME not in codes))


def _of_sum(raw: Raw, known: dict[str, Codes]) -> Codes:
    """Return what a cell says of its own sum: in words beside the figure, or by its format."""
    if isinstance(raw, ForeignCell):
        return frozenset({raw.currency})
    if type(raw) is not str or (raw.isascii() and raw.strip("0123456789.,- ") == ""):
        return NOTHING
    if raw not in known:
        figure = read_figure(raw)
        known[raw] = frozenset({figure.currency} - {""}) if isinstance(figure, Figure) else NOTHING
    return known[raw]


def _is_sum(raw: Raw) -> bool:
    is_number = isinstance(raw, ForeignCell | MeantNumber | float | int)
    return bool(raw) if is_number else type(raw) is str and not is_blank(raw)


def _settled(raw: Raw, said: Codes, kept: str | None) -> Raw:
    """Return a sum of a row that keeps its currency as a figure alone; any other that is not in yuan as foreign."""
    if kept:
        plain = raw.value if isinstance(raw, ForeignCell) else raw
        return KeptSum(WORD.sub(YUAN, fold_figure(plain)), plain) if type(plain) is str else plain
    codes = said - {HOME}
    return ForeignCell("/".join(sorted(codes)), raw) if codes and not isinstance(raw, ForeignCell) else raw
