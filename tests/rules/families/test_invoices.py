from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.order_rows import all_found, breaks, context, found, order

NO = "202603-001"
LONG = "26442000000123456789"


def invoice(**facts: Any) -> dict[str, Any]:
    """A complete blue invoice over the whole order."""
    return {
        "invoice_no": LONG,
        "kind": "plain",
        "sign": "blue",
        "issued_on": "2026-03-09",
        "buyer": "深圳市甲科技有限公司",
        "gross_fen": 1_000_000,
        "order_nos": NO,
    } | facts


def money(fen: int, day: str = "2026-03-05") -> list[dict[str, Any]]:
    return [{"order_nos": NO, "amount_fen": fen, "received_on": day}]


def test_complete_invoice_breaks_nothing() -> None:
    assert all_found(context(orders=[order()], invoices=[invoice()])) == []


@pytest.mark.parametrize(
    ("as_of", "rule", "due"),
    [("2026-02-25 20:00", "INV-001", "2026-02-25"), ("2026-02-26 20:00", "INV-002", None)],
)
def test_invoice_is_asked_for_after_payment(as_of: str, rule: str, due: str | None) -> None:
    another = [invoice(order_nos="202603-009")]
    rows = {"orders": [order(order_date="2026-02-02")], "invoices": another}
    where = context(as_of, **rows, receipts=money(1_000_000, "2026-02-13"))
    hits = {each: found(each, where) for each in ("INV-001", "INV-002")}
    assert [each for each, found_ in hits.items() if found_] == [rule]
    if due:
        assert hits[rule][0].params["due"] == due


UNEXPLAINED = {"gross_fen": -50_000, "original_no": "1", "red_form_no": "2"}


@pytest.mark.parametrize(("blue", "asked"), [(0, True), (1, True), (2, False)])
def test_a_red_invoice_of_whose_sum_another_stands_need_not_say_why(blue: int, asked: bool) -> None:
    rows = [invoice(gross_fen=50_000, invoice_no=LONG[:-1] + str(n)) for n in range(blue)]
    where = context(orders=[order()], invoices=[*rows, invoice(**UNEXPLAINED | {"invoice_no": LONG[:-1] + "9"})])
    assert bool(found("INV-025", where)) is asked


@pytest.mark.parametrize(("code", "state"), [("CNY", "issued"), ("USD", "untracked"), ("EUR", "untracked")])
def test_nobody_is_asked_for_an_invoice_that_may_be_there_in_another_currency(code: str, state: str) -> None:
    where = context(orders=[order()], invoices=[invoice(currency=code)], receipts=money(1_000_000))
    assert where["standing"]["invoice_state"].tolist() == [state]


