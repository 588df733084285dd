"""What an analyst would write: pandas and openpyxl, read, merge, age, write formatted.

Run as ``python -m benchmarks.script INBOX OUT AS_OF``. It does less than the night: no
checks, no ledger, no places, no memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

HEAD = PatternFill("solid", fgColor="1F3A5F")
LATE = PatternFill("solid", fgColor="F8C4AE")
LINE = Border(bottom=Side(style="hair", color="D0D7E2"))
BOUNDS = [-np.inf, 0, 14, 30, 60, 90, 180, 365, np.inf]
LABELS = ["未到期", "1-14天", "15-30天", "31-60天", "61-90天", "91-180天", "181-365天", "365天以上"]
DAYS = {"月结30天": 30, "月结60天": 60, "货到7天": 7, "票到30天": 30, "款到发货": 0, "货到付款": 0}


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Orders, tracking, receipts and invoices of every workbook."""
    teams = sorted(folder.glob("team-*.xlsx"))
    orders = pd.concat([pd.read_excel(p, sheet_name="订单", engine="openpyxl") for p in teams])
    tracking = pd.concat([pd.read_excel(p, sheet_name="跟踪", engine="openpyxl") for p in teams])
    money = sorted(folder.glob("receipts-*.xlsx"))
    paid = pd.concat([pd.read_excel(p, sheet_name="收款登记", engine="openpyxl") for p in money])
    billed = pd.concat([pd.read_excel(p, sheet_name="发票登记", engine="openpyxl") for p in money])
    return orders, tracking, paid, billed


def join(
    orders: pd.DataFrame, tracking: pd.DataFrame, paid: pd.DataFrame, billed: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row per order: stages beside each other, what was paid, age and bucket."""
    wide = tracking.pivot_table(
        index="订单编号", columns="执行阶段", values=["计划完成时间", "实际完成时间"], aggfunc="first"
    )
    wide.columns = [f"{stage}{'计划' if what.startswith('计划') else '实际'}" for what, stage in wide.columns]
    table = orders.merge(wide, left_on="订单编号", right_index=True, how="left")
    table = table.merge(paid.groupby("订单编号")["收款金额"].sum(), left_on="订单编号", right_index=True, how="left")
    table = table.merge(billed.groupby("订单编号")["价税合计"].sum(), left_on="订单编号", right_index=True, how="left")
    table["已收金额"] = table.pop("收款金额").fillna(0).round(2)
    table["未收余额"] = (table["金额"] - table["已收金额"]).round(2)
    signed = pd.to_datetime(table["签收实际"])
    table["到期日"] = signed + pd.to_timedelta(table["付款方式"].map(DAYS), unit="D")
    table["逾期天数"] = (as_of - table["到期日"]).dt.days
    table["账龄"] = pd.cut(table["逾期天数"], BOUNDS, labels=LABELS).astype(object)
    return table


def write(table: pd.DataFrame, path: Path, title: str) -> None:
    """A formatted sheet: heading, number formats, hairlines, late rows in colour."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.append(list(table.columns))
    for cell in sheet[1]:
        cell.fill, cell.font = HEAD, Font(bold=True, color="FFFFFF")
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    days = {n for n, c in enumerate(table.columns) if str(table[c].dtype).startswith("datetime")}
    money = {n for n, c in enumerate(table.columns) if c in ("金额", "已收金额", "未收余额", "单价")}
    late = list(table.columns).index("逾期天数")
    for r, values in enumerate(table.itertuples(index=False), start=2):
        for n, value in enumerate(values):
            cell = sheet.cell(r, n + 1, None if pd.isna(value) else value)
            cell.border = LINE
            if n in days:
                cell.number_format = "yyyy-mm-dd"
            elif n in money:
                cell.number_format = "#,##0.00"
        if values[late] > 0:
            sheet.cell(r, late + 1).fill = LATE
    for n in range(1, len(table.columns) + 1):
        sheet.column_dimensions[get_column_letter(n)].width = 14
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def main(inbox: str, out: str, as_of: str) -> None:
    """Read, join, write the tracking table, the receivables and the ageing."""
    table = join(*read(Path(inbox)), pd.Timestamp(as_of))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    write(table, folder / "tracking.xlsx", "订单跟踪")
    owed = table[table["未收余额"] > 0]
    columns = "订单编号 客户名称 销售负责人 付款方式 到期日 逾期天数 账龄 金额 已收金额 未收余额".split()
    write(owed[columns], folder / "receivables.xlsx", "应收明细")
    ageing = owed.pivot_table(index="客户名称", columns="账龄", values="未收余额", aggfunc="sum", fill_value=0)
    ageing.reset_index().to_excel(folder / "ageing.xlsx", index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
