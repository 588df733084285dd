"""Orders, customers and complaints as documents: their rows, with what is worked out for other systems."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.money import times, yuan
from pipeline.core.text import fold, fold_word
from pipeline.orders.customers import customer_key, link
from pipeline.orders.discounts import best_reading
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_day
from schemas.derived.status import OrderStatus
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.language import spellings
from schemas.table import Source

Tables = Mapping[str, pd.DataFrame]
THOUSANDTHS = 1000
NARROW = Decimal("0.000001")
ROUNDING_FEN = 1
OVER = "cancelled"
MODULE = "nightdesk"
PLAIN_KEY = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
HASHED = 10
FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Record:
    """One document of ours. `number` is its name there; `is_entered` is None where nobody is asked."""

    key: str
    name: str
    customer: str
    rows: Sequence[Mapping[str, Any]]
    number: str = ""
    is_entered: bool | None = None
    is_over: bool = False
    held: tuple[str, ...] = ()  # places of rows that wait
    lines: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()  # places of rows that have the same number


def orders(tables: Tables, today: date) -> Iterator[Record]:
    """Yield one document an order, one row a line."""
    frame, filed = tables[Orders.name], _filed(tables, Orders.name)
    order_status = tables[OrderStatus.name]
    states = dict(zip(order_status[OrderStatus.order_no], order_status[OrderStatus.state], strict=True))
    key = frame[Orders.order_no].fillna(frame[Orders.src_key])
    for order_no, lines in _grouped(frame, key):
        first = lines[0]
        is_entered, number = parse_entered(_text(first[Orders.erp_entered]), today)
        name, customer_xid = filed[str(first[Orders.src_seq])]
        shared = {
            "order_xid": external_id("order", order_no),
            "customer_xid": customer_xid,
            "customer": name,
            "erp_no": number,
            "reference": " / ".join(part for part in (_text(first[Orders.customer_po]), order_no) if part),
            "delivery_on": _first(first[Orders.promised_date], first[Orders.requested_date]),
        }
        rows = [line | shared | _line(line, shared["order_xid"]) for line in lines]
        yield Record(
            key=order_no,
            name=order_no,
            customer=name,
            rows=rows,
            number=number,
            is_entered=is_entered,
            is_over=states.get(order_no) == OVER or not pd.isna(first[Orders.cancelled_on]),
            held=tuple(_places(lines)),
            lines=tuple(str(row["line_xid"]) for row in rows),
        )


def _line(line: Mapping[str, Any], order_xid: str) -> dict[str, Any]:
    code, model, product, spec = (
        _text(line[column]) for column in (Orders.product_code, Orders.model, Orders.product_name, Orders.spec_text)
    )
    return {
        "line_xid": f"{order_xid}_line_{short_hash(str(line[Orders.src_key]))}",
        "item": code or model or product,
        "item_text": " ".join(part for part in (product, model, spec) if part),
        "net_price": _net_price(line),
    }


def _net_price(line: Mapping[str, Any]) -> Decimal | None:
    """Yuan a unit after the discount; as the amount of the line says where a discount may be read in two ways.

    A price before tax stays one; the amount is with tax.
    """
    price, qty, discount, less, amount, rate, is_gross = (
        _value(line[column])
        for column in (
            *(Orders.unit_price, Orders.qty, Orders.discount, Orders.discount_fen),
            *(Orders.amount_fen, Orders.tax_rate, Orders.is_tax_included),
        )
    )
    if price is None or not qty:
        return None
    is_net = is_gross is not None and not is_gross
    tax = rate if is_net else None
    comparable = None if is_net and tax is None else amount
    factor = best_reading(price, int(qty), discount, less, comparable, tax)[2] or Decimal(1)
    count, net = Decimal(int(qty)) / THOUSANDTHS, price * factor
    if less and comparable is not None:
        taxed = 1 + (tax or 0)
        full, off = times(price, count, factor * taxed), times(yuan(less), Decimal(1), Decimal(taxed))
        if abs(full - off - comparable) <= ROUNDING_FEN:
            net -= yuan(less) / count
    return Decimal(net.quantize(NARROW))


def customers(tables: Tables) -> Iterator[Record]:
    """Yield one document a customer; its name is what other systems know it by."""
    for row in records(tables[Customers.name]):
        name = _text(row[Customers.customer_name])
        own = row | {"customer_xid": _customer_xid(_text(row[Customers.customer_code]), name)}
        held = tuple(_places([row]))
        key = str(row[Customers.src_key])
        yield Record(key, name or key, name, [own], number=name, held=held)


def complaints(tables: Tables, today: date) -> Iterator[Record]:
    """Yield one document a complaint; of several with one number nobody can say which is meant."""
    filed, frame = _filed(tables, Complaints.name), tables[Complaints.name]
    for number, rows in _grouped(frame, frame[Complaints.complaint_no].fillna(frame[Complaints.src_key])):
        twice = tuple(_place(row) for row in rows) if len(rows) > 1 else ()
        for n, row in enumerate(rows):
            key = number if n == 0 else str(row[Complaints.src_key])
            yield _complaint(row, key, filed[str(row[Complaints.src_seq])][0], twice=twice, today=today)


def _complaint(row: dict[str, Any], key: str, customer: str, *, twice: tuple[str, ...], today: date) -> Record:
    is_entered, number = parse_entered(_text(row[Complaints.crm_entered]), today)
    name, kind = _text(row[Complaints.complaint_no]) or key, _text(row[Complaints.complaint_type])
    own = row | {
        "complaint_xid": external_id("complaint", key),
        "customer": customer,
        "crm_no": number,
        "headline": " ".join(part for part in (name, _spelled(kind), _text(row[Complaints.subject])) if part),
        "complained_on": row[Complaints.complained_at],
    }
    is_over = not pd.isna(row[Complaints.withdrawn_on])
    return Record(key, name, customer, [own], number, is_entered, is_over, tuple(_places([row])), twice=twice)


MAKERS: dict[str, Callable[[Tables, date], Iterator[Record]]] = {
    Orders.name: orders,
    Customers.name: lambda tables, _today: customers(tables),
    Complaints.name: complaints,
}


def _filed(tables: Tables, table: str) -> dict[str, tuple[str, str]]:
    """Version of a row → its customer as filed, and the external id of that customer."""
    frame, file = tables[table], tables[Customers.name]
    names = frame[Orders.customer_name]
    known: dict[str, tuple[str, str]] = {}
    for key, row in zip(customer_key(file[Customers.customer_name]), records(file), strict=True):
        name = _text(row[Customers.customer_name])
        known.setdefault(str(key), (name, _customer_xid(_text(row[Customers.customer_code]), name)))
    found = zip(frame[Source.src_seq], names, link(names, file), strict=True)
    return {str(seq): known.get(str(key), (_text(name), _customer_xid("", _text(name)))) for seq, name, key in found}


def _customer_xid(code: str, name: str) -> str:
    return external_id("customer", code or name) if code or name else ""


def _grouped(frame: pd.DataFrame, key: pd.Series[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for name, row in zip(key, records(frame), strict=True):
        grouped.setdefault(str(name), []).append(row)
    yield from grouped.items()


def _places(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Where rows stand that wait."""
    return (_place(row) for row in rows if _value(row[Source.src_held]))