@pytest.mark.parametrize(
    ("rule", "wish", "good", "bad"),
    [
        ("INV-003", {"invoice_kind": "special"}, {"kind": "special"}, {"kind": "plain"}),
        ("INV-003", {}, {"kind": "special"}, None),
        ("INV-004", {}, {"buyer": "深圳市甲科技"}, {"buyer": "广州乙公司"}),
        ("INV-004", {}, {"buyer": None}, {"buyer": "广州乙公司"}),
        ("INV-005", {}, {"gross_fen": 1_000_006}, {"gross_fen": 1_000_007}),
        ("INV-005", {}, {"gross_fen": 1_000_007, "currency": "USD"}, {"gross_fen": 1_000_007}),
        ("INV-024", {}, {}, {"currency": "USD"}),
        ("INV-024", {"currency": "USD"}, {"currency": "USD"}, {}),
        ("INV-024", {"currency": "USD"}, {"order_nos": None}, {"currency": "EUR"}),
        ("INV-006", {"pay_term": "款到发货"}, None, {}),
        ("INV-006", {"pay_term": "月结30天"}, {}, None),
        ("INV-012", {}, {"issued_on": "2026-03-10"}, {"issued_on": "2026-03-11"}),
        ("INV-013", {}, {"net_fen": 884_956, "tax_fen": 115_043}, {"net_fen": 884_956, "tax_fen": 115_042}),
        ("INV-015", {}, {"invoice_no": LONG}, {"invoice_no": LONG + "0"}),
        ("INV-015", {}, {"invoice_no": None}, {"invoice_no": LONG[1:]}),
        ("INV-015", {}, {"invoice_no": "2" * 8, "invoice_code": "1" * 10}, {"invoice_no": "2" * 8}),
        ("INV-015", {}, {"invoice_no": "2" * 8, "invoice_code": "1" * 12}, {"invoice_no": "2" * 9}),
        ("INV-015", {}, {"invoice_no": "2" * 8, "src_unknown": "invoice_code"}, {"invoice_no": "2" * 7 + "A"}),
        ("INV-015", {}, None, {"invoice_no": "2" * 8, "invoice_code": "1" * 11}),
        ("INV-016", {}, {"invoice_no": "2" * 8}, {"invoice_no": "25" + LONG[2:]}),
        ("INV-018", {}, {"sign": "red", "original_no": "1", "red_form_no": "2"}, {"sign": "red", "original_no": "1"}),
        ("INV-018", {}, {"src_unknown": "original_no red_form_no", "sign": "red"}, {"gross_fen": -1}),
        ("INV-025", {}, UNEXPLAINED | {"remark": "销售退回"}, UNEXPLAINED),
        ("INV-025", {}, UNEXPLAINED | {"remark": "开错重开"}, UNEXPLAINED | {"remark": "退货，发票作废"}),
        ("INV-025", {}, UNEXPLAINED | {"order_nos": None}, UNEXPLAINED | {"remark": "非退货"}),
        ("INV-025", {}, {}, UNEXPLAINED | {"gross_fen": 1, "sign": "red"}),
        ("INV-018", {}, {"gross_fen": 0}, {"sign": "red", "red_form_no": "2"}),
        ("INV-019", {}, {"kind": "special", "buyer_tax_no": "91440300"}, {"kind": "special"}),
        ("INV-021", {}, {}, None),
        ("INV-021", {"cancelled_on": "2026-03-10"}, {"sign": "red"}, {}),
        ("INV-021", {"cancelled_on": "2026-03-05"}, None, {}),  # made after it
        ("INV-021", {"cancelled_on": "2026-03-11"}, {}, None),  # tomorrow
        ("INV-023", {}, {"sent_by": "email"}, {"sent_by": "other"}),
        ("INV-022", {}, {"src_unknown": "order_nos", "order_nos": None}, {"order_nos": None}),
    ],
)
def test_invoice_rule_at_its_edge(
    rule: str, wish: dict[str, Any], good: dict[str, Any] | None, bad: dict[str, Any] | None
) -> None:
    if good is not None:
        assert not breaks(rule, orders=[order(**wish)], invoices=[invoice(**good)])
    if bad is not None:
        assert breaks(rule, orders=[order(**wish)], invoices=[invoice(**bad)])


def test_invoice_kinds_are_said_as_people_write_them() -> None:
    [hit] = found("INV-003", context(orders=[order(invoice_kind="special")], invoices=[invoice(kind="plain")]))
    assert (hit.raw, hit.params["value"], hit.params["other"]) == ("普票", "普票", "专票")


@pytest.mark.parametrize(
    ("wish", "filed", "is_broken"),
    [(None, "special", True), (None, "plain", False), (None, None, False), ("plain", "special", False)],
)
def test_kind_is_the_customer_s_where_the_order_asks_for_none(
    wish: str | None, filed: str | None, is_broken: Any
) -> None:
    customers = [{"customer_name": "深圳市甲科技有限公司", "invoice_kind": filed}]
    rows = {"orders": [order(invoice_kind=wish)], "invoices": [invoice()], "customers": customers}
    assert breaks("INV-003", **rows) is is_broken


def test_title_may_be_the_one_filed() -> None:
    customers = [{"customer_name": "深圳市甲科技有限公司", "invoice_title": "甲科技集团"}]
    rows = {"orders": [order()], "invoices": [invoice(buyer="甲科技集团")]}
    assert not breaks("INV-004", **rows, customers=customers)
    assert breaks("INV-004", **rows)


