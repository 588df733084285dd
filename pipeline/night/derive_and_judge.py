"""Ledger to judgment, in steps: load the facts, derive where everything stands, judge it; tables in, tables out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import complaints, receivables
from pipeline.core.log import step
from pipeline.core.text import fold_number
from pipeline.core.worktime import Calendar
from pipeline.feedback import questions, staff_entries
from pipeline.ledger import (
    arrivals,
    counting_files,
    earlier_orders,
    ended_on,
    former_names,
    load_facts,
    open_file_findings,
    promised_days,
    renamed_records,
)
from pipeline.night import todo
from pipeline.night.findings_list import list_ended, list_open, list_questions
from pipeline.night.gaps_of_orders import asked_once
from pipeline.night.letters import NightLetters, prepare_letters
from pipeline.night.matters import all_matters, with_heirs
from pipeline.night.open_findings import days_of_nights, find_open, keep_history, let_pass
from pipeline.night.self_check.laws import Beside, look_beside
from pipeline.orders import completeness, identities, references, status
from pipeline.orders import facts as books
from pipeline.orders.movements import departures, signings, under_shipment_names
from pipeline.orders.pay_terms.columns import in_words
from pipeline.orders.priority import ranked
from pipeline.publishing import letters
from pipeline.rules import families, waivers
from pipeline.rules.context import Headings, RuleContext
from pipeline.rules.families import shipping
from pipeline.rules.families.receivables import opening
from pipeline.rules.findings import let_count
from reports import WORKBOOKS
from schemas.derived.findings import Ended, Findings, Questions
from schemas.derived.joins import Joins
from schemas.derived.priority import Priority
from schemas.derived.promises import Promises
from schemas.derived.todo import Obligations
from schemas.incoming.customers import Customers, Opening
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import FindingHistory, Ledger, Night
    from schemas.derived.finding import Finding
    from schemas.policy.policy import Policy
    from schemas.policy.rules import Rule

OWED = ("receivables", "unapplied", "allocations", "payments", "ageing", "dunning", "control")
RULE_COLUMNS = "id severity owner limit unit basis status zh en remedy_zh remedy_en".split()


@dataclass(frozen=True)
class Judged:
    """The tables that outputs are made from by name, the findings, their history, their rules, the letters.

    `beside`: what no output shows, for the laws of the night.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: Sequence[Finding]
    history: FindingHistory
    rules: Mapping[str, Rule]
    letters: NightLetters
    beside: Beside


@step("derive")
def derive(
    workspace: Workspace, ledger: Ledger, night: Night, policy: Policy, without: AbstractSet[int] = frozenset()
) -> tuple[RuleContext, list[Finding]]:
    """Load everything known and work out where it stands; the findings are those the ledger keeps beside rows.

    `without`: versions of rows that are left out.
    """
    calendar = Calendar(policy.days, workspace.hours)
    as_of, lang, next_night = night.as_of, workspace.lang, workspace.next_night(night.as_of)
    with step("load_facts"):
        known, stored = load_facts(ledger, without)
        counting = let_count(known, [*stored, *open_file_findings(ledger, night.id)], policy.rules)
        answers = questions.typed_answers(ledger)
        headings = _headings(ledger)
        incoming, history = _joined(ledger, in_words(counting, policy.terms), answers, headings)
    with step("complaints"):
        cases = complaints.track(
            incoming, policy=policy, calendar=calendar, as_of=as_of, next_night=next_night, lang=lang
        )
    with step("orders"):
        known_by_now = {**incoming, **history, "cases": cases.cases}
        orders, stages = books.build(known_by_now, as_of=as_of, calendar=calendar, signs=shipping.signs(answers))
    with step("receivables"):
        said = {receivables.TYPED: staff_entries.typed_beside(ledger, "receivables")}
        said[Opening.name] = opening.apart_from_orders(incoming[Opening.name], orders, answers)
        owed = receivables.derive(orders, incoming | said, policy=policy, calendar=calendar, as_of=as_of, lang=lang)
        money = {name: getattr(owed, name) for name in OWED}
    with step("order_status"):
        order_status = status.derive(
            orders, stages, {**incoming, **money}, policy=policy, calendar=calendar, as_of=as_of, lang=lang
        )
    moved = {"departures": departures(incoming), "signings": signings(incoming)}
    where = {"book": orders, "stages": stages, "standing": order_status, **cases.by_name}
    tables = {**incoming, **history, **moved, **where, **money}
    tables[Priority.name] = ranked(tables)
    seen = frozenset(kind for kind, frame in incoming.items() if kind in KINDS and not frame.empty)
    return RuleContext(tables, as_of, calendar, policy, lang, next_night, seen, headings, answers), stored