def _place(row: Mapping[str, Any]) -> str:
    return " › ".join(str(row[c]) for c in (Source.src_file, Source.src_sheet, Source.src_row))


def _spelled(kind: str) -> str:
    """A type of complaint as people first write it."""
    return next((spelling for spelling, key in spellings.group("choice.complaint_type").items() if key == kind), kind)


def _first(*values: Any) -> Any:
    return next((value for value in values if not pd.isna(value)), None)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _value(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def external_id(kind: str, key: str) -> str:
    """Return the name of a record in other systems: ``nightdesk.order_202405_001``.

    It stays the same for ever and is never two records' own: what it cannot hold is told apart by a hash.
    """
    bare = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_")
    tail = bare if PLAIN_KEY.fullmatch(key) else f"{bare}_{short_hash(key)}".lstrip("_")
    return f"{MODULE}.{kind}_{tail}"


def short_hash(text: str) -> str:
    """Return a short name of any text."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASHED]


def parse_entered(text: str | None, today: date) -> tuple[bool, str]:
    """Return whether a record is in the other system, and its number there; empty when nobody wrote one."""
    bare = (text or "").strip()
    if not bare or fold_word(bare) in _words("bool.no"):
        return False, ""
    is_number = fold_word(bare) not in _words("bool.yes") and FIGURE.search(bare) and not _is_day(bare, today)
    return True, bare if is_number else ""


def _is_day(text: str, today: date) -> bool:
    # figures alone are a number there, even where they could be read as a day
    return not text.isdecimal() and isinstance(parse_day(text, DateContext(window=today, want="event")).value, date)


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(fold(word) for word in spellings.group(group))
