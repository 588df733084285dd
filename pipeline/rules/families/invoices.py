"""Invoices: when they are due, for whom, over how much."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.phrases import phrase
from pipeline.core.values import format_choice
from pipeline.orders.customers import customer_key, link
from pipeline.orders.pay_terms.columns import asks, is_after_goods, is_prepaid
from pipeline.orders.red_invoices import is_red, is_unexplained
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import (
    any_of,
    fen_of,
    has_column,
    is_blank,
    is_future,
    money,
    named_orders,
    of_another_currency,
    once_a_night,
    others,
    some,
)
from pipeline.rules.obligations import obligation
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.customers import Customers
from schemas.incoming.invoices import Invoices
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.policy.rules import Rule
from schemas.policy.states import VOID

KINDS = ("special", "plain")
OTHER_WAY = "other"
NEW_LENGTH, OLD_LENGTH = 20, 8  # digits; a long number begins with its year, a short one has a code
CODE_LENGTHS = (10, 12)
ONE_FEN = Decimal(1)


@once_a_night
def pairs(context: RuleContext) -> pd.DataFrame:
    """Join invoices with the orders they name and we know. Index label `at`, facts of the invoice and of the order."""
    rows = context["invoices"]
    parts = named_orders(rows, Invoices.order_nos)
    told = (Invoices.kind, Invoices.sign, Invoices.issued_on, Invoices.gross_fen, Invoices.remark)
    own = rows.loc[parts["at"], [str(column) for column in told]]
    facts = context["book"].merge(
        context["standing"][[str(OrderStatus.order_no), "is_paid"]], on=str(OrderStatus.order_no)
    )
    both = parts.assign(**{name: own[name].to_numpy() for name in own.columns})
    return both.merge(facts.drop(columns=["src_file", "src_sheet", "src_row"]), on=str(OrderFacts.order_no))


@obligation("invoice", OrderStatus.order_no)
def invoice_is_to_be_issued(rows: pd.DataFrame) -> pd.Series[bool]:
    """Paid in full, or signed for where the invoice comes first, and not invoiced."""
    return rows[OrderStatus.invoice_state].isin(["to_issue", "overdue"])


@rule("INV-003", Invoices.kind)
def kind_is_wrong(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Another kind than the order asks for, or its customer always does."""
    found = pairs(context)
    filed = context["customers"].assign(key=customer_key(context["customers"][Customers.customer_name]))
    usual = filed.dropna(subset=["key"]).drop_duplicates("key").set_index("key")[Customers.invoice_kind]
    found = found.assign(
        invoice_kind=found[OrderFacts.invoice_kind].fillna(found[OrderFacts.customer_key].map(usual).astype("str"))
    )
    differs = found[found[OrderFacts.invoice_kind].isin(KINDS) & found[Invoices.kind].isin(KINDS)]
    wrong = differs[differs[OrderFacts.invoice_kind] != differs[Invoices.kind]].drop_duplicates("at").set_index("at")
    asked = worded(wrong[OrderFacts.invoice_kind], _spelt).reindex(rows.index).fillna("")
    return RuleResult(any_of(rows, wrong.index), {"value": worded(rows[Invoices.kind], _spelt), "other": asked})


