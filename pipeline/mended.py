"""Which held rows were mended by rows that came later under another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from pipeline.checks.sifted import Sifted

APART = 2  # cells that may read differently at the same place: mending changes few
LEAST = 3  # filled cells without which likeness proves nothing

Held = tuple[int, str, str, int, str]


def mended(waiting: Mapping[str, Sequence[Held]], each: Sifted) -> list[int]:
    """Versions that wait in vain, because this drop has the same row mended.

    The same row: every cell that was readable reads the same now; or it stands at the
    same place of the same file and all but a few cells read the same. A row held under the key
    it still has is replaced by posting and not looked for here.
    """
    released: list[int] = []
    for batch in each.batches:
        held = waiting.get(batch.kind, ())
        if not held:
            continue
        rows = [(s, n, _said(t)) for s, n, t in zip(batch.sheets, batch.rows, batch.facts, strict=True)]
        released.extend(
            seq
            for seq, file, sheet, row, facts in held
            if _is_mended((file, sheet, row), _said(facts), rows, each.drop.name)
        )
    return released


def _said(facts: str | bytes) -> dict[str, Any]:
    """What a row says, wherever on its sheet it stands."""
    said: dict[str, Any] = orjson.loads(facts)
    said.pop("src_cells", None)
    return said


def _is_mended(
    place: tuple[str, str, int],
    before: dict[str, Any],
    rows: Sequence[tuple[str, int, dict[str, Any]]],
    name: str,
) -> bool:
    before.pop("src_unknown", None)
    if len(before) < LEAST:
        return False
    for sheet, row, now in rows:
        same = sum(now.get(column) == value for column, value in before.items())
        if same == len(before) and len(now) > len(before):
            return True
        if (name, sheet, row) == place and same >= len(before) - APART:
            return True
    return False
