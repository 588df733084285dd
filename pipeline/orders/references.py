"""Which orders and complaints rows of other sheets name: joined once a night, so that all later tables know them.

Numbers are stored as they are written. Here each is given the spelling of its record's own row; one that differs from
the only record it can mean is joined with a note, one that may mean several is asked about and left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.frames import conform, empty
from pipeline.core.numbers import EQUALS, SEPARATOR, join_list, split_list
from pipeline.core.text import fold_number
from pipeline.orders.customers import customer_key
from pipeline.orders.known_numbers import (
    EXACT,
    LISTED,
    NEAR,
    SEVERAL,
    TAIL,
    UNKNOWN,
    KnownNumbers,
    Meant,
    as_written,
    numbers_named,
    told_apart,
    unsure,
)
from pipeline.orders.tables import References
from schemas.derived.joins import Joins
from schemas.incoming.complaints import Actions, Capa, Complaints, Evidence, Visits
from schemas.incoming.customers import Opening
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.table import Source

LISTED_SIGNS = f"[{SEPARATOR}{EQUALS}]"  # several numbers, or one with its sum
APART = "\uff20"  # in a business key: what a number that several customers or years share is told apart by
ABOUT_ORDERS = {
    Tracking.name: "",
    Shipments.name: "",
    Reminders.name: str(Reminders.customer_name),
    Complaints.name: str(Complaints.customer_name),
}  # kind → the column that names the customer
ABOUT_COMPLAINTS = (Actions.name, Visits.name, Evidence.name, Capa.name)
ORDER, COMPLAINT = str(Orders.order_no), str(Complaints.complaint_no)
LISTED_IN, CUSTOMER, YEAR = str(Receipts.order_nos), str(Orders.customer_name), r"\d{4}"
LISTS = {Invoices.name: (str(Invoices.buyer),), Receipts.name: (str(Receipts.customer_name), str(Receipts.payer))}


@dataclass
class _Joined:
    """What was found in one column of one kind: texts in the spelling of their records, and what is to be told."""

    kind: str
    column: str
    told: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, seq: object, written: str, other: tuple[str, ...], *, is_asked: bool) -> None:
        told = {"kind": self.kind, "field": self.column, "src_seq": seq, "written": written}
        plain = [as_written(number) for number in other]
        shown = plain if len({*plain}) == len(plain) else other  # of records that share a number each by its own name
        self.told.append({**told, "other": ", ".join(shown), "is_asked": is_asked})


def join(
    tables: Mapping[str, pd.DataFrame], former: Iterable[tuple[str, str, str]] = ()
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with every number in the spelling of its record, and `Joins`.

    `former`: kind, number and the number of today of records whose number was corrected; others call them so still.
    """
    made = {**tables, Orders.name: own_numbers(tables[Orders.name], Orders.order_no, Orders.src_key)}
    made[Complaints.name] = own_numbers(made[Complaints.name], Complaints.complaint_no, Complaints.src_key)
    told: list[dict[str, Any]] = []
    before = {kind: [(was, now) for of, was, now in former if of == kind] for kind in (Orders.name, Complaints.name)}
    orders = known_orders({**made, Invoices.name: empty(Invoices)}, former=before[Orders.name])
    for kind, customer in ABOUT_ORDERS.items():
        made[kind] = _with_numbers(made[kind], _Joined(kind, ORDER), orders, (customer,) if customer else (), told)
    made[Opening.name] = _opening(made[Opening.name], orders)
    for kind, customers in LISTS.items():  # receipts last: they may name invoices
        made[kind] = _with_numbers(
            made[kind], _Joined(kind, LISTED_IN), known_orders(made, kind, former=before[Orders.name]), customers, told
        )
    complaints = numbers_named(
        dict.fromkeys(made[Complaints.name][COMPLAINT].dropna().unique(), ""), [], before[Complaints.name]
    )
    for kind in ABOUT_COMPLAINTS:
        made[kind] = _with_numbers(made[kind], _Joined(kind, COMPLAINT), complaints, (), told)
    joins = pd.DataFrame(told, columns=[str(name) for name in Joins.columns])
    return made, conform(joins, Joins)


def known_orders(
    tables: Mapping[str, pd.DataFrame],
    asked_of: str = "",
    more: Mapping[str, str] | None = None,
    former: Sequence[tuple[str, str]] = (),
) -> KnownNumbers:
    """Return the numbers of all orders and opening items, and those of contracts and invoices that name them.

    `asked_of`: the kind of sheet that is to be joined; an invoice is not named by itself. `more`: further numbers with
    the keys of their customers. `former`: numbers by which orders went before, with those of today.
    """
    orders, opening = tables.get(Orders.name, empty(Orders)), tables[Opening.name]
    owners = dict(_pairs(orders[Orders.order_no], customer_key(orders[Orders.customer_name])))
    numbers = opening[Opening.order_no].fillna(opening[Opening.invoice_no])
    opened = dict(_pairs(numbers, customer_key(opening[Opening.customer_name])))
    links = [
        *_pairs(orders[Orders.contract_no], orders[Orders.order_no]),
        *_pairs(opening[Opening.invoice_no], numbers),
    ]
    if asked_of != Invoices.name:
        rows = tables[Invoices.name]
        parts = named(rows[Invoices.order_nos])
        links += _pairs(rows[Invoices.invoice_no].iloc[parts[References.row]], parts[References.order_no])
    return numbers_named({**(more or {}), **opened, **owners}, links, former)


