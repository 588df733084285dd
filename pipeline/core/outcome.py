"""What a run did: the counts it prints and the exit code they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALL_USED, STAFF_MUST_ACT = 0, 10


@dataclass(frozen=True)
class Outcome:
    """One published night. `counts` is what the manifest holds under the same names.

    `is_past`: a look back at an earlier day, for which nothing was read.
    """

    folder: Path
    is_new: bool
    blocked: tuple[str, ...]
    counts: dict[str, Any]
    is_past: bool = False

    @property
    def exit_code(self) -> int:
        """10 when some file or row was refused, held or left waiting."""
        files = self.counts["files"]
        acts = self.counts["rows"]["held"] or files["refused"] or files["waiting"] or self.blocked
        findings = self.counts["findings"]
        return STAFF_MUST_ACT if acts or findings["hold"] or findings["refuse"] else ALL_USED
