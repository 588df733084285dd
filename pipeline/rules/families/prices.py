"""Prices, discounts and amounts of order lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.groups import answers
from pipeline.orders.customers import customer_key, link
from pipeline.orders.discounts import best_reading, granted, readings
from pipeline.orders.price_list import quotes, rows_of
from pipeline.rules.families.orders import apart, is_vague, meant
from pipeline.rules.families.tables import Computed, Quotes
from pipeline.rules.helpers import fen_of, has_seen, money, nobody, numbers, once_a_night, some
from pipeline.rules.registry import RuleResult, rule
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Prices
from schemas.incoming.staff import Staff

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext
    from schemas.policy.rules import Rule

ONE = Decimal(1)
COUNTED = (Orders.unit_price, Orders.qty, Orders.discount, Orders.discount_fen, Orders.amount_fen)
FOUND = [Computed.expected_fen, Computed.off_fen, Computed.factor, Computed.is_open]


@once_a_night
def quoted(context: RuleContext) -> pd.DataFrame:
    """Return prices in force for every line that says inclusive or exclusive of tax like the list."""
    rows = context["orders"]
    found = quotes(rows, context["prices"], context["customers"])
    ours = rows[Orders.is_tax_included].fillna(value=True)
    theirs = found[Prices.is_tax_included].astype("boolean").fillna(value=True)
    return found.assign(**{Quotes.is_alike: ours == theirs})


@once_a_night
def computed(context: RuleContext) -> pd.DataFrame:
    """Return what amounts should be. Shape: as `Computed`."""
    rows = context["orders"]
    exclusive = ~rows[Orders.is_tax_included].fillna(value=True).astype(bool)
    columns = [rows[column] for column in COUNTED] + [rows[Orders.tax_rate].where(exclusive)]
    made = [best_reading(*prices) for prices in zip(*map(_plain, columns), strict=True)]
    frame = pd.DataFrame(made, columns=FOUND, index=rows.index)
    return frame.astype({Computed.expected_fen: "Int64", Computed.off_fen: "Int64", Computed.is_open: "boolean"})


@rule("PRC-001", Orders.model)
def price_is_not_found(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The product is listed, its price on the order day is not."""
    if not has_seen(context, "prices"):
        return nobody(rows)
    found = meant(context)
    definite = found["item"].notna() & (found["codes"] <= 1) & found["is_spec_listed"]
    dated = rows[Orders.order_date].notna()
    return definite & ~is_vague(context) & dated & quoted(context)[Prices.list_price].isna()


