"""Obligations with a deadline: one predicate each, its rules before and after, and what stands tonight.

A predicate is ``@obligation("erp", Orders.erp_entered)`` over a function of `rows` and `context` that reads as a
sentence true while the obligation stands, however much time is left. Start, limit and rules are those of the timer
(`timers.csv`): the rule before is broken while there is time, the rule after from then on. An obligation whose start
nobody knows is never late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import blake2s
from typing import Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.groups import found_by, is_sure
from pipeline.core.worktime.deadlines import due_at, format_due
from pipeline.rules.context import RuleContext
from pipeline.rules.findings import SUBJECTS
from pipeline.rules.helpers import of_order, once
from pipeline.rules.registry import CHECKS, RuleResult, left_out_when_it_fails, rule, taking
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders
from schemas.policy import timers
from schemas.policy.rules import Rule
from schemas.table import Column, Source

Obligation = Callable[..., "pd.Series[bool]"]
OBLIGATIONS: dict[str, Obligation] = {}
SHIPPED = {timer.key: timer for timer in timers.load()}
SEVERAL = ("departures", "shipments", "tracking")  # tables with several rows of one order
NAMED = ("tracking", "cases")  # tables whose rows name who has to do it
TEXTS = ("timer", "record", "about", "order_no", "subject", "customer_name", "owner", "dept", "rule")


def obligation(timer: str, column: Column | str) -> Callable[[Obligation], Obligation]:
    """Join a predicate to its timer and, at a column, to those of its rules that have no predicate of their own."""

    def join(stands: Obligation) -> Obligation:
        @wraps(stands)
        def asks(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
            return _answer(timer, rows, rule, context)

        OBLIGATIONS[timer] = taking(stands, "rows", "context")
        own = SHIPPED[timer]
        for id_ in dict.fromkeys(filter(None, (own.rule_before, own.rules_after[0]))):
            if id_ not in CHECKS:
                rule(id_, column)(asks)
        return stands

    return join


def due(rows: pd.DataFrame, context: RuleContext, timer: str) -> pd.Series[pd.Timestamp]:
    """Return the last moment in time for each row, missing where the start is not known."""
    return due_at(_started(rows, context, timer), context.policy.timers[timer], context.calendar)


def is_past(rows: pd.DataFrame, context: RuleContext, timer: str) -> pd.Series[bool]:
    """Return whether the deadline has passed."""
    return is_sure(due(rows, context, timer) < pd.Timestamp(context.as_of))


def open_obligations(context: RuleContext) -> pd.DataFrame:
    """Return one row per obligation that stands tonight, complaints apart.

    Columns `timer`, `record`, `about` (the key of the row, as findings name it), `order_no`, `subject`,
    `customer_name`, `owner` (a person, else a department), `dept`, `started_at`, `due_at` (both missing where nobody
    knows the start) and as people read it, `is_past`, `rule` (what is said tonight, or will be when it is late).
    """
    lines: list[dict[str, Any]] = []
    for timer in filter(OBLIGATIONS.__contains__, SHIPPED):
        with left_out_when_it_fails(SHIPPED[timer].rules_after[0], context):
            lines += list(_lines(timer, context))
    made = pd.DataFrame(lines, columns=[*TEXTS, "said", "started_at", "due_at", "is_past"])
    types = dict.fromkeys((*TEXTS, "said"), "str") | dict.fromkeys(("started_at", "due_at"), "datetime64[us]")
    return made.astype(types | {"is_past": "bool"})


def _answer(timer: str, rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    own, late = context.policy.timers[timer], is_past(rows, context, timer)
    asked = late & (rule.id in own.rules_after) | ~late & (rule.id == own.rule_before)
    mask = _stands(timer, rows, context, asked)
    return RuleResult(mask, {"due": format_due(due(rows[mask], context, timer))})


def _stands(
    timer: str, rows: pd.DataFrame, context: RuleContext, asked: pd.Series[bool] | None = None
) -> pd.Series[bool]:
    """Rows of which it is owed; of the lines of an order the first."""
    mask = OBLIGATIONS[timer](rows=rows, context=context)
    mask = mask if asked is None else mask & asked
    return once(rows, mask) if SHIPPED[timer].about == Orders.name else is_sure(mask)


def _started(rows: pd.DataFrame, context: RuleContext, timer: str) -> pd.Series[pd.Timestamp]:
    """The first of its start facts that is known."""
    own = SHIPPED[timer]
    found = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    for start in own.starts:
        table, _, column = start.partition(".")
        found = found.fillna(rows[column] if table == own.about else _beside(rows, context, table, column))
    return found


def _beside(rows: pd.DataFrame, context: RuleContext, table: str, column: str) -> pd.Series[Any]:
    """What another table says of the order or the complaint each row is about."""
    if table != timers.COMPLAINTS:
        return of_order(rows, context, column, table=table)
    return found_by(rows[Source.src_key], context[table][Source.src_key], context[table][column])


def _lines(timer: str, context: RuleContext) -> Iterator[dict[str, Any]]:
    own = context.policy.timers[timer]
    rows = context[own.about]
    rows = rows[_stands(timer, rows, context)] if len(rows) else rows
    if rows.empty:
        return
    ends = due(rows, context, timer)
    table = pd.DataFrame({name: rows[name] for name in (*SUBJECTS, "owner", Source.src_key) if name in rows.columns})
    table = table.assign(started_at=_started(rows, context, timer), due_at=ends, said=format_due(ends))
    table["is_past"] = ends < pd.Timestamp(context.as_of)
    for column in (OrderFacts.sales_owner, OrderFacts.customer_name):
        table[f"order_{column}"] = of_order(rows, context, column) if "order_no" in rows.columns else None
    for row in records(table):
        yield _line(own, row)


def _line(own: timers.Timer, row: dict[str, Any]) -> dict[str, Any]:
    subject = next((row[name] for name in SUBJECTS if isinstance(row.get(name), str)), "")
    is_one = subject and own.about not in SEVERAL
    mark = blake2s(str(row.get(Source.src_key)).encode(), digest_size=5).hexdigest()
    person = row["order_sales_owner"] if own.owner == "sales" else row.get("owner") if own.about in NAMED else None
    customer, key = row.get("customer_name"), row.get(Source.src_key)
    return {
        "timer": own.key,
        "record": subject if is_one else f"{subject}~{mark}",
        "about": key if isinstance(key, str) else subject,
        "order_no": row.get("order_no"),
        "subject": subject,
        "customer_name": customer if isinstance(customer, str) else row["order_customer_name"],
        "owner": person if isinstance(person, str) else own.owner,
        "dept": own.owner,
        "rule": own.rules_after[0] if row["is_past"] else own.rule_before or own.rules_after[0],
        **{name: row[name] for name in ("said", "started_at", "due_at", "is_past")},
    }
