"""Below the foot of a table under a printed head: lines that go on there, and what was not read.

Nothing is left out in silence: a row is a line, a note that is counted, or named in a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.form_labels import is_approval, labels_within
from pipeline.reading.layout.parsers import parser
from pipeline.reading.layout.row_labels import is_signature
from pipeline.reading.layout.rows import NOTE, OUTSIDE
from pipeline.reading.results import FileFinding, params
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.form_labels import Labels, Pair
    from pipeline.reading.layout.parsers import Parser

UNREAD = "FILE-029"
PROOFS = (Type.QTY, Type.MONEY, Type.PRICE, Type.CHOICE)
LEAST_CELLS = 2  # so many cells below the heading make a line
FULL = 3  # so many cells are no remark
MOST_SHOWN = 10


@dataclass
class BelowTable:
    """Positions of lines and of rows that were not read; rows that are counted, with reasons."""

    lines: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)


def proofs(kind: str, columns: Mapping[int, str]) -> dict[int, Parser]:
    """Position → parser of what a line cannot do without: a count, a sum, or a word out of few."""
    specs = {n: KINDS[kind].spec(name) for n, name in columns.items()}
    return {n: parser(spec) for n, spec in specs.items() if spec.type in PROOFS}


def is_line(row: Sequence[Raw], own: Mapping[int, str], proving: Mapping[int, Parser]) -> bool:
    """Several cells stand under these columns, and one of them is what it should be."""
    filled = [n for n in own if row[n] != BLANK]
    return len(filled) >= LEAST_CELLS and any(_is_read(proving[n], row[n]) for n in filled if n in proving)


def sort_below(labels: Labels, columns: Mapping[int, str], span: tuple[int, int], pairs: Sequence[Pair]) -> BelowTable:
    """Part the rows of a span. `pairs`: labels of the span with their values."""
    tail, grid = BelowTable(), labels.grid
    proving, taken = proofs(labels.kind, columns), {pair.row for pair in pairs}
    is_block = False
    for at in range(*span):
        row = grid.rows[at]
        if _bears_label(labels, row, proving):
            is_block = is_approval(row)
        elif is_line(row, columns, proving) and (at not in taken or _is_beyond(labels, at)):
            tail.lines.append(at)
        elif at not in taken:
            is_block = is_block or is_approval(row)
            _put_aside(tail, at, grid, is_block=is_block)
    return tail


def unread_rows(grid: Grid, unread: Sequence[int]) -> Iterator[FileFinding]:
    """One finding for all rows that were not read."""
    if unread:
        numbers = [grid.numbers[at] for at in unread]
        shown = "\u3001".join(map(str, numbers[:MOST_SHOWN])) + ("\u2026" if len(numbers) > MOST_SHOWN else "")
        first = next(n for n, cell in enumerate(grid.rows[unread[0]]) if cell != BLANK)
        said = params(name=shown)
        yield FileFinding(UNREAD, grid.name, "", shown, said, numbers[0], grid.letter(first))


def _bears_label(labels: Labels, row: Sequence[Raw], proving: Mapping[int, Parser]) -> bool:
    """A label stands in the row or in one of its cells; a word that its column takes is none."""
    found = {n: cell for n, cell in enumerate(row) if labels.field(cell) or labels_within(cell, labels.kind)}
    return any(n not in proving or not _is_read(proving[n], cell) for n, cell in found.items())


def _put_aside(tail: BelowTable, at: int, grid: Grid, *, is_block: bool) -> None:
    filled = [cell for cell in grid.rows[at] if cell != BLANK]
    if is_block or is_signature(filled):
        tail.aside.append((grid.numbers[at], NOTE))
    elif len(filled) < FULL:
        tail.aside.append((grid.numbers[at], OUTSIDE))
    else:
        tail.unread.append(at)


def _is_beyond(labels: Labels, at: int) -> bool:
    """Most of a row that would answer the labels above it stands beside them."""
    above = labels.grid.rows[at - 1]
    beside = sum(
        cell != BLANK and not labels.field(over) for cell, over in zip(labels.grid.rows[at], above, strict=True)
    )
    return beside >= LEAST_CELLS


def _is_read(parse: Parser, raw: Raw) -> bool:
    got = parse(raw)
    return got.value is not None and not got.unknown
