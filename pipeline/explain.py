"""The whole story of one order or complaint, from the same facts the papers are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import ledger as memory
from pipeline.frames import records
from pipeline.money import format_money
from pipeline.rulebook import shown
from pipeline.steps.stand import derive, judge
from pipeline.wording import phrase
from schemas.incoming import KINDS
from schemas.receivables import Receivables
from schemas.table import PROVENANCE, Spec, Type
from schemas.words import load, say

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, Version
    from pipeline.workspace import Workspace
    from schemas.policy import Policy

MADE = ("standing", "cases", "receivables")
SUMS = ("billed", "received", "credited")


@dataclass(frozen=True)
class Story:
    """Every version of every fact that names the number, and what is made of them."""

    number: str
    versions: list[Version] = field(default_factory=list)
    undone: frozenset[tuple[str, str]] = frozenset()  # file and night of workbooks taken back
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def as_record(self) -> dict[str, Any]:
        """For programs: the same content as `lines`."""
        return {
            "number": self.number,
            "facts": [each.as_record() | {"is_undone": self._is_undone(each)} for each in self.versions],
            "derived": self.made,
            "findings": self.findings,
        }

    def lines(self, lang: str) -> Iterator[str]:
        """For people, oldest fact first."""
        yield self.number
        yield f"\n{say('explain.facts', lang)}"
        for each in self.versions:
            yield from _version(each, self._states(each), lang)
        for name, rows in self.made.items():
            yield f"\n{say('explain.money' if name == 'receivables' else 'explain.standing', lang)}"
            for row in rows:
                yield f"  {_reason(row, lang)}"
        if self.findings:
            yield f"\n{say('explain.findings', lang)}"
        for row in self.findings:
            yield f"  {row['rule']}  {row['problem']}"

    def _is_undone(self, version: Version) -> bool:
        return not version.is_head and (version.file, version.as_of) in self.undone

    def _states(self, version: Version) -> list[str]:
        """Keys of what keeps a version from counting; none for one that counts."""
        gone = "undone" if self._is_undone(version) else "superseded"
        return ["held"] * version.is_held + [gone] * (not version.is_head)


def _version(each: Version, states: list[str], lang: str) -> Iterator[str]:
    night = phrase("explain.night", lang, as_of=each.as_of[:16].replace("T", " "))
    said = say("mark.list", lang).join(say(f"explain.{state}", lang) for state in states)
    state = phrase("explain.state", lang, states=said) if said else ""
    yield f"  {say(f'kind.{each.kind}', lang)}  {each.file} › {each.sheet} › {each.row}  {night}{state}"
    for mend in each.mends:
        yield f"    {phrase('explain.corrected', lang, **asdict(mend))}"
    for column in KINDS[each.kind].columns:
        if column in each.facts and column not in PROVENANCE:
            word = load().get(f"{each.kind}.{column}")
            yield f"    {word.said(lang) if word else column}: {_value(each.facts[str(column)], column.spec, lang)}"


def _value(value: Any, spec: Spec, lang: str) -> str:
    if spec.type is Type.BOOL:
        return say("look.yes" if value else "look.no", lang)
    if spec.type is Type.CHOICE and lang == "en":  # the spellings are Chinese; the keys are English words
        return str(value).replace("_", " ")
    if spec.type in (Type.DAY, Type.MOMENT):
        return shown(pd.Timestamp(value))
    return shown(value, spec.type, spec.choices)


def _reason(row: Mapping[str, Any], lang: str) -> str:
    """Why it stands so, in words. An item with nothing open has none of its own: it is paid."""
    reason = row.get(Receivables.reason)
    if isinstance(reason, str) and reason:
        return reason
    if Receivables.billed_fen not in row:
        return "–"
    sums = {name: 0 if pd.isna(row[f"{name}_fen"]) else row[f"{name}_fen"] for name in SUMS}
    said = {name: format_money(fen) for name, fen in sums.items()}
    return phrase("explain.credited" if sums["credited"] else "explain.paid", lang, **said)


def story(desk: Workspace, book: Ledger, policy: Policy, number: str, as_of: datetime) -> Story | None:
    """None when no fact names the number. Nothing is written."""
    versions = memory.versions_of(book, number)
    if not versions:
        return None
    nights = memory.nights(book)
    tonight = memory.Night(nights[-1].id, max(as_of, nights[-1].as_of), is_past=True)
    scene, stored = derive(desk, book, tonight, policy)
    judged = judge(scene, stored, book, tonight, desk)
    made = {name: _about(judged.tables[name], number) for name in MADE}
    findings = judged.tables["findings"]
    return Story(
        number,
        versions,
        _undone(book),
        {name: rows for name, rows in made.items() if rows},
        records(findings[findings["subject"] == number]),
    )


def _undone(book: Ledger) -> frozenset[tuple[str, str]]:
    """File and night of what was taken back, unless the night read that file again."""
    told = {night.id: night.as_of.isoformat() for night in memory.nights(book)}
    read = [drop for drop in memory.drops_of(book) if drop.state == "read"]
    counting = {(drop.name, told[drop.night_id]) for drop in read if not drop.is_undone}
    return frozenset({(drop.name, told[drop.night_id]) for drop in read if drop.is_undone} - counting)


def _about(frame: pd.DataFrame, number: str) -> list[dict[str, Any]]:
    named = pd.Series(data=False, index=frame.index)
    for column in ("order_no", "complaint_no"):
        if column in frame.columns:
            named |= frame[column].eq(number).fillna(False)
    return records(frame[named])
