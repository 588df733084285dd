"""The whole story of one order or complaint, from the same facts the papers are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import ledger as memory
from pipeline.frames import records
from pipeline.rulebook import shown
from pipeline.steps.stand import derive, judge
from pipeline.wording import phrase
from schemas.incoming import KINDS
from schemas.table import Type
from schemas.words import load, say

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, Version
    from pipeline.workspace import Workspace
    from schemas.policy import Policy

MADE = ("standing", "cases", "receivables")


@dataclass(frozen=True)
class Story:
    """Every version of every fact that names the number, and what is made of them."""

    number: str
    versions: list[Version] = field(default_factory=list)
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def as_record(self) -> dict[str, Any]:
        """For programs: the same content as `lines`."""
        return {
            "number": self.number,
            "facts": [each.as_record() for each in self.versions],
            "derived": self.made,
            "findings": self.findings,
        }

    def lines(self, lang: str) -> Iterator[str]:
        """For people, oldest fact first."""
        yield self.number
        yield f"\n{say('explain.facts', lang)}"
        for each in self.versions:
            yield from _version(each, lang)
        for name, rows in self.made.items():
            yield f"\n{say('explain.money' if name == 'receivables' else 'explain.standing', lang)}"
            for row in rows:
                yield f"  {row.get('reason') or '–'}"
        if self.findings:
            yield f"\n{say('explain.findings', lang)}"
        for row in self.findings:
            yield f"  {row['rule']}  {row['problem']}"


def _version(each: Version, lang: str) -> Iterator[str]:
    night = phrase("explain.night", lang, as_of=each.as_of[:16].replace("T", " "))
    old = f"（{say('explain.superseded', lang)}）" if not each.is_head and lang != "en" else ""
    old = old or ("" if each.is_head else f" ({say('explain.superseded', lang)})")
    yield f"  {say(f'kind.{each.kind}', lang)}  {each.file} › {each.sheet} › {each.row}  {night}{old}"
    table = KINDS[each.kind]
    for column in table.columns:
        if column in each.facts:
            word = load().get(f"{each.kind}.{column}")
            yield f"    {word.said(lang) if word else column}: {_value(each.facts[str(column)], column.spec.type)}"


def _value(value: Any, type_: Type) -> str:
    if type_ is Type.MONEY:
        return f"{value / 100:,.2f}"
    if type_ is Type.QTY:
        return f"{value / 1000:g}"
    if type_ in (Type.DAY, Type.MOMENT):
        return shown(pd.Timestamp(value))
    return str(value)


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
        {name: rows for name, rows in made.items() if rows},
        records(findings[findings["subject"] == number]),
    )


def _about(frame: pd.DataFrame, number: str) -> list[dict[str, Any]]:
    named = pd.Series(data=False, index=frame.index)
    for column in ("order_no", "complaint_no"):
        if column in frame.columns:
            named |= frame[column].eq(number).fillna(False)
    return records(frame[named])
