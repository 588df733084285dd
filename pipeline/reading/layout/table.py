"""A table of a sheet in list form, whatever the sheet looks like.

Lists keep their grid. Forms, tables under a printed head and wide tables are turned into the same rows, and every cell
that moved remembers its own place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.reading.files.grid import BLANK
from pipeline.reading.values.cells import is_blank
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.results import FileFinding

SUMS = (Type.MONEY, Type.QTY)  # what total rows add up
NUMBERS = (Type.ORDER_NO, Type.COMPLAINT_NO)


class CellPlace(NamedTuple):
    """Where a value really stands, and the heading or label it stands by."""

    row: int
    letter: str
    heading: str


PlacesOfRow = dict[int, CellPlace]  # position in a row of the table → place
Stages = dict[tuple[str, str], int]  # stage and field of a wide table → position in the row


@dataclass
class TableLayout:
    """A grid, the heading to read it by, and what is not where the heading says.

    `cells[i]` belongs to `grid.rows[i]`; empty for a plain list. `stages`: the columns of a wide table, one per stage
    and field. `outside`: rows above the table (of forms all rows), where its unit of money may be said. `bare`: the
    table without what its head says of every row. `is_second`: another layout of the same rows goes on with the sheet.
    `aside`: further rows that are counted and not read; `findings`: what was found while the table was cut out.
    """

    grid: Grid
    fit: Fit
    cells: Sequence[PlacesOfRow] = ()
    stages: Stages = field(default_factory=dict)
    outside: Sequence[list[Raw]] = ()
    bare: tuple[Grid, Fit] | None = None
    is_second: bool = False
    aside: Sequence[tuple[int, str]] = ()
    findings: Sequence[FileFinding] = ()


@dataclass
class DataRows:
    """Data rows in list form: `rows[i]` is Excel row `numbers[i]`."""

    fit: Fit
    numbers: list[int]
    rows: list[list[Raw]]
    cells: Sequence[PlacesOfRow] = ()

    def places(self, at: int) -> Mapping[str, tuple[str, str]]:
        """Return field → (cell, heading) of what stands elsewhere than the row and the heading say."""
        if not self.cells:
            return {}
        own = {name: self.cells[at].get(positions[0]) for name, positions in self.fit.columns.items()}
        return {name: (f"{place.letter}{place.row}", place.heading) for name, place in own.items() if place}


def identity_column(kind: str) -> str:
    """Return the column of the order or complaint number a row of this kind goes by; empty when it has none."""
    table = KINDS[kind]
    return next((name for name in table.naming() if table.spec(name).type in NUMBERS), "")


def is_unfilled(raw: Raw) -> bool:
    """Return whether nothing was filled in: no value, or only what people put for none."""
    return raw == BLANK or raw is None or (type(raw) is str and is_blank(raw))
