"""Small books of orders and papers, built in the test that needs them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from pipeline.core.frames import dtype
from pipeline.core.worktime import Calendar
from pipeline.receivables import derive
from schemas.derived.status import OrderFacts
from schemas.incoming.kinds import KINDS
from schemas.policy import ladder
from schemas.policy.calendar import load_days
from schemas.policy.policy import Policy

DAYS = load_days()
CALENDAR = Calendar(DAYS)
VALUES = {
    "tolerance_fen": Decimal(1),
    "charge_tolerance_fen": Decimal(500),
    "letter_floor_fen": Decimal(10_000),
    "unsigned_days": Decimal(15),
    "base_days": Decimal(15),
    "high_rate": Decimal("0.12"),
    "very_high_rate": Decimal("0.24"),
}
POLICY = Policy(rules={}, rungs=tuple(ladder.load()), timers={}, days=DAYS, values=VALUES)


def frame(table, rows):
    """A frame of a declared table from plain dicts."""
    made = {}
    for column in table.columns:
        values = [row.get(str(column)) for row in rows]
        kind = dtype(column.spec.type)
        if kind == "datetime64[us]":
            values = pd.to_datetime(pd.Series(values, dtype="object"), format="mixed").astype(kind)  # type: ignore[call-overload]
        made[str(column)] = pd.Series(values, dtype=kind)
    return pd.DataFrame(made, index=pd.RangeIndex(len(rows)))


def order(order_no="202603-001", yuan=10_000, **facts):
    """An order of customer 甲, confirmed, shipped and signed for unless told otherwise."""
    usual = {
        "customer_name": "甲有限公司",
        "customer_key": "甲",
        "sales_owner": "李明",
        "pay_term": "货到付款",
        "order_date": "2026-03-01",
        "is_confirmed": True,
        "conf_at": "2026-03-02",
        "shipped_on": "2026-03-09",
        "signed_on": "2026-03-10",
        "open_complaints": 0,
        "disputed_fen": 0,
        "is_held": False,
    }
    return {"order_no": order_no, "amount_fen": round(yuan * 100), **usual, **facts}


def receipt(received_on, yuan, order_nos="202603-001", **facts):
    """Money of customer 甲."""
    usual = {"payer": "甲有限公司", "src_held": False}
    return {"received_on": received_on, "amount_fen": round(yuan * 100), "order_nos": order_nos, **usual, **facts}


@cache
def blank(table):
    return frame(table, [])


def tables(**rows):
    """Every incoming table, empty but for these rows."""
    made = {}
    kinds: dict[str, Any] = {**KINDS}
    for name, table in kinds.items():
        if name not in rows:
            made[name] = blank(table)
            continue
        given = [{"src_held": False, "src_key": f"{name}-{n}", **row} for n, row in enumerate(rows[name])]
        made[name] = frame(table, given)
    return made


def owed(book, as_of="2026-03-31", /, lang="zh", policy=POLICY, **rows):
    """Everything owed at a day."""
    when = datetime.fromisoformat(as_of)
    return derive(frame(OrderFacts, book), tables(**rows), policy=policy, calendar=CALENDAR, as_of=when, lang=lang)


def records(made, *names):
    """Rows of a frame as tuples, plain values only."""
    columns = [made[name].astype("object").where(made[name].notna(), None).tolist() for name in names]
    return list(zip(*columns, strict=True))
