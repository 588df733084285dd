"""A workspace's tables in memory: rows by keyword, and the context that judges them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from pipeline import complaints
from pipeline.core.frames import dtype, empty
from pipeline.core.worktime import Calendar
from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.orders.completeness import with_answers
from pipeline.orders.identities import by_code
from pipeline.orders.movements import departures, signings
from pipeline.orders.priority import ranked
from pipeline.receivables import ReceivablesResult, derive
from pipeline.rules import registry
from pipeline.rules.context import RuleContext
from pipeline.rules.families import (
    across,
    confirmations,
    customers,
    intake,
    invoices,
    orders,
    people,
    prices,
    quality,
    shipping,
    tracking,
)
from schemas.derived.cases import Cases
from schemas.derived.finding import Finding
from schemas.derived.promises import Promises
from schemas.derived.receivables import Allocations, Payments, Receivables, Unapplied
from schemas.incoming.customers import Customers
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders
from schemas.policy import rules
from schemas.policy.calendar import load_days
from schemas.policy.policy import Policy, shipped
from schemas.table import Table

CODED = [str(Customers.customer_code), str(Customers.customer_name)]

FAMILIES = (
    *(across, confirmations, customers, intake, invoices),
    *(orders, people, prices, quality, shipping, tracking),
)
VALUES = {"charge_tolerance_fen": Decimal(500), "new_customer_days": Decimal(90), "delivery_near_wd": Decimal(3)}
Rows = list[dict[str, Any]]
MAY_CLOSE = {  # a complaint with which it may be closed
    "cause": "错发",
    "solution": "补发",
    "owner": "周敏",
    "customer_decision": "accept",
    "visited_at": "2026-03-09 08:00",
    "satisfaction": "5",
}


@cache
def calendar() -> Calendar:
    return Calendar(load_days())


@cache
def policy() -> Policy:
    return Policy(rules=rules.load(), rungs=(), timers=shipped().timers, days=load_days(), values=VALUES)


def frame(table: type[Table], rows: Rows, **shared: Any) -> pd.DataFrame:
    """Rows by column name; columns nobody names are blank, provenance is filled in."""
    made = []
    for n, row in enumerate(rows, start=2):
        place = {"src_file": "甲.xlsx", "src_sheet": "表", "src_row": n, "src_held": False}
        made.append({"src_key": f"{table.name}-{n}"} | place | shared | row)
    columns = {str(c): [row.get(str(c)) for row in made] for c in table.columns}
    return pd.DataFrame(
        {str(c): pd.Series(columns[str(c)], dtype=dtype(c.spec.type)) for c in table.columns},
        index=pd.RangeIndex(len(made)),
    )


def order(order_no: Any = "202603-001", **facts: Any) -> dict[str, Any]:
    """One complete order line of Monday 2026-03-02."""
    return {
        "order_no": order_no,
        "customer_name": "深圳市甲科技有限公司",
        "order_date": _day("2026-03-02"),
        "contact": "李四",
        "phone": "13800138000",
        "product_name": "变频器",
        "model": "X200",
        "spec_text": "220V",
        "qty": 100_000,
        "unit_price": Decimal(100),
        "amount_fen": 1_000_000,
        "requested_date": _day("2026-03-20"),
        "address": "广东省深圳市南山区科技路1号",
        "pay_term": "货到30天",
        "sales_owner": "张三",
        "erp_entered": "是",
    } | _days(facts)


def tables(**rows: Rows) -> dict[str, pd.DataFrame]:
    """Every kind, those not named empty."""
    kinds: dict[str, Any] = {**KINDS}
    return {k: frame(t, [_days(r) for r in rows[k]]) if k in rows else _empty(t) for k, t in kinds.items()}


@cache
def _empty(table: Any) -> pd.DataFrame:
    return empty(table)


def owed(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame(Receivables, [_days(row) for row in rows])


def payments(order_facts: pd.DataFrame, items: pd.DataFrame, derived: pd.DataFrame) -> pd.DataFrame:
    """What items made by hand say was paid on their orders, and what receipts say on all others."""
    sums = [str(Payments.received_fen), str(Payments.credited_fen), str(Payments.closed_fen)]
    by_hand = items.groupby("order_no", as_index=False)[sums].sum()
    worth = by_hand["order_no"].map(order_facts.set_index("order_no")["amount_fen"])
    by_hand = by_hand.assign(last_on=None, has_refund=False, worth_fen=worth, ahead_fen=0, closed_by=None)
    made = pd.concat([by_hand, derived[~derived["order_no"].isin(by_hand["order_no"])]], ignore_index=True)
    return made.astype({str(c): dtype(c.spec.type) for c in Payments.columns})


class Made(dict[str, pd.DataFrame]):
    """Incoming tables, and the made ones once somebody asks: few rules look at more than a few."""

    def __init__(self, given: dict[str, pd.DataFrame], makers: dict[str, Callable[[], pd.DataFrame]]) -> None:
        super().__init__(given)
        self.makers = makers

    def __missing__(self, name: str) -> pd.DataFrame:
        self[name] = made = self.makers[name]()
        return made


def cases(incoming: dict[str, pd.DataFrame], as_of: datetime) -> pd.DataFrame:
    """Where the complaints among these rows stand."""
    if incoming["complaints"].empty:
        return empty(Cases)
    return complaints.track(incoming, policy=shipped(), calendar=calendar(), as_of=as_of).cases


def context(as_of: Any = "2026-03-10 20:00", receivables: Any = None, lang: Any = "zh", **rows: Any) -> RuleContext:
    """Book, standing and all, as the night makes them."""
    arrived, before, promised = (rows.pop(name, []) for name in ("arrivals", "earlier", "promises"))
    lacking = rows.pop("headings", None)
    former = pd.DataFrame(rows.pop("former", []), columns=CODED, dtype="str")
    incoming = by_code(tables(**rows), former, {})
    headings = {("甲.xlsx", "表"): {str(c): ("A", str(c)) for t in KINDS.values() for c in t.columns}} | (lacking or {})
    incoming[Orders.name] = with_answers(incoming[Orders.name], incoming[Customers.name], headings)
    changed = pd.Series([_day(row["changed_on"]) for row in before], dtype="datetime64[us]")
    earlier = frame(Orders, [_days(row) for row in before]).assign(changed_on=changed)
    said = frame(Promises, [_days(row) for row in promised])
    moment = datetime.fromisoformat(as_of)
    held = receivables if receivables is not None else owed()
    measure = {"policy": policy(), "calendar": calendar(), "as_of": moment}

    @cache
    def built() -> tuple[pd.DataFrame, pd.DataFrame]:
        history = {"earlier": earlier, "promises": said}
        return books.build(incoming | history | {"cases": cases(incoming, moment)}, as_of=moment, calendar=calendar())

    @cache
    def derived() -> ReceivablesResult:
        return derive(built()[0], incoming, policy=policy(), calendar=calendar(), as_of=moment, lang="zh")

    makers: dict[str, Any] = {
        "book": lambda: built()[0],
        "stages": lambda: built()[1],
        "standing": lambda: status.derive(*built(), made, lang=lang, **measure),  # type: ignore[arg-type]
        "payments": lambda: payments(built()[0], held, derived().payments),
        "unapplied": lambda: empty(Unapplied) if receivables is not None else derived().unapplied,
        "departures": lambda: departures(incoming),
        "signings": lambda: signings(incoming),
        "priority": lambda: ranked(made),
    }
    given = {"receivables": held, "allocations": empty(Allocations)}
    given |= {"earlier": earlier, "arrivals": pd.DataFrame(arrived, columns=["src_file", "first_seq"])}
    made: Made = Made(incoming | given, makers)
    return RuleContext(made, moment, calendar(), policy(), lang, seen_kinds=frozenset(rows), headings=headings)


def found(rule: str, where: RuleContext) -> list[Finding]:
    """What one rule finds, whether or not it is live yet."""
    return list(registry.evaluate(registry.CHECKS[rule], policy().rules[rule], where))


def breaks(rule: str, as_of: Any = "2026-03-10 20:00", **rows: Any) -> bool:
    """Whether a rule finds anything."""
    return bool(found(rule, context(as_of, **rows)))


def all_found(where: RuleContext) -> list[str]:
    """Ids of everything the order families find, in order of id."""
    return sorted(each.rule for rule in sorted(registry.CHECKS) if is_ours(rule) for each in found(rule, where))


def is_ours(rule: str) -> bool:
    """Whether one of the order families asks it."""
    own = {family.__name__ for family in FAMILIES}
    return registry.CHECKS[rule].asks.__module__ in own


def _day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def _days(facts: dict[str, Any]) -> dict[str, Any]:
    """Texts in columns of days and moments become moments."""
    ends = ("_on", "_at", "_date", "valid_from", "valid_to")
    return {k: _day(v) if isinstance(v, str) and k.endswith(ends) else v for k, v in facts.items()}
