"""Every state of an order: the facts that make it, and the nearest facts that make another."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.policy import states
from tests.support.order_rows import context, order, owed

NO = "202603-001"
AGREED = {"approval": "agree", "approved_on": "2026-03-02"}
SENT = AGREED | {"conf_sent_at": "2026-03-06"}  # Friday; to be confirmed by Tuesday the 10th
CONFIRMED = AGREED | {"conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
PAID = {"order_no": NO, "instalment_no": 1, "billed_fen": 1_000_000, "received_fen": 1_000_000, "open_fen": 0}
OPEN = PAID | {"received_fen": 999_499, "open_fen": 501, "overdue_days": 1}
INVOICE = {"invoice_no": "1", "order_nos": NO, "gross_fen": 1_000_000, "issued_on": "2026-03-09"}
COMPLAINT = {"order_no": NO, "complained_at": "2026-03-09"}
NEXT_DAY = "2026-03-11 20:00"

Facts = dict[str, Any]


def stage(name: str | None, day: str | None = None, **facts: Any) -> Facts:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


BEGUN = [stage("prepare"), stage("check")]
PREPARED = [stage("prepare", "2026-03-04"), stage("check")]
CHECKED = [stage("prepare", "2026-03-04"), stage("check", "2026-03-05", qc_result="ok")]
FAILED = [stage("prepare", "2026-03-04"), stage("check", "2026-03-05", qc_result="ng")]
AGAIN = [*FAILED, stage("check", "2026-03-06", qc_result="ok", batch=2)]
SHIPPED = [*CHECKED, stage("ship", "2026-03-06")]
SIGNED = [*SHIPPED, stage("sign", "2026-03-09")]


def went(ship: int, sign: int = 0) -> list[Facts]:
    """So many thousandths of the hundred pieces left and were signed for."""
    left = [stage("ship", "2026-03-06", qty=ship)] if ship else []
    return [*CHECKED, *left, *([stage("sign", "2026-03-09", qty=sign)] if sign else [])]


def done(*, money: Facts = PAID, invoices: tuple[Facts, ...] = (INVOICE,), **rows: Any) -> Facts:
    return {"tracking": SIGNED, "receivables": owed(money), "invoices": list(invoices)} | rows


# state → facts that make it: (header facts, rows of other sheets and the night), then the nearest that do not
MADE: dict[str, tuple[list[tuple[Facts, Facts]], list[tuple[Facts, Facts]]]] = {
    "cancelled": (
        [({"cancelled_on": "2026-03-10"}, {}), (CONFIRMED | {"cancelled_on": "2026-03-05"}, done())],
        [({"cancelled_on": "2026-03-11"}, {}), ({"cancel_reason": "客户撤单"}, {})],
    ),
    "data_error": (
        [({"src_held": True}, {}), (CONFIRMED | {"src_held": True}, done())],
        [({"src_held": False}, {}), ({"src_held": True, "cancelled_on": "2026-03-10"}, {})],
    ),
    "hold_force_majeure": (
        [(CONFIRMED | {"hold_reason": "force_majeure"}, done())],
        [(CONFIRMED | {"hold_reason": "force_majeure", "src_held": True}, {}), (CONFIRMED, {})],
    ),
    "hold_credit": ([({"hold_reason": "credit"}, {})], [({"hold_reason": "credit", "cancelled_on": "2026-03-10"}, {})]),
    "hold_customer": ([({"hold_reason": "customer"}, {})], [({}, {})]),
    "hold_other": ([({"hold_reason": "other"}, {})], [({}, {})]),
    "completed": (
        [
            (CONFIRMED, done()),
            (CONFIRMED | {"invoice_kind": "none"}, done(invoices=())),
            (CONFIRMED, done(money=PAID | {"received_fen": 999_500, "closed_fen": 500})),
        ],
        [
            (CONFIRMED, done(money=OPEN)),
            (CONFIRMED, done(invoices=(INVOICE | {"gross_fen": 999_993},))),
            (CONFIRMED, done(complaints=[COMPLAINT])),
            (CONFIRMED, done(complaints=[COMPLAINT | {"closed_at": "2026-03-11"}])),
            (CONFIRMED, done(tracking=went(100_000, 99_999))),
        ],
    ),
    "signed": (
        [
            (CONFIRMED, {"tracking": SIGNED}),
            ({}, {"tracking": SIGNED}),
            (CONFIRMED, {"tracking": went(100_000, 100_000)}),
        ],
        [(CONFIRMED, {"tracking": went(100_000, 99_999)}), (CONFIRMED, done())],
    ),
    "part_signed": (
        [(CONFIRMED, {"tracking": went(100_000, 99_999)}), (CONFIRMED, {"tracking": went(100_000, 1)})],
        [(CONFIRMED, {"tracking": went(100_000)}), (CONFIRMED, {"tracking": went(100_000, 100_000)})],
    ),
    "shipped": (
        [(CONFIRMED, {"tracking": SHIPPED}), (CONFIRMED, {"tracking": went(100_000)})],
        [(CONFIRMED, {"tracking": went(99_999)}), (CONFIRMED, {"tracking": went(100_000, 1)})],
    ),
    "part_shipped": (
        [(CONFIRMED, {"tracking": went(99_999)}), (CONFIRMED, {"tracking": went(1)})],
        [(CONFIRMED, {"tracking": CHECKED}), (CONFIRMED, {"tracking": went(100_000)})],
    ),
    "qc_failed": (
        [
            (CONFIRMED, {"tracking": FAILED}),
            (CONFIRMED, {"tracking": [PREPARED[0], stage("check", "2026-03-05", ng_qty=1)]}),
        ],
        [
            (CONFIRMED, {"tracking": AGAIN}),
            (CONFIRMED, {"tracking": [PREPARED[0], stage("check", "2026-03-05", qc_result="concession", ng_qty=1)]}),
            (CONFIRMED, {"tracking": [*FAILED, stage("ship", "2026-03-06", qty=1)]}),
        ],
    ),
    "to_ship": (
        [(CONFIRMED, {"tracking": CHECKED}), (CONFIRMED, {"tracking": AGAIN})],
        [(CONFIRMED, {"tracking": PREPARED}), (CONFIRMED, {"tracking": [PREPARED[0], stage("check", "2026-03-11")]})],
    ),
    "to_check": (
        [(CONFIRMED, {"tracking": PREPARED}), ({}, {"tracking": PREPARED})],
        [(CONFIRMED, {"tracking": BEGUN}), (CONFIRMED, {"tracking": [stage("prepare", "2026-03-11")]})],
    ),
    "preparing": (
        [
            (CONFIRMED, {"tracking": BEGUN}),
            (CONFIRMED, {"tracking": [stage("sign")]}),
            (CONFIRMED, {"tracking": [stage(None, "2026-03-04", src_unknown="stage")]}),  # 喷漆: a step all the same
        ],
        [
            (CONFIRMED, {}),
            (CONFIRMED, {"tracking": [stage("prepare", order_no="202603-002")]}),
            (CONFIRMED, {"tracking": [stage("prepare", src_held=True)]}),
            (CONFIRMED | {"conf_method": "phone"}, {"tracking": BEGUN}),
            (CONFIRMED | {"changed_at": "2026-03-04"}, {"tracking": BEGUN}),
        ],
    ),
    "to_plan": (
        [(CONFIRMED, {}), (CONFIRMED | {"conf_sent_at": None}, {}), (CONFIRMED | {"phone": None}, {})],
        [
            (CONFIRMED, {"tracking": BEGUN}),
            (CONFIRMED | {"conf_method": None}, {}),
            (CONFIRMED | {"conf_at": None}, {}),
        ],
    ),
    "reconfirm": (
        [
            (CONFIRMED | {"changed_at": "2026-03-04"}, {}),
            (CONFIRMED | {"changed_at": "2026-03-04"}, {"tracking": BEGUN}),
            (CONFIRMED | {"conf_qty": 99_000}, {}),
        ],
        [
            (CONFIRMED | {"changed_at": "2026-03-03"}, {}),
            (CONFIRMED | {"changed_at": "2026-03-11"}, {}),
            (CONFIRMED | {"conf_qty": 100_000}, {}),
            (CONFIRMED | {"conf_qty": 99_000, "conf_method": "phone"}, {}),
            (CONFIRMED | {"changed_at": "2026-03-04"}, {"tracking": PREPARED}),
        ],
    ),
    "confirm_overdue": (
        [(SENT, {"as_of": NEXT_DAY}), (SENT | {"conf_at": "2026-03-09", "conf_method": "phone"}, {"as_of": NEXT_DAY})],
        [(SENT, {}), (SENT | {"conf_at": "2026-03-09", "conf_method": "scan"}, {"as_of": NEXT_DAY})],
    ),
    "await_confirm": (
        [(SENT, {}), (SENT | {"conf_at": "2026-03-11", "conf_method": "email"}, {}), (SENT | {"phone": None}, {})],
        [(SENT, {"as_of": NEXT_DAY}), (SENT | {"conf_sent_at": "2026-03-11"}, {})],
    ),
    "to_send": (
        [(AGREED, {}), (AGREED | {"approval": "conditional"}, {}), (AGREED | {"approved_on": None}, {})],
        [
            (AGREED | {"approval": "refuse"}, {}),
            (AGREED | {"address": None}, {}),
            (AGREED | {"approved_on": "2026-03-11"}, {}),
            (SENT, {}),
        ],
    ),
    "rejected": (
        [({"approval": "refuse"}, {}), ({"approval": "return"}, {})],
        [({"approval": "conditional"}, {}), ({}, {}), ({"approval": "refuse", "conf_sent_at": "2026-03-09"}, {})],
    ),
    "to_approve": (
        [({}, {}), ({"address": None, "delivery_mode": "pickup"}, {})],
        [({"address": None}, {}), ({"approval": "agree"}, {}), ({"approval": "return"}, {})],
    ),
    "to_supplement": (
        [
            ({column: None}, {})
            for column in ("contact", "phone", "requested_date", "address", "pay_term", "sales_owner")
        ]
        + [({"product_name": None, "model": None}, {}), (AGREED | {"phone": None}, {})],
        [({"product_name": None}, {}), ({"spec_text": None}, {}), (CONFIRMED | {"phone": None}, {})],
    ),
}
CASES = [
    (state, *case, holds)
    for state, both in MADE.items()
    for holds, cases in zip((True, False), both, strict=True)
    for case in cases
]


@pytest.mark.parametrize(("state", "facts", "rows", "holds"), CASES)
def test_state_follows_from_these_facts_and_not_from_the_nearest(
    state: str, facts: Facts, rows: Facts, holds: bool
) -> None:
    where = context(**{"orders": [order(**facts)]} | rows)
    assert (where["standing"]["state"].iat[0] == state) is holds


def test_every_state_of_the_axis_has_its_facts() -> None:
    assert set(MADE) == set(states.load()["order"])
    assert all(made and near for made, near in MADE.values())
