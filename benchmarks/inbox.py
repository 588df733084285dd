"""A generated inbox: workbooks of orders with tracking, and workbooks of receipts."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

FIRST, NIGHT = date(2026, 3, 2), date(2026, 6, 2)
ORDER_HEADS = (
    "订单编号 下单日期 接收渠道 客户名称 联系人 联系电话 产品名称 型号 规格 数量 单位 单价 金额 期望交期 交货日期 "
    "收货地址 付款方式 销售负责人 审核人 审批意见 确认函发送时间 客户确认时间 客户确认方式 备注"
).split()
TRACKING_HEADS = "订单编号 执行阶段 责任人 计划完成时间 实际完成时间 物流单号 预计送达时间 延期通知时间 备注".split()
RECEIPT_HEADS = "收款编号 收款日期 付款方 收款金额 收款方式 订单编号 备注".split()
INVOICE_HEADS = "发票号码 发票种类 红蓝字 开票日期 购方名称 不含税金额 税率 税额 价税合计 订单编号".split()
STAGES = (("备货", 6), ("质检", 8), ("发货", 10), ("签收", 13))
# days after the order on which money comes when nothing goes wrong
PAID_AFTER = {"月结30天": 38, "货到7天": 17, "票到30天": 38, "款到发货": 5, "月结60天": 68, "货到付款": 13}
TERMS = tuple(PAID_AFTER)


def make(folder: Path, *, books: int, orders: int, seed: int = 7) -> None:
    """Write `books` order workbooks of `orders` rows each, and as many of receipts."""
    chance = random.Random(seed)  # noqa: S311 - sample figures, no secret
    folder.mkdir(parents=True, exist_ok=True)
    serials: dict[str, int] = {}
    for n in range(books):
        rows, stages, receipts = [], [], []
        for _ in range(orders):
            order = _order(chance, serials)
            rows.append(order)
            stages.extend(_stages(chance, order))
            if receipt := _receipt(chance, order):
                receipts.append(receipt)
        _orders_book(folder / f"team-{n:02}.xlsx", rows, stages)
        invoices = [_invoice(at, n, order) for at, order in enumerate(rows)]
        money = [("收款登记", RECEIPT_HEADS, receipts), ("发票登记", INVOICE_HEADS, invoices)]
        _write(folder / f"receipts-{n:02}.xlsx", money)


def _order(chance: random.Random, serials: dict[str, int]) -> list[object]:
    day = FIRST + timedelta(days=chance.randrange(80))
    month = f"{day:%Y%m}"
    serials[month] = serials.get(month, 0) + 1
    qty, price = chance.randrange(1, 400), chance.randrange(100, 90000) / 100
    customer = chance.randrange(2000)
    sent = datetime.combine(day + timedelta(days=1), datetime.min.time()).replace(hour=10)
    return [
        f"{month}-{serials[month]:03}", day, "邮件", f"杭州客户{customer:04}有限公司", "王敏", f"138{customer:08}",
        f"产品{customer % 300}", f"X{customer % 300:03}", "220V", qty, "台", price, round(qty * price + 1e-9, 2),
        day + timedelta(days=20), day + timedelta(days=21), f"浙江省杭州市滨江区科技路{customer}号",
        chance.choice(TERMS),
        f"业务{customer % 40}", "陈静", "同意", sent, sent + timedelta(days=1), "邮件", "",
    ]  # fmt: skip


def _stages(chance: random.Random, order: list[object]) -> list[list[object]]:
    """Stages planned before the night are done, but for the few orders that stand still."""
    day = order[1]
    assert isinstance(day, date)
    stuck = chance.randrange(4) if chance.random() < 0.03 else 4
    made: list[list[object]] = []
    for n, (stage, after) in enumerate(STAGES):
        plan = day + timedelta(days=after)
        done = plan + timedelta(days=chance.random() < 0.04) if n < stuck and plan < NIGHT - timedelta(days=1) else None
        number = f"SF{chance.randrange(10**12):012}" if n == 2 and done else None
        late = "客户要求" if done and done > plan else None
        informed = plan if late else None
        made.append(
            [
                order[0],
                stage,
                f"责任{n}",
                plan,
                done,
                number,
                plan + timedelta(days=3) if number else None,
                informed,
                late,
            ]
        )
    return made


def _receipt(chance: random.Random, order: list[object]) -> list[object] | None:
    """Most customers pay in time, one in twelve late or half; who pays first pays all."""
    day, amount, term = order[1], order[12], str(order[16])
    assert isinstance(day, date)
    assert isinstance(amount, float)
    luck = 1.0 if term == "款到发货" else chance.random()
    paid = amount if luck > 0.04 else round(amount / 2, 2)
    on = day + timedelta(days=PAID_AFTER[term] + (40 if luck < 0.08 else 0))
    return [f"SK{order[0]}", on, order[3], paid, "电汇", order[0], ""] if on < NIGHT else None


def _invoice(at: int, n: int, order: list[object]) -> list[object]:
    """An invoice over the whole order, fourteen days after it was placed."""
    day, gross = order[1], order[12]
    assert isinstance(day, date)
    assert isinstance(gross, float)
    net = round(gross / 1.13, 2)
    on = min(day + timedelta(days=14), NIGHT - timedelta(days=1))
    number = f"26330000{n:04}{at:08}"
    return [number, "普票", "蓝字", on, order[3], net, "13%", round(gross - net, 2), gross, order[0]]


def _orders_book(path: Path, rows: list[list[object]], stages: list[list[object]]) -> None:
    _write(path, [("订单", ORDER_HEADS, rows), ("跟踪", TRACKING_HEADS, stages)])


def _write(path: Path, sheets: list[tuple[str, list[str], list[list[object]]]]) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "constant_memory": True}) as book:
        for name, heads, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, heads)
            for n, row in enumerate(rows, start=1):
                sheet.write_row(n, 0, row)
