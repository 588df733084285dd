"""Prices, discounts and amounts of order lines; lists of prices and of grants that contradict themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.money import ONE
from pipeline.core.text import fold
from pipeline.orders.customers import filed, link
from pipeline.orders.discounts import best_reading, granted, readings
from pipeline.orders.price_list import converted, quotes, tax_factor
from pipeline.orders.units import Units
from pipeline.rules.context import RuleContext
from pipeline.rules.families.orders import is_vague, listed, meant
from pipeline.rules.families.tables import Computed, Quotes
from pipeline.rules.helpers import (
    counted,
    fen_of,
    is_blank,
    money,
    nobody,
    numbers,
    once_a_night,
    some,
)
from pipeline.rules.registry import RuleResult, rule
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Discounts, Prices
from schemas.incoming.staff import Staff
from schemas.policy.rules import Rule
from schemas.table import HOME

COUNTED = (Orders.unit_price, Orders.qty, Orders.discount, Orders.discount_fen, Orders.amount_fen)
FOUND = [Computed.expected_fen, Computed.off_fen, Computed.factor, Computed.is_open]
EVER, NEVER = pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01")


def is_home(lines: pd.DataFrame) -> pd.Series[bool]:
    """Return which lines are priced in the currency of the price list."""
    home: pd.Series[bool] = currencies(lines) == HOME
    return home


@once_a_night
def quoted(context: RuleContext) -> pd.DataFrame:
    """Return prices in force for every line, and what makes the price of the line one of their kind."""
    rows = context["orders"]
    found = quotes(rows, context["prices"], context["customers"])
    ours, theirs = (
        is_gross.astype("boolean").fillna(value=True).astype(bool)
        for is_gross in (rows[Orders.is_tax_included], found[Prices.is_tax_included])
    )
    taxes = zip(ours, theirs, _plain(rows[Orders.tax_rate]), strict=True)
    names = zip(_plain(rows[Orders.product_code]), _plain(rows[Orders.model]), strict=True)
    known, units = (
        Units(context.policy.units),
        zip(_plain(rows[Orders.uom]), _plain(found[Prices.uom]), names, strict=True),
    )
    factors = {
        str(Quotes.taxed): [tax_factor(*facts) for facts in taxes],
        str(Quotes.units): [known.factor(*facts) for facts in units],
    }
    found[[str(Prices.list_price), str(Prices.floor_price)]] = found[
        [str(Prices.list_price), str(Prices.floor_price)]
    ].where(is_home(rows), None)  # the list is in yuan
    return found.assign(**{name: pd.Series(made, index=rows.index, dtype=object) for name, made in factors.items()})


@once_a_night
def computed(context: RuleContext) -> pd.DataFrame:
    """Return what amounts should be. Shape: as `Computed`."""
    rows = context["orders"]
    is_net = ~rows[Orders.is_tax_included].fillna(value=True).astype(bool)
    rates = rows[Orders.tax_rate].where(is_net)
    comparable = rows.assign(unit_price=rows[Orders.unit_price].mask(is_net & rates.isna()))
    columns = [comparable[column] for column in COUNTED] + [rates]
    made = [best_reading(*prices) for prices in zip(*map(_plain, columns), strict=True)]
    frame = pd.DataFrame(made, columns=FOUND, index=rows.index)
    return frame.astype({Computed.expected_fen: "Int64", Computed.off_fen: "Int64", Computed.is_open: "boolean"})


@rule("PRC-001", Orders.model, needs="prices")
def price_is_not_found(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The product is listed, its price on the order day is not."""
    found = meant(context)
    definite = found["item"].notna() & (found["codes"] <= 1) & found["is_spec_listed"]
    dated = rows[Orders.order_date].notna()
    return definite & ~is_vague(context) & dated & is_home(rows) & quoted(context)[Prices.list_price].isna()


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
    if given.empty or not context.has_seen("discounts"):
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
    staff, customers = context["staff"], context["customers"]
    roles = staff.dropna(subset=[str(Staff.person)]).drop_duplicates(str(Staff.person)).set_index(str(Staff.person))
    grades = filed(customers, Customers.grade)
    return lines.assign(
        role=lines[Orders.reviewer].map(roles[str(Staff.role)]).astype("str"),
        grade=link(lines[Orders.customer_name], customers).map(grades).astype("str"),
        product_class=listed(lines, context, Prices.product_class),
    )


def _counted(rows: pd.DataFrame, mask: pd.Series[bool], context: RuleContext) -> RuleResult:
    found = computed(context)
    broken = is_sure(mask & ~found[Computed.is_open])
    written, expected = rows.loc[broken, Orders.amount_fen], found.loc[broken, Computed.expected_fen]
    return RuleResult(broken, {"amount": money(written, rows), "other": money(expected, rows)})


