"""Receipts: named twice, naming nothing, too much, too little, from somebody else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.groups import is_sure
from pipeline.orders.customers import link
from pipeline.orders.identities import bare_keys
from pipeline.rules.context import RuleContext
from pipeline.rules.families.references import is_ambiguous
from pipeline.rules.helpers import (
    any_of,
    count_of,
    counted,
    fen_of,
    is_blank,
    is_future,
    money,
    named_orders,
    of_another_currency,
    of_several,
    others,
)
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.receivables import Payments, Receivables, Unapplied, Why
from schemas.derived.status import OrderFacts
from schemas.incoming.receipts import Receipts
from schemas.policy.rules import Rule

NUMBERED = r"\d{6}"  # what may be the number of an order or an invoice
NO_ORDER: tuple[Why, ...] = ("no_order", "unknown_payer", "rest")


def _left(
    rows: pd.DataFrame, context: RuleContext, why: tuple[Why, ...], column: str = Unapplied.left_fen
) -> pd.Series[int]:
    """What is left of each receipt for one of these reasons, zero otherwise."""
    left = context["unapplied"]
    left = left[left[Unapplied.why].isin(why)].drop_duplicates(Unapplied.receipt_key)
    fen = left.set_index(Unapplied.receipt_key)[column]
    return rows["src_key"].map(fen).astype("Int64").fillna(0)


def _known_orders(context: RuleContext) -> pd.DataFrame:
    """Number, customer and day of every order."""
    return context["book"].drop_duplicates(OrderFacts.order_no).set_index(OrderFacts.order_no)


@rule("RCV-001", Receipts.amount_fen)
def receipt_stands_twice(rows: pd.DataFrame) -> RuleResult:
    """The bank reference of another receipt, or its payer, day and amount in another file.

    Two equal rows without a reference in one file are two receipts; rows that contradict each other are one.
    """
    ref = rows[Receipts.bank_ref]
    by_ref = of_several(rows, ref)
    facts = rows[[str(c) for c in (Receipts.payer, Receipts.received_on, Receipts.amount_fen)]]
    whole = facts.notna().all(axis=1)
    facts = facts.assign(currency=currencies(rows))
    group = pd.Series(facts.groupby(list(facts.columns), dropna=False).ngroup(), index=rows.index).where(whole)
    group = of_several(rows, group)
    files = rows["src_file"].groupby(group).transform("nunique")
    apart = ref.isna().groupby(group).transform("any") & (files > 1)
    twice = group.where(is_sure(apart))
    same_ref = by_ref.notna() & by_ref.duplicated(keep=False)
    again = twice.notna() & twice.duplicated(keep=False)
    places = others(rows, by_ref).where(same_ref, others(rows, twice))
    return RuleResult(same_ref | again, {"other": places})


@rule("RCV-002", Receipts.order_nos)
def order_is_unknown(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Names an order that is neither known nor among the opening items."""
    parts = named_orders(rows, Receipts.order_nos)
    known = set(context["book"][OrderFacts.order_no]) | set(context["receivables"][Receivables.order_no])
    strange = parts[~parts["order_no"].isin(known)]
    numbers = strange.groupby("at")["order_no"].agg(", ".join).reindex(rows.index).fillna("")
    return RuleResult(any_of(rows, strange["at"]) & ~is_ambiguous(rows, context, Receipts.name), {"value": numbers})


@rule("RCV-003", Receipts.amount_fen)
def more_than_owed(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """More money than the orders named are worth."""
    over = _left(rows, context, ("over",), Unapplied.over_fen)
    return RuleResult(over > fen_of(rule), {"amount": money(over, rows)})


@rule("RCV-004", Receipts.payer)
def payer_is_someone_else(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The payer is the customer of none of the orders named."""
    parts = named_orders(rows, Receipts.order_nos)
    order_facts = _known_orders(context)
    parts = parts[parts["order_no"].isin(order_facts.index)]
    customers = link(order_facts[OrderFacts.customer_name], context["customers"])
    theirs = customers.reindex(parts["order_no"])
    bare = bare_keys(theirs, context["customers"])
    payers = link(rows[Receipts.payer], context["customers"])
    own = payers.reindex(parts["at"]).to_numpy(dtype="object")
    fits = any_of(rows, parts["at"][(own == theirs.to_numpy(dtype="object")) | (own == bare.to_numpy(dtype="object"))])
    first = parts.drop_duplicates("at").set_index("at")["order_no"].map(order_facts[OrderFacts.customer_name])
    mask = any_of(rows, parts["at"]) & ~fits & payers.notna()
    return RuleResult(mask, {"other": first.reindex(rows.index).fillna("")})


@rule("RCV-008", Receipts.amount_fen)
def amount_is_zero(rows: pd.DataFrame) -> pd.Series[bool]:
    """A receipt of nothing."""
    return rows[Receipts.amount_fen] == 0


@rule("RCV-009", Receipts.received_on)
def received_in_the_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Dated after the night."""
    return is_future(rows[Receipts.received_on], context)


@rule("RCV-010", Receipts.received_on)
def received_before_the_order(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Dated before an order it names."""
    parts = named_orders(rows, Receipts.order_nos)
    ordered = _known_orders(context)[OrderFacts.order_date].reindex(parts["order_no"])
    paid = rows[Receipts.received_on].reindex(parts["at"]).to_numpy()
    early = np.asarray(paid < ordered.to_numpy(), dtype=bool)
    return any_of(rows, parts["at"][early])


@rule("RCV-011", Receipts.order_nos)
def names_no_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Money that came in and names nothing it is for; of a row that waits all of it."""
    may_name = rows[Receipts.remark].str.contains(NUMBERED, na=False) | rows[Receipts.purpose].notna()
    waits = ~counted(rows) & is_blank(rows, Receipts.order_nos) & ~may_name
    left = _left(rows, context, NO_ORDER).mask(waits, rows[Receipts.amount_fen].fillna(0))
    return RuleResult(left > 0, {"amount": money(left, rows)})


@rule("RCV-012", Receipts.order_nos)
def refund_names_no_order(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Money that went out and names nothing it was for."""
    return _left(rows, context, NO_ORDER) < 0


@rule("RCV-013", Receipts.draft_due_on)
def draft_runs_long(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    """A draft due later than the limit of months after it was received."""
    last = rows[Receipts.received_on] + pd.DateOffset(months=count_of(rule))
    return rows[Receipts.draft_due_on] > last


@rule("RCV-014", Receipts.amount_fen)
def lacks_a_bank_charge(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The last money for orders that lacked no more than a bank charge, which was let pass."""
    paid = context["payments"]
    passed = paid[paid[Payments.closed_fen] > int(context.policy.values["tolerance_fen"])]
    lacking = rows["src_key"].map(passed.groupby(Payments.closed_by)[Payments.closed_fen].sum()).astype("Int64")
    return RuleResult(lacking.notna(), {"amount": money(lacking, rows)})


@rule("RCV-016", Receipts.amount_fen)
def order_is_of_another_currency(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Names an order or an opening item whose money is of another currency, and pays nothing of it.

    Money for a late fee says nothing of an order's.
    """
    mask, words = of_another_currency(rows, named_orders(rows, Receipts.order_nos), context)
    return RuleResult(mask & (_left(rows, context, ("fee",)) == 0), words)