def _joined(
    ledger: Ledger, counting: Mapping[str, pd.DataFrame], answers: Mapping[str, str], headings: Headings
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Return the tables that came in, customers known by code and records by number, and what was said before.

    That is earlier versions of orders, promised days, when rows came, and how numbers were joined. Orders have what the
    customer file says in their place.
    """
    former = [(each.kind, each.was_number, each.number) for each in renamed_records(ledger)]
    renamed = [names for names in former if names[1] and names[2] and fold_number(names[1]) != fold_number(names[2])]
    incoming, joins = references.join(identities.by_code(counting, former_names(ledger), answers), renamed)
    orders = completeness.with_answers(incoming[Orders.name], incoming[Customers.name], headings)
    return incoming | {Orders.name: orders}, {
        "earlier": references.as_tonight(earlier_orders(ledger), Orders.src_key, orders),
        "promises": references.as_tonight(promised_days(ledger), Promises.line, orders),
        "arrivals": arrivals(ledger),
        Joins.name: joins,
    }


@step("judge")
def judge(
    context: RuleContext, stored: Sequence[Finding], ledger: Ledger, night: Night, workspace: Workspace
) -> Judged:
    """Return all findings open tonight with their history, the letters, and what must be done today."""
    tonight = prepare_letters(context, workspace)
    today = pd.Timestamp(context.as_of).normalize()
    handed = with_heirs({**context.tables, Obligations.name: families.open_obligations(context)}, today)
    with step("evaluate"):
        found = find_open(context, [*asked_once(stored, context), *tonight.findings], ledger, night)
    waived = let_pass(ledger, night, context, found)
    asked = questions.part(ledger, [*waived.left, *waived.problems], context.lang)
    found = list(asked.left)
    history = keep_history(ledger, night, found, waived.passed)
    days = days_of_nights(ledger, night)
    owed = all_matters(handed, context.policy)
    over = [*ended_on(ledger, night).values(), *waived.passed.values()]
    listed = list_open(found, history, context, nights=days, matters=owed)
    tables = {
        **context.tables,
        **handed,
        Findings.name: listed,
        Questions.name: list_questions(asked, listed, context),
        Ended.name: list_ended(over, history, context, nights=days),
        "reckoned": pd.DataFrame([history.counts()]),
        "rules": _in_force(context.policy),
        "waived": waivers.shown(waived.rows),
        "standing": letters.add_letter_files(handed["standing"], tonight.drafts, workspace.lang),
        todo.TYPED: staff_entries.typed_beside(ledger, "todo"),
    }
    tables["todo"] = _todo(tables, context)
    shown = {name for workbook in WORKBOOKS.values() for name in workbook.tables}
    outputs = {name: frame for name, frame in tables.items() if name in shown}
    beside = look_beside(context.tables, [*found, *waived.passed.values(), *asked.answered])
    return Judged(outputs, found, history, context.policy.rules, tonight, beside)


def _todo(tables: Mapping[str, pd.DataFrame], context: RuleContext) -> pd.DataFrame:
    as_of, lang = context.as_of, context.lang
    return todo.due(tables, policy=context.policy, calendar=context.calendar, as_of=as_of, lang=lang)


def _in_force(policy: Policy) -> pd.DataFrame:
    """Return the rules that were asked tonight, for the sheet that explains them."""
    rules = [rule for rule in policy.rules.values() if rule.is_live]
    return pd.DataFrame({name: [getattr(rule, name) for rule in rules] for name in RULE_COLUMNS})


def _headings(ledger: Ledger) -> Headings:
    """Return letter and heading of every column, by file and sheet."""
    headings: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for received in counting_files(ledger):
        for sheet in received.sheets:
            columns = {name: (at[0], at[1]) for name, at in sheet["columns"].items()}
            known = headings.setdefault((received.name, sheet["sheet"]), {})
            # several tables on one sheet: a column that stands in two places is shown by its row alone
            twice = {name: ("", columns[name][1]) for name in known if columns.get(name, known[name]) != known[name]}
            known.update(under_shipment_names(columns) | twice)
    return headings
