"""A number is a name: a night under other numbers gives the same papers, with those numbers in them."""

from __future__ import annotations

import re
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.support import nights
from tests.support.night_world import HAICHUAN, ORDERS, QINGMU, RECEIPTS, Table, order, world
from tests.support.quiet_nights import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.night.derive_and_judge import Judged
    from tests.support.night_world import World

pytestmark = pytest.mark.slow

ORDER_NOS = ("202604-001", "202604-002", "202605-001", "202605-002", "202605-003", "202605-008", "202605-009")
COMPLAINT_NOS = ("202606-T001",)
INVOICES, SHIPMENTS, REMINDERS, OPENING, VISITS = "发票.xlsx", "发货.xlsx", "催款.xlsx", "期初.xlsx", "回访.xlsx"
FORMED = ("ORD-031", "ORD-035", "ORD-053", "CMP-017")  # rules about the months and serials of our own form
HASHES = ("finding_id", "mark")
NAMELESS = re.compile(r"\bOPEN-[A-Z2-7]{6}")  # made of what its row says, numbers too
COUNTS = ("reckoned",)  # counts the findings of those rules too


def company() -> World:
    """Every kind of sheet that names orders or complaints, by number, list, remark, contract and invoice."""
    made = world()
    made.pop("华东/订单-补.xlsx")
    orders = made[ORDERS]["销售订单"]
    day = date(2026, 5, 22)
    orders.rows += [order("202605-008", HAICHUAN, 4, day=day), order("202605-009", HAICHUAN, 6, day=day)]
    shipped = [("F1", "202605-008", "控制器", 4), ("F2", "202605-009", "控制器", 6), ("F3", "不存在的号", "控制器", 1)]
    made[SHIPMENTS] = {"发货": Table(["发货单号", "订单编号", "产品名称", "数量", "发货时间", "签收时间"], [])}
    signed = datetime(2026, 5, 28, 10)
    made[SHIPMENTS]["发货"].rows = [
        dict(zip(made[SHIPMENTS]["发货"].headings, (*row, datetime(2026, 5, 26, 9), signed), strict=True))
        for row in shipped
    ]
    invoiced = [
        ("26332000000010000001", date(2026, 5, 29), HAICHUAN, 1000, "202605-008、202605-009"),
        ("26332000000010000002", date(2026, 4, 14), HAICHUAN, 2000, "202604-002"),
    ]
    headings = ["发票号码", "开票日期", "购方名称", "价税合计", "订单编号"]
    made[INVOICES] = {"发票": Table(headings, [dict(zip(headings, row, strict=True)) for row in invoiced])}
    paid = made[RECEIPTS]["收款登记"]
    paid.headings = [*paid.headings, "备注"]
    more = [
        ("R003", date(2026, 5, 30), HAICHUAN, 700, "银行转账", "202605-008:300；202605-009（400）", "孙丽", None),
        ("R004", date(2026, 5, 31), HAICHUAN, 50, "银行转账", "202605-008\n202605-009", "孙丽", None),
        ("R005", date(2026, 5, 31), HAICHUAN, 100, "银行转账", None, "孙丽", "付202604-002货款88元"),
        ("R006", date(2026, 5, 31), HAICHUAN, 60, "银行转账", None, "孙丽", "发票26332000000010000002"),
        ("R007", date(2026, 5, 31), QINGMU, 10, "银行转账", "没有这个号9", "孙丽", None),
    ]
    paid.rows += [dict(zip(paid.headings, row, strict=True)) for row in more]
    headings = ["订单编号", "客户名称", "催款时间", "催款方式", "催款人", "客户答复"]
    contact = ("202604-002", HAICHUAN, datetime(2026, 5, 20, 10), "电话", "孙丽", "下月付")
    made[REMINDERS] = {"催款记录": Table(headings, [dict(zip(headings, contact, strict=True))])}
    headings = ["客户名称", "订单编号", "发票号码", "发生日期", "到期日", "期初应收"]
    old = (QINGMU, "202605-003", None, date(2026, 1, 5), date(2026, 2, 5), 640)
    made[OPENING] = {"期初应收": Table(headings, [dict(zip(headings, old, strict=True))])}
    headings = ["投诉编号", "回访时间", "回访人", "满意度"]
    visit = ("202606-T001", datetime(2026, 6, 1, 16), "周敏", "满意")
    made[VISITS] = {"回访": Table(headings, [dict(zip(headings, visit, strict=True))])}
    return made


