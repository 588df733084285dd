"""The small company whose workbooks whole nights are run on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.books import Cell

Row = dict[str, Any]


@dataclass
class Table:
    """One sheet: headings in order, and rows by heading."""

    headings: list[str]
    rows: list[Row] = field(default_factory=list)

    def row(self, key: Cell, heading: str = "") -> Row:
        """The first row whose cell under `heading` (the first one) is `key`."""
        return next(row for row in self.rows if row.get(heading or self.headings[0]) == key)

    def without(self, heading: str) -> Table:
        """The same sheet with a column left out."""
        return Table([each for each in self.headings if each != heading], self.rows)


World = dict[str, dict[str, Table]]

ORDERS, CUSTOMERS, TRACKING, RECEIPTS, COMPLAINTS, PRICES, BAD = (
    "订单.xlsx",
    "客户.xlsx",
    "跟踪.xlsx",
    "收款.xlsx",
    "投诉.xlsx",
    "价格.xlsx",
    "华东/订单-补.xlsx",
)
QINGMU, HAICHUAN, TONGYI = "杭州青木机械有限公司", "宁波海川电子有限公司", "苏州同益包装有限公司"
STAGES = ("生产/采购备货", "仓库质检", "物流发货", "客户签收")
ORDER_HEADINGS = (
    "订单编号 下单日期 接收时间 接收渠道 客户名称 联系人 联系电话 产品编码 产品名称 型号 规格 数量 单位 单价 金额 "
    "期望交期 交货日期 收货地址 付款方式 销售负责人 审核人 审批意见 审批日期 确认函发送时间 确认函发送方式 "
    "客户确认时间 客户确认方式 归档编号 ERP录入 备注"
).split()
TRACKING_HEADINGS = (
    "订单编号 执行阶段 责任部门 责任人 计划完成时间 实际完成时间 数量 质检结果 合格数量 物流单号 物流公司 "
    "预计送达时间 单号反馈时间 签收人 更新时间"
).split()
CUSTOMER_HEADINGS = "客户编码 客户名称 付款条件 信用额度 客户等级 客户状态 销售负责人 建档日期".split()
RECEIPT_HEADINGS = "收款编号 收款日期 付款方 收款金额 收款方式 订单编号 经手人".split()
PRICE_HEADINGS = "产品编码 产品名称 型号 规格 单位 目录价 最低限价 是否含税 币种 生效日期".split()
COMPLAINT_HEADINGS = (
    "投诉编号 登记时间 投诉时间 投诉人 客户名称 联系方式 投诉渠道 订单编号 涉及产品/服务 投诉类型 投诉等级 投诉内容 "
    "期望解决方式 责任部门 责任人 登记人 分派时间 接收时间"
).split()


def order(number: str | None, customer: str, qty: Cell, *, day: Any, **more: Any) -> Row:
    """A complete, approved and confirmed order line of one product at 100 yuan."""
    made: Row = {
        "订单编号": number,
        "下单日期": day,
        "接收时间": datetime(day.year, day.month, day.day, 9, 30),
        "接收渠道": "邮件",
        "客户名称": customer,
        "联系人": "张伟",
        "联系电话": "13812345678",
        "产品编码": "P100",
        "产品名称": "控制器",
        "型号": "X100",
        "规格": "标准",
        "数量": qty,
        "单位": "台",
        "单价": 100,
        "金额": qty * 100 if isinstance(qty, int) else None,
        "期望交期": date(2026, 7, 31),  # Friday
        "交货日期": date(2026, 7, 31),
        "收货地址": "浙江省杭州市滨江区江南大道100号",
        "付款方式": "货到30天",
        "销售负责人": "王芳",
        "审核人": "刘洋",
        "审批意见": "同意",
        "审批日期": day,
        "确认函发送时间": datetime(day.year, day.month, day.day, 14),
        "确认函发送方式": "邮件",
        "客户确认时间": datetime(day.year, day.month, day.day, 16),
        "客户确认方式": "邮件",
        "归档编号": f"档-{number}",
        "ERP录入": "是",
    }
    return made | more


def stages(number: str, qty: int, *days: date | None) -> list[Row]:
    """Tracking rows of one order, done on the days given; missing days are still to come."""
    made = []
    for stage, dept, planned, done in zip(
        STAGES,
        ("生产部门", "仓储部门", "物流部门", "物流部门"),
        (date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 12), date(2026, 6, 15)),  # Wed Thu Fri Mon
        (*days, *[None] * (4 - len(days))),
        strict=True,
    ):
        row: Row = {"订单编号": number, "执行阶段": stage, "责任部门": dept, "责任人": "赵磊"}
        row["更新时间"] = datetime(2026, 6, 1, 17)  # Monday
        row |= {"计划完成时间": done or planned, "实际完成时间": done, "数量": qty}
        if stage == STAGES[1] and done:
            row |= {"质检结果": "合格", "合格数量": qty}
        if stage == STAGES[2] and done:
            sent = datetime(done.year, done.month, done.day, 10)
            row |= {"实际完成时间": sent, "物流单号": f"SF{number.replace('-', '')}0001", "物流公司": "顺丰"}
            row |= {"预计送达时间": date(2026, 6, 15), "单号反馈时间": sent.replace(hour=15)}
        if stage == STAGES[3] and done:
            row["签收人"] = "张伟"
        made.append(row)
    return made


def world() -> World:
    """The workbooks of the first night: six clean ones, and one with a few bad rows.

    202604-001 done and paid, 202604-002 signed for and overdue, 202605-001 of two lines
    being made, 202605-002 waiting for the customer, 202605-003 on the road.
    """
    april = (date(2026, 4, 8), date(2026, 4, 9), date(2026, 4, 10), date(2026, 4, 13))  # Wed Thu Fri Mon
    may = (date(2026, 5, 27), date(2026, 5, 28), date(2026, 5, 29))  # Wed Thu Fri
    orders = [
        order("202604-001", QINGMU, 10, day=date(2026, 4, 1)),  # Wednesday
        order("202604-002", HAICHUAN, 20, day=date(2026, 4, 2)),  # Thursday
        order("202605-001", QINGMU, 30, day=date(2026, 5, 20)),  # Wednesday
        order("202605-001", QINGMU, 5, day=date(2026, 5, 20), 产品编码="P200", 产品名称="传感器", 型号="S200"),
        order("202605-002", HAICHUAN, 7, day=date(2026, 5, 21), 客户确认时间=None, 客户确认方式=None, 归档编号=None),
        order("202605-003", QINGMU, 8, day=date(2026, 5, 22)),  # Friday
    ]
    tracked = [
        *stages("202604-001", 10, *april),
        *stages("202604-002", 20, *april),
        *stages("202605-001", 35),
        *stages("202605-003", 8, *may),
    ]
    return {
        CUSTOMERS: {"客户档案": Table(CUSTOMER_HEADINGS, _customers())},
        PRICES: {"价格表": Table(PRICE_HEADINGS, _prices())},
        ORDERS: {"销售订单": Table(ORDER_HEADINGS, orders)},
        TRACKING: {"执行跟踪": Table(TRACKING_HEADINGS, tracked)},
        RECEIPTS: {"收款登记": Table(RECEIPT_HEADINGS, _receipts())},
        COMPLAINTS: {"投诉登记": Table(COMPLAINT_HEADINGS, _complaints())},
        BAD: {"补录": Table(ORDER_HEADINGS, _bad())},
    }


def _customers() -> list[Row]:
    filed = date(2024, 1, 5)  # Friday
    named = (("C001", QINGMU), ("C002", HAICHUAN), ("C003", TONGYI))
    return [
        dict(zip(CUSTOMER_HEADINGS, (code, name, "货到30天", 500000, "A", "正常", "王芳", filed), strict=True))
        for code, name in named
    ]


def _prices() -> list[Row]:
    since = date(2026, 1, 1)  # Thursday
    goods = (("P100", "控制器", "X100"), ("P200", "传感器", "S200"))
    return [
        dict(zip(PRICE_HEADINGS, (*each, "标准", "台", 100, 90, "是", "CNY", since), strict=True)) for each in goods
    ]


def _receipts() -> list[Row]:
    paid = ("R001", date(2026, 4, 20), QINGMU, 1000, "银行转账", "202604-001", "孙丽")  # Monday
    loose = ("R002", date(2026, 5, 25), TONGYI, 300.5, "银行转账", None, "孙丽")  # Monday
    return [dict(zip(RECEIPT_HEADINGS, each, strict=True)) for each in (paid, loose)]


def _complaints() -> list[Row]:
    monday = datetime(2026, 6, 1, 9)
    values = (
        *("202606-T001", monday, monday, "张伟", HAICHUAN, "13812345678", "电话", "202604-002", "控制器"),
        *("质量问题", "一般", "三台控制器通电后无显示", "更换", "质检部门", "周敏", "陈晨", monday, monday),
    )
    return [dict(zip(COMPLAINT_HEADINGS, values, strict=True))]


def _bad() -> list[Row]:
    """Five rows, four of them held: quantity, number, customer, money; one without telephone."""
    friday = date(2026, 5, 22)
    return [
        order("202605-004", QINGMU, 1, day=friday, 数量="若干"),
        order("2.02605E+08", QINGMU, 2, day=friday, 归档编号="档-A17"),
        order("202605-005", HAICHUAN, 3, day=friday, 客户名称=None),
        order("202605-006", HAICHUAN, 4, day=friday, 金额="4百多"),
        order("202605-007", HAICHUAN, 5, day=friday, 联系电话=None),
    ]
