"""Waivers: findings that managers let pass, for one value and until a day.

A waived finding is not open: it is listed with who let it pass, why and until when. When its
value changes or its day is over it is open again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.text import without_blanks
from pipeline.rules.context import RuleContext
from schemas.derived.finding import Finding, Place
from schemas.incoming.corrections import Waivers

FORBIDDEN, LAPSED, NOBODYS = "X-022", "X-023", "X-024"
SHOWN = (
    *("finding_id", "rule", "record", "customer_name", "raw", "reason", "approver", "valid_until"),
    *("src_file", "src_sheet", "cell", "waiver"),
)
Grants = Mapping[tuple[int, str], str]
Names = Mapping[str, frozenset[str]]


@dataclass
class Waived:
    """What is left open, what is let pass, and findings about waivers that do not apply.

    `granted`: the value every waiver was first used for, by its version and the finding.
    """

    left: list[Finding] = field(default_factory=list)
    passed: dict[str, Finding] = field(default_factory=dict)
    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # of the sheet, by finding
    problems: list[Finding] = field(default_factory=list)
    granted: dict[tuple[int, str], str] = field(default_factory=dict)


def waive(
    found: Sequence[Finding], context: RuleContext, granted: Grants, fresh: int, former: Names | None = None
) -> Waived:
    """Part findings by the waivers that count tonight.

    `fresh`: the first version that came tonight; `former`: by what findings went before, by their number.
    """
    made = Waived(granted=dict(granted))
    live = [
        row
        for row in records(context[Waivers.name])
        if _is_whole(row) and row["valid_until"].date() >= context.as_of.date()
    ]
    meant = _Meant(found, former or {})
    for row in live:
        mine = meant.of(row)
        if not mine and row["src_seq"] >= fresh:
            made.problems.append(_about(NOBODYS, row, context))
        for finding in mine:
            _decide(made, row, finding, context, (former or {}).get(finding.id, frozenset()))
    made.left = [finding for finding in found if finding.id not in made.passed]
    return made


def _is_whole(row: Mapping[str, Any]) -> bool:
    """With reason, approver and last day; of two that contradict each other one waits."""
    return not row["src_held"] and not any(pd.isna(row[name]) for name in ("reason", "approver", "valid_until"))


class _Meant:
    """Findings by their number, and by rule and record."""

    def __init__(self, found: Iterable[Finding], former: Names) -> None:
        self._by_id: dict[str, list[Finding]] = {}
        self._by_record: dict[tuple[str, str], list[Finding]] = {}
        for finding in found:
            self._by_id.setdefault(finding.id, []).append(finding)
            were = former.get(finding.id, frozenset())
            for name in were:
                self._by_id.setdefault(name, []).append(finding)
            for name in {finding.subject, finding.key, *were} - {""}:
                self._by_record.setdefault((finding.rule, name.casefold()), []).append(finding)

    def of(self, row: Mapping[str, Any]) -> Sequence[Finding]:
        """Return the findings a waiver means: a number names one, whatever else stands beside it."""
        if number := _text(row["finding_id"]):
            return self._by_id.get(number.upper(), ())
        rule = _text(row["rule"]).partition(" ")[0].upper()
        return self._by_record.get((rule, _text(row["record"]).casefold()), ())


def _decide(made: Waived, row: Mapping[str, Any], finding: Finding, context: RuleContext, were: frozenset[str]) -> None:
    rule = context.policy.rules[finding.rule]
    if not rule.waivable or finding.is_refusing:
        made.problems.append(_about(FORBIDDEN, row, context, finding))
        return
    grant = (int(row["src_seq"]), finding.id)
    before = next((made.granted[grant[0], name] for name in sorted(were) if (grant[0], name) in made.granted), None)
    meant = _text(row["raw"]) or made.granted.setdefault(grant, finding.raw if before is None else before)
    if without_blanks(meant) != without_blanks(finding.raw):
        made.problems.append(_about(LAPSED, row, context, finding))
        return
    made.passed[finding.id], made.rows[finding.id] = finding, _row(row, finding, context)


def _row(row: Mapping[str, Any], finding: Finding, context: RuleContext) -> Mapping[str, Any]:
    place = finding.place
    values = (
        *(finding.id, finding.rule, finding.subject or finding.key, finding.customer, finding.raw),
        *(row["reason"], row["approver"], row["valid_until"], place.file, place.sheet, place.cell),
        str(_place(row, context, Waivers.reason)),
    )
    return dict(zip(SHOWN, values, strict=True))


def _about(rule: str, row: Mapping[str, Any], context: RuleContext, finding: Finding | None = None) -> Finding:
    column = Waivers.finding_id if _text(row["finding_id"]) else Waivers.rule
    params = {"key": finding.rule, "name": f"{finding.rule} {finding.subject or finding.key}"} if finding else {}
    if finding and rule == LAPSED:
        params["other"] = finding.raw or "\u2013"
    return Finding(
        rule=rule,
        kind=Waivers.name,
        key=f"{row['src_key']}|{finding.id if finding else ''}",
        column=str(column),
        place=_place(row, context, column),
        heading=_heading(row, context, column)[1],
        raw=_text(row[column]),
        params=params,
        subject=finding.subject if finding else _text(row["record"]),
        seq=int(row["src_seq"]),
    )


def _place(row: Mapping[str, Any], context: RuleContext, column: str) -> Place:
    return Place(row["src_file"], row["src_sheet"], int(row["src_row"]), _heading(row, context, column)[0])


def _heading(row: Mapping[str, Any], context: RuleContext, column: str) -> tuple[str, str]:
    return context.headings.get((row["src_file"], row["src_sheet"]), {}).get(column, ("", ""))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def shown(rows: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return all that is let pass tonight, as a table of the list of exceptions."""
    frame = pd.DataFrame(list(rows.values()), columns=list(SHOWN))
    made = frame.astype({name: "str" for name in SHOWN if name != "valid_until"})
    return made.assign(valid_until=pd.to_datetime(frame["valid_until"]).astype("datetime64[us]"))
