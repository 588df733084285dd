"""The conflicts of an order, by their number in the handbook: facts that make each, and the nearest that do not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from pipeline.rules.context import RuleContext
from schemas.derived.finding import Finding
from schemas.policy import rules
from tests.support.order_rows import context, found, order, owed
from tests.support.places import HANDBOOK, ROOT

NO, OTHER = "202603-001", "202603-002"
NAME, KEY = "深圳市甲科技有限公司", "深圳市甲科技"
Rows = dict[str, Any]

AGREED = {"approval": "agree", "approved_on": "2026-03-02", "reviewer": "钱七"}
CONFIRMED = AGREED | {"conf_sent_at": "2026-03-02", "conf_at": "2026-03-03", "conf_method": "email"}
SENT = {"order_no": NO, "shipped_at": "2026-03-06 15:00", "qty": 100_000}
SIGNED = SENT | {"signed_at": "2026-03-09", "signed_qty": 100_000, "signer": "李四"}
INVOICE = {"invoice_no": "1", "order_nos": NO, "gross_fen": 1_000_000, "issued_on": "2026-03-09", "buyer": NAME}
RECEIPT = {"order_nos": NO, "amount_fen": 1_000_000, "received_on": "2026-03-05", "payer": NAME}
ITEM = {"order_no": NO, "instalment_no": 1, "customer_key": KEY, "open_fen": 0, "disputed_fen": 0}
LETTER = {"reminders": [{"order_no": NO, "contacted_at": "2026-03-06", "reminder_kind": "letter1", "channel": "email"}]}
LICENCE = {"customer_name": NAME, "document_type": "营业执照", "document_no": "1"}
FILED = {"customer_name": NAME, "status": "normal", "created_on": "2020-01-01", "credit_limit_fen": 10**9}


def one(**facts: Any) -> Rows:
    """The order, confirmed in writing, with these facts changed."""
    return {"orders": [order(**CONFIRMED | facts)]}


def stage(name: str, day: str | None = None, **facts: Any) -> Rows:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


def done(**days: str) -> Rows:
    return {"tracking": [stage(name, day) for name, day in days.items()]}


def sent(**facts: Any) -> Rows:
    return {"shipments": [SENT | facts]}


def signed(**facts: Any) -> Rows:
    return {"shipments": [SIGNED | facts]}


def invoiced(**facts: Any) -> Rows:
    return {"invoices": [INVOICE | facts]}


def both(one_: Rows, other: Rows | None = None) -> Rows:
    """A shipment of either order."""
    return {"shipments": [SENT | one_, SENT | (other or one_) | {"order_no": OTHER}]}


def filed(**facts: Any) -> Rows:
    return {"customers": [FILED | facts]}


def licence(valid_to: str) -> Rows:
    return filed() | {"qualifications": [LICENCE | {"valid_to": valid_to}]}


def disputed(fen: int) -> Rows:
    """Five fen are open, so many of them disputed."""
    complaint = {"order_no": NO, "complained_at": "2026-03-05", "disputed_fen": fen}
    return {"complaints": [complaint], "receivables": owed(ITEM | {"open_fen": 5, "disputed_fen": fen})}


PAID: Rows = {"receipts": [RECEIPT]}
AHEAD = one(pay_term="款到发货")
PLANNED: Rows = {"tracking": [stage("sign", planned_at="2026-03-20")]}
BEFORE = order(**CONFIRMED, changed_on="2026-03-06", src_key="k")

# number, code, rows that make the conflict, the nearest rows that do not
CASES: list[tuple[int, str, Rows, Rows]] = [
    (1, "X_SIGN_BEFORE_SHIP", signed(signed_at="2026-03-05"), signed(signed_at="2026-03-06")),
    (1, "X_SIGN_BEFORE_SHIP", done(sign="2026-03-09"), done(ship="2026-03-09", sign="2026-03-09")),
    (2, "SHIP_WITHOUT_QC_PASS", done(check="2026-03-07") | sent(), done(check="2026-03-06") | sent()),
    (3, "TRK_BEFORE_CONFIRM", done(prepare="2026-03-02"), done(prepare="2026-03-03")),
    (3, "TRK_BEFORE_CONFIRM", sent(shipped_at="2026-03-02"), sent(shipped_at="2026-03-03")),
    (4, "X_CONF_ORDER", one(conf_at="2026-03-01"), one(conf_at="2026-03-02")),
    (4, "X_CONF_ORDER", one(approved_on="2026-03-03"), one(approved_on="2026-03-02")),
    (4, "X_CONF_ORDER", one(approved_on="2026-03-01"), one(approved_on=None)),
    (5, "X_SHIP_UNPAID", AHEAD | sent(), AHEAD | sent() | PAID),
    (6, "INV_BEFORE_PAYMENT", AHEAD | invoiced(), AHEAD | invoiced() | PAID),
    (6, "INV_BEFORE_PAYMENT", invoiced() | sent(shipped_at="2026-03-10"), invoiced() | sent(shipped_at="2026-03-09")),
    (7, "INV_OVER_AMOUNT", invoiced(gross_fen=1_000_007), invoiced(gross_fen=1_000_006)),
    (7, "INV_AFTER_CANCEL", one(cancelled_on="2026-03-08") | invoiced(), one(cancelled_on="2026-03-11") | invoiced()),
    (
        8,
        "CANCEL_MONEY_OPEN",
        one(cancelled_on="2026-03-02") | PAID,
        one(cancelled_on="2026-03-02", cancel_settlement="已退回") | PAID,
    ),
    (10, "X_QTY_OVER", sent(qty=100_001), sent()),
    (10, "X_QTY_OVER", signed(qty=90_000, signed_qty=90_001), signed(qty=90_000, signed_qty=90_000)),
    (11, "X_ORPHAN", {"tracking": [stage("prepare", order_no=OTHER)]}, {"tracking": [stage("prepare")]}),
    (11, "X_ORPHAN", sent(order_no=OTHER), sent()),
    (11, "X_ORPHAN", invoiced(order_nos=OTHER), invoiced()),
    (11, "RCV_ORDER_UNKNOWN", {"receipts": [RECEIPT | {"order_nos": OTHER}]}, PAID),
    (12, "X_DATE_IMPOSSIBLE", sent(shipped_at="2026-03-11"), sent(shipped_at="2026-03-10")),
    (12, "X_DATE_IMPOSSIBLE", invoiced(issued_on="2026-03-01"), invoiced(issued_on="2026-03-02")),
    (13, "TRK_ACTUAL_ORDER", done(check="2026-03-06", ship="2026-03-05"), done(check="2026-03-06", ship="2026-03-06")),
    (
        14,
        "SHIP_TRACK_DUP",
        both({"tracking_no": "SF1"}) | {"orders": [order(), order(OTHER, customer_name="乙公司")]},
        both({"tracking_no": "SF1"}) | {"orders": [order(), order(OTHER)]},
    ),
    (
        14,
        "DLV_NO_DUP",
        both({"delivery_note_no": "D1"}),
        both({"delivery_note_no": "D1"}, {"delivery_note_no": "D2"}),
    ),
    (15, "X_ADDR_DIFF", sent(address="深圳市南山区科技路2号"), sent(address="深圳市南山区科技路1号")),
    (16, "X_SIGNER_OTHER", signed(signer="王五"), signed()),
    (17, "INV_TITLE_MISMATCH", invoiced(buyer="乙公司"), invoiced()),
    (17, "RCV_THIRD_PARTY", {"receipts": [RECEIPT | {"payer": "乙公司"}]}, PAID),
    (18, "STATE_MISMATCH", one(typed_state="已完成") | signed(), one(typed_state="已签收") | signed()),
    (
        19,
        "TRK_PLAN_AFTER_PROMISE",
        one(promised_date="2026-03-18") | PLANNED,
        one(promised_date="2026-03-20") | PLANNED,
    ),
    (19, "ORD_PROMISE_LATER", one(promised_date="2026-03-21", conf_method="phone"), one(promised_date="2026-03-21")),
    (22, "X_VALUE_CHANGED", {"earlier": [BEFORE | {"qty": 99_000}]}, {"earlier": [BEFORE]}),
    (23, "X_ORDER_VANISHED", {"arrivals": [("甲.xlsx", 10)]}, {"arrivals": [("甲.xlsx", 9)]}),
    (24, "CREDIT_BLOCK_IGNORED", filed(status="frozen") | sent(), filed() | sent()),
    (24, "CREDIT_BLOCK_IGNORED", filed(credit_limit_fen=999_999) | sent(), filed(credit_limit_fen=1_000_000) | sent()),
    (25, "REM_AFTER_PAID", LETTER | PAID, LETTER | {"receipts": [RECEIPT | {"amount_fen": 500_000}]}),
    (25, "DUN_DISPUTED", LETTER | disputed(5), LETTER | disputed(4)),
    (26, "APPROVAL_SELF", one(reviewer="张三"), one(reviewer="李四")),
    (27, "CUST_QUAL_EXPIRED", licence("2026-03-08") | signed(), licence("2026-03-09") | signed()),
]
# conflicts that are seen where rows meet or money is shared out, and the tests that show them
ELSEWHERE = {
    (9, "RCV_OVERPAID"): "rules/families/receivables/test_receipts.py",
    (20, "ORD_HEADER_CONFLICT"): "rules/validation/test_kind_rows.py",
    (21, "X_SOURCE_CONFLICT"): "rules/validation/test_kind_rows.py",
}


def asked(code: str, rows: Rows) -> list[Finding]:
    usual: Rows = {"orders": [order(**CONFIRMED, src_key="k", src_seq=9)]}
    where: RuleContext = context("2026-03-10 20:00", **usual | rows)
    where = replace(where, policy=replace(where.policy, whole=("甲.xlsx",)))
    return found(rules.by_code()[code].id, where)


@pytest.mark.parametrize(("number", "code", "made", "near"), CASES)
def test_conflict_is_found_and_its_nearest_neighbour_is_none(number: int, code: str, made: Rows, near: Rows) -> None:
    assert asked(code, made), number
    assert not asked(code, near), number


def test_every_conflict_of_the_handbook_is_shown() -> None:
    assert {number for number, *_ in (*CASES, *ELSEWHERE)} == set(range(1, 28))
    for (_, code), file in ELSEWHERE.items():
        assert rules.by_code()[code].id in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_every_code_of_a_conflict_is_shown() -> None:
    if not HANDBOOK.exists():
        pytest.skip("the design handbook does not lie beside the project")
    text = HANDBOOK.read_text(encoding="utf-8")
    part = text[text.index("### 4.2") : text.index("### 4.3")]
    lines = re.findall(r"^\| (\d+) \|[^|]*\| ([^|]*)\|", part, re.MULTILINE)
    wanted = {(int(n), code) for n, codes in lines for code in re.findall(r"[A-Z]+(?:_[A-Z]+)+(?![A-Z_*])", codes)}
    assert wanted - {case[:2] for case in CASES} - set(ELSEWHERE) == set()
