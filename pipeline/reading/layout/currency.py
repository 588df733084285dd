"""In which currency the money of a table stands, wherever the table says it.

A row says it in a column of its own, a column in its heading; a line above the table, the sheet's name or the file's
says it of all of them. What is nearer to the money goes first. Only yuan are counted, so money of another currency is
handed on as a cell that no parser takes for yuan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pipeline.core.text import normalize, simplified
from pipeline.reading.files.grid import BLANK, Raw
from pipeline.reading.layout.heading_names import any_of, fold_heading, is_of_money, spellings_of
from pipeline.reading.layout.table import TableLayout
from pipeline.reading.values.cells import ForeignCell, MeantNumber, is_blank
from pipeline.reading.values.figures import HOME
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.table import Type

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


def find_currencies(text: str) -> set[str]:
    """Return the codes of the currencies that a heading, a title or a name speaks of."""
    plain = _plain(text)
    if RATE.search(plain):
        return set()
    found = {CODES[word[0]] for word in WORD.finditer(plain) if word[0] not in DOUBTFUL}
    return found | {CODES[word[1]] for word in ALONE.finditer(plain)}


class Currencies:
    """Says of every cell of money of one table whether it is in yuan. `file`: its name may say the currency."""

    def __init__(self, layout: TableLayout, file: str) -> None:
        self._fit, self._table = layout.fit, KINDS[layout.fit.kind]
        above = [cell for row in layout.outside for cell in row if type(cell) is str and cell != BLANK]
        self._whole = _said([*above, layout.grid.name, PurePosixPath(file).stem])

    def mark(self, name: str, raws: Sequence[Raw], columns: Sequence[Sequence[Raw]]) -> Sequence[Raw]:
        """Return the cells of a column, with those of money that is not in yuan as `ForeignCell`."""
        if self._table.spec(name).type not in MONEY:
            return raws
        heading = find_currencies(self._fit.headings[self._fit.columns[name][0]])
        foreign = heading - {HOME}
        general = foreign or (set() if heading else self._of_table())
        rows = self._of_rows(columns)
        if not rows:
            return [_foreign(raw, general) for raw in raws] if general else raws
        said = [(row - {HOME}) | foreign if row else general for row in rows]
        return [_foreign(raw, codes) for raw, codes in zip(raws, said, strict=True)] if any(said) else raws

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

    def _of_rows(self, columns: Sequence[Sequence[Raw]]) -> list[set[str]]:
        """Return what the column of currencies says of each row; nothing where there is no such column."""
        at = next(currency_columns(self._fit.headings), None)
        if at is None or not columns:
            return []
        known: dict[Raw, set[str]] = {}
        for raw in columns[at]:
            known.setdefault(raw, _of_cell(raw))
        return [known[raw] for raw in columns[at]]


def currency_columns(headings: Mapping[int, str]) -> Iterator[int]:
    """Return the positions of the columns that say of each row in which currency it is."""
    names = {fold_heading(word) for word in spellings_of("reading.currency")}
    return (at for at, text in headings.items() if fold_heading(text) in names)


def _of_cell(raw: Raw) -> set[str]:
    """What we have no word for is no yuan either, and is shown as it stands."""
    text = raw.strip() if type(raw) is str else "" if raw == BLANK else str(raw)
    if not text or is_blank(text):
        return set()
    return {CODES[word[0]] for word in WORD.finditer(_plain(text))} or {text}


def _plain(text: str) -> str:
    return simplified(normalize(text)).casefold()


def _said(texts: Iterable[str]) -> set[str]:
    """Return the other currencies that short lines name; a line that names yuan as well speaks of both."""
    found = [find_currencies(text) for text in texts if len(text) <= LONGEST_TITLE]
    return set().union(*(codes for codes in found if HOME not in codes))


def _foreign(raw: Raw, codes: set[str]) -> Raw:
    is_sum = (isinstance(raw, MeantNumber | float | int) and bool(raw)) or (type(raw) is str and not is_blank(raw))
    return ForeignCell("/".join(sorted(codes)), raw) if codes and is_sum else raw
