"""A row as it is compared with rows of another version, and how alike two of them are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.text import fold_number
from schemas.table import Counted, Source, Type

TWICE = frozenset({Type.DAY, Type.MOMENT, Type.MONEY, Type.PRICE, Type.QTY, Type.CODE})  # what tells rows apart
TWICE_TOO = frozenset({Type.ORDER_NO, Type.COMPLAINT_NO, Type.PAPER_NO, Type.ORDER_LIST})
DAYS, SUMS = frozenset({Type.DAY, Type.MOMENT}), frozenset({Type.MONEY, Type.PRICE, Type.QTY})
NUMBERING = ("_no", "_ref", "_code")
RAREST = 4  # cells: one of any two is left when one was changed
EACH = 100  # rows that share a cell, no more are compared; what more rows share tells none of them apart
ALL = 40  # rows: so few are compared each with each


@dataclass(frozen=True)
class Row:
    """What one row says. `at`: its place among all that are compared; `base`: its business key without an ordinal.

    `numbers`: what it is numbered by, a blank where nothing is; `cells` has only what is filled. `letters`: where the
    columns of its sheet stand; a column that stands nowhere follows from others.
    """

    at: int
    sheet: str
    row: int
    base: str
    cells: Mapping[str, Any]
    numbers: tuple[str, ...]
    is_held: bool = False
    letters: Mapping[str, str] = field(default_factory=dict)


def own_numbers(table: type[Source]) -> tuple[str, ...]:
    """Return the columns a kind numbers its own rows by."""
    leading = dict.fromkeys(columns[0] for columns in table.identity)
    return tuple(name for name in leading if name.endswith(NUMBERING))


def base_of(table: type[Source], cells: Mapping[str, Any]) -> str:
    """Return the business key of a row without an ordinal; blank for one that has none."""
    for columns in table.identity:
        if columns[0] in cells:
            said = "|".join(_text(table, column, cells.get(column)) for column in columns)
            return f"{columns[0]}|{said}"
    return ""


def is_counted(table: type[Source], cells: Mapping[str, Any]) -> bool:
    """Are rows of this identity told apart by an ordinal?"""
    return isinstance(next((columns for columns in table.identity if columns[0] in cells), ()), Counted)


def _text(table: type[Source], column: str, value: Any) -> str:
    if value is None:
        return ""
    type_ = table.spec(column).type
    if type_ in DAYS:
        return str(value)[:16]
    return fold_number(str(value)) if type_ in TWICE_TOO else str(value).casefold()


def apart(former: Row, new: Row) -> set[str]:
    """Return the columns in which two rows differ; not those that follow from others."""
    said = former.cells.keys() | new.cells.keys()
    differing = {name for name in said if former.cells.get(name) != new.cells.get(name)}
    known = new.letters
    return differing & known.keys() if known else differing


def count_cells(columns: Iterable[str], letters: Mapping[str, str]) -> int:
    """Return in how many cells these columns stand: one cell may be read as several."""
    return len({letters.get(name) or name for name in columns})


def weight(table: type[Source], columns: Iterable[str]) -> int:
    """Return how much these columns tell rows apart."""
    return sum(2 if table.spec(name).type in TWICE | TWICE_TOO else 1 for name in columns)


def alike_and_apart(table: type[Source], former: Row, new: Row, differing: set[str]) -> tuple[int, int]:
    """Return the weight of what two rows have alike, and of what they have not."""
    alike = {name for name, value in former.cells.items() if new.cells.get(name) == value}
    return weight(table, alike), weight(table, differing)


def is_numbered_apart(former: Row, new: Row) -> bool:
    """Do both have numbers of their own, and different ones?"""
    return any(one and other and one != other for one, other in zip(former.numbers, new.numbers, strict=True))


def are_only(table: type[Source], differing: Iterable[str]) -> bool:
    """Do two rows differ only in days, or only in sums: what a form sent again every day differs in?"""
    types = {table.spec(name).type for name in differing}
    return bool(types) and (types <= DAYS or types <= SUMS)


def candidates(formers: Sequence[Row], news: Sequence[Row]) -> Iterator[tuple[Row, list[int]]]:
    """Give each former row with the places of the new rows worth comparing: those that share its rarest cells."""
    if len(formers) <= ALL and len(news) <= ALL:
        for former in formers:
            yield former, [new.at for new in news]
        return
    by_cell: dict[tuple[str, Any], list[int]] = {}
    for new in news:
        for cell in new.cells.items():
            by_cell.setdefault(cell, []).append(new.at)
    for former in formers:
        shared = sorted((by_cell[cell] for cell in former.cells.items() if cell in by_cell), key=len)
        yield former, [*dict.fromkeys(at for places in shared[:RAREST] for at in places[:EACH])]
