"""What a law of the night is, what it may look at, and what follows when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.log import note_failure
from reports import WORKBOOKS
from schemas.derived.cases import Cases
from schemas.derived.receivables import Allocations
from schemas.derived.status import OrderStatus
from schemas.incoming.kinds import KINDS
from schemas.incoming.receipts import Receipts
from schemas.table import Source

if TYPE_CHECKING:
    from pipeline.ledger import StaffEntry
    from schemas.derived.finding import Finding

ALL = tuple(WORKBOOKS)


@dataclass(frozen=True)
class Beside:
    """What no workbook shows and laws look at.

    `held`: kind, version, file and sheet of every row that waits. `holding`: findings that hold rows, let pass or not.
    `counted`: how many rows each list of a workbook must have. `receipts`: what came, by receipt.
    """

    held: pd.DataFrame
    holding: Sequence[Finding]
    counted: Mapping[str, int]
    receipts: pd.Series[int]
    allocations: pd.DataFrame


def look_beside(tables: Mapping[str, pd.DataFrame], findings: Sequence[Finding]) -> Beside:
    """Return what laws look at beside the workbooks. `tables`: all of the night; `findings`: also those let pass."""
    places = [str(column) for column in (Source.src_seq, Source.src_file, Source.src_sheet)]
    waits = [tables[kind].loc[is_sure(tables[kind][Source.src_held]), places].assign(kind=kind) for kind in KINDS]
    held = pd.concat(waits, ignore_index=True)[["kind", *places]]
    came = tables[Receipts.name]
    fen = came[Receipts.amount_fen].abs().fillna(0) + came[Receipts.charge_fen].fillna(0).clip(lower=0)
    return Beside(
        held,
        [each for each in findings if each.is_holding],
        {OrderStatus.name: len(tables["book"]), Cases.name: len(tables["complaints"])},
        fen.set_axis(came[Source.src_key]),
        tables[Allocations.name],
    )


@dataclass(frozen=True)
class NightSeen:
    """The night as its workbooks are about to show it: their tables, counts, what staff typed, files of letters."""

    tables: Mapping[str, pd.DataFrame]
    counts: Mapping[str, Any]
    beside: Beside
    findings: Sequence[Finding] = ()
    typed: Sequence[StaffEntry] = ()
    letters: Collection[str] = ()
    as_of: datetime = datetime.min  # noqa: DTZ901 - frames hold local time
    lang: str = "zh"

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


Answer = tuple[int, int]  # how often it was asked, how often it was broken


@dataclass(frozen=True)
class Law:
    """A law by its key, law.* in the words, and the workbooks that are withheld when it is broken."""

    key: str
    papers: tuple[str, ...]
    asks: Callable[[NightSeen], Answer]


@dataclass(frozen=True)
class LawResult:
    """How a law was kept; `error` is the kind of a failure of our own on the way."""

    law: str
    asked: int
    broken: int
    papers: tuple[str, ...]
    error: str = ""

    @property
    def ok(self) -> bool:
        """Return whether the law was kept."""
        return not self.broken and not self.error

    def as_record(self) -> dict[str, Any]:
        """Return plain values for the manifest."""
        made = {"law": self.law, "ok": self.ok, "asked": self.asked, "broken": self.broken}
        return made | ({"error": self.error} if self.error else {})


def prove_all(laws: Iterable[Law], seen: NightSeen) -> list[LawResult]:
    """Return how each law was kept. One that cannot be asked is not kept."""
    return [_prove(law, seen) for law in laws]


def _prove(law: Law, seen: NightSeen) -> LawResult:
    try:
        asked, broken = law.asks(seen)
    except Exception as failure:  # noqa: BLE001 - what cannot be proved is withheld, whatever the reason
        note_failure("law", failure, law=law.key)
        return LawResult(law.key, 0, 0, law.papers, type(failure).__name__)
    return LawResult(law.key, int(asked), int(broken), law.papers)


def withheld(proofs: Iterable[LawResult]) -> list[str]:
    """Return the keys of the workbooks that a broken law concerns, in the order of workbooks."""
    concerned = {paper for proof in proofs if not proof.ok for paper in proof.papers}
    return [paper for paper in ALL if paper in concerned]