def renamed(made: World, names: Mapping[str, str]) -> World:
    known = re.compile("|".join(map(re.escape, names)))
    for table in (table for book in made.values() for table in book.values()):
        for row in table.rows:
            for heading, cell in row.items():
                if isinstance(cell, str) and heading not in {"归档编号", "物流单号"}:
                    row[heading] = known.sub(lambda found: names[found[0]], cell)
    return made


def settled(judged: Judged, names: Mapping[str, str]) -> dict[str, list[str]]:
    """All tables of a night with the first numbers in them; rows in an order that no number decides."""
    back = {name.casefold(): own for own, name in names.items()}
    known = re.compile("|".join(re.escape(name) for name in sorted(back, key=len, reverse=True)), re.IGNORECASE)
    made = {}
    for name, frame in judged.tables.items():
        if name in COUNTS:
            continue
        rows = frame.drop(columns=[each for each in HASHES if each in frame]).astype("str")
        if "rule" in rows:
            rows = rows[~rows["rule"].isin(FORMED)]
        lines = [NAMELESS.sub("OPEN-", "|".join(map(str, row))) for row in rows.itertuples(index=False, name=None)]
        made[name] = sorted(known.sub(lambda found: back[found[0].casefold()], line) for line in lines)
    return made


def night(root: Path, names: Mapping[str, str]) -> dict[str, list[str]]:
    workspace = nights.workspace(root)
    nights.put_in_inbox(workspace, renamed(company(), names))
    return settled(quiet(workspace), names)


def scrambled(seed: int) -> Callable[[int, str], str]:
    rng = Random(seed)  # noqa: S311 - the same numbers for the same seed

    def name(at: int, _: str) -> str:
        letters = "".join(rng.choice("ABCDXYZ0123456789-/#号字") for _ in range(rng.randint(4, 14)))
        return f"K{at}{letters.strip('-/#')}Z{at}"

    return name


NAMINGS: dict[str, Any] = {
    "of an ERP": lambda at, number: f"XSDD2026{number[4:6]}{at:04d}",
    "figures alone": lambda at, _: f"25078{at}3",
    "chinese": lambda at, _: f"沪字第{at}2号",
    "spaces and slashes": lambda at, _: f"PO 4{at}/{at}7 a",
    "signs": lambda at, _: f"PO#{at}8&{at}2",
    **{f"seed {seed}": scrambled(seed) for seed in range(2)},
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return night(tmp_path_factory.mktemp("plain"), {number: number for number in (*ORDER_NOS, *COMPLAINT_NOS)})


@pytest.mark.parametrize("naming", NAMINGS.values(), ids=NAMINGS)
def test_night_is_the_same_under_other_numbers(
    tmp_path: Path, plain: dict[str, list[str]], naming: Callable[[int, str], str]
) -> None:
    names = {number: naming(at, number) for at, number in enumerate((*ORDER_NOS, *COMPLAINT_NOS))}
    found = night(tmp_path, names)
    assert found.keys() == plain.keys()
    for table, rows in plain.items():
        assert found[table] == rows, table


def test_the_night_that_is_compared_joins_and_settles(plain: dict[str, list[str]]) -> None:
    assert pd.Series(plain["receivables"]).str.contains("202604-002").any()
    assert sum("RCV-002" in line for line in plain["findings"]) == 1
    assert any("X-006" in line for line in plain["findings"])
