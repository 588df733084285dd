"""Ledger to judgment: recall, join, derive, judge; tables in, tables out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import complaints, receivables
from pipeline import ledger as memory
from pipeline.core.worktime import Calendar
from pipeline.feedback import corrections, staff_entries
from pipeline.night import staff_input_findings, todo
from pipeline.night.findings_list import over, register
from pipeline.night.prepare_letters import Post, correspond
from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.orders.movements import departures, signings, under_shipment_names
from pipeline.orders.pay_terms.columns import in_words
from pipeline.orders.priority import ranked
from pipeline.publishing import letters
from pipeline.rules import waivers
from pipeline.rules.context import Headings, Scene
from pipeline.rules.families import missing_lists
from pipeline.rules.validation import sift
from reports import WORKBOOKS
from schemas.derived.finding import Finding, Place
from schemas.derived.findings import Ended
from schemas.derived.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Lives, Night
    from schemas.policy.policy import Policy
    from schemas.policy.rules import Rule

NOT_COVERED = "CAL-001"
OWED = ("receivables", "unapplied", "allocations", "ageing", "dunning", "control")
RULE_COLUMNS = "id severity owner limit unit basis status zh en remedy_zh remedy_en".split()


@dataclass(frozen=True)
class Judged:
    """The tables that papers are made from by name, findings, how these live, the rules they break, and the letters."""

    tables: Mapping[str, pd.DataFrame]
    findings: Sequence[Finding]
    lives: Lives
    rules: Mapping[str, Rule]
    post: Post


def derive(desk: Workspace, book: Ledger, night: Night, policy: Policy) -> tuple[Scene, list[Finding]]:
    """Recall everything known and work out where it stands; findings are the stored ones."""
    known, stored = memory.recall(book)
    incoming = in_words(known, policy.terms)
    history = {"earlier": memory.earlier_orders(book), "promises": memory.promises(book)}
    calendar = Calendar(policy.days, desk.hours)
    as_of, lang = night.as_of, desk.lang
    orders, stages = books.build({**incoming, **history}, as_of=as_of, calendar=calendar)
    said = incoming | {receivables.TYPED: staff_entries.typed(book, "receivables")}
    owed = receivables.age(orders, said, policy=policy, calendar=calendar, as_of=as_of, lang=lang)
    known = {**incoming, "unapplied": owed.unapplied}
    standing = status.derive(
        orders, stages, owed.receivables, known, policy=policy, calendar=calendar, as_of=as_of, lang=lang
    )
    next_night = desk.next_night(as_of)
    cases = complaints.track(incoming, policy=policy, calendar=calendar, as_of=as_of, next_night=next_night, lang=lang)
    tables = {
        **incoming,
        **history,
        "arrivals": memory.arrivals(book),
        "departures": departures(incoming),
        "signings": signings(incoming),
        "book": orders,
        "stages": stages,
        "standing": standing,
        "cases": cases.cases,
        "clocks": cases.clocks,
        **{name: getattr(owed, name) for name in OWED},
    }
    tables[Priority.name] = ranked(tables)
    seen = frozenset(kind for kind, frame in incoming.items() if not frame.empty)
    return Scene(tables, as_of, calendar, policy, lang, next_night, seen, _headings(book)), stored


def judge(scene: Scene, stored: Sequence[Finding], book: Ledger, night: Night, desk: Workspace) -> Judged:
    """All findings open tonight, their lives, the letters, and what must be done today."""
    post = correspond(scene, desk)
    found = _found(scene, [*stored, *post.flaws], book, night)
    passing = _passing(book, night, scene, found)
    found = [*passing.left, *passing.flaws]
    lives = _lives(book, night, found, passing.passed)
    days = _days(book, night)
    findings = register(found, lives, scene, nights=days, lang=desk.lang)
    gone = [*memory.ended(book, night).values(), *passing.passed.values()]
    typed = {todo.TYPED: staff_entries.typed(book, "todo")}
    made = {"findings": findings, "rules": _in_force(scene.policy), "waived": waivers.shown(passing.rows)}
    made["reckoned"] = pd.DataFrame([lives.counts()])
    made[Ended.name] = over(gone, lives, scene, nights=days, lang=desk.lang)
    made |= typed | {"obligations": sift.obligations(scene)}
    standing = letters.told(scene["standing"], post.drafts, desk.lang)
    tables = {**scene.tables, "standing": standing, **made}
    duties = todo.due(tables, policy=scene.policy, calendar=scene.calendar, as_of=scene.as_of, lang=desk.lang)
    shown = {name for each in WORKBOOKS.values() for name in each.tables}
    papers = {name: frame for name, frame in {**tables, "todo": duties}.items() if name in shown}
    return Judged(papers, found, lives, scene.policy.rules, post)


def _found(scene: Scene, said: Sequence[Finding], book: Ledger, night: Night) -> list[Finding]:
    """Whatever is wrong tonight, each once; `said` goes with what the ledger, the rules and the papers say."""
    found = [
        *memory.live_flaws(book, 0 if night.is_past else night.id),
        *([] if night.is_past else _left(book, night)),
        *said,
        *sift.judge(scene, scene.policy.rules),
        *missing_lists.missing(scene),
        *_calendar(scene),
        *staff_input_findings.flaws(book, scene),
    ]
    found += corrections.flaws(book, night, {each.id for each in found})
    once = {each.id: each for each in found}
    return [each for each in once.values() if scene.policy.rules[each.rule].is_live]


def _in_force(policy: Policy) -> pd.DataFrame:
    """The rules that were asked tonight, for the sheet that explains them."""
    rules = [rule for rule in policy.rules.values() if rule.is_live]
    return pd.DataFrame({name: [getattr(rule, name) for rule in rules] for name in RULE_COLUMNS})


def _passing(book: Ledger, night: Night, scene: Scene, found: Sequence[Finding]) -> waivers.Waived:
    """What managers let pass; what for is remembered with the night that first did."""
    first = memory.first_version(book, night)
    made = waivers.waive(found, scene, memory.grants(book), sys.maxsize if first is None else first)
    if not night.is_past:
        with book.writing() as connection:
            memory.keep_grants(connection, night.id, made.granted)
    return made


def _lives(book: Ledger, night: Night, found: Sequence[Finding], passed: Mapping[str, Finding]) -> Lives:
    files = {each.id: each.place.file for each in found}
    if night.is_past:
        return memory.looked_back(files, night)
    with book.writing() as connection:
        lives = memory.live(connection, night, files, passed.keys())
        memory.keep_told(connection, night, [*found, *passed.values()], lives.ended)
    return lives


def _days(book: Ledger, night: Night) -> dict[int, date]:
    days = {each.id: each.as_of.date() for each in memory.nights(book)}
    return days | {night.id: night.as_of.date()}


def _headings(book: Ledger) -> Headings:
    headings: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for drop in memory.living_drops(book):
        for sheet in drop.sheets:
            columns = {name: (at[0], at[1]) for name, at in sheet["columns"].items()}
            known = headings.setdefault((drop.name, sheet["sheet"]), {})
            # several tables on one sheet: a column that stands in two places is shown by its row alone
            twice = {name: ("", columns[name][1]) for name in known if columns.get(name, known[name]) != known[name]}
            known.update(under_shipment_names(columns) | twice)
    return headings


def _left(book: Ledger, night: Night) -> list[Finding]:
    return [
        Finding(
            rule=left.rule,
            kind="sources",
            key=left.name,
            place=Place(left.name),
            params={"name": left.person},
            subject=left.name,
        )
        for left in memory.left_on(book, night)
    ]


def _calendar(scene: Scene) -> list[Finding]:
    """One finding a night when a deadline may lie beyond the published calendar."""
    days = scene.policy.days
    if not days.runs_out(scene.as_of.date()):
        return []
    last = str(days.last)
    return [Finding(rule=NOT_COVERED, kind="calendar", key=last, params={"due": last})]
