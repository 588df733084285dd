"""Pay terms of orders: what could not be read, what was assumed, what the law frowns upon."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline.core.groups import worded
from pipeline.core.text import fold, fold_word, normalize, simplified
from pipeline.orders.customers import customer_key, link
from pipeline.orders.pay_terms import describe_term as said
from pipeline.orders.pay_terms import parse_term
from pipeline.orders.pay_terms.columns import asks
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import any_of, count_of, goes_on, of_order, once
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.status import OrderFacts
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.language.words import load
from schemas.policy.rules import Rule

FIGURE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<mark>%)?")


@rule("DUE-004", Orders.pay_term)
def term_is_assumed(rows: pd.DataFrame) -> RuleResult:
    """Read, but a number or a base was not written."""
    terms = rows[Orders.pay_term]
    mask = once(rows, asks(terms, lambda term: term.days_assumed))
    # the words of the pay terms themselves are Chinese on any workspace
    meant = worded(terms.where(mask), lambda term: said(parse_term(term), "zh"))
    return RuleResult(mask, {"suggestion": meant})


@rule("DUE-005", Orders.pay_term)
def term_is_unknown(rows: pd.DataFrame) -> pd.Series[bool]:
    """Written, but not understood."""
    return once(rows, asks(rows[Orders.pay_term], lambda term: term.unknown and not term.is_restricted))


@rule("DUE-009", Orders.pay_term)
def term_is_restricted(rows: pd.DataFrame) -> pd.Series[bool]:
    """Invoice first, or paid when a third party pays."""
    return once(rows, asks(rows[Orders.pay_term], lambda term: term.is_restricted))


@rule("DUE-007", Orders.deposit)
def deposit_is_too_large(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """A deposit under penalty of more than the limit of the contract; a plain advance may be any share."""
    limit = Decimal(count_of(rule)) / 100
    headed = _headed(rows, context)
    by_term = worded(rows[Orders.pay_term], _penal_share)
    whole = of_order(rows, context, OrderFacts.amount_fen)
    orders = zip(rows[Orders.deposit], headed, by_term, whole, strict=True)
    shares = [_share(*cells) for cells in orders]
    over = pd.Series([share is not None and share > limit for share in shares], index=rows.index)
    shown = rows[Orders.deposit].fillna(rows[Orders.pay_term]).fillna("")
    return RuleResult(once(rows, over & goes_on(rows, context)), {"value": shown})


@rule("DUE-008", Orders.pay_term, needs="customers")
def term_is_too_long(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """More days than a public body or a large company may take; said on the first such order of each term."""
    most = count_of(rule)
    long = asks(rows[Orders.pay_term], lambda term: any(part.days > most for part in term.parts))
    large = {key for key, size in _sizes(context).items() if _is_large(size)}
    keys = link(rows[Orders.customer_name], context["customers"])
    asked = rows[long & keys.isin(large) & goes_on(rows, context)]
    placed = asked.assign(key=keys[asked.index]).sort_values(
        [str(Orders.order_date), str(Orders.order_no)], kind="stable"
    )
    return any_of(rows, placed.drop_duplicates(["key", str(Orders.pay_term)]).index)


def _headed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Return whether the column of deposits is headed with the word that carries the penalty."""
    sheets = pd.MultiIndex.from_frame(rows[["src_file", "src_sheet"]])
    known = {
        sheet: _is_penal(context.headings.get(sheet, {}).get(str(Orders.deposit), ("", ""))[1])
        for sheet in sheets.unique()
    }
    return pd.Series([known[sheet] for sheet in sheets], index=rows.index)


def _is_penal(text: str) -> bool:
    return any(word in simplified(text) for word in load()["deposit.penal"].other)


@lru_cache(maxsize=4096)
def _penal_share(term: str) -> str:
    """The share of a deposit in a pay term that calls it so, as text; empty without one."""
    parts = parse_term(term).parts if _is_penal(term) else ()
    first = next((part.portion for part in parts if part.label == "deposit" and part.portion), None)
    return "" if first is None else str(first)


def _share(written: Any, headed: bool, by_term: str, whole: Any) -> Decimal | None:  # noqa: FBT001 - cells of a row
    """The deposit as a share of the order: written in the cell, else in the pay term."""
    if isinstance(written, str) and (headed or _is_penal(written)):
        rate, fen = _deposit(written)
        if rate is None and fen is not None and not pd.isna(whole) and whole > 0:
            return Decimal(fen) / int(whole)
        return rate
    return Decimal(by_term) if by_term else None


@lru_cache(maxsize=4096)
def _deposit(written: str) -> tuple[Decimal | None, int | None]:
    """A deposit as written: its share, else its sum in fen; up to one it is a share."""
    text = normalize(written).replace(",", "")
    found = FIGURE.search(text)
    if found is None:
        return None, None
    number = Decimal(found["number"])
    if found["mark"]:
        return number / 100, None
    return (number, None) if number <= 1 else (None, int(number * 100))


def _sizes(context: RuleContext) -> dict[str, str]:
    """Size and kind of every filed customer, by its key."""
    customers = context["customers"]
    texts = customers[Customers.size].fillna("") + " " + customers[Customers.customer_type].fillna("")
    keys = customer_key(customers[Customers.customer_name])
    return dict(zip(keys[keys.notna()], texts[keys.notna()], strict=True))


def _is_large(size: str) -> bool:
    bare = fold_word(size)
    return any(fold(word) in bare for word in load()["size.large"].other)
