"""What sheets say of one order, held against each other: states, times, money, quantities, places, people."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipeline.core.groups import found_by, is_sure, worded
from pipeline.core.phrases import phrase
from pipeline.core.text import fold
from pipeline.core.values import format_value, is_day
from pipeline.orders.customers import customer_key
from pipeline.orders.facts.written import state_meant
from pipeline.orders.pay_terms.columns import asks, is_prepaid
from pipeline.rules.context import RuleContext
from pipeline.rules.families.references import is_ambiguous
from pipeline.rules.helpers import (
    any_of,
    counted,
    is_blank,
    is_future,
    money,
    named_orders,
    of_order,
    once,
    once_a_night,
    some,
)
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.derived.receivables import Receivables
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.customers import Customers
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.language.words import translate
from schemas.policy import states
from schemas.policy.states import VOID
from schemas.table import Type

STEPS = (Orders.order_date, Orders.approved_on, Orders.conf_sent_at, Orders.conf_at)
# Cells that tell what happened; other rules look at order days, stage days and days of documents in the future.
TOLD = {
    Orders.name: (
        *(Orders.received_at, Orders.supplement_at, Orders.approved_on, Orders.conf_sent_at, Orders.conf_at),
        *(Orders.changed_at, Orders.form_date, Orders.cancelled_on),
    ),
    Tracking.name: (Tracking.fed_back_at, Tracking.informed_at, Tracking.updated_at),
    Shipments.name: (Shipments.shipped_at, Shipments.fed_back_at, Shipments.delivered_at, Shipments.signed_at),
    Invoices.name: (Invoices.sent_at,),
}
# Cells that tell what cannot have happened before the order.
AFTER_ORDER = {
    Tracking.name: (Tracking.actual_at,),
    Shipments.name: (Shipments.shipped_at, Shipments.delivered_at, Shipments.signed_at),
}
LIST = re.compile(r"[;,/\u3001\s]+")
EVENTS = (str(Shipments.shipped_at), str(Shipments.delivered_at), str(Shipments.signed_at))
PRODUCT = (Orders.model, Orders.product_name, Orders.product_code)


@rule("X-001", OrderStatus.state)
def typed_state_goes_beyond_the_facts(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Somebody typed a state that the facts have not reached, or is cancelled on one side alone.

    A state typed long ago and overtaken by the facts is no contradiction; how far the facts of an order that waits
    reach nobody knows, only that it is not cancelled.
    """
    # a word we do not know stands for no state
    typed = worded(of_order(rows, context, OrderFacts.typed_state), state_meant)
    claimed, derived = (_rank(states_) for states_ in (typed, rows[OrderStatus.state]))
    ahead = (claimed < derived) & (rows[OrderStatus.state] != "data_error")
    apart = ((typed == "cancelled") != (rows[OrderStatus.state] == "cancelled")) & (typed != "")
    other = worded(rows[OrderStatus.state], lambda key: states.state_text("order", key, context.lang))
    value = of_order(rows, context, OrderFacts.typed_state).astype("str").fillna("")
    return RuleResult(ahead | apart, {"value": value, "other": other})


