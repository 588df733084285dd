"""Counting the night: files, rows, findings and control totals that must add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline import ledger as memory
from schemas.policy.rules import SEVERITIES

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ledger import Drop, Ledger, Night
    from pipeline.night.derive_and_judge import Judged

COUNTS = ("read", "accepted", "held", "copies", "ignored")


def sources(book: Ledger, night: Night) -> list[dict[str, Any]]:
    """Every file that lay in the inbox: what became of it and why. Order: by name."""
    taken = [_source(drop) for drop in memory.drops_of(book, night.id)]
    left = [
        {"name": each.name, "state": "waiting", "reason": each.rule, "sha256": "", "sheets": []}
        for each in memory.left_on(book, night)
    ]
    return sorted([*taken, *left], key=lambda s: (s["name"], s["sha256"], s["state"]))


def _source(drop: Drop) -> dict[str, Any]:
    return {
        "name": drop.name,
        "state": "undone" if drop.is_undone else drop.state,
        "reason": drop.rule,
        "sha256": drop.sha256,
        "modified": drop.modified,
        "sheets": [_sheet(sheet) for sheet in drop.sheets],
    }


def _sheet(sheet: Mapping[str, Any]) -> dict[str, Any]:
    ignored = sum(sheet["ignored"].values())
    return {
        "sheet": sheet["sheet"],
        "kind": sheet["kind"],
        "read": sheet["read"] + ignored,
        "accepted": sheet["accepted"],
        "held": sheet["held"],
        "copies": sheet["copies"],
        "ignored": ignored,
        "reasons": sheet["ignored"],
        "totals": sheet["totals"],
    }


def rows(found: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Σ over all sheets of files that count: read = accepted + held + copies + ignored."""
    sheets = [sheet for source in found if source["state"] == "read" for sheet in source["sheets"]]
    return {name: sum(sheet[name] for sheet in sheets) for name in COUNTS}


def findings(judged: Judged) -> dict[str, int]:
    """Findings by severity, how they reconcile with last night, and all that is let pass."""
    by_level = judged.tables["findings"]["severity"].value_counts().to_dict()
    return {
        **{level: int(by_level.get(level, 0)) for level in SEVERITIES},
        **judged.lives.counts(),
        "waivers": len(judged.tables["waived"]),
    }


def control(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Control totals in fen over all customers; the difference must be nought."""
    frame = tables["control"]
    return {name: int(frame[name].sum()) for name in frame.columns if name.endswith("_fen")}
