"""What of a file nightdesk wrote itself, sorted out sheet by sheet while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.reading.files.grid import Grid
from pipeline.reading.files.own_sheets import Baseline, own_sheet, read_baseline, settled_by
from pipeline.reading.layout.sheet import SheetTables, read_sheet
from pipeline.reading.results import FileFinding, OwnSheet, SheetRead
from schemas.incoming.corrections import Corrections


@dataclass
class SortedSheets:
    """Tables of others, and sheets of ours. What is only like ours is ours where the hidden baseline says so."""

    tables: list[SheetRead] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)
    own: list[OwnSheet] = field(default_factory=list)
    baseline: Baseline | None = None
    _like_ours: list[tuple[OwnSheet, SheetTables]] = field(default_factory=list)

    def take(self, grid: Grid, file: str) -> None:
        """Read a sheet, or put it aside as ours. `file`: its name."""
        if baseline := read_baseline(grid):
            self.baseline = baseline
        elif own := own_sheet(grid):
            self.own.append(own)
            self.tables += _typed_corrections(read_sheet(grid, file).tables)
        elif like := own_sheet(grid, is_among_ours=True):
            self._like_ours.append((like, read_sheet(grid, file)))
        else:
            self._add(read_sheet(grid, file))

    def settle(self) -> None:
        """Decide on what is like ours, once all sheets were seen."""
        for like, read in self._like_ours:
            if self.baseline:
                self.own.append(like)
                self.tables += _typed_corrections(read.tables)
            else:
                self._add(read)
        self.own = [settled_by(self.baseline, sheet) for sheet in self.own]

    def _add(self, read: SheetTables) -> None:
        self.tables += read.tables
        self.findings += read.findings


def _typed_corrections(tables: Iterable[SheetRead]) -> list[SheetRead]:
    """Our list of exceptions is where corrections are typed: these are read from it, and nothing else."""
    return [table for table in tables if table.kind == Corrections.name]
