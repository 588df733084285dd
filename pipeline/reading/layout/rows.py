"""Which rows below the heading are data, and why the others are not.

Every row ends in one of the two lists; nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.foreign import foreign_to, foreign_words
from pipeline.reading.layout.heading_names import aliases, fold_heading, is_outgoing, written_names
from pipeline.reading.layout.headings import fits_of, is_like_heading
from pipeline.reading.layout.merged_papers import join_orders
from pipeline.reading.layout.row_labels import (
    COLON,
    find_labels,
    is_section,
    is_signature,
    is_title,
    row_label,
    says_more,
)
from pipeline.reading.layout.table import SUMS, identity_column
from pipeline.reading.layout.title_sides import find_title, titles_in
from pipeline.reading.layout.totals import TotalRows
from pipeline.reading.layout.void_rows import find_void_rows
from pipeline.reading.values.amounts import parse_money
from schemas.incoming.kinds import KINDS
from schemas.incoming.receipts import Receipts
from schemas.table import Type

HEADING, TOTAL, NOTE = "ignored.heading", "ignored.total", "ignored.note"
SAMPLE, ONLY_NUMBER, OUTGOING = "ignored.sample", "ignored.only_number", "ignored.outgoing"
HEAD, VOID = "ignored.head", "ignored.void"  # `HEAD`: of lines on another sheet
SAME_PAPER = "ignored.same_paper"  # its order stands in the row of its paper
OUTSIDE, OTHER_TABLE = "ignored.outside", "ignored.other_table"
WORDS = (Type.TEXT, Type.RAW, Type.NAME, Type.CODE, Type.PAPER_NO, Type.MODEL)
FREE = (Type.TEXT, Type.RAW)
FIRST_ROWS = 3  # where a sample may stand
HALF = 0.5  # of the cells: a heading that stands again has most of its words
FEW = 2  # one heading's word may be a value by chance; a number and a line number are no row


@dataclass
class SortedRows:
    """Positions of the data rows in the grid, the rest with reasons, and total rows to compare."""

    kept: list[int] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)  # Excel row, reason
    totals: list[int] = field(default_factory=list)  # positions
    by_sums: list[int] = field(default_factory=list)  # Excel rows of those totals that no word alone shows
    other: int | None = None  # position of the first row of another table further down


def sort_rows(grid: Grid, fit: Fit) -> SortedRows:
    """Return what every row below the heading is, to where another table begins."""
    sorter = _RowSorter(grid, fit)
    kept, odd, first, rows = sorter.sorted.kept, sorter.odd, sorter.first, grid.rows
    for at in range(fit.at + 1, len(rows)):
        row = rows[at]
        # most rows are left here, after three looks at the whole row: nothing in it says otherwise
        if row[first] != BLANK and odd.isdisjoint(row) and len(row) - row.count(BLANK) > FEW:
            kept.append(at)
            continue
        sorter.sort(at)
        if sorter.sorted.other is not None:
            break
    if fit.kind == Receipts.name:
        _leave_out_payments(grid, fit, sorter.sorted)
    _leave_out(grid, sorter.sorted, find_void_rows(grid, fit, sorter.sorted.kept), VOID)
    _leave_out(grid, sorter.sorted, join_orders(grid, fit, sorter.sorted.kept), SAME_PAPER)
    return sorter.sorted


class _RowSorter:
    def __init__(self, grid: Grid, fit: Fit) -> None:
        self.sorted = SortedRows()
        self._grid, self._fit = grid, fit
        self._number = next(iter(fit.columns.get(identity_column(fit.kind), ())), None)
        self._mapped = sorted(fit.explained)
        types = {name: KINDS[fit.kind].spec(name).type for name in fit.columns}
        self._sums = [places[0] for name, places in fit.columns.items() if types[name] in (*SUMS, Type.PRICE)]
        self._words = {at for name, places in fit.columns.items() if types[name] in WORDS for at in places}
        self._free = {at for name, places in fit.columns.items() if types[name] in FREE for at in places}
        self._headings = {position: fold_heading(text) for position, text in fit.headings.items()}
        self._heading_words = written_names() | foreign_words() | set(fit.headings.values())
        self._suspect = _suspect(grid.rows[fit.at + 1 :])
        self.odd = self._suspect | self._heading_words
        self._totals = TotalRows(grid, fit)
        self.first = next((at for at in self._mapped if at not in self._sums), self._mapped[0])
        self.first = self.first if self._number is None else self._number

    def sort(self, at: int) -> None:
        """Put one row where it belongs."""
        row, found = self._grid.rows[at], self.sorted
        reason = "" if self._is_ordinary(row) else self._reason(row, at)
        if not reason and self._totals.adds_up(at):
            reason = TOTAL
        if not reason and self._totals.is_sum(at, found.kept, found.totals):
            found.by_sums.append(self._grid.numbers[at])
            reason = TOTAL
        if reason == OTHER_TABLE:
            self._rest_is_another(at)
        elif reason:
            found.ignored.append((self._grid.numbers[at], reason))
            if reason == TOTAL:
                found.totals.append(at)
        else:
            found.kept.append(at)

    def _is_ordinary(self, row: list[Raw]) -> bool:
        """Nothing in it says otherwise, at a look at the whole row."""
        return (
            len(row) - row.count(BLANK) > FEW
            and self._suspect.isdisjoint(row)
            and (self._heading_words.isdisjoint(row) or len(self._heading_words.intersection(row)) < FEW)
            and any(row[at] != BLANK for at in self._mapped)
        )

    def _reason(self, row: list[Raw], at: int) -> str:
        filled = [n for n, cell in enumerate(row) if cell != BLANK and not (type(cell) is str and not cell.strip())]
        if not filled:
            return "ignored.blank"
        if len(self._heading_words.intersection(row)) >= FEW and (reason := self._headed(row, filled, at)):
            return reason
        if reason := self._labelled(row, filled, at) or self._signed(row, filled, at):
            return reason
        if self._is_section(row, filled, at):
            return OTHER_TABLE if self._is_theirs(at, ()) else OUTSIDE
        if not any(position in self._mapped for position in filled):
            return OUTSIDE
        allowed = {self._number, *self._fit.columns.get("line_no", ())}
        return ONLY_NUMBER if self._number in filled and allowed.issuperset(filled) else ""

    def _headed(self, row: list[Raw], filled: list[int], at: int) -> str:
        """The heading again, or that of another table, be it none of ours."""
        if is_like_heading(row) and any(each.is_never(self._fit.kind) for each in foreign_to(row)):
            return OTHER_TABLE
        if self._is_heading(row, filled):
            return OTHER_TABLE if self._is_theirs(at - 1, [text for text in row if type(text) is str]) else HEADING
        return OTHER_TABLE if any(not fit.missing for fit in fits_of(row)) else ""

    def _is_theirs(self, at: int, headings: Sequence[str]) -> bool:
        """Return whether the titles that end in this row say that what is below them is not ours."""
        rows = takewhile(is_title, reversed(self._grid.rows[self._fit.at + 1 : at + 1]))
        titles = (title for row in rows for title in titles_in(row))
        return find_title(titles, self._fit.kind, headings) is not None

    def _is_heading(self, row: list[Raw], filled: list[int]) -> bool:
        known = [at for at in filled if at in self._headings]
        same = sum(type(cell := row[at]) is str and fold_heading(cell) == self._headings[at] for at in known)
        return same >= FEW and same > HALF * len(filled)

    def _is_section(self, row: list[Raw], filled: list[int], at: int) -> bool:
        """A text alone in its row, written like a title or merged over the table, or no number where one belongs."""
        text = row[filled[0]]
        if len(filled) > 1 or type(text) is not str:
            return False
        where = filled[0]
        is_counted = where in self._fit.columns.get("line_no", ()) or (where == self._number and not _has_digit(text))
        return is_section(text) or is_counted or self._spans(at, where)

    def _spans(self, at: int, where: int) -> bool:
        width = self._wide.get((self._grid.numbers[at], where + self._grid.offset + 1), 1)
        return width > 1 and width >= HALF * len(self._mapped)

    @cached_property
    def _wide(self) -> dict[tuple[int, int], int]:
        """Return how many columns a cell goes over, by Excel row and column."""
        return {(top, left): right - left + 1 for top, left, bottom, right in self._grid.merges if top == bottom}

    def _labelled(self, row: list[Raw], filled: list[int], at: int) -> str:
        """A label counts when no number of an order stands beside it (a label there is a blank)."""
        number, found = row[self._number] if self._number is not None else BLANK, self.sorted
        first = row[filled[0]]
        label = row_label(first) if type(first) is str else ""
        if label == "sample" and len(found.kept) < FIRST_ROWS:
            return SAMPLE
        if why := self._totals.label(at, found.kept, found.totals):
            if why == "sums":
                found.by_sums.append(self._grid.numbers[at])
            return TOTAL
        if number != BLANK and not (type(number) is str and row_label(number)):
            return ""
        return NOTE if label == "note" and not any(row[at] != BLANK for at in self._sums) else ""

    def _signed(self, row: list[Raw], filled: list[int], at: int) -> str:
        """Labels of a printed foot; with a number of ours or a sum among them, or words of a row, it is a row."""
        if not is_signature([row[n] for n in filled]) or any(_has_digit(row[n]) for n in self._sums):
            return ""
        if self._says_words(row, filled, at):
            return ""
        number = identity_column(self._fit.kind)
        fields = {aliases(self._fit.kind).get(fold_heading(COLON.split(text)[0]), "") for text in map(str, row)}
        return NOTE if not number or number not in fields else ""

    def _says_words(self, row: list[Raw], filled: list[int], at: int) -> bool:
        """Words in their columns, and nobody's signature.

        Between the rows one such cell is enough. Below the last only where nothing but free text stands, in columns
        that the rows above have filled as well: a foot stands below a table.
        """
        own = {n for n, is_more in zip(filled, says_more([row[n] for n in filled]), strict=True) if is_more}
        own &= self._words
        last, used = self._ordinary
        return bool(own) if at < last else own == set(filled) and own <= used & self._free

    @cached_property
    def _ordinary(self) -> tuple[int, set[int]]:
        """Of the rows that are rows at first sight: where the last one stands, and which places they fill."""
        last, used = 0, set[int]()
        for at in range(self._fit.at + 1, len(self._grid.rows)):
            row = self._grid.rows[at]
            if self._is_ordinary(row):
                last = at
                used.update(n for n in self._free - used if row[n] != BLANK)
        return last, used

    def _rest_is_another(self, at: int) -> None:
        """Its title and the line that says in what it counts go with it."""
        found, numbers = self.sorted, self._grid.numbers
        while at - 1 > self._fit.at and is_title(self._grid.rows[at - 1]):
            at -= 1
        found.other = at
        found.kept = [row for row in found.kept if row < at]
        found.totals = [row for row in found.totals if row < at]
        found.by_sums = [number for number in found.by_sums if number < numbers[at]]
        found.ignored = [row for row in found.ignored if row[0] < numbers[at]]


def _suspect(rows: Sequence[list[Raw]]) -> frozenset[str]:
    """Return the cells of a sheet, each once, that may make their row something else than data."""
    cells: set[Raw] = set().union(*rows) if rows else set()
    texts = [cell for cell in cells if type(cell) is str]
    return find_labels(texts) | {text for text in texts if text.isspace()}


def _has_digit(cell: Raw) -> bool:
    return type(cell) is not str or any(sign.isdigit() for sign in cell)


def _leave_out_payments(grid: Grid, fit: Fit, found: SortedRows) -> None:
    """Leave out rows of a bank's own list of an account that have a sum in what went out, and none in what came in."""
    credit = fit.columns["amount_fen"][0]
    debits = [at for at, text in fit.headings.items() if at != credit and is_outgoing(text)]
    if not debits:
        return
    rows = [(at, grid.rows[at]) for at in found.kept]
    paid = {at for at, row in rows if not _has_sum(row[credit]) and any(_is_sum(row[debit]) for debit in debits)}
    _leave_out(grid, found, paid, OUTGOING)


def _leave_out(grid: Grid, found: SortedRows, left: set[int], reason: str) -> None:
    if left:
        found.kept = [at for at in found.kept if at not in left]
        found.ignored = sorted([*found.ignored, *((grid.numbers[at], reason) for at in left)])


def _has_sum(cell: Raw) -> bool:
    """What cannot be read counts as a sum, so that it has its finding."""
    parsed = parse_money(cell) if cell != BLANK else None
    return parsed is not None and bool(parsed.value or parsed.unknown)


def _is_sum(cell: Raw) -> bool:
    """What cannot be read is none: words beside what came in are no payment."""
    return cell != BLANK and bool(parse_money(cell).value)