@rule("INV-004", Invoices.buyer)
def buyer_is_someone_else(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Neither the customer of any order named, nor the title filed for one."""
    customers = context["customers"]
    titles = customers.assign(key=customer_key(customers[Customers.customer_name]))
    titles = titles.assign(title=customer_key(titles[Customers.invoice_title])).dropna(subset=["key", "title"])
    buyers = link(rows[Invoices.buyer], customers)
    found = pairs(context)[["at", str(OrderFacts.customer_key), str(OrderFacts.customer_name)]].dropna()
    buyer = found["at"].map(buyers)
    filed = pd.MultiIndex.from_frame(titles[["key", "title"]])
    own = (buyer == found[OrderFacts.customer_key]) | pd.MultiIndex.from_arrays(
        [found[OrderFacts.customer_key], buyer]
    ).isin(filed)
    right = set(found.loc[own, "at"])
    wrong = found[buyer.notna() & ~found["at"].isin(right)].drop_duplicates("at").set_index("at")
    other = wrong[OrderFacts.customer_name].reindex(rows.index).fillna("")
    return RuleResult(any_of(rows, wrong.index), {"other": other})


@rule("INV-005", Invoices.gross_fen)
def invoiced_too_much(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """The last blue invoice of an order whose invoices, less red ones, exceed it by more than the limit."""
    found = pairs(context)
    over = (found[OrderFacts.invoiced_fen] > found[OrderFacts.amount_fen] + fen_of(rule)).fillna(value=False)
    blue = ~(found[Invoices.sign] == "red") & some(found[Invoices.gross_fen])
    last = found[over & blue & ~found[OrderFacts.is_held].fillna(value=False)].sort_values(
        [str(Invoices.issued_on), "at"]
    )
    totals = last.drop_duplicates(str(OrderFacts.order_no), keep="last").drop_duplicates("at").set_index("at")
    sums = [
        money(totals[column], totals).reindex(rows.index).fillna("")
        for column in (OrderFacts.invoiced_fen, OrderFacts.amount_fen)
    ]
    return RuleResult(any_of(rows, totals.index), {"amount": sums[0], "other": sums[1]})


@rule("INV-006", Invoices.issued_on)
def invoiced_too_early(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Invoiced although the terms ask for the money first, or for the goods, and these are not there."""
    found = pairs(context)
    order_status = (
        some(found[OrderFacts.invoiced_fen]) & found[OrderFacts.cancelled_on].isna() & (found[Invoices.sign] != "red")
    )
    open_ = order_status.fillna(value=False) & ~is_sure(found["is_paid"])
    unpaid = any_of(rows, found.loc[open_ & asks(found[OrderFacts.pay_term], is_prepaid), "at"])
    unsent = any_of(
        rows, found.loc[open_ & asks(found[OrderFacts.pay_term], is_after_goods) & _is_unsent(found, context), "at"]
    )
    texts = {mark: phrase(f"phrase.invoice_{mark}", context.lang) for mark in ("unpaid", "unsent")}
    other = pd.Series(texts["unsent"], index=rows.index, dtype="str").mask(unpaid, texts["unpaid"])
    return RuleResult(unpaid | unsent, {"other": other})


@rule("INV-012", Invoices.issued_on)
def issued_in_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Issued after the night."""
    return is_future(rows[Invoices.issued_on], context)


@rule("INV-013", Invoices.gross_fen)
def sum_is_wrong(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """Gross is not net and tax; silent where the tax itself is wrong."""
    expected = rows[Invoices.net_fen] + rows[Invoices.tax_fen]
    wrong = ((rows[Invoices.gross_fen] - expected).abs() > fen_of(rule)).fillna(value=False)
    is_tax = _is_off(rows, _taxes(rows), context.policy.rules["INV-014"])
    return RuleResult(
        wrong & ~is_tax, {"amount": money(rows[Invoices.gross_fen], rows), "other": money(expected, rows)}
    )


@rule("INV-014", Invoices.tax_fen)
def tax_is_wrong(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Tax differs from net times rate by more than roundings of lines explain."""
    expected = _taxes(rows)
    return RuleResult(
        _is_off(rows, expected, rule), {"amount": money(rows[Invoices.tax_fen], rows), "other": money(expected, rows)}
    )


@rule("INV-015", Invoices.invoice_no)
def number_of_no_known_shape(rows: pd.DataFrame) -> pd.Series[bool]:
    """Neither a long number nor a short one with its code."""
    number, code = rows[Invoices.invoice_no], rows[Invoices.invoice_code]
    unread = code.isna() & ~is_blank(rows, Invoices.invoice_code)
    coded = _has_digits(code, CODE_LENGTHS) | unread
    fits = _has_digits(number, (NEW_LENGTH,)) | (_has_digits(number, (OLD_LENGTH,)) & coded)
    return number.notna() & ~fits


@obligation("invoice_sent", Invoices.sent_at)
def invoice_is_not_sent(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Issued and still with us; silent where the sheet has no such column."""
    kept = is_blank(rows, Invoices.sent_at) & has_column(rows, context, Invoices.sent_at)
    return kept & rows[Invoices.issued_on].notna() & (rows[Invoices.sign] != "red")


@rule("INV-023", Invoices.sent_by)
def invoice_sent_another_way(rows: pd.DataFrame) -> pd.Series[bool]:
    """Sent neither by mail nor by a system."""
    return rows[Invoices.sent_by].eq(OTHER_WAY).fillna(value=False)


@rule("INV-016", Invoices.invoice_no)
def number_of_other_year(rows: pd.DataFrame) -> pd.Series[bool]:
    """A long number that begins with another year than that of issue."""
    number = rows[Invoices.invoice_no]
    year = rows[Invoices.issued_on].dt.strftime("%y")
    return is_sure((number.str.len() == NEW_LENGTH) & year.notna() & (number.str.slice(0, 2) != year))


@rule("INV-017", Invoices.invoice_no)
def registered_twice(rows: pd.DataFrame) -> RuleResult:
    """One number on two rows, unless two different codes tell them apart."""
    number, code = rows[Invoices.invoice_no], rows[Invoices.invoice_code]
    again = number.notna() & number.duplicated(keep=False)
    apart = code[again].notna().groupby(number[again]).transform("all") & ~pd.concat([number, code], axis=1)[
        again
    ].duplicated(keep=False)
    twice = pd.Series(data=False, index=rows.index)
    twice[again] = ~apart
    return RuleResult(twice, {"other": others(rows, number.where(twice))})


@rule("INV-018", Invoices.original_no)
def red_is_unlinked(rows: pd.DataFrame) -> pd.Series[bool]:
    """A red invoice that does not say which one it takes back, or by which form."""
    return is_red(rows) & (is_blank(rows, Invoices.original_no) | is_blank(rows, Invoices.red_form_no))


@rule("INV-025", Invoices.remark)
def red_is_unexplained(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A red invoice of a living order that does not say why, and of whose sum no other invoice stands."""
    found = pairs(context)
    found = found[found[OrderFacts.cancelled_on].isna() & found[Invoices.gross_fen].notna()]
    red, sums = is_red(found), found[Invoices.gross_fen].abs()
    more_blue = (1 - 2 * red.astype("int64")).groupby([found[OrderFacts.order_no], sums]).transform("sum") > 0
    asked = is_unexplained(found) & (sums > 0) & ~more_blue
    return RuleResult(any_of(rows, found.loc[asked, "at"]), {"amount": money(rows[Invoices.gross_fen].abs(), rows)})


@rule("INV-019", Invoices.buyer_tax_no)
def tax_number_is_missing(rows: pd.DataFrame) -> pd.Series[bool]:
    """A special invoice without the buyer's tax number."""
    return (rows[Invoices.kind] == "special") & is_blank(rows, Invoices.buyer_tax_no)


@rule("INV-020", OrderStatus.order_no)
def tax_point_is_reached(rows: pd.DataFrame) -> pd.Series[bool]:
    """Goods gone and money due or in, though the terms do not ask for the invoice yet."""
    gone = some(rows[OrderStatus.shipped_qty]) | some(rows[OrderStatus.signed_qty])
    money_due = (rows[OrderStatus.payment_days] >= 0) | some(rows[OrderStatus.received_fen])
    waits = rows[OrderStatus.invoice_state] == "not_yet"
    return waits & gone.fillna(value=False) & money_due.fillna(value=False) & ~rows[OrderStatus.state].isin(VOID)


@rule("INV-021", Invoices.invoice_no)
def stands_after_cancellation(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A blue invoice of a cancelled order that red ones have not taken back."""
    found = pairs(context)
    blue = (found[Invoices.sign] != "red") & some(found[Invoices.gross_fen])
    open_ = found[OrderFacts.cancelled_on].notna() & some(found[OrderFacts.invoiced_fen])
    return any_of(rows, found.loc[blue & open_, "at"])


@rule("INV-022", Invoices.order_nos)
def order_is_missing(rows: pd.DataFrame) -> pd.Series[bool]:
    """For no order."""
    return is_blank(rows, Invoices.order_nos)


@rule("INV-024", Invoices.gross_fen)
def order_is_of_another_currency(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """For an order whose money is of another currency: its sum is not compared with it."""
    return RuleResult(*of_another_currency(rows, named_orders(rows, Invoices.order_nos), context))


def _is_unsent(found: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Nothing of the order had left when the invoice was made; silent until sheets told of goods at all."""
    if not context.seen_kinds & {Shipments.name, Tracking.name}:
        return pd.Series(data=False, index=found.index)
    moves = pd.concat([context["departures"], context["signings"]], ignore_index=True)
    events = [str(column) for column in (Shipments.shipped_at, Shipments.delivered_at, Shipments.signed_at)]
    first = moves.melt(str(Shipments.order_no), events).groupby(str(Shipments.order_no))["value"].min()
    left = first.reindex(pd.Index(found[OrderFacts.order_no])).set_axis(found.index).dt.normalize()
    return is_sure((found[Invoices.issued_on] < left) | left.isna())


def _has_digits(values: pd.Series[str], lengths: tuple[int, ...]) -> pd.Series[bool]:
    """Digits alone, as many as one of the lengths."""
    return answers(values, lambda text: text.isascii() and text.isdigit() and len(text) in lengths)


def _taxes(rows: pd.DataFrame) -> pd.Series[int]:
    pairs = zip(rows[Invoices.net_fen], rows[Invoices.tax_rate], strict=True)
    return pd.Series([_tax(*pair) for pair in pairs], index=rows.index, dtype="Int64")


def _is_off(rows: pd.DataFrame, expected: pd.Series[int], rule: Rule) -> pd.Series[bool]:
    return ((rows[Invoices.tax_fen] - expected).abs() > fen_of(rule)).fillna(value=False)


def _tax(net_fen: Any, rate: Any) -> int | None:
    if pd.isna(net_fen) or pd.isna(rate):
        return None
    return int((Decimal(int(net_fen)) * rate).quantize(ONE_FEN, ROUND_HALF_UP))


def _spelt(kind: str) -> str:
    return format_choice(kind, str(Invoices.kind.spec.choices))
