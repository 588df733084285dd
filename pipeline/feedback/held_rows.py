"""Which held rows were fixed by rows that came later under another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.core.file_names import workbook_name
from pipeline.ledger import FactRows
from pipeline.rules.validation.validated_file import ValidatedFile, parse_facts

LEAST = 3  # filled cells without which likeness proves nothing

Held = tuple[int, str, str, int, str]


def fixed_rows(waiting: Mapping[str, Sequence[Held]], validated: ValidatedFile) -> list[int]:
    """Return the versions that wait in vain, because this received file has the same row fixed.

    The same row: every cell that was readable reads the same now, and more of them do. A row held under the key it
    still has is replaced by posting and not looked for here, nor is one of an earlier version of the same workbook.
    """
    released: list[int] = []
    for batch in validated.batches:
        if held := waiting.get(batch.kind, ()):
            rows = _BatchRows(batch)
            mine = workbook_name(validated.received.name)
            released.extend(
                seq
                for seq, file, _, _, facts in held
                if workbook_name(file) != mine and rows.have_fixed(parse_facts(facts))
            )
    return released


class _BatchRows:
    """The rows of a batch, found by any cell."""

    def __init__(self, batch: FactRows) -> None:
        self.rows = [parse_facts(facts) for facts in batch.facts]
        self.by_cell: dict[tuple[str, Any], list[int]] = {}
        for n, row in enumerate(self.rows):
            for cell in row.items():
                self.by_cell.setdefault(cell, []).append(n)

    def have_fixed(self, before: Mapping[str, Any]) -> bool:
        """Is one of them the row that said this?"""
        if len(before) < LEAST:
            return False
        rarest: Sequence[int] = min((self.by_cell.get(cell, []) for cell in before.items()), key=len)
        return any(self._alike(n, before) == len(before) < len(self.rows[n]) for n in rarest)

    def _alike(self, n: int, before: Mapping[str, Any]) -> int:
        return sum(self.rows[n].get(column) == value for column, value in before.items())
