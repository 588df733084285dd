"""A small company whose staff type anything a drop-down offers, plausible or not, into books that hang together.

A seed is a company: the same number makes the same books everywhere. Rows are the examples of the blank workbooks for
one of a few numbers, so that rows of different books meet, with some cells typed anew from what their columns may hold.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from reports.blanks import LISTED
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import translate
from schemas.table import PROVENANCE, Column, Type
from tests.support import nights
from tests.support.nasty_cells import good
from tests.support.night_world import Table

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from tests.support.night_world import Row

NUMBERS = 4  # orders, customers and complaints of a company
FIRST_DAY, DAYS = datetime(2025, 11, 1), 330
OFTEN = ("customers", "orders", "tracking", "shipments", "invoices", "receipts", "reminders", "complaints")
AMOUNTS = (0, 0.01, 4.99, 100, 360, 600, 1200, 1200.01, 1205, 2400, 8600, -1200, -600, 99_999_999, -0.01, 1e12)
COUNTS = (0, 1, 2, 5, 9, 10, 10, 11, 20, -10, 0.5, 1e9)
TERMS = (
    *("货到30天", "月结30天", "月结", "款到发货", "票到30天", "预付30%发货前付清", "预付30%，余款月结30天"),
    *("预付30%,到货30%,验收30%,质保10%", "月结30天，质保金5%一年", "货到付款", "看合同", "信用证", "0"),
)
STATES = ("已完成", "已取消", "暂停", "已关闭", "处理中", "待客户确认", "执行中", "逾期", "已发货", "部分发货")
WORDS = ("同意", "不同意", "维持订单", "取消订单", "退款", "换货", "客户撤诉", "已结案", "A", "长期有效", "7天")
RULES = ("CUS-008", "ORD-018", "TRK-001", "DUE-004", "INV-002", "RCV-007")
OWN_WORDS = {"pay_term": TERMS, "deposit": TERMS, "typed_state": STATES, "rule": RULES}
RATES = (0, 0.0005, 0.06, 0.13, 0.5, 1, 13, "9折", "万分之五")
NAMES = ("王芳", "赵磊", "周敏", "李 伟", "O'Neil", "张三/李四", "杭州青木{a}机械有限公司")
NUMBERED = ("202603-{a:03}", "2633200000001234{a:04}", "P{a:03}")
LISTS = ("202603-{a:03},202603-{b:03}", "202603-{a:03}=600 202603-{b:03}=600", "202603-{a:03}~{b:03}", "202512-{a:03}")
TYPED: dict[Type, tuple[Any, ...]] = {
    **dict.fromkeys((Type.MONEY, Type.PRICE), AMOUNTS),
    **dict.fromkeys((Type.QTY, Type.INTEGER), COUNTS),
    **dict.fromkeys((Type.RATE, Type.DISCOUNT), RATES),
    Type.BOOL: ("是", "否"),
    Type.ORDER_NO: ("202603-{a:03}",),
    Type.COMPLAINT_NO: ("202603-T{a:03}",),
    Type.ORDER_LIST: LISTS,
    Type.NAME: NAMES,
}


class Company:
    """What one seed types, night after night."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311 - the same books for the same number

    def lay_in(self, workspace: Workspace) -> None:
        """Lay the books of one night into the inbox."""
        often = [kind for kind in OFTEN if self.rng.random() < 0.8]
        seldom = [kind for kind in LISTED if kind not in OFTEN and self.rng.random() < 0.4]
        for kind in (*often, *seldom):
            heads = [translate(f"{kind}.{c}", "zh") for c in _columns(kind)]
            table = Table(heads, [self.row(kind) for _ in range(self.rng.randint(1, 6))])
            again = self.rng.choice(("", "", "-补"))
            nights.save(workspace.inbox / f"{kind}{again}.xlsx", {translate(f"kind.{kind}", "zh"): table})

    def row(self, kind: str) -> Row:
        """A row as it should be, with up to a dozen of its cells typed anew."""
        row = good(kind, self.rng.randint(1, NUMBERS))
        columns = _columns(kind)
        many = self.rng.choice((0, 1, 2, 4, 12))
        chosen = self.rng.sample(columns, min(many, len(columns)))
        if kind == "tracking":
            chosen.append(KINDS[kind].columns[KINDS[kind].columns.index("stage")])
        return row | {translate(f"{kind}.{column}", "zh"): self.cell(column) for column in chosen}

    def cell(self, column: Column) -> Any:
        """Something a person may type into a column."""
        if self.rng.random() < 0.12:
            return None
        if column.spec.type in (Type.DAY, Type.MOMENT):
            at = FIRST_DAY + timedelta(days=self.rng.randint(0, DAYS), hours=self.rng.choice((0, 9, 17, 23)))
            return at.date() if column.spec.type is Type.DAY else at
        found = self.rng.choice(_offered(column) or TYPED.get(column.spec.type, (*WORDS, *NUMBERED)))
        return (
            found.format(a=self.rng.randint(1, NUMBERS), b=self.rng.randint(1, NUMBERS)) if "{" in str(found) else found
        )


def _columns(kind: str) -> list[Column]:
    return [column for column in KINDS[kind].columns if column not in PROVENANCE]


def _offered(column: Column) -> tuple[Any, ...]:
    """What may be chosen in a column: its own words, or every spelling of its drop-down."""
    offered = spellings.load().get(column.spec.choices or f"choice.{column}", {})
    return OWN_WORDS.get(str(column)) or tuple(offered)
