"""Which correction a cell is read with: of several the newest; none where those of one night differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.feedback.corrections.targets import AIMED, FITTING, FOLLOWED
from pipeline.reading import Patch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ledger import Correction, Target

Cell = tuple[int, str, int, str]  # received file, sheet, row, letter


@dataclass
class CorrectionPlan:
    """Patches by received file, the corrections they come from, and those at odds with another of their night.

    `tried` are cells that are only looked at: no correction for them was read beside its source yet.
    """

    patches: dict[int, list[Patch]] = field(default_factory=dict)
    causes: dict[int, set[str]] = field(default_factory=dict)
    at_odds: dict[str, str] = field(default_factory=dict)  # key → the other value
    tried: dict[int, list[Patch]] = field(default_factory=dict)

    def read_with(self, file_id: int) -> tuple[Patch, ...]:
        """Return everything to be put into a received file when it is read."""
        return tuple(sorted([*self.patches.get(file_id, ()), *self.tried.get(file_id, ())]))

    def wanted(self, file_id: int) -> tuple[tuple[str, int, str, str], ...]:
        """Return what it is to count with, in the ledger's form."""
        return tuple(
            (patch.sheet, patch.row, patch.letter, patch.value) for patch in sorted(self.patches.get(file_id, ()))
        )


def choose_corrections(typed: Sequence[Correction], targets: Sequence[Target]) -> CorrectionPlan:
    """Choose for every cell the correction it is read with, in the newest workbook that has the record."""
    by_key = {correction.key: correction for correction in typed}
    made = CorrectionPlan()
    for cell, meant in _by_cell(targets).items():
        newest = max(by_key[target.key].night_id for target in meant)
        here = [by_key[target.key] for target in meant if by_key[target.key].night_id == newest]
        values = {correction.value: correction for correction in here}
        if len(values) > 1:
            made.at_odds |= {one.key: other.value for one in here for other in here if other.value != one.value}
        else:
            made.patches.setdefault(cell[0], []).append(Patch(*cell[1:], here[0].value))
            made.causes.setdefault(cell[0], set()).add(here[0].key)
    for cell, target in _untried(targets, made).items():
        made.tried.setdefault(cell[0], []).append(Patch(*cell[1:], by_key[target.key].value))
    return made


def _by_cell(targets: Sequence[Target]) -> Mapping[Cell, list[Target]]:
    newest = {target.key: target for target in targets if target.file_id}  # they are in order
    found: dict[Cell, list[Target]] = {}
    for target in newest.values():
        if target.state in FITTING:
            found.setdefault(cell_of(target), []).append(target)
    return found


def _untried(targets: Sequence[Target], made: CorrectionPlan) -> Mapping[Cell, Target]:
    taken = {(n, patch.sheet, patch.row, patch.letter) for n, patches in made.patches.items() for patch in patches}
    return {
        cell_of(target): target
        for target in targets
        if target.state in (AIMED, FOLLOWED) and cell_of(target) not in taken
    }


def cell_of(target: Target) -> Cell:
    """Return the cell a correction is meant for."""
    place = target.finding.place
    return target.file_id, place.sheet, place.row, place.letter