@rule("X-002", Shipments.signed_at)
def signed_before_shipped(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for before it left, or nothing of the order ever left."""
    signed, left = rows[Shipments.signed_at], rows[Shipments.shipped_at]
    by_hour = (signed < left) & ~is_day(signed) & ~is_day(left)
    early = (signed.dt.normalize() < left.dt.normalize()) | by_hour
    unknown = of_order(rows, context, OrderFacts.order_no).isna()
    nothing_left = left.isna() & of_order(rows, context, OrderFacts.shipped_on).isna() & ~unknown
    return is_sure(signed.notna() & ~is_future(signed, context) & (early | nothing_left))


@rule("X-003", Orders.order_date)
def steps_out_of_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Ordered, approved, sent, confirmed: one of these days lies before an earlier step."""
    moments = rows[[str(step) for step in STEPS]].apply(lambda day: day.dt.normalize())
    before = moments.ffill(axis=1).shift(axis=1)
    mask = once(rows, (moments < before).any(axis=1))
    texts = [_steps(row, context.lang) for row in moments[mask].itertuples(index=False, name=None)]
    return RuleResult(
        mask, {"other": pd.Series(texts, index=rows.index[mask], dtype="str").reindex(rows.index).fillna("")}
    )


@rule("X-004", OrderStatus.shipped_qty)
def shipped_before_paid(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The terms ask for money before the goods, the goods went, and some of that money is not in."""
    paid = is_sure(rows["is_paid"])
    owes_all = asks(rows[OrderStatus.pay_term], is_prepaid) & ~paid
    left = (rows[OrderStatus.amount_fen] - rows["settled_fen"]).where(owes_all)
    items = context["receivables"]
    deposits = items[items[Receivables.instalment] == "deposit"].groupby(str(Receivables.order_no))
    left = left.fillna(rows[OrderStatus.order_no].map(deposits[str(Receivables.open_fen)].sum()).astype("Int64"))
    mask = some(rows[OrderStatus.shipped_qty]) & ~rows[OrderStatus.state].isin(VOID) & some(left)
    return RuleResult(mask, {"amount": money(left[mask], rows)})


@rule("X-005", OrderStatus.shipped_qty)
def more_than_ordered(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """More left than was ordered, of the order or of one of its lines, or more was signed for than left."""
    ordered, shipped, signed = (
        rows[c] for c in (OrderStatus.ordered_qty, OrderStatus.shipped_qty, OrderStatus.signed_qty)
    )
    live = rows[OrderStatus.state] != "data_error"
    over = is_sure((shipped > ordered) | ((signed > shipped) & some(shipped))) & live
    by_line = worded(rows[OrderStatus.order_no], lambda number: _lines_over(context).get(number, ""))
    pieces = [
        worded(quantity[over], lambda qty: format_value(qty, Type.QTY), "0") for quantity in (ordered, shipped, signed)
    ]
    texts = [
        phrase("phrase.quantities", context.lang, ordered=o, shipped=s, signed=g)
        for o, s, g in zip(*pieces, strict=True)
    ]
    whole = pd.Series(texts, index=rows.index[over], dtype="str").reindex(rows.index)
    return RuleResult(over | ((by_line != "") & live), {"other": whole.fillna(by_line)})


@once_a_night
def _lines_over(context: RuleContext) -> dict[str, str]:
    """Order → its products of which more left than it has, in words, where shipments say of what they are."""
    left = context["departures"]
    gone = left[[*EVENTS]].min(axis=1) <= pd.Timestamp(context.as_of)
    left = left[gone & counted(left) & left[Shipments.product].notna() & left[Shipments.qty].notna()]
    sent = left.groupby([str(Shipments.order_no), str(Shipments.product)])[str(Shipments.qty)].sum()
    lines = context["orders"][counted(context["orders"])]
    asked = [lines.groupby([str(Orders.order_no), str(of)])[str(Orders.qty)].sum() for of in PRODUCT]
    wanted = asked[0].reindex(sent.index)
    for more in asked[1:]:
        wanted = wanted.fillna(more.reindex(sent.index))
    found: dict[str, list[str]] = {}
    over = sent[is_sure(sent > wanted)]
    numbers, products = (over.index.get_level_values(level) for level in (0, 1))
    for number, product, asked_for, gone_of_it in zip(numbers, products, wanted[over.index], over, strict=True):
        shown = {"ordered": format_value(asked_for, Type.QTY), "shipped": format_value(gone_of_it, Type.QTY)}
        found.setdefault(number, []).append(phrase("phrase.line_over", context.lang, product=product, **shown))
    return {number: translate("mark.list", context.lang).join(texts) for number, texts in found.items()}


@once_a_night
def known_orders(context: RuleContext) -> frozenset[str]:
    """Return the numbers of all orders, held ones too, and those of opening items."""
    return frozenset(context["book"][OrderFacts.order_no]) | frozenset(
        context["receivables"][Receivables.order_no].dropna()
    )


def _unknown_order(kind: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
        """About an order nobody sent in; silent until orders were ever taken in."""
        unknown = of_order(rows, context, OrderFacts.order_no).isna() & ~is_ambiguous(rows, context, kind)
        strange = unknown & rows["order_no"].notna()
        return strange & ~rows["order_no"].isin(known_orders(context)) & context.has_seen(Orders.name)

    return asked


rule("X-006", Tracking.order_no, table=Tracking.name)(_unknown_order(Tracking.name))
rule("X-006", Shipments.order_no, table=Shipments.name)(_unknown_order(Shipments.name))


@rule("X-006", Invoices.order_nos, table=Invoices.name)
def invoice_of_unknown_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """An invoice names an order nobody sent in."""
    parts = named_orders(rows, Invoices.order_nos)
    strange = parts[~parts["order_no"].isin(known_orders(context))]
    numbers = strange.groupby("at")["order_no"].agg(", ".join).astype("str").reindex(rows.index).fillna("")
    mask = any_of(rows, strange["at"]) & ~is_ambiguous(rows, context, Invoices.name) & context.has_seen(Orders.name)
    return RuleResult(mask, {"value": numbers})


def _impossible(table: str, column: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
        """Find a day that has not come, or one before the order."""
        moment = rows[column]
        broken = pd.Series(data=False, index=rows.index)
        if column in TOLD.get(table, ()):
            broken |= is_future(moment, context)
        if column in AFTER_ORDER.get(table, ()):
            broken |= moment.dt.normalize() < of_order(rows, context, OrderFacts.order_date)
        return once(rows, broken) if table == Orders.name else broken

    return asked


for _table in (Tracking.name, Orders.name, Shipments.name, Invoices.name):
    for _column in dict.fromkeys((*AFTER_ORDER.get(_table, ()), *TOLD.get(_table, ()))):
        rule("X-007", _column, table=_table)(_impossible(_table, _column))


@rule("X-007", Invoices.issued_on, table=Invoices.name)
def invoiced_before_ordered(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Issued on a day before any order it names was placed."""
    parts = named_orders(rows, Invoices.order_nos)
    ordered = context["book"].set_index(str(OrderFacts.order_no))[str(OrderFacts.order_date)]
    days = ordered.reindex(parts["order_no"]).set_axis(parts.index)
    first = days.groupby(parts["at"]).min().reindex(rows.index).astype(ordered.dtype)
    return is_sure(rows[Invoices.issued_on] < first.dt.normalize())


@rule("X-008", Shipments.address)
def delivered_elsewhere(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Delivered to an address that no line of the order names."""
    orders = context["orders"][[str(Orders.order_no), str(Orders.address)]].dropna().drop_duplicates()
    sent = rows[[str(Shipments.order_no), str(Shipments.address)]].dropna()
    sent = sent[sent[Shipments.address] != _first_said(sent, context["orders"], Orders.address)].reset_index(names="at")
    pairs = sent.merge(orders.rename(columns={str(Orders.address): "ordered"}), on=str(Orders.order_no))
    same = [_same_place(*pair) for pair in zip(pairs[Shipments.address], pairs["ordered"], strict=True)]
    right = set(pairs.loc[same, "at"])
    return any_of(rows, pairs["at"]) & ~any_of(rows, pd.Index(list(right)))


@rule("X-009", Shipments.signer)
def signed_by_another(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Signed for by somebody who is neither a contact of the order nor one the customer named for it."""
    orders = context["orders"]
    signed = rows[rows[Shipments.signer].notna() & rows[Shipments.signed_at].notna()]
    # nearly always it is the contact, written alike: only the others are looked at one by one
    doubtful = signed[signed[Shipments.signer] != _first_said(signed, orders, Orders.contact)]
    mine = orders[orders[Orders.order_no].isin(doubtful[Shipments.order_no]) & orders[Orders.contact].notna()]
    may = set(zip(mine[Orders.order_no], worded(mine[Orders.contact], fold), strict=True))
    named, owner = _signers(context), of_order(rows, context, OrderFacts.customer_key).loc[doubtful.index]
    signers = zip(doubtful[Shipments.order_no], worded(doubtful[Shipments.signer], fold), owner, strict=True)
    strange = [(number, name) not in may and name not in named.get(key, ()) for number, name, key in signers]
    has_contact = doubtful[Shipments.order_no].isin(mine[Orders.order_no])
    return any_of(rows, doubtful.index[has_contact.to_numpy(dtype=bool) & np.array(strange, dtype=bool)])


def _first_said(rows: pd.DataFrame, orders: pd.DataFrame, column: str) -> pd.Series[str]:
    """What the first line of the order each row is about has in this column."""
    first = orders.drop_duplicates(str(Orders.order_no))
    return found_by(rows["order_no"], first[Orders.order_no], first[column])


@rule("X-013", Orders.cancelled_on)
def cancelled_by_half(rows: pd.DataFrame) -> pd.Series[bool]:
    """Cancelled on a day without a reason, or for a reason without a day."""
    undated, unexplained = is_blank(rows, Orders.cancelled_on), is_blank(rows, Orders.cancel_reason)
    dated, explained = rows[Orders.cancelled_on].notna(), rows[Orders.cancel_reason].notna()
    return once(rows, (dated & unexplained) | (explained & undated))


def _rank(keys: pd.Series[str]) -> pd.Series[float]:
    """Rank of a state on its way; holds and ends by decision are not on it."""
    ranked = {key: state.rank for key, state in states.load()["order"].items()}
    return keys.map({key: rank for key, rank in ranked.items() if rank > ranked["hold_other"]}).astype("float64")


def _steps(moments: tuple[pd.Timestamp, ...], lang: str) -> str:
    """The days that are known, each with its heading."""
    dated = zip(STEPS, moments, strict=True)
    texts = [f"{translate(f'{Orders.name}.{step}', lang)} {day:%Y-%m-%d}" for step, day in dated if not pd.isna(day)]
    return translate("mark.list", lang).join(texts)


def _same_place(one: str, other: str) -> bool:
    """Alike but for marks, or one written with the province and city the other leaves out."""
    short, long = sorted((_bare(one), _bare(other)), key=len)
    return bool(short) and short in long


def _bare(address: str) -> str:
    return re.sub(r"[\W_]+", "", fold(address))


@once_a_night
def _signers(context: RuleContext) -> dict[str, frozenset[str]]:
    """Customer → people who may sign for goods."""
    customers = context["customers"]
    known = customers.assign(key=customer_key(customers[Customers.customer_name])).dropna(
        subset=["key", str(Customers.signers)]
    )
    listed = zip(known["key"], known[Customers.signers], strict=True)
    return {key: frozenset(map(fold, LIST.split(names))) for key, names in listed}
