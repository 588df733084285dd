"""Nights around the long holidays, and one that reaches into a year nobody has published yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import nights
from tests.support.night_world import (
    COMPLAINT_HEADINGS,
    COMPLAINTS,
    CUSTOMER_HEADINGS,
    CUSTOMERS,
    HAICHUAN,
    ORDER_HEADINGS,
    ORDERS,
    QINGMU,
    RECEIPT_HEADINGS,
    RECEIPTS,
    TONGYI,
    TRACKING,
    TRACKING_HEADINGS,
    Row,
    Table,
    World,
    order,
    stages,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INVOICES = "发票.xlsx"
INVOICE_HEADINGS = (
    "发票号码 发票种类 开票日期 购方名称 不含税金额 税率 税额 价税合计 对应订单 发送方式 发送时间"
).split()


@dataclass(frozen=True)
class Season:
    """What happened before a holiday, and the evenings looked at."""

    sent: date  # a letter nobody has confirmed
    planned: date  # a stage planned for that day and still open
    paid: date  # an order paid in advance, not invoiced
    signed: date  # goods to be paid thirty days later
    assigned: datetime  # a complaint nobody has accepted
    evenings: tuple[date, ...]


SPRING = Season(
    sent=date(2026, 2, 12),  # Thursday
    planned=date(2026, 2, 13),
    paid=date(2026, 2, 13),
    signed=date(2026, 1, 25),  # due on Tuesday 02-24
    assigned=datetime(2026, 2, 13, 17, 30),
    evenings=(date(2026, 2, 14), date(2026, 2, 15), date(2026, 2, 25), date(2026, 2, 26)),
)
NATIONAL = Season(
    sent=date(2026, 9, 30),  # Wednesday
    planned=date(2026, 9, 30),
    paid=date(2026, 10, 3),  # Saturday
    signed=date(2026, 9, 8),  # due on Thursday 10-08
    assigned=datetime(2026, 9, 30, 16, 30),
    evenings=(date(2026, 9, 30), *(date(2026, 10, day) for day in (9, 10, 11, 12))),
)
DECEMBER = Season(
    sent=date(2026, 12, 30),  # Wednesday; nobody knows yet whether 2027-01-01 is worked
    planned=date(2026, 12, 29),
    paid=date(2026, 12, 30),
    signed=date(2026, 12, 4),  # due on Sunday 2027-01-03
    assigned=datetime(2026, 12, 31, 17, 30),
    evenings=(date(2026, 12, 31), date(2027, 1, 3), date(2027, 1, 5)),
)


def season_world(season: Season) -> World:
    """Five matters, one each; everything else about them is in order."""
    month, day = f"{season.sent:%Y%m}", season.sent.replace(day=1)
    before = season.signed - timedelta(days=7)
    late = {"期望交期": season.sent + timedelta(days=90), "交货日期": season.sent + timedelta(days=90)}
    done = [season.signed - timedelta(days=n) for n in (3, 2, 1, 0)]
    orders = [
        order(f"{month}-001", QINGMU, 3, day=season.sent, **late, 客户确认时间=None, 客户确认方式=None, 归档编号=None),
        order(f"{month}-002", QINGMU, 4, day=day, **late),
        order(f"{month}-003", TONGYI, 5, day=day, **late, 付款方式="款到发货"),
        order(f"{before:%Y%m}-009", HAICHUAN, 20, day=before, 期望交期=season.signed, 交货日期=season.signed),
    ]
    tracked = [
        *[row | {"计划完成时间": season.planned, "更新时间": None} for row in stages(f"{month}-002", 4)[:1]],
        *[row | {"更新时间": None} for row in stages(f"{before:%Y%m}-009", 20, *done)],
    ]
    filed = [
        dict(
            zip(CUSTOMER_HEADINGS, (code, name, "货到30天", 500000, "A", "正常", "王芳", date(2024, 1, 5)), strict=True)
        )
        for code, name in (("C001", QINGMU), ("C002", HAICHUAN), ("C003", TONGYI))
    ]
    paid = dict(
        zip(RECEIPT_HEADINGS, ("R001", season.paid, TONGYI, 500, "银行转账", f"{month}-003", "孙丽"), strict=True)
    )
    return {
        CUSTOMERS: {"客户档案": Table(CUSTOMER_HEADINGS, filed)},
        ORDERS: {"销售订单": Table(ORDER_HEADINGS, orders)},
        TRACKING: {"执行跟踪": Table(TRACKING_HEADINGS, tracked)},
        RECEIPTS: {"收款登记": Table(RECEIPT_HEADINGS, [paid])},
        INVOICES: {"发票登记": Table(INVOICE_HEADINGS, [_invoice(season, f"{before:%Y%m}-009")])},
        COMPLAINTS: {"投诉登记": Table(COMPLAINT_HEADINGS, [_complaint(season, f"{before:%Y%m}-009")])},
    }


def _invoice(season: Season, number: str) -> Row:
    values = ("26442000000000000018", "普票", season.signed, HAICHUAN, 1769.91, "13%", 230.09, 2000, number, "邮件")
    return dict(zip(INVOICE_HEADINGS, (*values, season.signed), strict=True))


def _complaint(season: Season, number: str) -> Row:
    came = season.assigned - timedelta(hours=1)
    values = (
        *(f"{came:%Y%m}-T001", came, came, "张伟", HAICHUAN, "13812345678", "电话", number, "控制器"),
        *("质量问题", "一般", "三台控制器通电后无显示", "更换", "质检部门", "周敏", "陈晨", season.assigned, None),
    )
    return dict(zip(COMPLAINT_HEADINGS, values, strict=True))


def told(folder: Path, evening: datetime) -> list[str]:
    """The findings and the to-do list of one night, one line each."""
    found = [_line(row, "rule", "subject", "problem") for row in nights.findings(folder)]
    todo = [_line(row, "due_on", "owner", "matter", "subject", "reason") for row in nights.rows(folder, "todo")]
    return [f"== {evening:%Y-%m-%d %H:%M %a}", *sorted(found), "--", *todo, ""]


def _line(row: dict[str, Any], *fields: str) -> str:
    return " | ".join(str(row[field]).replace("\n", " / ") for field in fields)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "season"),
    [("spring", SPRING), ("national", NATIONAL), ("december", DECEMBER)],
    ids=lambda each: str(each)[:8],
)
def test_nights_around_a_holiday_read_as_reviewed(
    tmp_path: Path, golden: Callable[[str, str], None], name: str, season: Season
) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(workspace, season_world(season))
    lines: list[str] = []
    for evening in season.evenings:
        moment = datetime(evening.year, evening.month, evening.day, 20)
        lines += told(nights.run(workspace, moment).folder, moment)
    golden(f"holiday_{name}", "\n".join(lines))