@pytest.mark.parametrize(
    ("red", "rows"), [([], [3]), ([invoice(invoice_no="3", sign="red", gross_fen=100_000, issued_on="2026-03-09")], [])]
)
def test_invoices_less_red_ones_stay_within_the_order(red: list[dict[str, Any]], rows: list[int]) -> None:
    blue = [
        invoice(invoice_no="1", gross_fen=600_000, issued_on="2026-03-05"),
        invoice(invoice_no="2", gross_fen=500_000, issued_on="2026-03-06"),
    ]
    hits = found("INV-005", context(orders=[order()], invoices=[*blue, *red]))
    assert [each.place.row for each in hits] == rows
    if rows:
        assert (hits[0].params["amount"], hits[0].params["other"]) == ("11,000.00", "10,000.00")


def test_invoiced_too_much_is_told_at_the_last_blue_invoice_wherever_it_stands() -> None:
    blue = [invoice(invoice_no=str(n), gross_fen=600_000, issued_on=f"2026-03-0{n}") for n in (7, 5, 6)]
    red = invoice(invoice_no="8", sign="red", gross_fen=-100_000)
    assert [each.place.row for each in found("INV-005", context(orders=[order()], invoices=[*blue, red]))] == [2]
    held = order(src_held=True)
    assert not breaks("INV-005", orders=[held], invoices=blue)


RED = {"invoice_no": "9", "sign": "red", "gross_fen": -1_000_000}


@pytest.mark.parametrize(
    ("facts", "invoices", "rows"),
    [
        ({}, [invoice()], [2]),
        ({}, [invoice(), invoice(**RED)], []),  # taken back
        ({}, [invoice(), invoice(**RED | {"gross_fen": -999_999})], [2]),
        ({"cancelled_on": "2026-03-10"}, [invoice()], []),
    ],
)
def test_only_what_still_stands_was_invoiced_too_early(
    facts: dict[str, Any], invoices: list[dict[str, Any]], rows: list[int]
) -> None:
    where = context(orders=[order(pay_term="款到发货", **facts)], invoices=invoices)
    assert [each.place.row for each in found("INV-006", where)] == rows


@pytest.mark.parametrize(
    ("term", "rows", "told"),
    [
        ("款到发货", {}, "款还没有收齐"),
        ("款到发货", {"receipts": money(1_000_000)}, None),
        ("货到付款", {}, "开票时货还没有发出"),
        ("货到30天", {}, "开票时货还没有发出"),
        ("月结30天", {}, "开票时货还没有发出"),
        ("票到30天", {}, "开票时货还没有发出"),
        ("货到30天", {"receipts": money(1_000_000)}, None),
        ("货到30天", {"tracking": [{"order_no": NO, "stage": "ship", "actual_at": "2026-03-09 18:00"}]}, None),
        (
            "货到30天",
            {"tracking": [{"order_no": NO, "stage": "ship", "actual_at": "2026-03-10"}]},
            "开票时货还没有发出",
        ),
        ("货到30天", {"tracking": [{"order_no": NO, "stage": "sign", "actual_at": "2026-03-09"}]}, None),
        ("货到30天", {"shipments": [{"order_no": NO, "qty": 1_000, "shipped_at": "2026-03-08"}]}, None),
        ("货到30天", {"shipments": [{"order_no": NO, "qty": 1_000, "shipped_at": "2026-03-11"}]}, "开票时货还没有发出"),
        ("预付30%，余款货到30天", {}, None),  # a part is owed before
        ("见合同", {}, None),
        (None, {}, None),
    ],
)
def test_invoice_waits_for_money_or_goods_as_the_term_says(
    term: str | None, rows: dict[str, Any], told: str | None
) -> None:
    shown = {"tracking": [{"order_no": "202603-009", "stage": "prepare"}]} | rows
    where = context("2026-03-10 20:00", orders=[order(pay_term=term)], invoices=[invoice()], **shown)
    assert [each.params["other"] for each in found("INV-006", where)] == ([told] if told else [])


def test_nobody_asks_whether_goods_left_before_sheets_told_of_any() -> None:
    assert not breaks("INV-006", orders=[order()], invoices=[invoice()])
    assert breaks("INV-006", orders=[order()], invoices=[invoice()], shipments=[{"order_no": "202603-009"}])


@pytest.mark.parametrize(("back", "rows"), [(0, [2]), (-999_999, [2]), (-1_000_000, [])])
def test_red_invoices_take_back_those_of_a_cancelled_order(back: int, rows: list[int]) -> None:
    red = [invoice(**RED | {"gross_fen": back})] if back else []
    where = context(orders=[order(cancelled_on="2026-03-10")], invoices=[invoice(), *red])
    assert [each.place.row for each in found("INV-021", where)] == rows