def _pairs(keys: pd.Series[str], values: pd.Series[str]) -> list[tuple[str, str]]:
    """Those with a key, each different pair once; an empty text where no value stands."""
    made = zip(keys.to_numpy(dtype="object"), values.fillna("").to_numpy(dtype="object"), strict=True)
    return [pair for pair in dict.fromkeys(made) if isinstance(pair[0], str)]


def own_numbers(rows: pd.DataFrame, column: str, key: str) -> pd.DataFrame:
    """Return rows of a record with its number spelt as in its first row, told apart where several records share it."""
    written = rows[column]
    first: dict[str, str] = {}
    spelt = {text: first.setdefault(fold_number(text), text) for text in written.dropna().unique()}
    other = {text: own for text, own in spelt.items() if text != own}
    apart = rows[key].str.contains(APART, regex=False, na=False).to_numpy(dtype=bool) & written.notna().to_numpy()
    if not other and not apart.any():
        return rows
    numbers = written.replace(other).astype("str")
    if apart.any():
        by = rows[key][apart].str.partition(APART)[2].str.partition("|")[0]
        names = rows[Orders.customer_name][apart].where(~by.str.fullmatch(YEAR), by) if CUSTOMER in rows else by
        pairs = zip(numbers[apart], names.fillna(by), strict=True)
        numbers[apart] = pd.array([told_apart(number, name) for number, name in pairs], dtype="str")
    return rows.assign(**{column: numbers})


def as_tonight(rows: pd.DataFrame, key: str, orders: pd.DataFrame) -> pd.DataFrame:
    """Return what was said of orders before, under the numbers they have tonight; `key`: the column of line keys."""
    tonight = dict(_pairs(orders[Source.src_key].str.partition("|")[0], orders[Orders.order_no])) if len(orders) else {}
    numbers = rows[key].str.partition("|")[0].map(tonight) if len(rows) else rows[Orders.order_no]
    return rows.assign(order_no=numbers.where(numbers.notna() & (numbers != ""), rows[Orders.order_no]).astype("str"))


def _opening(rows: pd.DataFrame, known: KnownNumbers) -> pd.DataFrame:
    """An opening item and an order of one number are one debt, however the number is spelt."""
    spelt = {text: known.named(text).numbers for text in rows[Opening.order_no].dropna().unique()}
    other = {text: own[0] for text, own in spelt.items() if len(own) == 1 and own[0] != text}
    return rows.assign(order_no=rows[Opening.order_no].replace(other)) if other else rows


def _with_numbers(
    rows: pd.DataFrame, joined: _Joined, known: KnownNumbers, customers: tuple[str, ...], told: list[dict[str, Any]]
) -> pd.DataFrame:
    """The rows with the column in the spelling of the records; nearly all stand so already and are not looked at."""
    texts = rows[joined.column]
    strange = np.flatnonzero((texts.notna() & ~texts.isin(known.plain)).to_numpy(dtype=bool))
    if not len(strange):
        return rows
    keys = pd.Series(index=rows.index, dtype="str")
    for column in customers:
        keys = keys.fillna(customer_key(rows[column]))
    seqs, values = rows[Source.src_seq].to_numpy(dtype="object"), texts.to_numpy(dtype="object").copy()
    join_one = _list_joined if joined.column == LISTED_IN else _number_joined
    for at in strange.tolist():
        key = keys.iat[at]
        values[at] = join_one(values[at], key if isinstance(key, str) else "", known, joined, seqs[at])
    told += joined.told
    return rows.assign(**{joined.column: pd.Series(values, index=rows.index, dtype="str")})


def _number_joined(text: str, customer: str, known: KnownNumbers, joined: _Joined, seq: object) -> str:
    meant = known.means(text, customer)
    if len(meant.numbers) > 1:
        joined.tell(seq, text, meant.numbers, is_asked=True)
        return unsure(text)
    if meant.how == NEAR:
        joined.tell(seq, text, meant.numbers, is_asked=False)
    return meant.numbers[0] if meant.numbers else text


