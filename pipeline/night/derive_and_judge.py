"""Ledger to judgment: recall, join, derive, judge; tables in, tables out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import complaints, receivables
from pipeline.core.worktime import Calendar
from pipeline.feedback import corrections, staff_entries
from pipeline.ledger import (
    all_nights,
    arrivals,
    counting_files,
    earlier_orders,
    ended_on,
    first_version,
    grants,
    history_of_past,
    keep_grants,
    keep_reported,
    load_facts,
    note_open,
    open_file_findings,
    promised_days,
    waiting_on,
)
from pipeline.night import staff_input_findings, todo
from pipeline.night.findings_list import over, register
from pipeline.night.letters import NightLetters, prepare_letters
from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.orders.movements import departures, signings, under_shipment_names
from pipeline.orders.pay_terms.columns import in_words
from pipeline.orders.priority import ranked
from pipeline.publishing import letters
from pipeline.rules import families, waivers
from pipeline.rules.context import Headings, RuleContext
from pipeline.rules.families import missing_lists
from reports import WORKBOOKS
from schemas.derived.finding import Finding, Place
from schemas.derived.findings import Ended
from schemas.derived.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import FindingHistory, Ledger, Night
    from schemas.policy.policy import Policy
    from schemas.policy.rules import Rule

NOT_COVERED = "CAL-001"
OWED = ("receivables", "unapplied", "allocations", "payments", "ageing", "dunning", "control")
RULE_COLUMNS = "id severity owner limit unit basis status zh en remedy_zh remedy_en".split()


@dataclass(frozen=True)
class Judged:
    """The tables that papers are made from by name, findings, how these live, the rules they break, and the letters."""

    tables: Mapping[str, pd.DataFrame]
    findings: Sequence[Finding]
    lives: FindingHistory
    rules: Mapping[str, Rule]
    letters: NightLetters


def derive(workspace: Workspace, ledger: Ledger, night: Night, policy: Policy) -> tuple[RuleContext, list[Finding]]:
    """Recall everything known and work out where it stands; findings are the stored ones."""
    known, stored = load_facts(ledger)
    incoming = in_words(known, policy.terms)
    history = {"earlier": earlier_orders(ledger), "promises": promised_days(ledger)}
    calendar = Calendar(policy.days, workspace.hours)
    as_of, lang = night.as_of, workspace.lang
    orders, stages = books.build({**incoming, **history}, as_of=as_of, calendar=calendar)
    said = incoming | {receivables.TYPED: staff_entries.typed_beside(ledger, "receivables")}
    owed = receivables.age(orders, said, policy=policy, calendar=calendar, as_of=as_of, lang=lang)
    money = {name: getattr(owed, name) for name in OWED}
    order_status = status.derive(
        orders, stages, {**incoming, **money}, policy=policy, calendar=calendar, as_of=as_of, lang=lang
    )
    next_night = workspace.next_night(as_of)
    cases = complaints.track(incoming, policy=policy, calendar=calendar, as_of=as_of, next_night=next_night, lang=lang)
    tables = {
        **incoming,
        **history,
        "arrivals": arrivals(ledger),
        "departures": departures(incoming),
        "signings": signings(incoming),
        "book": orders,
        "stages": stages,
        "standing": order_status,
        "cases": cases.cases,
        "clocks": cases.clocks,
        **money,
    }
    tables[Priority.name] = ranked(tables)
    seen = frozenset(kind for kind, frame in incoming.items() if not frame.empty)
    return RuleContext(tables, as_of, calendar, policy, lang, next_night, seen, _headings(ledger)), stored


def judge(
    context: RuleContext, stored: Sequence[Finding], ledger: Ledger, night: Night, workspace: Workspace
) -> Judged:
    """All findings open tonight, their lives, the letters, and what must be done today."""
    post = prepare_letters(context, workspace)
    found = _found(context, [*stored, *post.flaws], ledger, night)
    passing = _passing(ledger, night, context, found)
    found = [*passing.left, *passing.flaws]
    lives = _lives(ledger, night, found, passing.passed)
    days = _days(ledger, night)
    findings = register(found, lives, context, nights=days, lang=workspace.lang)
    gone = [*ended_on(ledger, night).values(), *passing.passed.values()]
    typed = {todo.TYPED: staff_entries.typed_beside(ledger, "todo")}
    made = {"findings": findings, "rules": _in_force(context.policy), "waived": waivers.shown(passing.rows)}
    made["reckoned"] = pd.DataFrame([lives.counts()])
    made[Ended.name] = over(gone, lives, context, nights=days, lang=workspace.lang)
    made |= typed | {"obligations": families.open_obligations(context)}
    order_status = letters.told(context["standing"], post.drafts, workspace.lang)
    tables = {**context.tables, "standing": order_status, **made}
    duties = todo.due(
        tables, policy=context.policy, calendar=context.calendar, as_of=context.as_of, lang=workspace.lang
    )
    shown = {name for each in WORKBOOKS.values() for name in each.tables}
    papers = {name: frame for name, frame in {**tables, "todo": duties}.items() if name in shown}
    return Judged(papers, found, lives, context.policy.rules, post)


def _found(context: RuleContext, said: Sequence[Finding], ledger: Ledger, night: Night) -> list[Finding]:
    """Whatever is wrong tonight, each once; `said` goes with what the ledger, the rules and the papers say."""
    found = [
        *open_file_findings(ledger, 0 if night.is_past else night.id),
        *([] if night.is_past else _left(ledger, night)),
        *said,
        *families.evaluate_all(context, context.policy.rules),
        *missing_lists.missing(context),
        *_calendar(context),
        *staff_input_findings.flaws(ledger, context),
    ]
    found += corrections.flaws(ledger, night, {each.id for each in found})
    once = {each.id: each for each in found}
    return [each for each in once.values() if context.policy.rules[each.rule].is_live]


def _in_force(policy: Policy) -> pd.DataFrame:
    """The rules that were asked tonight, for the sheet that explains them."""
    rules = [rule for rule in policy.rules.values() if rule.is_live]
    return pd.DataFrame({name: [getattr(rule, name) for rule in rules] for name in RULE_COLUMNS})


def _passing(ledger: Ledger, night: Night, context: RuleContext, found: Sequence[Finding]) -> waivers.Waived:
    """What managers let pass; what for is remembered with the night that first did."""
    first = first_version(ledger, night)
    made = waivers.waive(found, context, grants(ledger), sys.maxsize if first is None else first)
    if not night.is_past:
        with ledger.writing() as connection:
            keep_grants(connection, night.id, made.granted)
    return made


def _lives(ledger: Ledger, night: Night, found: Sequence[Finding], passed: Mapping[str, Finding]) -> FindingHistory:
    files = {each.id: each.place.file for each in found}
    if night.is_past:
        return history_of_past(files, night)
    with ledger.writing() as connection:
        lives = note_open(connection, night, files, passed.keys())
        keep_reported(connection, night, [*found, *passed.values()], lives.ended)
    return lives


def _days(ledger: Ledger, night: Night) -> dict[int, date]:
    days = {each.id: each.as_of.date() for each in all_nights(ledger)}
    return days | {night.id: night.as_of.date()}


def _headings(ledger: Ledger) -> Headings:
    headings: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for received in counting_files(ledger):
        for sheet in received.sheets:
            columns = {name: (at[0], at[1]) for name, at in sheet["columns"].items()}
            known = headings.setdefault((received.name, sheet["sheet"]), {})
            # several tables on one sheet: a column that stands in two places is shown by its row alone
            twice = {name: ("", columns[name][1]) for name in known if columns.get(name, known[name]) != known[name]}
            known.update(under_shipment_names(columns) | twice)
    return headings


def _left(ledger: Ledger, night: Night) -> list[Finding]:
    return [
        Finding(
            rule=left.rule,
            kind="sources",
            key=left.name,
            place=Place(left.name),
            params={"name": left.person},
            subject=left.name,
        )
        for left in waiting_on(ledger, night)
    ]


def _calendar(context: RuleContext) -> list[Finding]:
    """One finding a night when a deadline may lie beyond the published calendar."""
    days = context.policy.days
    if not days.runs_out(context.as_of.date()):
        return []
    last = str(days.last)
    return [Finding(rule=NOT_COVERED, kind="calendar", key=last, params={"due": last})]
