"""The order confirmation letter: which orders get one tonight, and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.money import ONE, format_money, spoken, times
from pipeline.core.phrases import phrase
from pipeline.core.values import format_value
from pipeline.orders.confirmation import lacking, wanted
from pipeline.orders.people import handed_over, heirs
from pipeline.publishing.letters.draft import Draft, named
from pipeline.publishing.letters.values import format_day, format_number, format_quantity, format_weekday, known
from reports.letters import CONFIRMATION, LIST
from schemas.derived.status import OrderFacts
from schemas.incoming.orders import Orders
from schemas.incoming.staff import Staff
from schemas.language.words import translate
from schemas.table import Type

if TYPE_CHECKING:
    from pipeline.publishing.letters.draft import Sender

NUMBER = "QR"
PRICE_PLACES = 2
HEADS = [
    str(column)
    for column in (
        *(OrderFacts.order_no, OrderFacts.customer_name, OrderFacts.order_date),
        *(OrderFacts.due_on, OrderFacts.conf_sent_at, OrderFacts.conf_at),
    )
]
SAID = [
    str(column)
    for column in (
        *(Orders.product_name, Orders.model, Orders.spec_text, Orders.qty, Orders.uom, Orders.unit_price),
        *(Orders.amount_fen, Orders.discount, Orders.discount_fen, Orders.tax_rate, Orders.is_tax_included),
        *(Orders.promised_date, Orders.requested_date, Orders.customer_po, Orders.contract_no),
        *(Orders.pay_term, Orders.deposit),
        *(Orders.address, Orders.contact, Orders.phone, Orders.sales_owner),
    )
]
Row = Mapping[str, Any]


def confirmations(
    tables: Mapping[str, pd.DataFrame], sender: Sender, *, as_of: datetime, reply_by: date, reply_days: int
) -> list[Draft]:
    """Return one draft per order that wants a letter and lacks nothing it says, in order of number."""
    order_facts, lines = tables[OrderFacts.name], tables[Orders.name]
    chosen = order_facts[wanted(tables, as_of=pd.Timestamp(as_of))]
    lines = lines[lines[Orders.order_no].isin(chosen[OrderFacts.order_no])]
    chosen = chosen[~chosen[OrderFacts.order_no].isin(list(lacking(lines, sender.lang)))]
    given = heirs(tables[Staff.name], pd.Timestamp(as_of))
    by_order = _by_order(lines.assign(sales_owner=handed_over(lines[Orders.sales_owner], None, given)))
    answer = {"reply_by": format_weekday(reply_by, sender.lang), "reply_days": str(reply_days)}
    drafts = []
    for order in records(chosen[HEADS].sort_values(OrderFacts.order_no, kind="stable")):
        number, customer = order["order_no"], order["customer_name"]
        head = sender.head(f"{NUMBER}-{number}-{sender.day:%Y%m%d}", customer)
        values = head | _facts(order, by_order[number], sender.lang) | answer
        drafts.append(Draft(CONFIRMATION.key, number, customer, values))
    return list(named(drafts, sender.lang))


def _by_order(lines: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for number, row in zip(lines[Orders.order_no], records(lines[SAID]), strict=True):
        found.setdefault(number, []).append(row)
    return found


def _replaces(order: Row, lang: str) -> str:
    """The letter this one takes the place of; blank for the first."""
    if known(order["conf_sent_at"]):
        return phrase("letter.replaces_of", lang, day=format_day(order["conf_sent_at"], lang))
    return translate("letter.replaces_earlier", lang) if known(order["conf_at"]) else ""


def _facts(order: Row, lines: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """What was ordered; facts of the whole order stand on the first line that knows them."""
    first = {column: next((row[column] for row in lines if known(row[column])), "") for column in lines[0]}
    total = sum(int(row["amount_fen"]) for row in lines)
    return {
        "order_no": order["order_no"],
        "order_on": format_day(order["order_date"], lang),
        "replaces": _replaces(order, lang),
        "total": format_money(total),
        "total_words": spoken(total),
        "tax": _tax(lines, lang),
        "discount": _discount(lines, total),
        "address": first["address"] or translate("letter.pickup", lang),
        **{
            column: first[column]
            for column in ("customer_po", "contract_no", "pay_term", "deposit", "contact", "phone")
        },
        "sales_owner": first["sales_owner"],
        LIST: [_line(n, row, order) for n, row in enumerate(lines, 1)],
    }


def _line(number: int, row: Row, order: Row) -> dict[str, str]:
    due = next((day for day in (row["promised_date"], row["requested_date"], order["due_on"]) if known(day)), None)
    return {
        "line_no": str(number),
        "product": " ".join(row[name] for name in ("product_name", "model", "spec_text") if known(row[name])),
        "qty": format_quantity(row["qty"]),
        "uom": row["uom"] if known(row["uom"]) else "",
        "price": format_number(row["unit_price"], PRICE_PLACES),
        "amount": format_money(row["amount_fen"]),
        "due_on": f"{due:%Y-%m-%d}" if due is not None else "",
    }


def _tax(lines: list[dict[str, Any]], lang: str) -> str:
    """What is said of tax, where all lines say the same: amounts hold it, prices may not."""
    included = {row["is_tax_included"] for row in lines if known(row["is_tax_included"])}
    rates = {format_value(row["tax_rate"], Type.RATE) for row in lines}
    if len(included) != 1 or any(not known(row["is_tax_included"]) for row in lines):
        return ""
    word = "letter.tax_in" if included.pop() else "letter.tax_out"
    rate = rates.pop() if len(rates) == 1 else ""
    return phrase(f"{word}_rate", lang, rate=rate) if rate else translate(word, lang)


def _discount(lines: list[dict[str, Any]], total: int) -> str:
    """What was taken off price by quantity; blank where no line has a discount."""
    if not any(known(row["discount"]) or known(row["discount_fen"]) for row in lines):
        return ""
    factors = [_taxed(row) for row in lines]
    if any(factor is None for factor in factors):
        return ""
    rows = zip(lines, factors, strict=True)
    full = sum(times(row["unit_price"], Decimal(int(row["qty"])) / 1000, factor or ONE) for row, factor in rows)
    return format_money(full - total) if full > total else ""


def _taxed(row: dict[str, Any]) -> Decimal | None:
    """Return what makes the price one with tax; None where nobody says the rate."""
    if not known(row["is_tax_included"]) or row["is_tax_included"]:
        return ONE
    return ONE + row["tax_rate"] if known(row["tax_rate"]) else None
