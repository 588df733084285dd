from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.order_rows import MAY_CLOSE, breaks, context, found, order, owed

NO = "202603-001"
CONFIRMED = {
    "approval": "agree",
    "approved_on": "2026-03-02",
    "conf_sent_at": "2026-03-02",
    "conf_at": "2026-03-03",
    "conf_method": "email",
}
LEFT = {"order_no": NO, "shipped_at": "2026-03-06 15:00", "qty": 100_000}


def stage(name: str, day: str | None = None, **facts: Any) -> dict[str, Any]:
    return {"order_no": NO, "stage": name, "actual_at": day} | facts


SHIPPED = [stage("prepare", "2026-03-04"), stage("check", "2026-03-05"), stage("ship", "2026-03-06")]


@pytest.mark.parametrize(
    ("typed", "facts", "is_broken"),
    [
        ("备货中", {}, False),
        ("待审批", {}, False),  # overtaken by the facts
        ("待发货", {}, True),
        ("已完成", {}, True),
        ("已 完 成", {}, True),
        ("Completed", {}, True),
        ("生产中", {}, False),
        ("见群", {}, False),  # nobody knows what it means
        (None, {}, False),
        ("已取消", {}, True),
        ("已取消", {"cancelled_on": "2026-03-05"}, False),
        ("备货中", {"cancelled_on": "2026-03-05"}, True),
        (None, {"cancelled_on": "2026-03-05"}, False),
        ("备货中", {"hold_reason": "customer"}, False),
        ("暂停-客户要求", {}, False),
        ("数据异常", {}, False),  # no state on the way
        ("已完成", {"src_held": True}, False),  # how far it is nobody knows
        ("已取消", {"src_held": True}, True),  # that it goes on everybody does
    ],
)
def test_typed_state_is_not_ahead_of_the_facts(typed: str | None, facts: dict[str, Any], *, is_broken: bool) -> None:
    row = order(**CONFIRMED | {"typed_state": typed} | facts)
    hits = found("X-001", context(orders=[row], tracking=[stage("prepare")]))
    assert [each.params["value"] for each in hits] == ([typed] if is_broken else [])


PAID = {"order_no": NO, "instalment_no": 1, "billed_fen": 1_000_000, "received_fen": 1_000_000, "open_fen": 0}
INVOICE = {"invoice_no": "1", "order_nos": NO, "gross_fen": 1_000_000, "issued_on": "2026-03-09"}


@pytest.mark.parametrize(
    ("item", "invoices", "complaints", "is_broken"),
    [
        ({}, [INVOICE], [], False),
        ({"received_fen": 999_499, "open_fen": 501}, [INVOICE], [], True),
        ({}, [INVOICE | {"gross_fen": 999_993}], [], True),
        ({}, [INVOICE], [{"order_no": NO, "complained_at": "2026-03-09"}], True),
        ({}, [INVOICE], [{"order_no": NO, "complained_at": "2026-03-08", "closed_at": "2026-03-09"}], True),
        ({}, [INVOICE], [MAY_CLOSE | {"order_no": NO, "closed_at": "2026-03-09"}], False),
    ],
)
def test_an_order_is_not_typed_finished_while_money_or_a_complaint_is_open(
    item: dict[str, Any], invoices: list[dict[str, Any]], complaints: list[dict[str, Any]], *, is_broken: bool
) -> None:
    row = order(**CONFIRMED, typed_state="已完成")
    signed = [*SHIPPED, stage("sign", "2026-03-09")]
    rows = {"orders": [row], "tracking": signed, "invoices": invoices, "complaints": complaints}
    assert bool(found("X-001", context(receivables=owed(PAID | item), **rows))) is is_broken


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        (LEFT | {"signed_at": "2026-03-06 15:00"}, False),
        (LEFT | {"signed_at": "2026-03-06 15:01"}, False),
        (LEFT | {"signed_at": "2026-03-06 14:59"}, True),
        (LEFT | {"signed_at": "2026-03-06"}, False),  # the hour is not known
        (LEFT | {"signed_at": "2026-03-05"}, True),
        (LEFT | {"signed_at": "2026-03-05 23:59"}, True),
        (LEFT | {"signed_at": "2026-03-11"}, False),  # tomorrow: another rule says so
        (LEFT | {"shipped_at": None, "signed_at": "2026-03-06"}, False),  # delivered, so it left
        (LEFT | {"shipped_at": None, "signed_at": None}, False),
        ({"order_no": "202603-999", "signed_at": "2026-03-06"}, False),  # an unknown order is another matter
    ],
)
def test_goods_are_signed_for_after_they_left(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("X-002", orders=[order(**CONFIRMED)], shipments=[facts]) is is_broken


def test_one_line_alone_says_its_steps_are_out_of_order() -> None:
    assert breaks("X-003", orders=[order(**CONFIRMED | {"conf_at": "2026-03-01"})])


def test_a_signature_without_any_shipment_is_found_in_tracking_sheets() -> None:
    signed = stage("sign", "2026-03-09")
    assert breaks("X-002", orders=[order(**CONFIRMED)], tracking=[*SHIPPED[:2], signed])
    assert not breaks("X-002", orders=[order(**CONFIRMED)], tracking=[*SHIPPED, signed])


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, False),
        ({"approved_on": "2026-03-01"}, True),
        ({"conf_sent_at": "2026-03-01 09:00"}, True),
        ({"approved_on": "2026-03-03"}, True),  # after the letter
        ({"approved_on": None, "conf_sent_at": "2026-03-01"}, True),
        ({"conf_at": "2026-03-02"}, False),
        ({"conf_at": "2026-03-02", "conf_sent_at": "2026-03-02 18:00"}, False),  # one day
        ({"conf_at": "2026-03-01"}, True),
        ({"conf_at": "2026-03-02", "conf_sent_at": "2026-03-03"}, True),
        ({"approved_on": None, "conf_sent_at": None, "conf_at": None}, False),
    ],
)
def test_order_approval_letter_and_confirmation_follow_each_other(facts: dict[str, Any], *, is_broken: bool) -> None:
    hits = found("X-003", context(orders=[order(**CONFIRMED | facts), order(**CONFIRMED | facts, model="X300")]))
    assert len(hits) == is_broken
    assert all("下单日期 2026-03-02" in each.params["other"] for each in hits)


