"""How a run tells a person what it is doing, silent by default, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALL_USED, OUR_FAULT, STAFF_MUST_ACT = 0, 1, 10


@dataclass(frozen=True)
class Progress:
    """What a run calls out.

    `step(key, total)` begins a step, `advance(what)` ends one item of it, and
    `wait(seconds, names)` is called before the settling wait.
    """

    step: Callable[[str, int], None] = lambda _name, _total: None
    advance: Callable[[str], None] = lambda _what: None
    wait: Callable[[float, Sequence[str]], None] = lambda _seconds, _names: None


SILENT = Progress()


@dataclass(frozen=True)
class Leave:
    """What the operator lets a night do: begin a new ledger, look back at a past day."""

    new_ledger: bool = False
    look_back: bool = True


USUAL = Leave()


@dataclass(frozen=True)
class Outcome:
    """What a night did: one published night. `counts` is what the manifest holds under the same names.

    `is_past`: a look back at an earlier day, for which nothing was read.
    """

    folder: Path
    is_new: bool
    blocked: tuple[str, ...]
    counts: dict[str, Any]
    is_past: bool = False

    @property
    def exit_code(self) -> int:
        """1 when our fault left something out, 10 when a file or row was refused, held, not read or left waiting."""
        if self.counts["left_out"]:
            return OUR_FAULT
        files = self.counts["files"]
        waits = files["refused"] or files["waiting"] or self.counts["unread"] or self.blocked
        findings = self.counts["findings"]
        return (
            STAFF_MUST_ACT
            if waits or self.counts["rows"]["held"] or findings["hold"] or findings["refuse"]
            else ALL_USED
        )
