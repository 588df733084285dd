"""The night proves itself before it publishes: laws over the judged tables, each with the workbooks it concerns.

Judged tables, findings and counts go in; how often each law was asked and broken, and the workbooks that are withheld
because of it, come out. What is withheld stays as it was last published. Only a ledger that is not whole withholds all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.errors import NothingPublished
from pipeline.ledger.health import broken_heads
from pipeline.night.self_check import money, papers, rows
from pipeline.night.self_check.laws import LawResult, NightSeen, prove_all, withheld

if TYPE_CHECKING:
    from pipeline.ledger import Ledger

__all__ = ["LawResult", "NightSeen", "prove", "prove_ledger", "withheld"]
LAWS = (*rows.LAWS, *money.LAWS, *papers.LAWS)


def prove(seen: NightSeen) -> list[LawResult]:
    """Return how every law was kept, in the order declared."""
    return prove_all(LAWS, seen)


def prove_ledger(ledger: Ledger, where: str) -> LawResult:
    """Return that what counts in the ledger is there, once. Raises NothingPublished where it is not."""
    asked, broken = broken_heads(ledger)
    if broken:
        raise NothingPublished(where, "heads_broken", "restore_ledger", count=str(broken))
    return LawResult("ledger_whole", asked, 0, ())
