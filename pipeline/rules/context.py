"""All that a predicate may look at: the tables of the night, the calendar, the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.core.worktime import Calendar
    from schemas.policy.policy import Policy

UNSEEN = "asked for and never taken in"
Headings = Mapping[tuple[str, str], Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class RuleContext:
    """Frames by table name (incoming kinds by `KINDS`, made ones by `Table.name`).

    Incoming frames hold every head row of the ledger, held rows included
    (`src_held`); every kind is present, empty when nothing was ever taken in.
    `as_of` is local wall time without zone. `headings` maps (file, sheet) to
    field -> (column letter, heading as written). `answers`: what people answered to findings that ask, by their id
    (keys of `questions.csv`). `failed`: rules on which our own program failed.
    """

    tables: Mapping[str, pd.DataFrame]
    as_of: datetime
    calendar: Calendar
    policy: Policy
    lang: str = "zh"
    next_night: datetime | None = None
    seen_kinds: frozenset[str] = field(default_factory=frozenset)
    headings: Headings = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    failed: set[str] = field(init=False, repr=False, compare=False, default_factory=set)  # rules not asked tonight
    known: dict[object, Any] = field(init=False, repr=False, compare=False, default_factory=dict)  # worked out once

    def has_seen(self, kind: str) -> bool:
        """Return whether such a sheet was ever taken in; before, rules on master data are silent. It is remembered."""
        if kind not in self.seen_kinds:
            self.known.setdefault(UNSEEN, set()).add(kind)
        return kind in self.seen_kinds

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]