@pytest.mark.parametrize(("received", "is_early"), [(999_499, True), (999_500, False)])
def test_prepaid_order_is_invoiced_once_it_is_paid(received: int, *, is_early: bool) -> None:
    rows = {"orders": [order(pay_term="款到发货")], "invoices": [invoice()], "receipts": money(received)}
    assert breaks("INV-006", **rows) is is_early


@pytest.mark.parametrize(
    ("tax", "rules"),
    [(115_044, []), (115_050, ["INV-013"]), (115_051, ["INV-014"]), (115_038, ["INV-013"]), (115_037, ["INV-014"])],
)
def test_tax_is_net_times_rate_within_six_fen(tax: int, rules: list[str]) -> None:
    row = invoice(net_fen=884_956, tax_rate=Decimal("0.13"), tax_fen=tax)
    where = context(orders=[order()], invoices=[row])
    assert [rule for rule in ("INV-013", "INV-014") if found(rule, where)] == rules


@pytest.mark.parametrize(
    ("codes", "is_twice"), [((None, None), True), (("1", "2"), False), (("1", "1"), True), (("1", None), True)]
)
def test_number_is_registered_once(codes: tuple[str | None, str | None], *, is_twice: bool) -> None:
    rows = [invoice(invoice_no="12345678", invoice_code=code, gross_fen=1) for code in codes]
    assert len(found("INV-017", context(orders=[order()], invoices=rows))) == (2 if is_twice else 0)


@pytest.mark.parametrize(("days", "is_reached"), [(-1, False), (0, True)])
def test_tax_point_is_reached_when_money_is_due(days: int, *, is_reached: bool) -> None:
    from tests.support.order_rows import owed

    tracking = [{"order_no": NO, "stage": "ship", "actual_at": "2026-03-05"}]
    item = owed({"order_no": NO, "instalment_no": 1, "open_fen": 1_000_000, "overdue_days": days})
    rows = {"orders": [order()], "tracking": tracking, "invoices": [invoice(order_nos="202603-009")]}
    where = context(receivables=item, **rows)
    assert bool(found("INV-020", where)) is is_reached


@pytest.mark.parametrize(
    ("facts", "gone", "received", "is_reached"),
    [
        ({}, {"shipped_at": "2026-03-05"}, 1, True),  # money in is as good as money due
        ({}, {"shipped_at": "2026-03-05"}, 0, False),
        ({}, {}, 1, False),
        ({"cancelled_on": "2026-03-06"}, {"shipped_at": "2026-03-05"}, 1, False),
    ],
)
def test_tax_point_needs_goods_gone_and_money(
    facts: dict[str, Any], gone: dict[str, Any], received: int, *, is_reached: bool
) -> None:
    sent = [{"order_no": NO, "qty": 100_000} | gone] if gone else []
    rows = {"orders": [order(**facts)], "invoices": [invoice(order_nos="202603-009")], "shipments": sent}
    assert breaks("INV-020", **rows, receipts=money(received) if received else []) is is_reached


@pytest.mark.parametrize(
    ("as_of", "facts", "is_broken"),
    [
        ("2026-03-13 20:00", {}, False),  # issued on a Friday: due on Monday
        ("2026-03-16 23:59", {}, False),
        ("2026-03-17 00:00", {}, True),
        ("2026-03-17 00:00", {"sent_at": "2026-03-13"}, False),
        ("2026-03-17 00:00", {"sign": "red"}, False),
        ("2026-03-17 00:00", {"src_unknown": "sent_at"}, False),
    ],
)
def test_invoice_is_sent_a_working_day_after_issue(as_of: str, facts: dict[str, Any], *, is_broken: bool) -> None:
    rows = [invoice(issued_on="2026-03-13") | facts]
    assert breaks("INV-007", as_of, orders=[order()], invoices=rows) is is_broken


def test_invoice_sheet_without_a_column_for_sending_is_left_alone() -> None:
    where = context("2026-03-31 20:00", orders=[order()], invoices=[invoice()])
    assert found("INV-007", where)
    next(iter(where.headings.values())).pop("sent_at")  # type: ignore[attr-defined]
    assert not found("INV-007", where)
