"""The lines of a sheet with what the heads of their numbers say, each value known by the cell of the head it is from.

What a head says of the whole record goes to every line; its sums and remarks stand once, beside the first line. A cell
that a line has itself stays; where the head says otherwise it is told, and the row waits where the cell decides whose
the record is or when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.core.text import fold
from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.head_sheets import PRODUCTS, HeadTable, SheetHeads, numbers_of
from pipeline.reading.layout.heading_names import heading_scale
from pipeline.reading.layout.table import CellPlace, DataRows, PlacesOfRow, name_own_places
from pipeline.reading.layout.typed import as_shown, value_alone
from pipeline.reading.results import CellFinding, FileFinding, params
from pipeline.reading.values.cells import is_blank
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments
from schemas.table import Spec, Type

JOINED, NO_HEAD, SAYS_ELSE = "FILE-046", "CELL-048", "CELL-050"
OF_LINES: Mapping[str, frozenset[str]] = {  # what no head says of its lines
    Orders.name: PRODUCTS[Orders.name] | {Orders.line_no, Orders.unit_price, Orders.uom, Orders.supply_type},
    Shipments.name: PRODUCTS[Shipments.name] | {Shipments.line_no},
}
ONCE = (Type.MONEY, Type.INTEGER)  # of the whole: beside the first line
ONCE_ALSO = frozenset({str(Orders.remark), str(Shipments.remark), str(Shipments.weight)})
COUNTS = (Type.QTY, Type.PRICE)  # of the whole, and no line's
AMOUNT = str(Orders.amount_fen)


class Head(NamedTuple):
    """A row of a sheet of heads."""

    table: HeadTable
    at: int


class HeadTotal(NamedTuple):
    """A sum written for a whole record: the lines it is of, the cell, and yuan per unit of it."""

    lines: Sequence[int]
    raw: Raw
    unit: int
    heading: str
    sheet: str


@dataclass
class JoinedLines:
    """Rows with what their heads say. `totals`: sums of whole records, which their lines come to."""

    data: DataRows
    names: list[str] = field(default_factory=list)  # fields that only heads say
    totals: list[HeadTotal] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    cells: list[CellFinding] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)


def join_lines(heads: SheetHeads, grid: Grid, data: DataRows, file: str) -> JoinedLines:
    """Return the rows of a table with what their heads say; as they are where they have none. `file`: its name."""
    if not any(table.fit.kind == data.fit.kind and table.number in data.fit.columns for table in heads.tables):
        return JoinedLines(data)
    return _Joiner(heads.tables, grid, data, file).join()


class _Joiner:
    def __init__(self, tables: Sequence[HeadTable], grid: Grid, data: DataRows, file: str) -> None:
        self._tables, self._grid, self._data = tables, grid, data
        self._cells = {id(table): table.columns(file) for table in tables}
        self._lines: dict[str, list[int]] = {}  # number → its lines
        for table in tables[:1]:
            for at, number in enumerate(numbers_of(grid, data, table.number)):
                if number:
                    self._lines.setdefault(number, []).append(at)
        fields = [name for cells in self._cells.values() for name in cells if self._is_of_whole(name)]
        own = data.fit.columns
        self._names = [name for name in dict.fromkeys(fields) if name not in own]
        self._both = [name for name in dict.fromkeys(fields) if name in own and not _is_once(self._spec(name), name)]
        self._places: list[PlacesOfRow] = [{**places} for places in data.cells] or [{} for _ in data.rows]

    def join(self) -> JoinedLines:
        """Return the rows with their heads."""
        width = len(self._data.rows[0]) if self._data.rows else len(self._grid.rows[0])
        fit = self._data.fit
        heading = {name: self._heading(name) for name in self._names}
        made = JoinedLines(self._data, self._names)
        for row in self._data.rows:
            row.extend([BLANK] * len(self._names))
        for number, lines in self._lines.items():
            if head := self._head(number):
                self._give(head, lines, width)
                made.cells += [*self._contradicted(head, lines), *self._notes(head, lines)]
                made.totals += self._total(head, lines)
            elif self._names:
                made.cells += self._without_head(lines)
        name_own_places(self._grid, fit, self._data.numbers, self._places)
        columns = fit.columns | {name: [width + n] for n, name in enumerate(self._names)}
        headings = dict(fit.headings) | {width + n: heading[name] for n, name in enumerate(self._names)}
        whole = replace(fit, columns=columns, headings=headings)
        made.data = DataRows(whole, self._data.numbers, self._data.rows, self._places)
        made.units = {name: table.unit for table in self._tables for name in self._names if name in table.fit.columns}
        made.findings = [self._told()]
        return made

    def _spec(self, name: str) -> Spec:
        return KINDS[self._data.fit.kind].spec(name)

    def _is_of_whole(self, name: str) -> bool:
        """A head says it of all its lines: not its number, and nothing that is counted or sold line by line."""
        if name in OF_LINES[self._data.fit.kind] or name in {table.number for table in self._tables}:
            return False
        return self._spec(name).type not in COUNTS

    def _heading(self, name: str) -> str:
        """The heading of a field, or the name of the field where the heads say it by a format."""
        found = (table.fit.headings[table.fit.columns[name][0]] for table in self._tables if name in table.fit.columns)
        return next(found, name)

    def _head(self, number: str) -> Head | None:
        """Return the head of a number; None where there is none, or several that say different things."""
        heads = [Head(table, at) for table in self._tables for at in table.places.get(number, ())]
        said = [[str(self._value(head, name)).strip() for name in (*self._names, *self._both)] for head in heads]
        return heads[0] if heads and all(values == said[0] for values in said) else None

    def _value(self, head: Head, name: str) -> Raw:
        cells = self._cells[id(head.table)]
        return cells[name][head.at] if name in cells else BLANK

    def _place(self, head: Head, name: str) -> CellPlace | None:
        """Return where the cell of a head stands."""
        table = head.table
        if name not in table.fit.columns:
            return None
        position = table.fit.columns[name][0]
        if table.data.cells and (own := table.data.cells[head.at].get(position)):
            return own._replace(sheet=table.grid.name)
        heading = table.fit.headings[position].strip()
        return CellPlace(table.data.numbers[head.at], table.grid.letter(position), heading, table.grid.name)

    def _give(self, head: Head, lines: Sequence[int], width: int) -> None:
        """Put what the head says into its lines, where they say nothing themselves."""
        given = [(width + n, name) for n, name in enumerate(self._names)]
        given += [(self._data.fit.columns[name][0], name) for name in self._both]
        for n, at in enumerate(lines):
            row = self._data.rows[at]
            for position, name in given:
                if (n and _is_once(self._spec(name), name)) or row[position] != BLANK:
                    continue
                value, place = self._value(head, name), self._place(head, name)
                if place and (value != BLANK or name in self._names):
                    row[position], self._places[at][position] = value, place
                elif value != BLANK:
                    row[position] = value

    def _contradicted(self, head: Head, lines: Sequence[int]) -> Iterator[CellFinding]:
        """Tell where a line says something else than its head; such a line waits where the cell decides whose it is."""
        for name in self._both:
            position, spec, said = self._data.fit.columns[name][0], self._spec(name), self._value(head, name)
            differing = [at for at in lines if _says_else(spec, self._data.rows[at][position], said)]
            for at in differing if spec.holds else differing[:1]:
                own = as_shown(self._data.rows[at][position])
                given = params(value=own, other=as_shown(said), name=head.table.grid.name)
                if spec.holds:
                    self._data.rows[at][position] = BLANK
                yield CellFinding(self._data.numbers[at], name, SAYS_ELSE, own, given, unknown=spec.holds, at=at)

    def _notes(self, head: Head, lines: Sequence[int]) -> Iterator[CellFinding]:
        """Return what was noted of the cells of a head that its lines took, beside the first of them."""
        first = lines[0]
        for note in head.table.notes:
            if note.at == head.at and note.column in self._names:
                yield replace(note, row=self._data.numbers[first], at=first)

    def _without_head(self, lines: Sequence[int]) -> Iterator[CellFinding]:
        """Tell of lines without a head, of orders once: what only heads say is not known of them."""
        number = self._tables[0].number
        names = "\u3001".join(table.grid.name for table in self._tables)
        for at in lines[:1] if self._data.fit.kind == Orders.name else lines:
            raw = as_shown(self._data.rows[at][self._data.fit.columns[number][0]])
            given = params(value=raw, name=names)
            also = tuple(name for name in self._names if name != AMOUNT)
            yield CellFinding(self._data.numbers[at], number, NO_HEAD, raw, given, at=at, also=also)

    def _total(self, head: Head, lines: Sequence[int]) -> Iterator[HeadTotal]:
        if AMOUNT in self._cells[id(head.table)] and self._value(head, AMOUNT) != BLANK:
            heading = head.table.fit.headings[head.table.fit.columns[AMOUNT][0]]
            unit = heading_scale(heading) or head.table.unit
            yield HeadTotal(lines, self._value(head, AMOUNT), unit, heading, head.table.grid.name)

    def _told(self) -> FileFinding:
        row = self._data.numbers[0] if self._data.numbers else 0
        names = "\u3001".join(table.grid.name for table in self._tables)
        return FileFinding(JOINED, self._grid.name, row=row, params=params(name=names))


def _is_once(spec: Spec, name: str) -> bool:
    return spec.type in ONCE or name in ONCE_ALSO


def _says_else(spec: Spec, own: Raw, said: Raw) -> bool:
    """Return whether two cells can both be read and say different things; of two names one may be the shorter."""
    if own == said or any(type(cell) is str and is_blank(cell) for cell in (own, said)):
        return False
    values = [value_alone(spec, cell) for cell in (own, said)]
    if None in values or values[0] == values[1]:
        return False
    if isinstance(values[0], str) and isinstance(values[1], str):
        first, second = map(fold, (values[0], values[1]))
        return first not in second and second not in first
    return True
