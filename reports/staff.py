"""The columns people type in: which sheets, which headings, the key of a row, and what lost its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2s
from typing import TYPE_CHECKING

from reports import WORKBOOKS
from reports.looks import Look
from reports.shape import Sheet, SheetColumn, Workbook, table
from schemas.derived.todo import Orphans
from schemas.language.words import LANGUAGES, translate

if TYPE_CHECKING:
    import pandas as pd

PREFIX = "staff_"
JOIN = "#"
ORDINAL = r"(#\d+)$"
# What people typed beside rows that are no more: shown until somebody takes it.
ORPHANS = Sheet(
    key="orphans",
    tab="tab.unclaimed",
    title="title.unclaimed",
    hint="hint.unclaimed",
    columns=(
        SheetColumn("sheet", "head.sheet", Look.NAME),
        SheetColumn("key", "head.row_key", Look.CODE, 24),
        SheetColumn("heading", "head.heading", Look.NAME),
        SheetColumn("value", "head.typed", Look.LONG, 44),
        SheetColumn("person", "head.person", Look.NAME),
        SheetColumn("file", "head.file", Look.LONG, 28),
        SheetColumn("seen_on", "head.seen_on", Look.DAY),
    ),
    rows=table(Orphans.name),
    sort=("sheet", "key", "heading", "value"),
    tab_tone="clash",
    has_totals=False,
    is_optional=True,
)


def row_key(frame: pd.DataFrame, columns: tuple[str, ...], source: str = "") -> pd.Series[str]:
    """Return the readable business key of every row: ``202405-001#1``. Blank parts stay blank.

    Of records that bear one number the second and later ones end as their key in the ledger does (``#2``, column
    `source`), and rows whose key is blank altogether go by a mark of that key, which is nobody else's: what is typed
    beside one stays with it.
    """
    key = _joined(frame, columns)
    if source:
        own = frame[source].astype("str").fillna("")
        numbered = key + own.str.extract(ORDINAL, expand=False).fillna("")
        key = numbered.where(key.str.strip(JOIN) != "", own.map(nameless_key))
    return key.astype("str").rename("row_key")


def nameless_key(key: str) -> str:
    """Return what a record without a number is called: a mark made of its key, which may hold a telephone."""
    return f"~{blake2s(key.encode(), digest_size=5).hexdigest()}"


def _joined(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series[str]:
    key, *others = (frame[name].astype("str").fillna("") for name in columns)
    for part in others:
        key = key + JOIN + part
    return key


@dataclass(frozen=True)
class Tabs:
    """Tab names a set of rows may stand under, in any language.

    Open ones take every tab of their workbook that is nobody else's: a sheet per
    person is named after the person.
    """

    named: frozenset[str]
    foreign: frozenset[str]
    is_open: bool

    def __contains__(self, tab: object) -> bool:
        return tab in self.named or (self.is_open and tab not in self.foreign)


@dataclass(frozen=True)
class StaffSheet:
    """Rows of one table that people write beside, on one sheet or on several.

    `fields` goes from heading, in either language, to the column of the frame.
    """

    workbook: str
    key: str
    table: str
    key_fields: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    tabs: Tabs
    tab_word: str
    key_source: str = ""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Heading → field."""
        return {translate(c.word, lang): c.field for c in self.columns for lang in LANGUAGES}

    def keys(self, frame: pd.DataFrame) -> pd.Series[str]:
        """Return the key of every row of the table's frame."""
        return row_key(frame, self.key_fields, self.key_source)

    def tab(self, lang: str) -> str:
        """Return the name of the main sheet."""
        return translate(self.tab_word, lang)

    def heading(self, field: str, lang: str) -> str:
        """Return the heading of a staff column; the field's own name for one that is no more."""
        return next((translate(c.word, lang) for c in self.columns if c.field == field), field)


def staff_of(book: Workbook) -> tuple[StaffSheet, ...]:
    """Return the staff columns of a workbook, by the table whose rows people type beside: the first, unless said."""
    tables = dict.fromkeys(sheet.typed_beside or book.tables[0] for sheet in book.lists if sheet.staff)
    return tuple(_staff_beside(book, name) for name in tables)


def _staff_beside(book: Workbook, name: str) -> StaffSheet:
    """The last sheet that is not split shows all rows of the table, the others show some of them."""
    typed = [sheet for sheet in book.lists if sheet.staff and (sheet.typed_beside or book.tables[0]) == name]
    main = [sheet for sheet in typed if not sheet.split][-1]
    named = _names(sheet.tab for sheet in typed if not sheet.split)
    others = _names(sheet.tab for sheet in book.sheets if sheet not in typed)
    orphans = _names([ORPHANS.tab])
    is_open = any(sheet.split for sheet in typed)
    tabs = Tabs(named, others | orphans, is_open)
    return StaffSheet(
        *(book.key, main.key, name, main.key_fields, main.staff, tabs, main.tab),
        key_source=main.key_source,
    )


def _names(words: Iterable[str]) -> frozenset[str]:
    return frozenset(translate(word, lang) for word in words for lang in LANGUAGES)


STAFF: tuple[StaffSheet, ...] = tuple(staff for book in WORKBOOKS.values() for staff in staff_of(book))