@rule("PRC-002", Orders.unit_price)
def price_below_list(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Cheaper than the list, but not below the floor."""
    below = _compared(rows, context, Prices.list_price) < 0
    return _priced(rows, below & ~_below_floor(rows, context), context, Prices.list_price)


@rule("PRC-003", Orders.unit_price)
def price_below_floor(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """After the discount, cheaper than the company ever sells."""
    return _priced(rows, _below_floor(rows, context), context, Prices.floor_price)


@rule("PRC-004", Orders.unit_price)
def price_above_list(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Dearer than the list."""
    return _priced(rows, _compared(rows, context, Prices.list_price) > 0, context, Prices.list_price)


@rule("PRC-005", Orders.discount)
def discount_over_limit(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """More off the list price than the approver, or anybody, may grant."""
    off = _off(rows, context)
    given = rows[off > 0]
    if given.empty or not has_seen(context, "discounts"):
        return nobody(rows)
    asked = _described(given, context)
    grants = granted(asked, context["discounts"])
    return (off.loc[asked.index] > grants).reindex(rows.index, fill_value=False)


@rule("PRC-006", Orders.discount)
def discount_without_reason(rows: pd.DataFrame) -> pd.Series[bool]:
    """A discount, and no word about it in the remarks."""
    given = answers(rows[Orders.discount], lambda text: min(readings(text)) != ONE)
    return (given | some(rows[Orders.discount_fen])) & rows[Orders.remark].isna()


@rule("PRC-007", Orders.discount)
def discount_is_ambiguous(context: RuleContext) -> pd.Series[bool]:
    """A figure that may be the part paid or the part taken off; the amount agrees with neither."""
    return computed(context)[Computed.is_open]


@rule("ORD-038", Orders.amount_fen)
def amount_is_wrong(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """Off by more than the limit from price, quantity and discount."""
    off = computed(context)[Computed.off_fen].abs()
    return _counted(rows, off > fen_of(rule), context)


@rule("ORD-051", Orders.amount_fen)
def amount_is_a_little_off(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """Off by more than a rounding, but not by more than ORD-038 allows."""
    off = computed(context)[Computed.off_fen].abs()
    return _counted(rows, (off > fen_of(rule)) & (off <= fen_of(context.policy.rules["ORD-038"])), context)


def _described(lines: pd.DataFrame, context: RuleContext) -> pd.DataFrame:
    """Lines with what discount rules go by: role of the approver, grade of the customer, class of the product."""
    staff, prices, customers = context["staff"], context["prices"], context["customers"]
    roles = staff.dropna(subset=[str(Staff.person)]).drop_duplicates(str(Staff.person)).set_index(str(Staff.person))
    filed = customers.assign(key=customer_key(customers[Customers.customer_name])).dropna(subset=["key"])
    grades = filed.drop_duplicates("key").set_index("key")[str(Customers.grade)]
    at = rows_of(lines.assign(**apart(context).loc[lines.index]), prices)
    classes = prices[Prices.product_class].array.take(at, allow_fill=True) if len(prices) else [None] * len(lines)
    return lines.assign(
        role=lines[Orders.reviewer].map(roles[str(Staff.role)]).astype("str"),
        grade=link(lines[Orders.customer_name], customers).map(grades).astype("str"),
        product_class=pd.Series(classes, index=lines.index, dtype="str"),
    )


def _counted(rows: pd.DataFrame, mask: pd.Series[bool], context: RuleContext) -> RuleResult:
    found = computed(context)
    broken = (mask & ~found[Computed.is_open]).fillna(value=False).astype(bool)
    written, expected = rows.loc[broken, Orders.amount_fen], found.loc[broken, Computed.expected_fen]
    return RuleResult(broken, {"amount": money(written), "other": money(expected)})


def _compared(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[int]:
    """-1, 0 or 1: the price of the line against a price of the list; 0 where either is missing."""
    found = quoted(context)
    ours = _net(rows, context) if column == Prices.floor_price else rows[Orders.unit_price]
    theirs = found[column].where(found[Quotes.is_alike])
    pairs = zip(_plain(ours), _plain(theirs), strict=True)
    made = [0 if one is None or other is None else (one > other) - (one < other) for one, other in pairs]
    return pd.Series(made, index=rows.index)


def _below_floor(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    return _compared(rows, context, Prices.floor_price) < 0


def _priced(rows: pd.DataFrame, mask: pd.Series[bool], context: RuleContext, column: str) -> RuleResult:
    prices = _net(rows, context) if column == Prices.floor_price else rows[Orders.unit_price]
    return RuleResult(mask, {"amount": numbers(prices, mask), "other": numbers(quoted(context)[column], mask)})


def _net(rows: pd.DataFrame, context: RuleContext) -> pd.Series:
    """Price after the discount of the line."""
    pairs = zip(_plain(rows[Orders.unit_price]), _plain(computed(context)[Computed.factor]), strict=True)
    made = [None if price is None or factor is None else price * factor for price, factor in pairs]
    return pd.Series(made, index=rows.index, dtype=object)


def _off(rows: pd.DataFrame, context: RuleContext) -> pd.Series:
    """Part taken off the list price, or off the line's own price where none is listed."""
    listed = quoted(context)[Prices.list_price].where(quoted(context)[Quotes.is_alike])
    prices = zip(_plain(_net(rows, context)), _plain(listed), _plain(rows[Orders.unit_price]), strict=True)
    made = [_part_off(net, full or own) for net, full, own in prices]
    return pd.Series(made, index=rows.index, dtype=object)


def _part_off(net: Decimal | None, full: Decimal | None) -> Decimal:
    return 1 - net / full if net is not None and full else Decimal(0)


def _plain(values: pd.Series) -> list[Any]:
    """Plain Python values, None for everything that is missing."""
    return list(values.array.to_numpy(dtype=object, na_value=None))
