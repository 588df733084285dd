"""Corrections that do not apply, told at the cell they were typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.feedback.corrections.selection import choose_corrections
from pipeline.feedback.corrections.targets import CHANGED, MENDED, NOBODYS, NOWHERE, UNKNOWN
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
    MENDED: NOBODYS,
    UNKNOWN: NOBODYS,
    NOWHERE: "X-019",
}
AT_ODDS = "X-020"


def correction_findings(ledger: Ledger, night: Night, still_open: Collection[str]) -> Iterator[Finding]:
    """Each is told on the night it is seen, and as long as what it was meant to mend is open."""
    typed = typed_corrections(ledger)
    if not typed:
        return
    known = correction_targets(ledger)
    at_odds = choose_corrections(
        typed, [t for each in typed for _, t in sorted(known.get(each.key, {}).items())]
    ).at_odds
    for each in typed:
        mine = known.get(each.key, {})
        target = mine[max(mine)] if mine else None
        if each.key in at_odds:
            if target and _is_told(each, target, night, still_open):
                yield _finding(AT_ODDS, each, target, at_odds[each.key])
        elif target and target.state in RULES and _is_told(each, target, night, still_open):
            yield _finding(RULES[target.state], each, target, target.raw)


def _is_told(each: Correction, target: Target, night: Night, still_open: Collection[str]) -> bool:
    return target.night_id == night.id or each.finding_id in still_open


def _finding(rule: str, each: Correction, target: Target, other: str) -> Finding:
    meant = target.finding
    return Finding(
        rule=rule,
        kind="sources",
        key=each.key,
        column="value",
        place=each.place,
        heading=each.heading,
        raw=each.value,
        params={"key": each.finding_id, "other": other, "name": str(meant.place)},
        subject=meant.subject,
        customer=meant.customer,
        owner=meant.owner,
    )