@pytest.mark.parametrize(
    ("term", "received", "missing"),
    [
        ("款到发货", 1_000_000, None),
        ("款到发货", 999_500, None),  # bank charges
        ("款到发货", 999_499, "5.01"),
        ("款到发货", 0, "10,000.00"),
        ("货到30天", 0, None),
    ],
)
def test_goods_paid_in_advance_leave_when_the_money_is_in(term: str, received: int, missing: str | None) -> None:
    money = [{"order_nos": NO, "amount_fen": received, "received_on": "2026-03-04"}] if received else []
    own = order(**CONFIRMED, pay_term=term)
    hits = found("X-004", context(orders=[own], tracking=SHIPPED, receipts=money))
    assert [each.params["amount"] for each in hits] == ([missing] if missing else [])
    assert not breaks("X-004", orders=[own], tracking=SHIPPED[:2], receipts=money)


@pytest.mark.parametrize(("open_fen", "is_broken"), [(0, False), (1, True)])
def test_goods_wait_for_the_deposit(open_fen: int, *, is_broken: bool) -> None:
    item = {"order_no": NO, "instalment_no": 1, "instalment": "deposit", "open_fen": open_fen}
    own = order(**CONFIRMED, pay_term="预付30%，余款货到30天")
    assert bool(found("X-004", context("2026-03-10 20:00", owed(item), orders=[own], tracking=SHIPPED))) is is_broken


@pytest.mark.parametrize(
    ("shipped", "signed", "told"),
    [
        (100_000, 100_000, None),
        (100_001, 100_000, "订购 100，发货 100.001，签收 100"),
        (90_000, 90_001, "订购 100，发货 90，签收 90.001"),
        (100_000, None, None),
        (60_000, 60_000, None),  # some of it
        (0, 10_000, None),  # signed for and never left: another rule says so
    ],
)
def test_no_more_is_shipped_than_ordered_nor_signed_for_than_shipped(
    shipped: int, signed: int | None, told: str | None
) -> None:
    rows = [stage("ship", "2026-03-06", qty=shipped)]
    rows += [stage("sign", "2026-03-09", qty=signed)] if signed else []
    hits = found("X-005", context(orders=[order(**CONFIRMED)], tracking=rows))
    assert [each.params["other"] for each in hits] == ([told] if told else [])


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (100_000, 100_000, []),
        (110_000, 90_000, ["X200 订购 100，发货 110"]),  # one over, the other under
        (90_000, 90_000, []),
        (110_000, 100_000, ["订购 200，发货 210，签收 0"]),  # the order is over as a whole
    ],
)
def test_no_line_is_shipped_beyond_what_it_asked_for(first: int, second: int, told: list[str]) -> None:
    sent = [LEFT | {"product": "X200", "qty": first}, LEFT | {"product": "软启动器", "qty": second}]
    sent.append(LEFT | {"product": "X200", "qty": 1, "shipped_at": "2026-04-01"})  # has not left yet
    lines = [order(**CONFIRMED), order(**CONFIRMED, model="S1", product_name="软启动器")]
    hits = found("X-005", context(orders=lines, shipments=sent))
    assert [each.params["other"] for each in hits] == told


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("tracking", stage("prepare", order_no="202603-999")),
        ("shipments", LEFT | {"order_no": "202603-999"}),
        ("invoices", {"invoice_no": "1", "order_nos": f"{NO};202603-999", "gross_fen": 1, "issued_on": "2026-03-09"}),
    ],
)
def test_rows_about_unknown_orders_are_listed_per_sheet(kind: str, row: dict[str, Any]) -> None:
    hits = found("X-006", context(orders=[order()], **{kind: [row]}))
    assert [(each.kind, each.place.row) for each in hits] == [(kind, 2)]
    opened = owed({"order_no": "202603-999", "instalment_no": 1, "instalment": "opening"})
    assert not found("X-006", context("2026-03-10 20:00", opened, orders=[order()], **{kind: [row]}))
    assert not breaks("X-006", **{kind: [row]})  # no order was ever sent in
    both = [order(), order("202603-999", src_held=True)]
    assert not breaks("X-006", orders=both, **{kind: [row]})  # held, and so known


