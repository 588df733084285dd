"""Orders as written: what is meant, when, for whom, under which number."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.groups import answers, found_by, is_sure, total, worded
from pipeline.core.phrases import SEVERAL
from pipeline.core.text import fold, fold_word
from pipeline.orders.customers import aliases, customer_key, filed, link, suggest
from pipeline.orders.facts.written import PAID, UNPAID, level, paid_level
from pipeline.orders.pay_terms.columns import are_allowed, asks, codes, is_credit
from pipeline.orders.price_list import is_fetched, items, parted, rows_of
from pipeline.rules.context import RuleContext
from pipeline.rules.helpers import (
    count_of,
    fen_of,
    goes_on,
    holds,
    is_blank,
    money,
    nobody,
    once,
    once_a_night,
    today,
)
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.status import OrderFacts
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.language import spellings
from schemas.language.words import load
from schemas.policy.rules import Rule

NUMBER = re.compile(r"(?P<month>20\d{2}(?:0[1-9]|1[0-2]))-(?P<serial>\d{3,6})$")
OWN_MONTH = r"^(20\d{2}(?:0[1-9]|1[0-2]))-\d{3,6}$"


@once_a_night
def meant(context: RuleContext) -> pd.DataFrame:
    """Return which item of the price list every line means."""
    return items(context["orders"], context["prices"])


@once_a_night
def apart(context: RuleContext) -> pd.DataFrame:
    """Return model and specification of every line, where one cell held both taken apart."""
    return parted(context["orders"], context["prices"])


@once_a_night
def is_vague(context: RuleContext) -> pd.Series[bool]:
    """Return the lines whose model or specification leaves open what is meant."""
    rows, several = context["orders"], meant(context)["specs"] > 1
    return _vague(rows[Orders.model], several) | _vague(rows[Orders.spec_text], several)


@rule("ORD-006", Orders.product_name)
def product_is_missing(rows: pd.DataFrame) -> pd.Series[bool]:
    """Neither a product nor a model is given."""
    return is_blank(rows, Orders.product_name) & is_blank(rows, Orders.model) & rows[Orders.product_code].isna()


@rule("ORD-007", Orders.model)
def model_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A product without the model that prices and lead times go by."""
    if not (context.has_seen("prices") or context.has_seen("leadtimes")):
        return nobody(rows)
    return is_blank(rows, Orders.model) & rows[Orders.product_name].notna() & rows[Orders.product_code].isna()


@rule("ORD-008", Orders.spec_text)
def spec_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """No specification, and the product comes in several."""
    return is_blank(rows, Orders.spec_text) & (meant(context)["specs"] > 1) & ~apart(context)["is_parted"]


