"""Orders become open items: one row per instalment that is owed."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.orders.customers import link
from pipeline.orders.pay_terms import parse_term
from pipeline.receivables.context import as_days, either, flags, ints
from pipeline.receivables.due import OrderDays, due_days
from pipeline.receivables.sums import running, whole
from pipeline.receivables.tables import Items, OpeningItems
from schemas.derived.receivables import Receivables
from schemas.derived.status import OrderFacts
from schemas.incoming.customers import Opening
from schemas.table import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.orders.pay_terms import Part
    from pipeline.receivables.context import AgeingContext, Bools, Days, Ints


OPENING = "opening"
NAMELESS, SIGNS = "OPEN-", 6  # of an item without a number of its own
CARRIED = (
    OrderFacts.order_no,
    OrderFacts.customer_name,
    OrderFacts.sales_owner,
    OrderFacts.pay_term,
    OrderFacts.src_file,
    OrderFacts.src_sheet,
    OrderFacts.src_row,
)


def numbered(order_facts: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return every order anybody may name: those with facts, then opening items without one.

    Columns `order_no`, `customer_name`, `currency`, `customer_key`; the position is the `place` of an order.
    """
    names = [OrderFacts.order_no, OrderFacts.customer_name, OrderFacts.currency]
    orders = order_facts[[str(name) for name in names]].assign(currency=currencies(order_facts))
    opened = opening_rows(context)
    if len(opened):
        first = opened.assign(currency=currencies(opened)).drop_duplicates("number")
        others = first[~first[OpeningItems.number].isin(order_facts[OrderFacts.order_no])]
        rest = others[["number", str(Opening.customer_name), "currency"]].set_axis(orders.columns, axis=1)
        said = orders["order_no"].map(first.set_index("number")["currency"])
        orders = pd.concat([orders.assign(currency=said.fillna(orders["currency"])), rest], ignore_index=True)
    return orders.assign(customer_key=_keys(orders[OrderFacts.customer_name], context)).reset_index(drop=True)


def _keys(names: pd.Series[str], context: AgeingContext) -> pd.Series[str]:
    """The customers of these names; an empty text where nobody is named."""
    return link(names, context.heads("customers")).fillna("").astype("str")