def test_a_row_that_names_no_order_names_no_unknown_one() -> None:
    assert not breaks("X-006", orders=[order()], tracking=[stage("prepare", order_no=None)])


def test_what_was_ordered_is_compared_only_where_it_is_known() -> None:
    assert not breaks("X-005", orders=[order(**CONFIRMED, qty=None)], tracking=[stage("ship", "2026-03-06", qty=1)])


@pytest.mark.parametrize(
    ("kind", "column", "day", "is_broken"),
    [
        ("orders", "approved_on", "2026-03-10", False),
        ("orders", "approved_on", "2026-03-11", True),
        ("orders", "conf_at", "2026-03-10 20:00", False),
        ("orders", "conf_at", "2026-03-10 20:01", True),
        ("orders", "cancelled_on", "2026-03-11", True),
        ("orders", "order_date", "2026-03-11", False),  # another rule says so
        ("tracking", "actual_at", "2026-03-02", False),
        ("tracking", "actual_at", "2026-03-01", True),
        ("tracking", "actual_at", "2026-03-11", False),  # another rule says so
        ("tracking", "informed_at", "2026-03-11", True),
        ("tracking", "planned_at", "2026-03-11", False),
        ("shipments", "shipped_at", "2026-03-02", False),
        ("shipments", "shipped_at", "2026-03-01", True),
        ("shipments", "shipped_at", "2026-03-11", True),
        ("shipments", "signed_at", "2026-03-11", True),
        ("shipments", "eta_at", "2026-03-11", False),
        ("shipments", "delivered_at", "2026-03-01", True),
        ("shipments", "signed_at", "2026-03-01", True),
        ("invoices", "issued_on", "2026-03-02", False),
        ("invoices", "issued_on", "2026-03-01", True),
        ("invoices", "issued_on", "2026-03-11", False),  # another rule says so
        ("invoices", "sent_at", "2026-03-10", False),
        ("invoices", "sent_at", "2026-03-11", True),
    ],
)
def test_what_happened_lies_between_the_order_and_tonight(kind: str, column: str, day: str, *, is_broken: bool) -> None:
    own = {"tracking": stage("prepare"), "shipments": {"order_no": NO}, "invoices": {"order_nos": NO}}
    rows = {kind: [own[kind] | {column: day}]} if kind != "orders" else {}
    facts = {column: day} if kind == "orders" else {}
    hits = found("X-007", context(orders=[order(**facts)], **rows))
    assert [(each.kind, each.column) for each in hits] == ([(kind, column)] if is_broken else [])


@pytest.mark.parametrize(
    ("numbers", "is_broken"),
    [(NO, True), (f"{NO};202602-001", False), ("202603-009", False), (None, False)],
)
def test_an_invoice_comes_after_the_first_of_its_orders(numbers: str | None, *, is_broken: bool) -> None:
    both = [order(), order("202602-001", order_date="2026-02-02")]
    invoice = {"invoice_no": "1", "order_nos": numbers, "gross_fen": 1, "issued_on": "2026-03-01"}
    assert breaks("X-007", orders=both, invoices=[invoice]) is is_broken


@pytest.mark.parametrize(
    ("address", "is_broken"),
    [
        ("广东省深圳市南山区科技路1号", False),
        ("深圳市南山区 科技路１号", False),
        ("广东省，深圳市南山区科技路1号", False),
        ("广东省深圳市南山区科技路2号", True),
        ("广东省深圳市南山区科技路1号3栋", False),
        (None, False),
        ("—", True),
    ],
)
def test_goods_go_to_the_address_of_the_order(address: str | None, *, is_broken: bool) -> None:
    assert breaks("X-008", orders=[order()], shipments=[LEFT | {"address": address}]) is is_broken
    assert not breaks("X-008", orders=[order(address=None)], shipments=[LEFT | {"address": address}])


