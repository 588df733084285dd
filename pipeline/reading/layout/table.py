"""One table of a sheet in list form, whatever the sheet looks like.

Lists keep their grid. Forms, tables under a printed head and wide tables are turned into
the same rows, and every cell that moved remembers where it stands in truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.results import FileFinding


class CellPlace(NamedTuple):
    """Where a value really stands, and the heading or label it stands by."""

    row: int
    letter: str
    heading: str

    @property
    def address(self) -> str:
        """``B7``."""
        return f"{self.letter}{self.row}"


Cells = dict[int, CellPlace]  # position in a row of the table → place
Stages = dict[tuple[str, str], int]  # stage and field of a wide table → position in the row


@dataclass
class TableLayout:
    """A grid, the heading to read it by, and what is not where the heading says.

    `cells[i]` belongs to `grid.rows[i]`; empty for a plain list. `stages`: the columns of a
    wide table, one per stage and field. `said`: rows outside the table, where its unit of
    money may be said. `bare`: the table without what its head says of every row.
    `is_second`: another layout of the same rows goes on with the sheet. `aside`: further rows
    that are counted and not read; `told`: what was found while the table was cut out.
    """

    grid: Grid
    fit: Fit
    cells: Sequence[Cells] = ()
    stages: Stages = field(default_factory=dict)
    said: Sequence[list[Raw]] = ()
    bare: tuple[Grid, Fit] | None = None
    is_second: bool = False
    aside: Sequence[tuple[int, str]] = ()
    told: Sequence[FileFinding] = ()


@dataclass
class DataRows:
    """Data rows in list form: `rows[i]` is Excel row `numbers[i]`."""

    fit: Fit
    numbers: list[int]
    rows: list[list[Raw]]
    cells: Sequence[Cells] = ()

    def places(self, at: int) -> Mapping[str, tuple[str, str]]:
        """Field → (cell, heading) of what stands elsewhere than the row and the heading say."""
        if not self.cells:
            return {}
        own = {field: positions[0] for field, positions in self.fit.columns.items()}
        return {name: (found.address, found.heading) for name, n in own.items() if (found := self.cells[at].get(n))}
