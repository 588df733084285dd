"""A workspace whose inbox holds one workbook of orders, clean or dirty, and what its nights made of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from tests.support import nights
from tests.support.night_world import CUSTOMERS, HAICHUAN, ORDER_HEADINGS, ORDERS, PRICES, QINGMU, Table, order, world

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from pipeline.core.progress import Outcome
    from pipeline.core.workspace import Workspace
    from tests.support.night_world import Row

SHEET = "销售订单"
# what is asked once of a customer is not marked on every row, and so not among these
DIRT: dict[str, tuple[Any, ...]] = {
    "订单编号": ("2.02605E+08", date(2026, 5, 1)),
    "下单日期": ("2026-13-45", "六月里", None),
    "客户名称": (None,),
    "联系电话": ("12345",),
    "数量": ("若干", -3, 0, None),
    "单价": ("面议", None),
    "金额": ("4百多", 999999, None),
    "期望交期": ("尽快", None),
}


def orders(count: int) -> list[Row]:
    """Clean orders of two customers, 202605-010 and on."""
    customers = (QINGMU, HAICHUAN)
    return [order(f"202605-{n + 10:03}", customers[n % 2], 3 + n, day=date(2026, 5, 26)) for n in range(count)]


def workspace_with(root: Path, rows: list[Row], name: str = ORDERS) -> Workspace:
    """A workspace with these orders in its inbox, and the customers and prices they need."""
    workspace = nights.workspace(root)
    sheets = {CUSTOMERS: world()[CUSTOMERS], PRICES: world()[PRICES], name: {SHEET: Table(ORDER_HEADINGS, rows)}}
    nights.put_in_inbox(workspace, sheets)
    return workspace


def dirty(rng: Random, clean: list[Row], count: int) -> list[Row]:
    """The same orders, some with one cell that is wrong."""
    rows = deepcopy(clean)
    for at in rng.sample(range(len(rows)), count):
        heading = rng.choice(sorted(DIRT))
        rows[at][heading] = rng.choice(DIRT[heading])
    return rows


def facts(workspace: Workspace) -> dict[tuple[str, str], dict[str, Any]]:
    """What counts, by kind and key, wherever it was read."""
    query = "SELECT f.kind, f.key, f.is_held, f.facts FROM heads h JOIN facts f ON f.seq = h.seq"
    found = {}
    for kind, key, held, text in nights.ledger(workspace, query):
        row = orjson.loads(text)
        row.pop("src_cells", None)
        found[kind, key] = row | {"held": bool(held)}
    return found


def findings_of(done: Outcome) -> set[tuple[str, ...]]:
    """Rule, subject and heading of every finding that a night published."""
    return {(row["rule"], row["subject"], row["heading"]) for row in nights.findings(done.folder)}
