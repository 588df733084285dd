"""No order is settled in one paper and open in another: 01, 03, 06 and the proof say one thing of any book."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pipeline.night.todo.lines import STRAY, dunning_lines, stray_money
from pipeline.orders import facts as books
from pipeline.orders import status
from pipeline.receivables import derive
from schemas.derived.receivables import BUCKETS
from schemas.policy.states import SETTLED
from tests.support.order_rows import calendar, order, policy, tables
from tests.support.pace import sweep

NUMBERS = ["202603-001", "202603-002", "202603-003"]
PAYER = "深圳市甲科技有限公司"
AS_OF = datetime(2026, 4, 20, 2)
DAYS = st.sampled_from(["2026-03-03", "2026-03-20", "2026-04-20", "2026-04-21", "2027-01-01"])
SUMS = st.sampled_from([1, 2, 300, 450, 337, 500, 501, 99_999, 99_950, 99_501, 99_500, 100_000, 100_001, 200_000])
PAID = st.builds(
    lambda day, fen, sign, names, purpose, charge, full, remark: {
        "payer": PAYER,
        "received_on": day,
        "amount_fen": fen * sign,
        "purpose": purpose,
        "remark": remark,
        "order_nos": " ".join(names) or None,
        "charge_fen": charge,
        "is_full_arrival": full,
    },
    DAYS,
    SUMS,
    st.sampled_from([1, 1, 1, -1]),
    st.lists(st.sampled_from([*NUMBERS, "202512-009", f"{NUMBERS[0]}=40000"]), max_size=2, unique_by=lambda n: n[:10]),
    st.sampled_from(["货款", "滞纳金", "违约金", "罚息", "手续费", None]),
    st.sampled_from([None, 450, 3_500]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "扣手续费", NUMBERS[1]]),
)
RED = st.builds(
    lambda day, fen, number, why: {
        "invoice_no": f"2644200000000000{fen:04d}",
        "sign": "red",
        "issued_on": day,
        "gross_fen": -fen,
        "order_nos": number,
        "remark": why,
        "buyer": PAYER,
    },
    DAYS,
    SUMS,
    st.sampled_from(NUMBERS),
    st.sampled_from(["退货", "折让", "开票有误"]),
)
ORDERED = st.fixed_dictionaries(
    {
        "amount_fen": st.sampled_from([100_000, 100_000, 450, 1]),
        "pay_term": st.sampled_from(["货到付款", "货到30天", "款到发货", "预付30%+货到70%", "票到30天", None]),
        "cancelled_on": st.sampled_from([None, None, None, "2026-03-15"]),
    }
)
OPENED = st.fixed_dictionaries(
    {
        "customer_name": st.just(PAYER),
        "order_no": st.sampled_from(["202512-009", NUMBERS[2]]),
        "due_on": st.sampled_from([None, "2026-03-01"]),
        "open_fen": st.sampled_from([100_000, 450, -5_000]),
    }
)


def made(ordered: list[Any], signed: list[bool], receipts: list[Any], red: list[Any], opening: list[Any]) -> Any:
    """Where the orders stand by 01 and what 03 says of them."""
    orders = [order(no, **facts) for no, facts in zip(NUMBERS, ordered, strict=False)]
    day = pd.Timestamp("2026-03-09")
    stages = [
        {"order_no": no, "stage": "sign", "actual_at": day} for no, is_ in zip(NUMBERS, signed, strict=True) if is_
    ]
    rows = tables(orders=orders, receipts=receipts, invoices=red, tracking=stages, opening=opening)
    measure: dict[str, Any] = {"policy": policy(), "calendar": calendar(), "as_of": AS_OF, "lang": "zh"}
    facts, steps = books.build(rows, as_of=AS_OF, calendar=calendar())
    owed = derive(facts, rows, **measure)
    frames = {name: getattr(owed, name) for name in ("receivables", "unapplied", "payments")}
    return status.derive(facts, steps, rows | frames, **measure), owed


@sweep(25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(ORDERED, min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.lists(PAID, max_size=5),
    st.lists(RED, max_size=2, unique_by=lambda row: row["invoice_no"]),
    st.lists(OPENED, max_size=2),
)
def test_no_order_is_settled_in_one_paper_and_open_in_another(ordered, signed, receipts, red, opening):
    stands, owed = made(ordered, signed, receipts, red, opening)
    items, control = owed.receivables, owed.control
    by_order = items.groupby("order_no")["open_fen"].sum()
    settled = stands[stands["payment_state"].isin(SETTLED)]
    assert by_order.reindex(settled["order_no"]).fillna(0).sum() == 0, "01 settled, 03 open"
    still = stands[stands["order_no"].map(by_order).fillna(0) > 0]
    assert not still["payment_state"].isin([*SETTLED, "refunded", "not_owed"]).any(), "03 open, 01 is not"
    wants = stands[(stands["next_step"] == "collect")]
    assert (wants["order_no"].map(by_order).fillna(0) > 0).all(), "06 collects what 03 does not owe"
    asked = {line["record"].partition("#")[0] for line in dunning_lines(owed.dunning, 15, "zh")}
    assert asked <= set(by_order[by_order > 0].index)
    late = set(items.loc[(items["overdue_days"] > 0) & (items["open_fen"] > 0), "order_no"])
    said = set(stands.loc[stands["payment_state"].isin(["late", "part_late"]), "order_no"])
    assert late & set(stands["order_no"]) == said, "overdue in one of 01 and 03 only"
    # money: source, detail and customers say one sum; nobody is paid more than came
    assert (control["difference_fen"] == 0).all()
    aged = int(owed.ageing[[f"{bucket}_fen" for bucket in BUCKETS]].sum().sum())
    assert int(items["open_fen"].sum()) == int(control["open_fen"].sum()) == aged
    assert (items["closed_fen"] <= 500).all()
    assert ((items["closed_fen"] == 0) | (items["open_fen"] == 0)).all()
    spent = owed.allocations.groupby("receipt_key")["applied_fen"].sum().abs()
    worth = {f"receipts-{n}": abs(row["amount_fen"]) + (row["charge_fen"] or 0) for n, row in enumerate(receipts, 2)}
    assert all(fen <= worth[key] for key, fen in spent.items() if key in worth)
    future = {f"receipts-{n}" for n, row in enumerate(receipts, 2) if row["received_on"] > "2026-04-20"}
    assert not future & {*owed.unapplied["receipt_key"], *owed.allocations["receipt_key"]}
    assert len(stray_money(owed.unapplied, pd.Timestamp(AS_OF), "zh")) == sum(
        STRAY[why] is not None for why in owed.unapplied["why"]
    )
