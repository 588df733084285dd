"""Counting the night: files, rows, findings and control totals that must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from pipeline.core.log import SHORT, note
from pipeline.ledger import findings_of_file, list_received, waiting_on
from pipeline.night.file_findings import POLICY_LEFT_OUT, SINCE, unread_in_file
from pipeline.rules.findings import told_as
from reports import WORKBOOKS
from reports.currencies import codes_of, of_currency
from reports.definitions import HEADLINES
from reports.measures import reckon
from schemas.derived.findings import Questions, QuestionState
from schemas.derived.receivables import Control
from schemas.policy.rules import SEVERITIES
from schemas.table import HOME

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from pipeline.ledger import Ledger, Night, ReceivedFile
    from pipeline.night.derive_and_judge import Judged
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

FEN = "_fen"
COUNTS = ("read", "accepted", "held", "copies", "ignored")


def sources(ledger: Ledger, night: Night, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """Return every file that lay in the inbox: what became of it and why, as 02 says it. Order: by name."""
    taken = [
        _source(received, rules) | {"unread": _unread(ledger, received)}
        for received in list_received(ledger, night.id)
        if received.state != "withdrawn"
    ]
    left = [
        {"name": file.name, "state": "waiting", "reason": file.rule, "sha256": "", "sheets": [], "unread": []}
        for file in waiting_on(ledger, night)
    ]
    return sorted([*taken, *left], key=lambda s: (s["name"], s["sha256"], s["state"]))


def _source(received: ReceivedFile, rules: Mapping[str, Rule]) -> dict[str, Any]:
    return {
        "name": received.name,
        "state": "undone" if received.is_undone else received.state,
        "reason": told_as(received.rule, rules) if received.state == "refused" else received.rule,
        "sha256": received.sha256,
        "modified": received.modified,
        "sheets": [_sheet(sheet) for sheet in received.sheets],
    }


def _unread(ledger: Ledger, received: ReceivedFile) -> list[dict[str, Any]]:
    """Return what of a file that was read holds data nobody read."""
    if received.state != "read" or received.is_undone:
        return []
    return unread_in_file(findings_of_file(ledger, received), [sheet["sheet"] for sheet in received.sheets])


def read_in_part(sources: Sequence[Mapping[str, Any]], found: Iterable[Finding] = ()) -> list[str]:
    """Return the names of the files that hold data nobody read, the managers' workbook among them."""
    left_out = {finding.place.file for finding in found if finding.rule == POLICY_LEFT_OUT}
    return [source["name"] for source in sources if source["unread"]] + sorted(left_out)


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
        **{name: sheet[name] for name in SINCE if name in sheet},  # files of earlier versions do not say it
        "reasons": sheet["ignored"],
        "totals": sheet["totals"],
    }


def rows(found: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums over all sheets of files that count: read = accepted + held + copies + ignored."""
    sheets = [sheet for source in found if source["state"] == "read" for sheet in source["sheets"]]
    return {name: sum(sheet[name] for sheet in sheets) for name in COUNTS}


def findings(judged: Judged) -> dict[str, int]:
    """Return findings by severity, how they reconcile with last night, and all that is let pass."""
    by_level = judged.tables["findings"].groupby("severity")["count"].sum().to_dict()
    return {
        **{level: int(by_level.get(level, 0)) for level in SEVERITIES},
        **judged.history.counts(),
        "waivers": len(judged.tables["waived"]),
    }


def questions(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return how many questions wait for an answer, and how many have one."""
    states = Counter(tables[Questions.name][Questions.state])
    return {state: states[state] for state in get_args(QuestionState)}


def control(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Control totals in fen over all customers, those of other currencies below their codes; differences are zero."""
    made: dict[str, int] = {}
    for code in (HOME, *others(tables["control"][Control.currency])):
        frame = of_currency(tables, code)["control"]
        made |= {in_currency(name, code): int(frame[name].sum()) for name in frame.columns if name.endswith(FEN)}
    return made


def others(codes: pd.Series[str]) -> list[str]:
    """Return the currencies beside that of the books."""
    return sorted(set(codes.dropna()) - {HOME})


def in_currency(name: str, code: str) -> str:
    """Return what a sum is called: by itself for money of the books, else with its code."""
    return name if code == HOME else f"{name} {code}"


def headlines(tables: Mapping[str, pd.DataFrame], as_of: datetime) -> dict[str, dict[str, int]]:
    """Return what every workbook says first, by its key, counted from its lists; money in fen, by currency."""
    day = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    made: dict[str, dict[str, int]] = {}
    for key, said in HEADLINES.items():
        lists = {sheet.key: sheet.rows(tables) for sheet in WORKBOOKS[key].lists if not sheet.split}
        own = of_currency(lists, HOME)
        made[key] = {name: reckon(measure, own if name.endswith(FEN) else lists, day) for name, measure in said.items()}
        for code in codes_of(WORKBOOKS[key], tables):
            theirs = of_currency(lists, code)
            sums = {name: measure for name, measure in said.items() if name.endswith(FEN) and code != HOME}
            made[key] |= {in_currency(name, code): reckon(sums[name], theirs, day) for name in sums}
    return made


def note_counts(counts: Mapping[str, Any], found: Iterable[Finding]) -> None:
    """Write the counts of the night into its log: a line for every file by its hash, and one for all."""
    for source in counts["sources"]:
        if source["sha256"]:
            kinds = sorted({sheet["kind"] for sheet in source["sheets"]})
            own = {name: sum(sheet[name] for sheet in source["sheets"]) for name in COUNTS}
            note(
                "file", file=source["sha256"][:SHORT], state=source["state"], rule=source["reason"], kinds=kinds, **own
            )
    by_rule = dict(sorted(Counter(finding.rule for finding in found).items()))
    whole = {name: counts[name] for name in ("files", "rows", "findings", "letters")}
    note("counts", **whole, rules=by_rule)
