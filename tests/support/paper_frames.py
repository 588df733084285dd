"""Made tables with a bit of everything, for the workbooks' tests."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import dtype
from schemas.derived.cases import CaseLog, Cases, Clocks
from schemas.derived.findings import Ended, Findings, Questions
from schemas.derived.priority import Priority
from schemas.derived.receivables import BUCKETS, Ageing, Control, Dunning, Receivables, Unapplied
from schemas.derived.status import OrderStatus, Stages
from schemas.derived.todo import Todo

if TYPE_CHECKING:
    from schemas.table import Table

AS_OF = pd.Timestamp("2026-05-31 02:00").to_pydatetime()
CUSTOMERS = (
    "无锡万通自动化设备有限公司",
    "苏州智诚五金制品有限公司",
    "天津中合五金制品有限公司",
    "嘉兴宏达自动化设备（中国）有限公司",
    "A&B <北京> Trading Co., Ltd.",
)
SALES = ("林婉清", "林*", "郑凯")
INJECTED = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "http://example.com",
    "{=A1}",
    "\t=x",
    "a\x07b",
    "00123",
    "=cmd|' /C calc'!A0",
    "</t></si><x/>",
    "_x0041_",
)


def framed(table: type[Table], rows: list[Any], **extra: list[Any]) -> pd.DataFrame:
    """A frame of the declared columns in their dtypes."""
    frame = pd.DataFrame(rows, columns=[str(c) for c in table.columns])
    for column in table.columns:
        frame[str(column)] = frame[str(column)].astype(dtype(column.spec.type))  # type: ignore[call-overload]
    for name, values in extra.items():
        frame[name] = pd.Series(values, dtype="str")
    return frame


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def receivables(count: int = 24) -> pd.DataFrame:
    rows = []
    for n in range(count):
        overdue = (-12, 5, 20, 45, 75, 120, 253, 400, None)[n % 9]
        billed, received = 1_234_567 + n * 98_765, (n % 3) * 100_000
        rows.append(
            {
                "order_no": f"2025{n % 12 + 1:02d}-{n:03d}",
                "instalment_no": n % 2 + 1,
                "instalment": "whole",
                "customer_name": CUSTOMERS[n % 5],
                "customer_key": CUSTOMERS[n % 5],
                "sales_owner": SALES[n % 3] if n % 7 else None,
                "pay_term": "月结30天",
                "due_on": None if overdue is None else day("2026-05-31") - pd.Timedelta(days=overdue),
                "overdue_days": overdue,
                "bucket": BUCKETS[n % 9],
                "billed_fen": billed,
                "received_fen": received,
                "credited_fen": 0,
                "closed_fen": 0,
                "open_fen": billed - received,
                "disputed_fen": 230_000 if n % 6 == 0 else 0,
                "level": ("none", "remind", "dun1")[n % 3],
                "fee_rate": Decimal("0.0005") if n % 4 == 0 else None,
                "fee_days": max(0, overdue or 0) if n % 4 == 0 else None,
                "fee_fen": 12_345 if n % 4 == 0 else 0,
                "fee_segments": "50,000.00 × 10 天 + 30,000.00 × 11 天" if n % 4 == 0 else None,
                "last_contact_at": day("2026-05-20 15:30") if n % 2 else None,
                "last_answer": "月底前付一半" if n % 4 == 1 else None,
                "follow_on": day("2026-06-01") if n % 4 == 1 else None,
                "promised_on": (day("2026-06-02"), day("2026-05-27"), None)[n % 3],
                "reason": "签收 2025-09-20，月结30天，到期日遇周末顺延至下一工作日；依据 DUE-001" if n % 2 else "短",
            }
        )
    return framed(
        Receivables,
        rows,
        staff_next_step=["电话催收" if n % 5 == 0 else None for n in range(count)],
        staff_promised_on=[("2026-06-02", "2026-05-27", "下周五", None, None)[n % 5] for n in range(count)],
        staff_remark=[
            "客户要求折让 3%，待销售总监批示；若不同意则按合同第 8.2 条计收滞纳金" if n == 1 else None
            for n in range(count)
        ],
    )


def ageing(owed: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, items in owed.groupby("customer_name", sort=True):
        sums = {f"{b}_fen": int(items.loc[items["bucket"] == b, "open_fen"].sum()) for b in BUCKETS}
        unapplied = -50_000 if name == CUSTOMERS[0] else 0
        total = sum(sums.values()) + unapplied
        rows.append(
            {"customer_key": name, "customer_name": name, **sums, "unapplied_fen": unapplied, "total_fen": total}
        )
    return framed(Ageing, rows)


def control(owed: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, items in owed.groupby("customer_name", sort=True):
        billed, received = int(items["billed_fen"].sum()), int(items["received_fen"].sum())
        left = 50_000 if name == CUSTOMERS[0] else 0
        rows.append(
            {
                "customer_key": name,
                "customer_name": name,
                "billed_fen": billed,
                "receipts_fen": received + left,
                "credited_fen": 0,
                "closed_fen": 0,
                "open_fen": billed - received,
                "unapplied_fen": left,
                "difference_fen": 0,
            }
        )
    return framed(Control, rows)


def dunning(owed: pd.DataFrame) -> pd.DataFrame:
    late = owed[(owed["overdue_days"] > 0).fillna(value=False)]
    rows = [
        {name: row[name] for name in map(str, Dunning.columns) if name in row}
        | {
            "channel": "phone",
            "owner": "finance",
            "document": None,
            "remind_on": day("2026-06-01"),
            "is_waiting": place % 4 == 0,
            "waits_for": "complaint" if place % 4 == 0 else None,
        }
        for place, row in enumerate(late.to_dict("records"))
    ]
    return framed(Dunning, rows)


def unapplied() -> pd.DataFrame:
    return framed(
        Unapplied,
        [
            {
                "receipt_key": "R1",
                "receipt_no": "SK202605-001",
                "received_on": day("2026-05-29"),
                "payer": CUSTOMERS[0],
                "handler_name": "吴敏",
                "customer_name": CUSTOMERS[0],
                "customer_key": CUSTOMERS[0],
                "amount_fen": 150_000,
                "applied_fen": 100_000,
                "left_fen": 50_000,
                "why": "no_order",
                "suggestion": "可核销：202501-000 第1期 12,345.67 元",
                "src_file": "收款-华南.xlsx",
                "src_sheet": "五月",
                "src_row": 42,
            },
        ],
    )


def findings(count: int = 18) -> pd.DataFrame:
    owners = ("王敏", "陈静", "财务部门", "李*/强~?:[1]", "=1+1")
    severities = ("hold", "flag", "note", "refuse")
    rows = [
        {
            "finding_id": f"F{n:09d}",
            "rule": f"ORD-{n % 4:03d}",
            "rule_title": f"ORD-{n % 4:03d} 没有写联系电话",
            "severity": severities[n % 4],
            "src_file": ("华东区订单 (李强).xlsx", "回款流水_5月.xlsx")[n % 2],
            "src_sheet": "明细",
            "cell": f"H{70 + n}",
            "src_row": 70 + n,
            "heading": "承诺交期",
            "raw": INJECTED[n % len(INJECTED)],
            "problem": "交货日期 2026/13/02 不是日期（例如“月底前”“5.3.1”）。本行今晚未计入。",
            "remedy": "请改成 2026-06-30 这种写法。",
            "owner": owners[n % 5],
            "dept": "sales",
            "due_on": day("2026-06-01"),
            "first_seen_on": day("2026-05-29"),
            "age_wd": n % 3,
            "tonight": "held" if n % 4 == 0 else "counted",
            "subject": f"202605-{n:03d}",
            "customer_name": CUSTOMERS[n % 5],
            "life": ("new", "open", "reopened")[n % 3],
            "count": 1 if n else 51,
        }
        for n in range(count)
    ]
    return framed(
        Findings,
        rows,
        staff_correction=["2026-06-30" if n == 0 else None for n in range(count)],
        staff_comment=["=HYPERLINK(1)" if n == 1 else None for n in range(count)],
    )


def ended() -> pd.DataFrame:
    """What was open last night: mended, gone with its workbook, let pass."""
    before = findings(3).rename(columns={"staff_correction": "how"})
    names = [str(each) for each in Ended.columns]
    return framed(Ended, before.assign(how=["mended", "withdrawn", "waived"])[names].to_dict("records"))


def questions() -> pd.DataFrame:
    """One that is open and one that was answered."""
    asked = findings(2).assign(
        state=["open", "answered"],
        choices="是同一笔欠款,是两笔欠款",
        proposed="是同一笔欠款",
        answered_by="王敏",
    )
    names = [str(each) for each in Questions.columns if each in asked.columns]
    typed = {"staff_answer": [None, "是两笔欠款"], "staff_answer_note": ["=HYPERLINK(1)", None]}
    return framed(Questions, asked[names].to_dict("records"), **typed)


def reckoned() -> pd.DataFrame:
    """What the night counted of its findings."""
    names = ("all", "new", "open", "reopened", "mended", "withdrawn", "waived", "was_open")
    return pd.DataFrame([dict(zip(names, (250, 200, 40, 10, 1, 2, 3, 46), strict=True))])


def rules() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["DUN-001", "ORD-004"],
            "severity": ["flag", "hold"],
            "owner": ["sales", "sales"],
            "limit": pd.Series([Decimal(15), None], dtype="object"),
            "unit": ["CD", None],
            "basis": ["policy", "house"],
            "status": ["live", "live"],
            "zh": ["已逾期 {value} 天，达到 {limit} 天的催款标准", "没有写联系电话"],
            "en": ["Overdue by {value} days; reminders start at {limit}", "No telephone number is given"],
            "remedy_zh": ["请联系客户，并登记承诺付款日", "请补上联系电话"],
            "remedy_en": ["Call the customer and enter the date they promise", "Enter a telephone number"],
        }
    )


def waived() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "finding_id": ["K7QZ3MAB2C"],
            "rule": ["ORD-004"],
            "record": ["202605-003"],
            "customer_name": [CUSTOMERS[0]],
            "raw": ["–"],
            "reason": ["=HYPERLINK(1)"],
            "approver": ["李强"],
            "valid_until": [day("2026-06-30")],
            "src_file": ["华东/订单-补.xlsx"],
            "src_sheet": ["补录"],
            "cell": ["G6"],
            "waiver": ["豁免.xlsx › 豁免 › E2"],
        }
    )


def standing(count: int = 20) -> pd.DataFrame:
    rows = []
    for n in range(count):
        start = day("2026-05-01") + pd.Timedelta(days=n)
        rows.append(
            {
                "order_no": f"202605-{n:03d}",
                "customer_name": CUSTOMERS[n % 5],
                "sales_owner": SALES[n % 3],
                "product": "传动齿轮 M2-40T 等 2 项",
                "order_date": start,
                "due_on": start + pd.Timedelta(days=25),
                "first_promised_on": start + pd.Timedelta(days=25 - n % 4) if n % 5 else None,
                "promise_moves": (n % 4 > 0) + (n % 4 > 2),
                "ordered_qty": 300_000 if n % 5 else 1_500,
                "amount_fen": 8_000_000 + n * 1_111,
                "received_fen": 0,
                "state": ("preparing", "to_ship", "shipped", "completed", "to_supplement")[n % 5],
                "delivery_state": ("normal", "near", "late", "very_late", "done", "done_late", "none")[n % 7],
                "delivery_wd": n % 5 - 2,
                "first_promise_wd": n % 5 - 2 + n % 4 if n % 5 else None,
                "payment_state": ("not_due", "late", "paid")[n % 3],
                "invoice_state": ("issued", "overdue", "to_issue")[n % 3],
                "prepare_planned_at": start + pd.Timedelta(days=10),
                "prepare_actual_at": start + pd.Timedelta(days=10 + n % 3),
                "check_planned_at": start + pd.Timedelta(days=14),
                "check_actual_at": start + pd.Timedelta(days=14) if n % 2 else None,
                "ship_planned_at": start + pd.Timedelta(days=18),
                "sign_planned_at": start + pd.Timedelta(days=22),
                "delay_wd": n % 6,
                "tracking_nos": "SF1234567890123" if n % 4 == 0 else None,
                "open_complaints": n % 2,
                "next_step": ("prepare", "ship", "collect")[n % 3],
                "owner": ("林婉清", "warehouse")[n % 2],
                "next_on": day("2026-06-01"),
                "reason": "备货 05-12 完成，质检未完成，质检计划 05-16；质检计划 05-16，延迟 3 个工作日",
                "src_file": "华东区订单.xlsx",
                "src_sheet": "明细",
                "src_row": n + 5,
            }
        )
    return framed(OrderStatus, rows)


def priority() -> pd.DataFrame:
    """Two orders wait for one product; a third was served before them."""
    rows: list[dict[str, Any]] = [
        {"rank": 1, "order_no": "202605-001", "paid_share": Decimal("1.0000"), "received_fen": 1_000_000},
        {"rank": 2, "order_no": "202605-002", "paid_share": Decimal("0.3000"), "received_fen": 300_000},
        {"order_no": "202605-003", "paid_share": Decimal("0.0000"), "received_fen": 0, "first_no": "202605-001"},
    ]
    shared = {"product_key": "x200", "product": "变频器 X200", "amount_fen": 1_000_000, "ordered_qty": 100_000}
    stopped = {"state": "hold_force_majeure", "hold_on": day("2026-05-20")}
    rows = [row | shared | stopped | {"customer_name": CUSTOMERS[n]} for n, row in enumerate(rows)]
    rows[2] |= {"state": "shipped", "hold_on": None, "shipped_on": day("2026-05-25")}
    rows[0] |= {"emergency_plan": "YA-2026-03", "order_date": day("2026-05-06"), "due_on": day("2026-06-10")}
    return framed(Priority, rows)


def stages(orders: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "order_no": row["order_no"],
            "stage": "check",
            "owner": "周工",
            "planned_at": row["check_planned_at"],
            "actual_at": row["check_actual_at"],
            "delay_wd": row["delay_wd"],
            "reason": "原料晚到",
            "solution": None,
        }
        for row in orders.to_dict("records")
    ]
    return framed(Stages, rows)


def cases(count: int = 9) -> pd.DataFrame:
    rows = [
        {
            "complaint_no": f"202605-T{n:03d}",
            "complained_at": day(f"2026-05-{10 + n} 15:0{n}") if n % 3 else day(f"2026-05-{10 + n}"),
            "customer_name": CUSTOMERS[n % 5],
            "order_no": f"202605-{n:03d}",
            "complaint_type": ("quality", "logistics", "attitude")[n % 3],
            "severity": ("normal", "serious", "major")[n % 3],
            "dept": "quality",
            "owner": "周工",
            "state": ("investigating", "to_visit", "closed")[n % 3],
            "step": ("accept", "solution", None)[n % 3],
            "step_due_at": (day("2026-05-29 10:30"), day("2026-05-31 11:00"), None)[n % 3],
            "is_overdue": n % 3 == 0,
            "breaks_before_next": n % 3 == 1,
            "is_open": n % 3 != 2,
            "description": "外观破损 3 台，客户要求换货",
            "satisfaction": "4" if n % 3 == 2 else None,
            "claim_fen": 50_000 * n,
            "disputed_fen": 0,
            "reason": "登记 05-10 15:00，分派后 2 个工作小时内接收（CMP-006）",
            "src_file": "投诉登记.xlsx",
            "src_sheet": "投诉",
            "src_row": n + 3,
        }
        for n in range(count)
    ]
    return framed(Cases, rows)


def clocks(held: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "complaint_no": row["complaint_no"],
            "customer_name": row["customer_name"],
            "owner": "周工",
            "severity": row["severity"],
            "step": "accept",
            "started_at": row["complained_at"],
            "limit": Decimal(2),
            "unit": "BH",
            "due_at": day("2026-05-29 10:30"),
            "clock_state": ("overdue", "running", "met")[place % 3],
            "stopped_at": day("2026-05-28 16:00") if place % 3 == 2 else None,
            "is_house": False,
        }
        for place, row in enumerate(held.to_dict("records"))
    ]
    return framed(Clocks, rows)


def case_log(held: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "complaint_no": row["complaint_no"],
            "customer_name": row["customer_name"],
            "entry": ("action", "visit", "capa")[place % 3],
            "entry_no": 1 if place % 3 < 2 else None,
            "what": ("拆检样品", "王女士", "增加出货前耐压测试")[place % 3],
            "way": (None, "电话", "预防")[place % 3],
            "owner": "周工",
            "planned_at": row["complained_at"],
            "done_at": day("2026-05-28 16:00") if place % 2 else None,
            "outcome": "密封圈老化" if place % 2 else None,
            "src_file": "投诉.xlsx",
            "src_sheet": "处理",
            "src_row": place + 2,
        }
        for place, row in enumerate(held.to_dict("records"))
    ]
    return framed(CaseLog, rows)


def todo(count: int = 9) -> pd.DataFrame:
    rows = [
        {
            "task": "step.confirm",
            "record": f"202605-{n:03d}",
            "owner": ("林婉清", "陈晓东", "finance")[n % 3],
            "dept": "sales",
            "matter": "催客户书面确认",
            "subject": f"202605-{n:03d}",
            "customer_name": CUSTOMERS[n % 5],
            "due_on": day("2026-05-29") + pd.Timedelta(days=n),
            "is_overdue": n < 2,
            "timing": ("unproven", "overdue", "today", "soon")[min(n, 3)],
            "rule": "CNF-003",
            "reason": "确认函 05-25 发出，应在 05-27 前书面确认（CNF-003），至今没有",
        }
        for n in range(count)
    ]
    return framed(Todo, rows, staff_done=["已完成" if n == 0 else None for n in range(count)])


def tables(size: int = 24) -> dict[str, pd.DataFrame]:
    """Every table a workbook asks for."""
    owed, orders, held = receivables(size), standing(size), cases(min(size, 9))
    return {
        "receivables": owed,
        "ageing": ageing(owed),
        "control": control(owed),
        "dunning": dunning(owed),
        "unapplied": unapplied(),
        "findings": findings(size),
        "rules": rules(),
        "ended": ended(),
        "questions": questions(),
        "reckoned": reckoned(),
        "waived": waived(),
        "standing": orders,
        "stages": stages(orders),
        "priority": priority(),
        "cases": held,
        "clocks": clocks(held),
        "case_log": case_log(held),
        "todo": todo(size),
    }


def empty_tables() -> dict[str, pd.DataFrame]:
    """The same without a row."""
    return {name: frame.iloc[:0] for name, frame in tables(2).items()}
