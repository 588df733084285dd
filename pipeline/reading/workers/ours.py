"""What of a file nightdesk wrote itself, sorted out sheet by sheet while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.reading.files.grid import Grid
from pipeline.reading.files.own_sheets import RETURNED, Baseline, own_sheet, read_baseline, settled_by
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.foreign_titles import without_foreign
from pipeline.reading.layout.head_sheets import NO_HEADS, find_heads, may_be_joined
from pipeline.reading.layout.sheet import SheetTables, read_sheet
from pipeline.reading.results import FileFinding, OwnSheet, SheetRead
from schemas.incoming.corrections import Corrections


@dataclass
class SortedSheets:
    """Tables of others, and sheets of ours. What is only like ours is ours where the hidden baseline says so.

    `disputed`: sheets of ours that no baseline vouches for and that could be read as a source; with `is_theirs`
    somebody said that the file is a list of the company's own, and they are read.
    """

    tables: list[SheetRead] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)
    own: list[OwnSheet] = field(default_factory=list)
    disputed: list[OwnSheet] = field(default_factory=list)
    baseline: Baseline | None = None
    is_theirs: bool = False
    _titled: list[tuple[OwnSheet, SheetTables]] = field(default_factory=list)
    _read: list[SheetTables] = field(default_factory=list)
    _waiting: dict[int, tuple[Grid, Fit]] = field(default_factory=dict)  # by place: may have heads or lines elsewhere
    _like_ours: list[tuple[OwnSheet, SheetTables]] = field(default_factory=list)

    def take(self, grid: Grid, file: str) -> None:
        """Read a sheet, or put it aside as ours. `file`: its name."""
        if baseline := read_baseline(grid):
            self.baseline = baseline
        elif own := own_sheet(grid):
            self._titled.append((own, read_sheet(grid, file)))
        elif like := own_sheet(grid, is_among_ours=True):
            self._like_ours.append((like, read_sheet(grid, file)))
        elif heading := may_be_joined(grid):
            self._waiting[len(self._read)] = grid, heading
            self._read.append(SheetTables())
        else:
            self._read.append(read_sheet(grid, file))

    def settle(self, file: str) -> None:
        """Read lines with their heads, and decide on what is like ours, once all sheets were seen."""
        heads = find_heads(without_foreign(self._waiting, file))
        for at, (grid, _) in self._waiting.items():
            self._read[at] = read_sheet(grid, file, heads.get(at, NO_HEADS))
        for read in self._read:
            self._add(read)
        for own, read in self._titled:
            self._settle_titled(own, read)
        for like, read in self._like_ours:
            if self.baseline:
                self.own.append(like)
                self.tables += _typed_corrections(read.tables)
            else:
                self._add(read)
        self.own = [settled_by(self.baseline, sheet) for sheet in self.own]

    def _settle_titled(self, own: OwnSheet, read: SheetTables) -> None:
        typed = _typed_corrections(read.tables)
        is_disputed = self.baseline is None and own.part != RETURNED and len(typed) < len(read.tables)
        if is_disputed:
            self.disputed.append(own)
        if is_disputed and self.is_theirs:
            self._add(read)
        else:
            self.own.append(own)
            self.tables += typed

    def _add(self, read: SheetTables) -> None:
        self.tables += read.tables
        self.findings += read.findings


def _typed_corrections(tables: Iterable[SheetRead]) -> list[SheetRead]:
    """Our list of exceptions is where corrections are typed: these are read from it, and nothing else."""
    return [table for table in tables if table.kind == Corrections.name]