def _list_joined(text: str, customer: str, known: KnownNumbers, joined: _Joined, seq: object) -> str:
    pieces, sums, before = split_list(text), dict[str, int | None](), ""
    for number, fen in pieces:
        (meant, said), name = _piece(number, fen, before, known, customer), number
        if meant.how == SEVERAL or (len(meant.numbers) > 1 and said is not None and len(pieces) > 1):
            joined.tell(seq, number, meant.numbers, is_asked=True)
            meant, name = Meant(), unsure(number)
        elif meant.how == NEAR or (meant.how == LISTED and not _says_all(number, meant.numbers)):
            joined.tell(seq, number, meant.numbers, is_asked=False)
        for own in meant.numbers or (name,):
            share = said if len(meant.numbers) < 2 else None  # noqa: PLR2004 - of several no one says how much
            sums[own] = share if sums.get(own) is None else (sums[own] or 0) + (share or 0)
        is_end = TAIL.fullmatch(number) and meant.numbers
        before = meant.numbers[-1] if is_end else number
    return join_list(sums.items())


def _piece(number: str, fen: int | None, before: str, known: KnownNumbers, customer: str) -> tuple[Meant, int | None]:
    """What one piece of a list means, and the fen said for it: brackets at its end may be its own and no sum."""
    found = known.named(number, customer)
    if found.how == UNKNOWN and fen is not None and not fen % 100:
        whole = known.named(f"{number}({fen // 100})", customer)
        if whole.how == EXACT:
            return whole, None
    if found.how == UNKNOWN and before and (tail := known.parts(number, before)):
        return Meant(tail, LISTED), fen
    if found.how == UNKNOWN:
        found = known.means(number, customer)
    if found.how == UNKNOWN and (numbers := known.inside(number, customer)) and known.is_explained(number, numbers):
        found = Meant(numbers, NEAR)
    return found, fen


def _says_all(text: str, numbers: tuple[str, ...]) -> bool:
    return all(fold_number(as_written(number)) in fold_number(text) for number in numbers)


def named(order_nos: pd.Series[str]) -> pd.DataFrame:
    """Return the orders that documents name.

    Shape: document x order named (`References`). `row` is a position; `fen` is missing when not said.
    """
    known = order_nos.astype("str").reset_index(drop=True).dropna()
    # nearly every paper names one order and no sum: only the others are taken apart
    is_list = known.str.contains(LISTED_SIGNS, regex=True).to_numpy(dtype=bool)
    alone = known[~is_list]
    parts = [(row, *piece) for row, text in known[is_list].items() for piece in split_list(text)]
    listed = pd.DataFrame(
        {
            "row": np.array([row for row, *_ in parts], dtype="int64"),
            "order_no": pd.array([order for _, order, _ in parts], dtype="str"),
            "fen": pd.array([fen for *_, fen in parts], dtype="Int64"),
        }
    )
    one = pd.DataFrame({"row": alone.index.to_numpy("int64"), "order_no": alone.array}).assign(
        fen=pd.array([None] * len(alone), dtype="Int64")
    )
    return pd.concat([one, listed]).sort_values("row", kind="stable", ignore_index=True)


def shares(order_nos: pd.Series[str], sums: pd.Series[int], index: pd.Index, worth: pd.Series[int]) -> pd.DataFrame:
    """Return how much of each document's sum is for which order.

    Shape: document x known order (`References`); `code` is the position in the index.

    Where amounts are not said, what is left of the sum is split in proportion to what
    the orders are worth; the last one takes the rounding. Orders we do not know keep
    their share.
    """
    parts = named(order_nos)
    parts[References.code] = (
        index.get_indexer(pd.Index(parts[References.order_no])) if len(parts) else np.zeros(0, dtype="int64")
    )
    said = parts[References.fen].groupby(parts[References.row]).transform("sum")
    whole = pd.Series(sums.array.take(parts[References.row].to_numpy()), index=parts.index, dtype="Int64")
    silent = parts[References.fen].isna()
    left = (whole - said).where(silent)
    parts[References.fen] = parts[References.fen].fillna(_split(parts, left, silent, worth))
    known = parts[(parts[References.code] >= 0) & parts[References.fen].notna()]
    return known[["row", "code", "fen"]].reset_index(drop=True)


def _split(parts: pd.DataFrame, left: pd.Series[int], silent: pd.Series[bool], worth: pd.Series[int]) -> pd.Series[int]:
    worths = worth.to_numpy(dtype="float64", na_value=0.0)
    value = pd.Series(worths[parts[References.code]] if len(worths) else 0.0, index=parts.index)
    weight = value.where(silent & (parts[References.code] >= 0) & (value > 0), 1.0).where(silent, 0.0)
    total = weight.groupby(parts[References.row]).transform("sum")
    before = weight.groupby(parts[References.row]).cumsum() - weight
    amount = left.astype("Float64").fillna(0.0)
    upto = ((before + weight) / total.where(total > 0, 1.0) * amount).round()
    since = (before / total.where(total > 0, 1.0) * amount).round()
    return (upto - since).astype("Int64").where(left.notna())
