"""What must hold of every night, whatever lay in its inbox, and who is guilty where it does not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.support import nights
from tests.support.recount import miscounted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pipeline.core.workspace import Workspace

Case = TypeVar("Case")
OUR_FAULTS = {"FILE-034", "X-028", "X-029"}  # what our own program failed on, set aside by name


def broken(prepare: Callable[[Workspace], None], *moments: datetime, lang: str = "zh") -> str:
    """Return what breaks a law in nights over what `prepare` lays into the inbox of each, empty where all is well."""
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
        workspace = nights.workspace(Path(folder), lang)
        for moment in moments:
            prepare(workspace)
            try:
                done = nights.run(workspace, moment)
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is told with its cell
                return f"{moment:%m-%d} {type(failure).__name__}: {str(failure)[:300]} at {_where(failure)}"
            if wrong := _miscounted(done.counts) or _unsound(workspace, moment, lang):
                return f"{moment:%m-%d} {'; '.join([*wrong, *_failures(workspace)])[:900]}"
    return ""


def _where(failure: BaseException) -> str:
    """The last lines of our own that it went through."""
    places, trace = [], failure.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/pipeline/" in code.co_filename:
            places.append(f"{code.co_filename.rpartition('/pipeline/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-4:])


def _failures(workspace: Workspace) -> list[str]:
    """What the logs tell of steps that failed."""
    lines = [line for path in (workspace.state / "log").iterdir() for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if '"level": "error"' in line]


def _miscounted(counts: dict[str, Any]) -> list[str]:
    """What does not add up in the counts of a night."""
    wrong = [f"left out {counts['left_out']}"] if counts.get("left_out") else []
    wrong += [
        f"rows of {source['name']} {sheet}"
        for source in counts["sources"]
        for sheet in source["sheets"]
        if sheet["read"] != sum(sheet[part] for part in ("accepted", "held", "copies", "ignored"))
    ]
    if counts["control"]["difference_fen"] != 0:
        wrong.append(f"control {counts['control']}")
    return wrong


def _unsound(workspace: Workspace, moment: datetime, lang: str) -> list[str]:
    """What the papers of a night say of our own faults, and money that is another in summary, detail and proof."""
    folder = nights.day_folder(workspace, moment)
    wrong = [f"{row['rule']} {row}" for row in nights.findings(folder, lang) if row["rule"] in OUR_FAULTS]
    open_, control, ageing = (
        nights.rows(folder, "receivables", sheet, lang) for sheet in ("open", "control", "ageing")
    )
    items = _by_customer(open_, "open_fen")
    for told in (_by_customer(control, "open_fen"), _by_customer(ageing, "total_fen", less="unapplied_fen")):
        wrong += [
            f"money of {name[:40]!r}: {items.get(name, 0)} in items, {told.get(name, 0)} summed"
            for name in {*items, *told}
            if items.get(name, 0) != told.get(name, 0)
        ]
    return wrong + (miscounted(folder, moment) if lang == "zh" else [])


def _by_customer(rows: list[dict[str, Any]], field: str, less: str = "") -> dict[str, int]:
    """Fen of each customer in a list of 03."""
    sums: dict[str, int] = {}
    for row in rows:
        name = str(row.get("customer_name", ""))
        sums[name] = sums.get(name, 0) + _fen(row[field]) - (_fen(row[less]) if less else 0)
    return {name: fen for name, fen in sums.items() if fen}


def _fen(cell: Any) -> int:
    return round(cell * 100) if isinstance(cell, int | float) else 0


def guilty(cases: Sequence[Case], wrong: Callable[[Sequence[Case]], str], most: int = 3) -> list[tuple[Case, str]]:
    """Return the single cases that are wrong alone, by halves, or all that only together are; at most so many."""
    why = wrong(cases)
    if not why:
        return []
    if len(cases) == 1:
        return [(cases[0], why)]
    found: list[tuple[Case, str]] = []
    for half in (cases[: len(cases) // 2], cases[len(cases) // 2 :]):
        if len(found) < most:
            found += guilty(half, wrong, most - len(found))
    return found or [(case, f"only together: {why}") for case in cases]
