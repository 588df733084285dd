"""Which held rows were fixed by rows that came later under another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.ledger import FactRows
from pipeline.rules.validation.validated_file import ValidatedFile, parse_facts

APART = 2  # cells that may read differently at the same place: a fix changes few
LEAST = 3  # filled cells without which likeness proves nothing

Held = tuple[int, str, str, int, str]


def fixed_rows(waiting: Mapping[str, Sequence[Held]], validated: ValidatedFile) -> list[int]:
    """Return the versions that wait in vain, because this received file has the same row fixed.

    The same row: every cell that was readable reads the same now, and more of them do; or it
    stands at the same place of the same file and all but a few cells read the same. A row held
    under the key it still has is replaced by posting and not looked for here.
    """
    released: list[int] = []
    for batch in validated.batches:
        if held := waiting.get(batch.kind, ()):
            rows = _BatchRows(batch)
            mine = validated.received.name
            released.extend(
                seq
                for seq, file, sheet, row, facts in held
                if rows.have_fixed(parse_facts(facts), (sheet, row) if file == mine else None)
            )
    return released


class _BatchRows:
    """The rows of a batch, found by any cell and by their place."""

    def __init__(self, batch: FactRows) -> None:
        self.rows = [parse_facts(facts) for facts in batch.facts]
        self.by_place: dict[tuple[str, int], list[int]] = {}
        self.by_cell: dict[tuple[str, Any], list[int]] = {}
        for n, (sheet, row) in enumerate(zip(batch.sheets, batch.rows, strict=True)):
            self.by_place.setdefault((sheet, row), []).append(n)
            for cell in self.rows[n].items():
                self.by_cell.setdefault(cell, []).append(n)

    def have_fixed(self, before: Mapping[str, Any], place: tuple[str, int] | None) -> bool:
        """Is one of them the row that said this?"""
        if len(before) < LEAST:
            return False
        there = self.by_place.get(place, ()) if place else ()
        if any(self._alike(n, before) >= len(before) - APART for n in there):
            return True
        rarest: Sequence[int] = min((self.by_cell.get(cell, []) for cell in before.items()), key=len)
        return any(self._alike(n, before) == len(before) < len(self.rows[n]) for n in rarest)

    def _alike(self, n: int, before: Mapping[str, Any]) -> int:
        return sum(self.rows[n].get(column) == value for column, value in before.items())
