"""Corrections that do not apply: a finding at the cell they were typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.feedback.corrections.selection import choose_corrections
from pipeline.feedback.corrections.targets import CHANGED, ENDED, NOBODYS, NOWHERE, UNKNOWN
from pipeline.ledger import correction_targets, typed_corrections
from schemas.derived.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipeline.ledger import Correction, Ledger, Night, Target

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
