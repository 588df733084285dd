"""FormerRow rows against new ones, one to one: equal wherever they stand, then by their numbers, then alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import orjson

from pipeline.rules.validation.versions.likeness import (
    Row,
    alike_and_apart,
    apart,
    are_only,
    candidates,
    count_cells,
    is_numbered_apart,
    own_numbers,
)
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders
from schemas.table import Source, Type

GROUP = 2_500  # former times new rows of one key that are compared each with each
MARGIN = 2  # weight by which a pair must be liker than any other: a day, a sum, or two other cells
RECORDS = {Type.ORDER_NO: Orders.name, Type.COMPLAINT_NO: Complaints.name}  # whose number it is; others are about it
APART = 2  # cells in which a row that was held may differ at the same place: a fix changes few


class How(IntEnum):
    """How a pair was found, the surest first."""

    EQUAL = 0
    NUMBER = 1
    FILLED = 2
    ONE_CELL = 3
    ALIKE = 4


class Match(NamedTuple):
    """A former and a new row, by their places among those compared; `is_asked`: others were as likely."""

    former: int
    new: int
    how: How
    is_asked: bool = False


class Edge(NamedTuple):
    """A pair that may be: how, how unlike (the least first), and how much apart they stand."""

    how: How
    unlike: int
    away: int
    former: Row
    new: Row
    is_renumbered: bool
    is_doubtful: bool


@dataclass
class Pool:
    """The rows of one sheet that are without a partner yet, and the pairs so far."""

    table: type[Source]
    formers: list[Row]
    news: list[Row]
    found: list[Match] = field(default_factory=list)

    def pair(self, former: Row, new: Row, how: How, *, is_asked: bool = False) -> None:
        """Make them a pair; `strip` takes all pairs out."""
        self.found.append(Match(former.at, new.at, how, is_asked))

    def strip(self) -> None:
        """Leave only the rows that have no partner."""
        formers, news = ({match[side] for match in self.found} for side in (0, 1))
        self.formers = [row for row in self.formers if row.at not in formers]
        self.news = [row for row in self.news if row.at not in news]


def pair_certain(pool: Pool) -> None:
    """Pair what is equal in all cells, wherever it stands, then what is the same row by its numbers and names."""
    _pair_by(pool, lambda row: orjson.dumps(row.cells, option=orjson.OPT_SORT_KEYS), How.EQUAL)
    _pair_by(pool, lambda row: row.base, How.NUMBER)


def pair_by_place(pool: Pool) -> None:
    """Pair rows that stand at the same place: of a file that is read once more, with a cell of it corrected."""
    _pair_by(pool, lambda row: (row.sheet, row.row, row.base), How.NUMBER)
    _pair_by(pool, lambda row: (row.sheet, row.row), How.NUMBER)


def pair_lone_numbers(pool: Pool) -> None:
    """Pair the only row left of a number with the only new one of it, where most of them is equal."""
    formers, news = (_grouped(rows, lambda row: any(row.numbers) and row.numbers) for rows in (pool.formers, pool.news))
    for number in formers.keys() & news.keys():
        if len(formers[number]) == len(news[number]) == 1:
            former, new = formers[number][0], news[number][0]
            alike, unlike = alike_and_apart(pool.table, former, new, apart(former, new))
            if alike >= unlike:
                pool.pair(former, new, How.NUMBER)
    pool.strip()


def pair_alike(pool: Pool, *, is_anchored: bool, is_form: bool) -> None:
    """Pair what is alike. `is_anchored`: other rows of the sheet have partners; `is_form`: it holds one record.

    First what is liker than any other by far, then, asked about, what could be paired with several.
    """
    edges = sorted(_edges(pool, is_anchored=is_anchored, is_form=is_form), key=lambda edge: edge[:3])
    texts = {id(row): orjson.dumps(row.cells, option=orjson.OPT_SORT_KEYS) for row in (*pool.formers, *pool.news)}
    while clear := _clear(edges, texts):
        for edge in clear:
            pool.pair(edge.former, edge.new, edge.how, is_asked=edge.is_doubtful)
        edges = _left(edges, clear)
    edges = [edge for edge in edges if not edge.is_renumbered]
    taken: set[tuple[str, int]] = set()
    for edge in edges:
        ends = {("former", edge.former.at), ("new", edge.new.at)}
        if not taken & ends:
            pool.pair(edge.former, edge.new, edge.how, is_asked=True)
            taken |= ends
    pool.strip()


def _left(edges: Iterable[Edge], taken: Iterable[Edge]) -> list[Edge]:
    formers, news = ({getattr(edge, side).at for edge in taken} for side in ("former", "new"))
    return [edge for edge in edges if edge.former.at not in formers and edge.new.at not in news]


def _clear(edges: Sequence[Edge], texts: dict[int, bytes]) -> list[Edge]:
    """Return the pairs that are the best of both their rows by far; rows that say the same are as good as one."""
    best: dict[tuple[str, int], list[Edge]] = {}
    for edge in edges:  # they are in order, the best first
        best.setdefault(("former", edge.former.at), []).append(edge)
        best.setdefault(("new", edge.new.at), []).append(edge)
    taken: set[tuple[str, int]] = set()
    found = []
    for edge in edges:
        ends = (("former", edge.former.at), ("new", edge.new.at))
        if taken & {*ends} or any(best[end][0] is not edge and not _is_same(best[end][0], edge, texts) for end in ends):
            continue
        if all(_stands_out(edge, best[end], texts) for end in ends):
            found.append(edge)
            taken |= {*ends}
    return found


def _is_same(one: Edge, other: Edge, texts: dict[int, bytes]) -> bool:
    return all(texts[id(getattr(one, side))] == texts[id(getattr(other, side))] for side in ("former", "new"))


def _stands_out(edge: Edge, rivals: Sequence[Edge], texts: dict[int, bytes]) -> bool:
    return all(
        rival.how > edge.how or rival.unlike >= edge.unlike + MARGIN or _is_same(rival, edge, texts) for rival in rivals
    )


def _edges(pool: Pool, *, is_anchored: bool, is_form: bool) -> Iterable[Edge]:
    by_at = {row.at: row for row in pool.news}
    for former, places in candidates(pool.formers, pool.news):
        for at in places:
            new = by_at[at]
            differing = apart(former, new)
            how = _how(pool, former, new, differing, is_anchored=is_anchored)
            if how is None:
                continue
            is_renumbered = is_numbered_apart(former, new)
            is_doubtful = _is_doubtful(pool.table, former, new, differing) if is_renumbered else False
            if is_doubtful is None or (is_renumbered and is_form):
                continue
            unlike = alike_and_apart(pool.table, former, new, differing)[1]
            yield Edge(how, unlike, abs(former.row - new.row), former, new, is_renumbered, is_doubtful)


def _is_doubtful(table: type[Source], former: Row, new: Row, differing: set[str]) -> bool | None:
    """Return whether rows of different numbers may be one: False where all else is equal, None where they are not.

    Where a row is about another record (the order of a shipment), its number and one more cell may both be corrected.
    """
    numbers = {*filter(None, (*former.numbers, *new.numbers))}
    said = {name: {str(row.cells.get(name, "")).casefold() for row in (former, new)} for name in differing}
    others = {name for name, texts in said.items() if not texts <= numbers}
    if not others:
        return False
    named = zip(own_numbers(table), former.numbers, new.numbers, strict=True)
    differ = [table.spec(name).type for name, one, other in named if one and other and one != other]
    is_about = all(RECORDS.get(each, table.name) != table.name for each in differ)
    return True if is_about and count_cells(others, new.letters) == 1 else None


def _how(pool: Pool, former: Row, new: Row, differing: set[str], *, is_anchored: bool) -> How | None:
    """Return how two rows are alike; None when they are not. A blank that was filled tells nothing against it."""
    changed = {name for name in differing if name in former.cells}
    alike, unlike = alike_and_apart(pool.table, former, new, changed)
    if not alike:
        return None
    if not changed:
        return How.FILLED
    cells = count_cells(changed, new.letters)
    is_in_place = former.is_held and (former.sheet, former.row) == (new.sheet, new.row)
    if (cells == 1 and (is_anchored or alike > unlike)) or (is_in_place and cells <= APART):
        return How.ONE_CELL
    if alike <= unlike:
        return None
    return How.ALIKE if is_anchored else How.ONE_CELL if are_only(pool.table, changed) else None


def _pair_by(pool: Pool, key: Callable[[Row], Hashable], how: How) -> None:
    """Pair rows of one key: the likest of several, in order where they are equally like."""
    formers, news = (_grouped(rows, key) for rows in (pool.formers, pool.news))
    for at, old in formers.items():
        fresh = news.get(at, [])
        if how is How.EQUAL or len(old) * len(fresh) > GROUP or len(old) == len(fresh) == 1:
            ordered = list(zip(old, fresh, strict=False))
        else:
            ordered = _likest(pool.table, old, fresh)
        for former, new in ordered:
            pool.pair(former, new, how)
    pool.strip()


def _likest(table: type[Source], formers: Sequence[Row], news: Sequence[Row]) -> list[tuple[Row, Row]]:
    unlike = sorted(
        (alike_and_apart(table, former, new, apart(former, new))[1], n, m)
        for n, former in enumerate(formers)
        for m, new in enumerate(news)
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for _, n, m in unlike:
        if n not in taken[0] and m not in taken[1]:
            found.append((formers[n], news[m]))
            taken[0].add(n)
            taken[1].add(m)
    return found


def _grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    """Return rows by their key, in the order they stand; without those that have none."""
    found: dict[Hashable, list[Row]] = {}
    for row in rows:
        if at := key(row):
            found.setdefault(at, []).append(row)
    return found
