"""The axes beside the order's state, and why goods wait: the facts that make each, and the nearest that do not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.policy import states
from tests.support.order_rows import context, order, owed

NO = "202603-001"
NAME = "深圳市甲科技有限公司"
CONFIRMED = {"approval": "agree", "conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
ANOTHER = {"invoice_no": "9", "order_nos": "202603-009", "gross_fen": 1, "issued_on": "2026-03-09"}

Facts = dict[str, Any]
Case = tuple[Facts, Facts]  # header facts of the order of Monday 2026-03-02, and rows of other sheets


def stage(name: str, day: str | None = None, **facts: Any) -> Facts:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


def item(days: int | None, received: int = 0, open_fen: int | None = None, **facts: Any) -> Facts:
    """One instalment over the whole order, so many days overdue."""
    left = 1_000_000 - received if open_fen is None else open_fen
    sums = {"billed_fen": 1_000_000, "received_fen": received, "open_fen": left}
    return {"order_no": NO, "instalment_no": 1, "overdue_days": days} | sums | facts


def owing(*items: Facts) -> Case:
    return {}, {"receivables": owed(*items)}


def paid(*sums: int, day: str = "2026-03-05", **rows: Any) -> Facts:
    return {"receipts": [{"order_nos": NO, "amount_fen": fen, "received_on": day} for fen in sums]} | rows


def invoiced(*sums: int, **rows: Any) -> Facts:
    own = [
        {"invoice_no": str(n), "order_nos": NO, "gross_fen": fen, "issued_on": "2026-03-09"}
        for n, fen in enumerate(sums)
    ]
    return {"invoices": [ANOTHER, *own]} | rows


CHECKED = [stage("prepare", "2026-03-04"), stage("check", "2026-03-05")]
SIGNED = [stage("sign", "2026-03-09")]
CANCELLED = {"cancelled_on": "2026-03-09"}

PAYMENT: dict[str, tuple[list[Case], list[Case]]] = {
    "overpaid": (
        [({}, paid(1_000_002)), ({}, paid(600_000, 400_002))],
        [({}, paid(1_000_001)), ({"src_held": True}, paid(1_000_002))],
    ),
    "refunded": ([({}, paid(300_000, -300_000))], [({}, paid(300_000, -299_999)), ({}, paid(300_000)), ({}, {})]),
    "paid": (
        [owing(item(None, 1_000_000)), owing(item(5, 1_000_000)), ({}, paid(999_999))],
        [owing(item(5, 999_998)), ({}, paid(999_998)), owing(item(-1))],
    ),
    "part_late": (
        [owing(item(1, 1)), owing(item(400, 999_998))],
        [owing(item(0, 1)), owing(item(1)), owing(item(1, 1_000_000))],
    ),
    "late": (
        [owing(item(1)), owing(item(-9), item(1, open_fen=1, instalment_no=2))],
        [owing(item(0)), owing(item(1, 1)), owing(item(-9), item(1, open_fen=0, instalment_no=2))],
    ),
    "due_today": ([owing(item(0)), owing(item(0, 1))], [owing(item(-1)), owing(item(1)), owing(item(None))]),
    "unknown": (
        [owing(item(None)), owing(item(None, 1)), owing(item(-1), item(None, open_fen=1, instalment_no=2))],
        [owing(item(-1)), owing(item(-1), item(None, open_fen=0, instalment_no=2)), owing(item(1), item(None))],
    ),
    "part_not_due": ([owing(item(-1, 1)), ({}, paid(1))], [owing(item(-1)), owing(item(0, 1)), owing(item(1, 1))]),
    "not_due": ([owing(item(-1))], [owing(item(0)), owing(item(-1, 1)), ({}, {})]),
    "not_owed": ([({}, {}), ({"src_held": True}, {})], [owing(item(-1)), ({}, paid(1))]),
}
INVOICE: dict[str, tuple[list[Case], list[Case]]] = {
    "not_needed": ([({"invoice_kind": "none"}, {})], [({"invoice_kind": "plain"}, {}), ({}, {})]),
    "reversed": (
        [({}, invoiced(1_000_000, -1_000_000))],
        [({}, invoiced(1_000_000, -999_999)), ({}, invoiced(1_000_000)), ({}, invoiced())],
    ),
    "issued": (
        [({}, invoiced(1_000_000)), ({}, invoiced(999_994)), ({}, invoiced(600_000, 500_000, -100_000))],
        [({}, invoiced(999_993)), ({}, invoiced(600_000, 500_000, -100_007))],
    ),
    "untracked": (
        [({}, paid(1_000_000)), ({}, {"tracking": SIGNED})],
        [({}, paid(1_000_000, **invoiced())), ({}, paid(999_499)), (CANCELLED, paid(1_000_000))],
    ),
    "overdue": (
        [({}, paid(1_000_000, day="2026-03-04", **invoiced())), ({}, paid(999_500, day="2026-03-04", **invoiced(1)))],
        [
            ({}, paid(1_000_000, day="2026-03-05", **invoiced())),  # Thursday: until tonight
            ({}, paid(999_499, day="2026-03-04", **invoiced())),
            ({}, paid(1_000_000, day="2026-03-04", **invoiced(999_994))),
            (CANCELLED, paid(1_000_000, day="2026-03-04", **invoiced())),
            ({"invoice_kind": "none"}, paid(1_000_000, day="2026-03-04", **invoiced())),
        ],
    ),
    "part": (
        [({}, invoiced(1)), ({}, invoiced(999_993)), ({}, paid(1_000_000, **invoiced(999_993)))],
        [({}, invoiced()), ({}, invoiced(999_994)), ({}, paid(1_000_000, day="2026-03-04", **invoiced(999_993)))],
    ),
    "to_issue": (
        [
            ({}, paid(999_500, **invoiced())),
            ({"pay_term": "票到30天"}, invoiced(tracking=SIGNED)),
            ({"pay_term": "月结30天"}, invoiced(tracking=SIGNED)),
        ],
        [
            ({}, paid(999_499, **invoiced())),
            ({}, invoiced(tracking=SIGNED)),  # signed for, but the money comes first
            ({"pay_term": "票到30天"}, invoiced()),
            ({"pay_term": "票到30天"}, invoiced(tracking=[stage("ship", "2026-03-09")])),
            ({"pay_term": "票到30天"}, invoiced(tracking=[stage("sign", "2026-03-09", qty=99_999)])),
        ],
    ),
    "not_yet": (
        [({}, {}), ({}, invoiced()), ({}, paid(999_499, **invoiced())), (CANCELLED, paid(1_000_000))],
        [({}, paid(999_500, **invoiced())), ({}, invoiced(1))],
    ),
}
DELIVERY: dict[str, tuple[list[Case], list[Case]]] = {
    "none": (
        [({"requested_date": None}, {}), ({"cancelled_on": "2026-03-10"}, {}), ({"src_held": True}, {})],
        [({}, {}), ({"requested_date": None, "promised_date": "2026-03-20"}, {}), ({"cancelled_on": "2026-03-11"}, {})],
    ),
    "done": (
        [
            ({"requested_date": "2026-03-09"}, {"tracking": SIGNED}),
            ({"requested_date": "2026-03-06", "promised_date": "2026-03-09"}, {"tracking": SIGNED}),
        ],
        [
            ({"requested_date": "2026-03-06"}, {"tracking": SIGNED}),
            ({"requested_date": "2026-03-09"}, {"tracking": [stage("ship", "2026-03-09")]}),
        ],
    ),
    "done_late": (
        [
            ({"requested_date": "2026-03-06"}, {"tracking": SIGNED}),
            ({"requested_date": "2026-03-02"}, {"tracking": SIGNED}),
        ],
        [
            ({"requested_date": "2026-03-09"}, {"tracking": SIGNED}),
            ({"requested_date": "2026-03-06"}, {"tracking": [stage("sign", "2026-03-09", qty=99_999)]}),
        ],
    ),
    "very_late": (
        [
            ({"requested_date": "2026-03-04"}, {}),
            ({"requested_date": "2026-03-04"}, {"tracking": [stage("ship", "2026-03-09")]}),
        ],
        [({"requested_date": "2026-03-05"}, {}), ({"requested_date": "2026-03-04"}, {"tracking": SIGNED})],
    ),
    "late": (
        [({"requested_date": "2026-03-09"}, {}), ({"requested_date": "2026-03-05"}, {})],
        [
            ({"requested_date": "2026-03-10"}, {}),
            ({"requested_date": "2026-03-04"}, {}),
            ({"requested_date": "2026-03-09"}, {"tracking": SIGNED}),
        ],
    ),
    "near": (
        [({"requested_date": "2026-03-10"}, {}), ({"requested_date": "2026-03-13"}, {})],
        [
            ({"requested_date": "2026-03-09"}, {}),
            ({"requested_date": "2026-03-16"}, {}),
            ({"requested_date": "2026-03-13", "promised_date": "2026-03-20"}, {}),
        ],
    ),
    "normal": (
        [({"requested_date": "2026-03-16"}, {}), ({}, {})],
        [({"requested_date": "2026-03-13"}, {}), ({"requested_date": None}, {})],
    ),
}


def filed(**facts: Any) -> Facts:
    return {"tracking": CHECKED, "customers": [{"customer_name": NAME, "status": "normal"} | facts]}


def late(days: int, fen: int = 1) -> Facts:
    old = {"customer_key": "深圳市甲科技", "order_no": "旧", "instalment": "opening", "open_fen": fen}
    return filed() | {"receivables": owed(old | {"overdue_days": days})}


AHEAD = CONFIRMED | {"pay_term": "款到发货"}
DEPOSIT = item(-1, open_fen=1, instalment="deposit")
RELEASE: dict[str, tuple[list[Case], list[Case]]] = {
    "await_payment": (
        [
            (AHEAD, {"tracking": CHECKED}),
            (AHEAD, {}),  # not even prepared
            (AHEAD, paid(999_499, tracking=CHECKED)),
            (CONFIRMED, {"tracking": CHECKED, "receivables": owed(DEPOSIT)}),
        ],
        [
            (CONFIRMED, {"tracking": CHECKED}),
            (AHEAD, paid(999_500, tracking=CHECKED)),
            (AHEAD, {"tracking": [*CHECKED, stage("ship", "2026-03-06", qty=1)]}),  # too late to wait
            (AHEAD | {"conf_at": None}, {"tracking": []}),  # waits for the customer's word first
            (AHEAD | {"cancelled_on": "2026-03-09"}, {"tracking": CHECKED}),
            (CONFIRMED, {"tracking": CHECKED, "receivables": owed(DEPOSIT | {"open_fen": 0})}),
            (CONFIRMED, {"tracking": CHECKED, "receivables": owed(DEPOSIT | {"instalment": "final"})}),
        ],
    ),
    "credit_hold": (
        [
            (CONFIRMED, filed(status="frozen")),
            (CONFIRMED, filed(status="blacklist")),
            (CONFIRMED, filed(credit_limit_fen=999_999)),
            (CONFIRMED, late(31)),
        ],
        [
            (CONFIRMED, filed()),
            (CONFIRMED, filed(credit_limit_fen=1_000_000)),
            (CONFIRMED, late(30)),
            (CONFIRMED, late(31, 0)),
            (AHEAD, filed(status="frozen") | paid(1_000_000)),  # asks for no credit
            (CONFIRMED, filed(status="frozen") | {"tracking": [*CHECKED, stage("ship", "2026-03-06")]}),
            (CONFIRMED | {"conf_at": None}, filed(status="frozen") | {"tracking": []}),
        ],
    ),
}
AXES = {"payment_state": PAYMENT, "invoice_state": INVOICE, "delivery_state": DELIVERY, "release": RELEASE}
CASES = [
    (column, state, *case, holds)
    for column, axis in AXES.items()
    for state, both in axis.items()
    for holds, cases in zip((True, False), both, strict=True)
    for case in cases
]


@pytest.mark.parametrize(("column", "state", "facts", "rows", "holds"), CASES)
def test_state_follows_from_these_facts_and_not_from_the_nearest(
    column: str, state: str, facts: Facts, rows: Facts, holds: bool
) -> None:
    found: Any = context(**{"orders": [order(**facts)]} | rows)["standing"][column].iat[0]
    assert (False if pd.isna(found) else found == state) is holds


@pytest.mark.parametrize("axis", ["payment", "invoice", "delivery"])
def test_every_state_of_an_axis_has_its_facts(axis: str) -> None:
    known = AXES[f"{axis}_state"]
    assert set(known) == set(states.load()[axis])
    assert all(made and near for made, near in known.values())


def test_sub_states_stand_beside_to_be_shipped() -> None:
    for facts, rows in (RELEASE["await_payment"][0][0], RELEASE["credit_hold"][0][0]):
        assert context(**{"orders": [order(**facts)]} | rows)["standing"]["state"].iat[0] == "to_ship"