@rule("ORD-009", Orders.model)
def model_is_vague(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Model or specification in words that leave it open."""
    several = meant(context)["specs"] > 1
    shown = rows[Orders.model].where(_vague(rows[Orders.model], several), rows[Orders.spec_text]).fillna("")
    return RuleResult(is_vague(context), {"value": shown})


@rule("ORD-010", Orders.model, needs="prices")
def model_is_ambiguous(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Definite words that stand for no item of the price list, or for more than one."""
    found = meant(context)
    astray = found["item"].isna() | (found["codes"] > 1)
    other_spec = rows[Orders.spec_text].notna() & (found["specs"] > 1) & ~found["is_spec_listed"]
    return rows[Orders.model].notna() & (astray | other_spec) & ~is_vague(context)


@rule("ORD-014", Orders.requested_date)
def due_before_order(rows: pd.DataFrame) -> pd.Series[bool]:
    """Wanted on a day before the order was placed."""
    return once(rows, rows[Orders.requested_date] < rows[Orders.order_date].dt.normalize())


@rule("ORD-017", Orders.address)
def address_is_incomplete(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    """Too short to be found, or "as before"; goods that are fetched need no address."""
    reached = answers(rows[Orders.address], lambda text: _reaches(text, count_of(rule)), blank=True)
    return once(rows, ~reached & (rows[Orders.delivery_mode] != "pickup"))


@rule("ORD-019", Orders.pay_term)
def term_is_not_allowed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Of an order that goes on: none of the company's, not for this grade of customers, or credit for a new one."""
    is_filed = context.has_seen("customers")
    grades = _filed(rows, context, Customers.grade) if is_filed else None
    refused = ~are_allowed(rows[Orders.pay_term], grades, context.policy)
    refused |= _is_credit_for_new(rows, context) if is_filed else nobody(rows)
    return once(rows, refused & goes_on(rows, context))


@rule("ORD-020", Orders.pay_term, needs="customers")
def term_differs_from_file(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Another term than the customer file says."""
    on_file = _filed(rows, context, Customers.pay_term)
    ours, theirs = codes(rows[Orders.pay_term]), codes(on_file)
    differs = ours.notna() & theirs.notna() & (ours != theirs)
    return RuleResult(once(rows, differs & ~_is_credit_for_new(rows, context)), {"other": on_file.fillna("")})


@rule("ORD-026", Orders.order_date)
def ordered_in_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Placed after the night."""
    return once(rows, rows[Orders.order_date].dt.normalize() > today(context))


@rule("ORD-027", Orders.order_date)
def ordered_long_ago(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """Placed more months ago than the limit, and nothing says that it is over, or that its goods left."""
    old = rows[Orders.order_date] < today(context) - pd.DateOffset(months=count_of(rule))
    is_over = holds(rows, context, OrderFacts.is_finished) | holds(rows, context, OrderFacts.is_all_shipped)
    return once(rows, old & ~is_over)


@rule("ORD-059", Orders.unpaid_fen)
def levels_do_not_agree(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """The amount less what was received is not what is said to be open; with nothing said, it is less than nothing."""
    codes, numbers = pd.factorize(rows[Orders.order_no].fillna(rows[Orders.src_key]))
    columns = (Orders.paid_fen, Orders.unpaid_fen)
    paid, unpaid = (level(rows.assign(code=codes), column, len(numbers)).take(codes) for column in columns)
    worth = total(codes, rows[Orders.amount_fen], len(numbers)).take(codes)
    paid, unpaid, worth = (fen.set_axis(rows.index) for fen in (paid, unpaid, worth))
    rest = worth - paid
    off = ((rest - unpaid).abs() > fen_of(rule)).mask(unpaid.isna(), rest < -fen_of(rule))
    one = currencies(rows).groupby(codes).transform("nunique") == 1
    words = {"amount": money(worth, rows), "other": money(paid, rows), "value": money(unpaid, rows)}
    return RuleResult(once(rows, is_sure(off) & one), words)


@rule("ORD-063", Orders.amount_fen)
def lines_are_of_several_currencies(rows: pd.DataFrame) -> RuleResult:
    """Lines of one order are in several currencies: nothing of it can be added up."""
    lines = pd.DataFrame({"number": rows[Orders.order_no].fillna(rows[Orders.src_key]), "code": currencies(rows)})
    several = lines.groupby("number")["code"].transform("nunique") > 1
    said = lines[several].drop_duplicates().sort_values("code").groupby("number")["code"].agg(", ".join)
    return RuleResult(once(rows, several), {"other": lines["number"].map(said).astype("str").fillna("")})


@rule("ORD-060", Orders.paid_state)
def state_of_payment_does_not_agree(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Paid in full by its words and not by its sums, or not at all by its words and something by its sums."""
    codes, numbers = pd.factorize(rows[Orders.order_no].fillna(rows[Orders.src_key]))
    worth = total(codes, rows[Orders.amount_fen], len(numbers))
    said = paid_level(rows.assign(code=codes), worth)
    paid, worth = (fen.take(codes).set_axis(rows.index) for fen in (said, worth))
    state, least = rows[Orders.paid_state], fen_of(rule)
    off = ((state == PAID) & (worth - paid > least)) | ((state == UNPAID) & (paid > least))
    one = currencies(rows).groupby(codes).transform("nunique") == 1
    return RuleResult(once(rows, is_sure(off) & one), {"amount": money(worth, rows), "other": money(paid, rows)})


@rule("ORD-031", Orders.order_no)
def number_of_other_month(rows: pd.DataFrame) -> pd.Series[bool]:
    """Numbered in another month than ordered."""
    month = rows[Orders.order_no].str.extract(OWN_MONTH, expand=False)  # only our own form says a month
    ordered = rows[Orders.order_date].dt.strftime("%Y%m")
    return once(rows, month.notna() & ordered.notna() & (month != ordered))


@rule("ORD-034", Orders.order_no)
def entered_twice(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Another number with the same customer, model, quantity and price, wanted within the limit of days."""
    order = [str(Orders.requested_date), str(Orders.order_no)]
    by = [
        customer_key(rows[Orders.customer_name]),
        rows[Orders.model].fillna(rows[Orders.product_name]),
        rows[Orders.qty],
        rows[Orders.unit_price].fillna(rows[Orders.amount_fen].astype("object")).fillna(""),
        currencies(rows),
    ]
    known = rows[order].assign(**{f"by{n}": column for n, column in enumerate(by)}).dropna()
    placed = known.sort_values(order, kind="stable")
    groups = placed.groupby([f"by{n}" for n in range(len(by))], sort=False)
    before, number = groups[order[0]].shift(), groups[order[1]].shift()
    near = (placed[order[0]] - before).dt.days <= count_of(rule)
    twice = near & number.notna() & (number != placed[order[1]])
    other = number.where(twice).reindex(rows.index).fillna("")
    return RuleResult(once(rows, twice.reindex(rows.index, fill_value=False)), {"other": other})


@rule("ORD-035", Orders.order_no)
def numbers_are_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A gap before this number, small enough to be one."""
    skipped = _skipped(rows)
    return once(rows, (skipped > 0) & ~(skipped > count_of(context.policy.rules["ORD-053"])))


@rule("ORD-053", Orders.order_no)
def number_jumps(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    """Further from the number before it than anybody skips."""
    return once(rows, _skipped(rows) > count_of(rule))


@rule("ORD-037", Orders.customer_name, needs="customers")
def customer_is_unknown(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """In no line of the customer file, by name or alias or code; similar names are suggested."""
    customers = context["customers"]
    known = set(customer_key(customers[Customers.customer_name]).dropna()) | set(aliases(customers).values())
    linked = link(rows[Orders.customer_name], customers).isin(known)
    coded = rows[Orders.customer_code].isin(customers[Customers.customer_code].dropna())
    mask = once(rows, rows[Orders.customer_name].notna() & ~linked & ~coded)
    near = worded(rows[Orders.customer_name].where(mask), lambda name: SEVERAL.join(suggest(name, customers)))
    return RuleResult(mask, {"suggestion": near})


def _vague(texts: pd.Series[str], several: pd.Series[bool]) -> pd.Series[bool]:
    openness = worded(texts, openness_of)
    return (openness == "vague") | ((openness == "standard") & several)


def openness_of(text: str) -> str:
    """Return how open a text leaves it: "vague", "standard" (open where there are several), or empty."""
    bare = fold_word(text)
    marks = [fold(mark) for mark in spellings.group("model.vague")]
    standards = [fold(mark) for mark in load()["vague.standard"].other]
    drawing = [fold(mark) for mark in load()["vague.drawing"].other]
    found = [mark for mark in marks if mark in bare]
    if any(mark in drawing for mark in found) and any(char.isdigit() for char in bare):
        found = [mark for mark in found if mark not in drawing]
    if any(mark not in standards for mark in found) or bare.endswith(tuple(spellings.group("model.vague_end"))):
        return "vague"
    return "standard" if found else ""


def _reaches(address: str, least: int) -> bool:
    if is_fetched(address):
        return True
    bare = fold_word(address)
    return len(bare) >= least and not any(fold(mark) in bare for mark in load()["vague.address"].other)


def _filed(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series:
    """What the customer file says of the customer of each row."""
    known = filed(context["customers"], column)
    return found_by(link(rows[Orders.customer_name], context["customers"]), known.index, known)


def listed(lines: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[str]:
    """Return what the price list says of the product of each line."""
    prices = context["prices"]
    at = rows_of(lines.assign(**apart(context).loc[lines.index]), prices)
    known = prices[column].array.take(at, allow_fill=True) if len(prices) else [None] * len(lines)
    return pd.Series(known, index=lines.index, dtype="str")


def _is_credit_for_new(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    return is_new(rows, context) & asks(rows[Orders.pay_term], is_credit)


def is_new(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Return whether the row says so, or the customer was filed shortly before the order."""
    window = pd.Timedelta(days=int(context.policy.values["new_customer_days"]))
    young = (rows[Orders.order_date] - _filed(rows, context, Customers.created_on)) < window
    return is_sure(rows[Orders.is_new_customer].fillna(young))


def _skipped(rows: pd.DataFrame) -> pd.Series[int]:
    """Numbers nobody used between this order's and the one before it in its month."""
    parts = rows[Orders.order_no].str.extract(NUMBER)
    made = pd.DataFrame({"month": parts["month"], "serial": pd.to_numeric(parts["serial"])}).dropna()
    used = made.drop_duplicates().sort_values(["month", "serial"])
    before = used.groupby("month")["serial"].shift()
    # The workspace may have been set up in the middle of its first month.
    before = before.mask(before.isna() & (used["month"] != used["month"].min()), 0)
    gap = (used["serial"] - before - 1).astype("Int64")
    keyed = made.merge(used.assign(gap=gap), on=["month", "serial"], how="left").set_axis(made.index)
    return keyed["gap"].reindex(rows.index).fillna(0).astype("int64")
