"""Below the foot of a table under a printed head: lines that go on there, and what was not read.

Nothing is left out in silence: a row is a line, a note that is counted, or named in a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.form_labels import is_approval
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
MOST_SHOWN = 10  # row numbers in one finding


@dataclass
class BelowTable:
    """Positions of lines and of rows that were not read; rows that are counted, with reasons."""

    lines: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)


def proofs(kind: str, columns: Mapping[int, str]) -> dict[int, Parser]:
    """Return position → parser of what a line cannot do without: a count, a sum, or a word out of few."""
    specs = {n: KINDS[kind].spec(name) for n, name in columns.items()}
    return {n: parser(spec) for n, spec in specs.items() if spec.type in PROOFS}


def is_line(row: Sequence[Raw], own: Mapping[int, str], proving: Mapping[int, Parser]) -> bool:
    """Return whether several cells stand under these columns, and one of them is what it should be."""
    filled = [n for n in own if row[n] != BLANK]
    return len(filled) >= LEAST_CELLS and any(_is_read(proving[n], row[n]) for n in filled if n in proving)


def sort_below(labels: Labels, columns: Mapping[int, str], span: tuple[int, int], pairs: Sequence[Pair]) -> BelowTable:
    """Return what the rows of a span are. `pairs`: labels of the span with their values."""
    found, grid = BelowTable(), labels.grid
    proving, taken = proofs(labels.kind, columns), {pair.row for pair in pairs}
    is_block = False
    for at in range(*span):
        row = grid.rows[at]
        if _bears_label(labels, row, proving):
            is_block = is_approval(row)
        elif is_line(row, columns, proving) and (at not in taken or _is_beyond(labels, at)):
            found.lines.append(at)
        elif at not in taken:
            is_block = is_block or is_approval(row)
            filled = [cell for cell in row if cell != BLANK]
            if is_block or is_signature(filled):
                found.aside.append((grid.numbers[at], NOTE))
            elif len(filled) < FULL:
                found.aside.append((grid.numbers[at], OUTSIDE))
            else:
                found.unread.append(at)
    return found


def unread_rows(grid: Grid, unread: Sequence[int]) -> Iterator[FileFinding]:
    """Return one finding for all rows that were not read."""
    if unread:
        numbers = [grid.numbers[at] for at in unread]
        shown = "\u3001".join(map(str, numbers[:MOST_SHOWN])) + ("\u2026" if len(numbers) > MOST_SHOWN else "")
        first = next(n for n, cell in enumerate(grid.rows[unread[0]]) if cell != BLANK)
        yield FileFinding(UNREAD, grid.name, "", shown, params(name=shown), numbers[0], grid.letter(first))


def _bears_label(labels: Labels, row: Sequence[Raw], proving: Mapping[int, Parser]) -> bool:
    """A label stands in the row or in one of its cells; a word that its column takes is none."""
    return any(labels.bears(cell) and not (n in proving and _is_read(proving[n], cell)) for n, cell in enumerate(row))


def _is_beyond(labels: Labels, at: int) -> bool:
    """Most of a row that would answer the labels above it stands beside them."""
    pairs = zip(labels.grid.rows[at], labels.grid.rows[at - 1], strict=True)
    return sum(cell != BLANK and not labels.field(above) for cell, above in pairs) >= LEAST_CELLS


def _is_read(parse: Parser, raw: Raw) -> bool:
    parsed = parse(raw)
    return parsed.value is not None and not parsed.unknown
