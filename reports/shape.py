"""What a workbook is made of: frozen values, no I/O.

Words are given by key (`words*.csv`), columns by the field of the made table they show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from reports.looks import Look
from reports.measures import Combined, Measure
from schemas.table import HOME

if TYPE_CHECKING:
    import pandas as pd

Frame: TypeAlias = "pd.DataFrame"  # by name only: declarations load no pandas
Series: TypeAlias = "pd.Series[Any]"
Tables = Mapping[str, Frame]
Rows = Callable[[Tables], Frame]
Toning = Callable[[Frame, datetime], Series]
CHOICES_MARK = ","  # as Excel parts the words of a drop-down


@dataclass(frozen=True)
class Live:
    """A formula that moves with the clock.

    `{field}` in the text is the cell of that field in the same row, `{yes}` and `{no}`
    the words. The value shown until somebody recalculates is the column's own field.
    """

    text: str


@dataclass(frozen=True)
class SheetColumn:
    """One column of a list.

    `says` is the vocabulary its values are keys of; `tones` colours by key, `toned` by
    row. `plus` and `minus` make it a live sum of other columns of the row.
    """

    field: str  # "{lang}" in it stands for the language
    word: str
    look: Look = Look.TEXT
    width: float = 0  # 0: measured
    says: str = ""
    tones: Mapping[Any, str] | None = None
    toned: Toning | None = None
    is_staff: bool = False
    choices: tuple[str, ...] = ()  # word keys of a drop-down
    choices_field: str = ""  # field with the drop-down of each row, its words parted by `CHOICES_MARK`
    is_total: bool = False
    has_bar: bool = False
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    live: Live | None = None
    group: str = ""  # word above several headings
    is_home: bool = False  # money of the books' own currency, whatever that of its row
    leads: str = ""  # field with the path of a file beside the workbook, opened by a click


@dataclass(frozen=True)
class Sheet:
    """A list: one row of the table, one row of the sheet."""

    key: str
    tab: str
    title: str
    hint: str
    columns: tuple[SheetColumn, ...]
    rows: Rows
    sort: tuple[str, ...] = ()  # fields; "-" in front: largest first
    key_fields: tuple[str, ...] = ()  # business key, shown as the last column
    key_source: str = ""  # field with the key in the ledger, where several rows may bear one number, or none
    frozen: int = 2
    split: str = ""  # one sheet per value of this field, its tab named after it
    tab_tone: str = ""
    has_totals: bool = True
    is_wide: bool = True  # landscape
    is_optional: bool = False  # not written at all when it has no rows
    currencies: tuple[str, ...] = ()  # one row of totals for each, where there are several
    typed_beside: str = ""  # made table whose rows people type beside; the first of the workbook where not said

    @property
    def staff(self) -> tuple[SheetColumn, ...]:
        """The columns people type in."""
        return tuple(column for column in self.columns if column.is_staff)


@dataclass(frozen=True)
class Card:
    """One figure of a summary page."""

    word: str
    measure: Measure
    look: Look
    note: str = ""
    tone: str = "calm"  # calm | bad
    currency: str = ""  # code behind its word, where the figures beside it are not of one currency


@dataclass(frozen=True)
class Cards:
    """Up to four figures in a row."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Sentence:
    """The conclusion: `{name}` in the words is the measure of that name."""

    word: str
    measures: Mapping[str, tuple[Measure, Look]]
    currency: str = HOME  # of its money


@dataclass(frozen=True)
class GridColumn:
    """A figure per row of a small table; `share` divides it by the sum of its column."""

    word: str
    measure: Measure
    look: Look
    bar: str = ""
    currency: str = ""  # as of a card


@dataclass(frozen=True)
class GridChart:
    """A column chart of one column of its grid, in the grid's colours."""

    title: str
    alt: str
    column: int  # of the grid's columns
    scale: str = ""  # word holding what the figures are divided by


@dataclass(frozen=True)
class SummaryGrid:
    """A small table over a list: one row per key, or per value found in the list."""

    title: str
    sheet: str
    by: str
    columns: tuple[GridColumn, ...]
    keys: tuple[str, ...] = ()  # fixed rows in this order
    tones: Mapping[Any, str] | None = None
    largest: int = 0  # found rows, largest first by this column of the grid
    limit: int = 15
    where: Measure | None = None  # only rows for which this is above zero
    has_total: bool = False
    chart: GridChart | None = None
    links: str = ""  # sheet split by the same field: labels lead there


@dataclass(frozen=True)
class Proof:
    """Figures from different sheets that must be the same."""

    title: str
    items: tuple[tuple[str, Combined], ...]
    agree: str
    differ: str


@dataclass(frozen=True)
class CurrencyHead:
    """The line over the blocks of one currency."""

    code: str


Block = CurrencyHead | Cards | Sentence | SummaryGrid | Proof


@dataclass(frozen=True)
class Summary:
    """The first page: figures, a sentence, small tables, a chart."""

    key: str
    tab: str
    title: str
    hint: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Workbook:
    """A deliverable: file name and sheets, first to last."""

    key: str
    file: str
    title: str
    sheets: tuple[Sheet | Summary, ...]
    tables: tuple[str, ...]  # made tables it is drawn from; first the one people type beside
    is_by_currency: bool = False  # all of it is money: with several currencies every block is of one

    @property
    def lists(self) -> tuple[Sheet, ...]:
        """The sheets that are lists."""
        return tuple(sheet for sheet in self.sheets if isinstance(sheet, Sheet))


@dataclass(frozen=True)
class Text:
    """A paragraph. `{slot}` in the words is what is filled in; `when`: only if that slot is not blank."""

    word: str
    style: str = "LetterBody"  # of `letter/styles.xml.j2`
    when: str = ""
    stays: bool = False  # on one page with what follows


@dataclass(frozen=True)
class LetterColumn:
    """One column of a letter's table; `width` in twentieths of a point."""

    word: str
    slot: str
    width: int
    align: str = "center"
    total: str = ""  # slot of the sum below


@dataclass(frozen=True)
class LetterTable:
    """A table with a row per entry of a list; its heading returns on every page, no row is torn apart."""

    columns: tuple[LetterColumn, ...]
    total: str = ""  # word before the sums


@dataclass(frozen=True)
class Slip:
    """What is filled in, torn off and sent back: label, words, height of the row; never torn by a page."""

    rows: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Letter:
    """A letter to customers, one file each, that people may edit, stamp and send."""

    key: str
    title: str
    blocks: tuple[Text | LetterTable | Slip, ...]
    slots: tuple[str, ...]  # what may be filled in, besides the table
    row_slots: tuple[str, ...]  # what may be filled in in a row of the table

    @property
    def file(self) -> str:
        """The word that names the file of one letter."""
        return f"file.letter.{self.key}"


def table(name: str) -> Rows:
    """Return what takes the rows of a made table as they are."""
    return itemgetter(name)