@rule("PRC-011", Orders.uom)
def unit_is_not_that_of_the_list(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Priced by a unit that nobody counts in that of the list: the prices are not compared."""
    found = quoted(context)
    broken = _is_priced(rows, found) & found[Quotes.units].isna()
    return RuleResult(broken, {"other": found[Prices.uom].where(broken).fillna("")})


@rule("PRC-012", Orders.tax_rate)
def tax_is_not_that_of_the_list(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """One price holds the tax, the other does not, and nobody says the rate: they are not compared."""
    found = quoted(context)
    return _is_priced(rows, found) & found[Quotes.units].notna() & found[Quotes.taxed].isna()


def _is_priced(rows: pd.DataFrame, found: pd.DataFrame) -> pd.Series[bool]:
    return rows[Orders.unit_price].notna() & (found[Prices.list_price].notna() | found[Prices.floor_price].notna())


def _alike(prices: pd.Series, context: RuleContext, column: str) -> list[Decimal | None]:
    """Prices of lines as the list has them: with tax or without, by its unit; None where that is not known."""
    found = quoted(context)
    facts = zip(*map(_plain, (prices, found[Quotes.taxed], found[Quotes.units], found[column])), strict=True)
    return [converted(*each) for each in facts]


def _compared(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[int]:
    """-1, 0 or 1: the price of the line against a price of the list; 0 where they cannot be compared."""
    ours = _net(rows, context) if column == Prices.floor_price else rows[Orders.unit_price]
    pairs = zip(_alike(ours, context, column), _plain(quoted(context)[column]), strict=True)
    made = [0 if one is None or other is None else (one > other) - (one < other) for one, other in pairs]
    return pd.Series(made, index=rows.index)


def _below_floor(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    return _compared(rows, context, Prices.floor_price) < 0


def _priced(rows: pd.DataFrame, mask: pd.Series[bool], context: RuleContext, column: str) -> RuleResult:
    """A price that was converted is told as written and as compared."""
    prices = _net(rows, context) if column == Prices.floor_price else rows[Orders.unit_price]
    alike = pd.Series(_alike(prices, context, column), index=rows.index, dtype=object)
    written = numbers(prices, mask)
    is_converted = (alike != prices).reindex(written.index)
    told = written.where(~is_converted, written + " (= " + numbers(alike, mask) + ")")
    return RuleResult(mask, {"amount": told, "other": numbers(quoted(context)[column], mask)})


def _net(rows: pd.DataFrame, context: RuleContext) -> pd.Series:
    """Price after the discount of the line."""
    pairs = zip(_plain(rows[Orders.unit_price]), _plain(computed(context)[Computed.factor]), strict=True)
    made = [None if price is None or factor is None else price * factor for price, factor in pairs]
    return pd.Series(made, index=rows.index, dtype=object)


def _off(rows: pd.DataFrame, context: RuleContext) -> pd.Series:
    """Part taken off the list price, or off the line's own price where none is listed that it can be compared with."""
    net, own = _net(rows, context), rows[Orders.unit_price]
    listed = zip(_alike(net, context, Prices.list_price), _plain(quoted(context)[Prices.list_price]), strict=True)
    pairs = zip(listed, _plain(net), _plain(own), strict=True)
    made = [_part_off(*(alike if alike[0] is not None else (plain, full))) for alike, plain, full in pairs]
    return pd.Series(made, index=rows.index, dtype=object)


def _part_off(net: Decimal | None, full: Decimal | None) -> Decimal:
    return 1 - net / full if net is not None and full else Decimal(0)


def _plain(values: pd.Series) -> list[Any]:
    """Plain Python values, None for everything that is missing."""
    return list(values.array.to_numpy(dtype=object, na_value=None))


@rule("PRC-008", Prices.valid_from)
def prices_overlap(rows: pd.DataFrame) -> RuleResult:
    """One product and group, priced again before the price before it has run out."""
    priced = rows[counted(rows)]
    item = priced[Prices.product_code].fillna(priced[Prices.model])
    known = priced[item.notna()]
    by = [worded(column, fold) for column in (item[known.index], known[Prices.spec_text], known[Prices.customer_group])]
    keys = pd.Series(pd.factorize(pd.MultiIndex.from_arrays(by))[0], index=known.index)
    begins, ends = known[Prices.valid_from].fillna(EVER), known[Prices.valid_to].fillna(NEVER)
    place = known["src_file"] + " › " + known["src_sheet"] + " › " + known["src_row"].astype("str")
    placed = pd.DataFrame({"key": keys, "from": begins, "to": ends, "place": place}).sort_values(
        ["key", "from", "to", "place"], kind="stable"
    )
    groups = placed.groupby("key", sort=False)
    before = placed["to"].where(placed["to"] == groups["to"].cummax())
    longest = placed.assign(to=before, place=placed["place"].where(before.notna()))
    last = longest.groupby("key", sort=False)[["to", "place"]].ffill().groupby(placed["key"], sort=False).shift()
    broken = placed["from"] <= last["to"]
    other = last["place"].where(broken).reindex(rows.index).fillna("")
    return RuleResult(broken.reindex(rows.index, fill_value=False), {"other": other})


@rule("PRC-009", Prices.product_code)
def price_of_nothing(rows: pd.DataFrame) -> pd.Series[bool]:
    """Neither code nor model."""
    return is_blank(rows, Prices.product_code) & is_blank(rows, Prices.model)


@rule("PRC-010", Discounts.most_rate)
def grant_is_incomplete(rows: pd.DataFrame) -> pd.Series[bool]:
    """No largest discount, or nobody who may grant it."""
    return is_blank(rows, Discounts.most_rate) | is_blank(rows, Discounts.approval_role)
