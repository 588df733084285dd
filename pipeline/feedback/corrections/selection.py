"""Which correction a cell is read with, and a finding at every one that does not apply.

Of several the newest; none where those of one night differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.feedback.corrections.targets import AIMED, CHANGED, ENDED, FITTING, FOLLOWED, NOBODYS, NOWHERE, UNKNOWN
from pipeline.ledger import Correction, Ledger, Night, Target, correction_targets, typed_corrections
from pipeline.reading import Patch
from schemas.derived.finding import Finding

Cell = tuple[int, str, int, str]  # received file, sheet, row, letter
UNREADABLE, LATE = "unreadable", "late"
RULES = {
    CHANGED: "X-017",
    LATE: "X-017",
    UNREADABLE: "CELL-044",
    ENDED: NOBODYS,
    UNKNOWN: NOBODYS,
    NOWHERE: "X-019",
}
AT_ODDS = "X-020"


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


def correction_findings(ledger: Ledger, night: Night, still_open: Collection[str]) -> Iterator[Finding]:
    """Give a finding on the night a correction is seen, and as long as what it was meant to fix is open."""
    typed = typed_corrections(ledger)
    if not typed:
        return
    known = correction_targets(ledger)
    at_odds = choose_corrections(
        typed, [t for correction in typed for _, t in sorted(known.get(correction.key, {}).items())]
    ).at_odds
    for correction in typed:
        mine = known.get(correction.key, {})
        target = mine[max(mine)] if mine else None
        if correction.key in at_odds:
            if target and _is_due(correction, target, night, still_open):
                yield _finding(AT_ODDS, correction, target, at_odds[correction.key])
        elif target and target.state in RULES and _is_due(correction, target, night, still_open):
            yield _finding(RULES[target.state], correction, target, target.raw)


def _is_due(correction: Correction, target: Target, night: Night, still_open: Collection[str]) -> bool:
    return target.night_id == night.id or correction.finding_id in still_open


def _finding(rule: str, correction: Correction, target: Target, other: str) -> Finding:
    meant = target.finding
    return Finding(
        rule=rule,
        kind="sources",
        key=correction.key,
        column="value",
        place=correction.place,
        heading=correction.heading,
        raw=correction.value,
        params={"key": correction.finding_id, "other": other, "name": str(meant.place)},
        subject=meant.subject,
        customer=meant.customer,
        owner=meant.owner,
    )
