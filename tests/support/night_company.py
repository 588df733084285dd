"""A company small enough to see whole, with every kind of sheet that names orders or complaints."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from tests.support.night_world import HAICHUAN, ORDERS, QINGMU, RECEIPTS, Table, order, world

if TYPE_CHECKING:
    from tests.support.night_world import World

INVOICES, SHIPMENTS, REMINDERS, OPENING, VISITS = "发票.xlsx", "发货.xlsx", "催款.xlsx", "期初.xlsx", "回访.xlsx"


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