@pytest.mark.parametrize(
    ("signer", "named", "is_broken"),
    [
        ("李四", None, False),
        ("李 四", None, False),
        ("王五", None, True),
        ("王五", "赵六、王五", False),
        ("王五", "赵六", True),
        (None, None, False),
    ],
)
def test_the_contact_signs_or_one_the_customer_named(signer: str | None, named: str | None, *, is_broken: bool) -> None:
    customer = {"customer_code": "C1", "customer_name": "深圳市甲科技有限公司", "signers": named}
    note = LEFT | {"signed_at": "2026-03-09", "signer": signer}
    assert breaks("X-009", orders=[order()], shipments=[note], customers=[customer]) is is_broken
    assert not breaks("X-009", orders=[order(contact=None)], shipments=[note], customers=[customer])
    signed = [*SHIPPED, stage("sign", "2026-03-09", signer=signer)]
    assert breaks("X-009", orders=[order()], tracking=signed, customers=[customer]) is is_broken


BEFORE = {"changed_on": "2026-03-06", "conf_at": None}


@pytest.mark.parametrize(
    ("before", "invoice", "told"),
    [
        ({"qty": 99_000}, None, None),  # neither confirmed nor invoiced
        ({"qty": 99_000, "conf_at": "2026-03-03"}, None, "数量 99 → 100"),
        ({"qty": 99_000, "conf_at": "2026-03-02"}, None, None),  # confirmed again since
        ({"qty": 99_000}, "2026-03-05", "数量 99 → 100"),
        ({"qty": 99_000}, "2026-03-06", None),  # the invoice knew it
        ({"amount_fen": 990_000}, "2026-03-05", "金额 9,900.00 → 10,000.00"),
        (
            {"requested_date": "2026-03-18", "amount_fen": 1},
            "2026-03-05",
            "金额 0.01 → 10,000.00、交货日期 2026-03-18 → 2026-03-20",
        ),
        ({}, "2026-03-05", None),
    ],
)
def test_a_settled_order_does_not_change(before: dict[str, Any], invoice: str | None, told: str | None) -> None:
    own = order(**CONFIRMED, src_key="k")
    papers = [{"invoice_no": "1", "order_nos": NO, "gross_fen": 1_000_000, "issued_on": invoice}] if invoice else []
    where = context(orders=[own], earlier=[own | BEFORE | before], invoices=papers)
    assert [each.params["other"] for each in found("X-011", where)] == ([told] if told else [])


def test_a_change_is_told_against_what_was_settled_first() -> None:
    own = order(**CONFIRMED, src_key="k")
    changes = [own | {"qty": 80_000, "changed_on": "2026-03-06"}, own | {"qty": 90_000, "changed_on": "2026-03-09"}]
    hits = found("X-011", context(orders=[own], earlier=changes))
    assert [each.params["other"] for each in hits] == ["数量 80 → 100"]
    assert not breaks("X-011", orders=[own | {"cancelled_on": "2026-03-09"}], earlier=changes)


@pytest.mark.parametrize(
    ("pattern", "seq", "facts", "is_broken"),
    [
        ("甲.xlsx", 10, {}, False),
        ("甲.xlsx", 9, {}, True),
        ("甲.xlsx", 11, {}, False),
        ("*.xlsx", 9, {}, True),
        ("乙*.xlsx", 9, {}, False),
        ("甲.xlsx", 9, {"cancelled_on": "2026-03-09"}, False),
    ],
)
def test_an_order_gone_from_a_whole_list_is_asked_about(
    pattern: str, seq: int, facts: dict[str, Any], *, is_broken: bool
) -> None:
    rows = [order(**facts, src_seq=seq), order(**facts, src_seq=seq, model="X300")]
    where = context(orders=rows, arrivals=[("甲.xlsx", 10)])
    where = replace(where, policy=replace(where.policy, whole=(pattern,)))
    assert [each.place.row for each in found("X-012", where)] == [2] * is_broken
    assert not found("X-012", replace(where, policy=replace(where.policy, whole=())))


@pytest.mark.parametrize(
    ("facts", "is_broken"),
    [
        ({}, False),
        ({"cancelled_on": "2026-03-09", "cancel_reason": "客户撤单"}, False),
        ({"cancelled_on": "2026-03-09"}, True),
        ({"cancel_reason": "客户撤单"}, True),
        ({"cancel_reason": "客户撤单", "src_unknown": "cancelled_on"}, False),
    ],
)
def test_a_cancellation_has_day_and_reason(facts: dict[str, Any], *, is_broken: bool) -> None:
    assert breaks("X-013", orders=[order(**facts)]) is is_broken