def owed_instalments(order_facts: pd.DataFrame, orders: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return the items owed at `as_of`, by order, oldest first, with what is known of them so far (`Items`).

    Beside them `base` (key of ``base.*``), `is_lost` (no due day for too long), `is_assumed` and
    `is_unknown` (the pay term), `disputed_order_fen`, `complaints`, `place` (of the order in
    `orders`). An opening item stands for its whole order, and is owed by the customer it names itself.
    """
    opened = _opening(orders, context)
    owing = _owing(order_facts, context)
    owing[opened[Items.place][opened[Items.place] < len(order_facts)]] = False
    made = _ordered(order_facts, np.flatnonzero(owing), context)
    made[Receivables.customer_key] = orders["customer_key"].array.take(made[Items.place].to_numpy())
    items = pd.concat([made, opened], ignore_index=True) if len(opened) else made
    items[Receivables.currency] = orders["currency"].array.take(items[Items.place].to_numpy())
    undated = items[Receivables.due_on].fillna(pd.Timestamp.max.floor("D"))
    by = np.lexsort((items[Receivables.instalment_no], undated, items[Items.place]))
    return items.iloc[by].reset_index(drop=True)


def _owing(order_facts: pd.DataFrame, context: AgeingContext) -> Bools:
    """Held and cancelled orders owe nothing."""
    is_cancelled = ~np.isnat(context.happened(order_facts[OrderFacts.cancelled_on]))
    return np.asarray(
        ~flags(order_facts[OrderFacts.is_held]) & ~is_cancelled & (ints(order_facts[OrderFacts.amount_fen]) > 0)
    )


def _ordered(order_facts: pd.DataFrame, owing: Ints, context: AgeingContext) -> pd.DataFrame:
    codes, texts = pd.factorize(order_facts[OrderFacts.pay_term].fillna(""))
    terms = plan(list(texts))
    counts = terms.counts[codes[owing]]
    order = np.repeat(owing, counts)
    number = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    part = terms.starts[codes][order] + number
    facts = _facts(order_facts, order, context)
    said = {name: values[part] for name, values in terms.texts.items()}
    spans = {name: values[part] for name, values in terms.spans.items()}
    when = due_days(context, facts, said, spans, terms.is_unknown[part])
    fen = split(terms, order, part, ints(order_facts[OrderFacts.amount_fen])[order])
    items = pd.DataFrame({str(column): order_facts[column].array.take(order) for column in CARRIED})
    items[Items.place] = order
    items[Receivables.instalment_no] = number + 1
    items[Receivables.instalment] = pd.array(said["label"], dtype="str")
    items[Receivables.term] = pd.array(said["code"], dtype="str")
    items[Items.base] = pd.array(said["base"], dtype="str")
    items[Receivables.base_on] = _moments(when.base)
    items[Receivables.unrolled_on] = _moments(when.unrolled)
    items[Receivables.due_on] = _moments(when.due)
    items[Receivables.billed_fen] = fen
    items[Items.disputed_order_fen] = ints(order_facts[OrderFacts.disputed_fen])[order]
    items[Items.complaints] = ints(order_facts[OrderFacts.open_complaints])[order]
    items[Items.is_lost] = when.is_lost
    items[Items.is_unknown] = terms.is_unknown[part]
    items[Items.is_assumed] = terms.is_assumed[part]
    return items[when.is_owed & (fen > 0)]


def _facts(order_facts: pd.DataFrame, order: Ints, context: AgeingContext) -> OrderDays:
    confirmed = np.where(
        flags(order_facts[OrderFacts.is_confirmed]),
        context.happened(order_facts[OrderFacts.conf_at]),
        np.datetime64("NaT", "D"),
    )
    signed = context.happened(order_facts[OrderFacts.signed_on])
    touched = either(context.happened(order_facts[OrderFacts.first_signed_on]), signed)
    shipped = either(context.happened(order_facts[OrderFacts.shipped_on]), touched)
    arrival = either(as_days(order_facts[OrderFacts.eta_on]), shipped)
    invoiced = context.happened(order_facts[OrderFacts.invoiced_on])
    return OrderDays(*(days[order] for days in (confirmed, shipped, signed, touched, invoiced, arrival)))


def _opening(orders: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Items from before the first night. What the customer has to his credit is no item."""
    rows = opening_rows(context)
    rows = rows[ints(rows[Opening.open_fen]) > 0]
    unrolled = as_days(rows[Opening.due_on])
    numbers = rows[OpeningItems.number].reset_index(drop=True)
    return pd.DataFrame(
        {
            str(Receivables.order_no): numbers,
            "place": pd.Index(orders["order_no"]).get_indexer(pd.Index(numbers)) if len(rows) else 0,
            str(Receivables.customer_name): rows[Opening.customer_name].array,
            str(Receivables.customer_key): _keys(rows[Opening.customer_name], context).array,
            str(Receivables.sales_owner): rows[Opening.sales_owner].array,
            str(Receivables.pay_term): pd.array([None] * len(rows), dtype="str"),
            str(Receivables.src_file): rows["src_file"].array,
            str(Receivables.src_sheet): rows["src_sheet"].array,
            str(Receivables.src_row): rows["src_row"].array,
            str(Receivables.instalment_no): numbers.groupby(numbers).cumcount() + 1,
            str(Receivables.instalment): pd.array([OPENING] * len(rows), dtype="str"),
            str(Receivables.term): pd.array([None] * len(rows), dtype="str"),
            "base": pd.array([None] * len(rows), dtype="str"),
            str(Receivables.base_on): rows[Opening.happened_on].array,
            str(Receivables.unrolled_on): rows[Opening.due_on].array,
            str(Receivables.due_on): _moments(context.calendar.roll(unrolled)),
            str(Receivables.billed_fen): ints(rows[Opening.open_fen]),
            "disputed_order_fen": 0,
            "complaints": 0,
            "is_lost": np.isnat(unrolled),
            "is_unknown": False,
            "is_assumed": False,
        }
    )


def opening_rows(context: AgeingContext) -> pd.DataFrame:
    """Return opening rows up to `as_of` with their `number`."""
    rows = context.heads("opening")
    happened = as_days(rows[Opening.happened_on])
    rows = rows[~(happened > context.today)]
    by = [Opening.customer_name, Opening.happened_on, Opening.due_on, Opening.open_fen]
    rows = rows.sort_values([str(column) for column in by], kind="stable")
    return rows.assign(number=_numbers(rows))


def _numbers(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what each item is called: its order, else its invoice, else a name made of its own key.

    A key says what the item is, not where it stands: another item in front renames none.
    """
    made = [item_number(key) for key in rows[Source.src_key].fillna("").astype("str")]
    named = rows[Opening.order_no].fillna(rows[Opening.invoice_no])
    numbers = named.fillna(pd.Series(made, index=rows.index, dtype="str")).astype("str")
    codes = currencies(rows)
    first = codes.groupby(numbers).transform("first") if len(rows) else codes
    return numbers.where(codes == first, numbers + " " + codes).astype("str")  # one item, one currency


def item_number(key: str) -> str:
    """Return what an opening item without a number of its own is called, by its key in the ledger."""
    return f"{NAMELESS}{b32encode(blake2s(key.encode(), digest_size=10).digest()).decode()[:SIGNS]}"


def _moments(days: Days) -> pd.Series:
    return pd.Series(days.astype("datetime64[us]"))


MILLION = 1_000_000


@dataclass(frozen=True)
class PaymentPlan:
    """Parts of all terms in a row; term t has `counts[t]` parts from `starts[t]` on.

    `portions` in millionths. The last part, or the one without a share, takes what is left.
    """

    counts: Ints
    starts: Ints
    portions: Ints
    amounts: Ints
    is_rest: Bools
    texts: dict[str, np.ndarray[Any, Any]]
    spans: dict[str, Ints]
    is_unknown: Bools
    is_assumed: Bools


def plan(texts: Sequence[str]) -> PaymentPlan:
    """Return the plan of these terms, in their order."""
    terms = [parse_term(text) for text in texts]
    parts = [part for term in terms for part in term.parts]
    counts = np.array([len(term.parts) for term in terms], dtype="int64")
    rests = [_rest(term.parts) for term in terms]
    return PaymentPlan(
        counts=counts,
        starts=np.cumsum(counts) - counts,
        portions=np.array([int((part.portion or 0) * MILLION) for part in parts], dtype="int64"),
        amounts=np.array([part.amount_fen or 0 for part in parts], dtype="int64"),
        is_rest=np.array(
            [place == rest for term, rest in zip(terms, rests, strict=True) for place in range(len(term.parts))],
            dtype="bool",
        ),
        texts={
            name: np.array([getattr(part, name) for part in parts], dtype="object")
            for name in ("code", "label", "base", "kind")
        },
        spans={
            name: np.array([getattr(part, name) for part in parts], dtype="int64")
            for name in ("days", "months", "day_of_month")
        },
        is_unknown=np.array([term.unknown for term in terms for _ in term.parts], dtype="bool"),
        is_assumed=np.array([term.days_assumed for term in terms for _ in term.parts], dtype="bool"),
    )


def _rest(parts: tuple[Part, ...]) -> int:
    silent = [place for place, part in enumerate(parts) if part.portion is None and part.amount_fen is None]
    return silent[0] if silent else len(parts) - 1


def split(plan: PaymentPlan, order: Ints, part: Ints, totals: Ints) -> Ints:
    """Return fen of every part; `order` and `part` say whose it is, `totals` what its order is worth.

    Parts of an order stand together. They never add up to more or less than the order.
    """
    millions, rest = np.divmod(totals, MILLION)  # apart, because the whole of it by its share is more than int64
    share = plan.portions[part]
    said = np.where(share > 0, millions * share + (rest * share + MILLION // 2) // MILLION, plan.amounts[part])
    said = np.where(plan.is_rest[part], 0, said)
    upto = running(said, order)
    fen = np.minimum(upto, totals) - np.minimum(upto - said, totals)
    return np.where(plan.is_rest[part], totals - whole(fen, order), fen)
