"""All money and credit that came in, in one form and in the order in which it counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.accounts import currencies
from pipeline.core.remarks import says
from pipeline.orders.customers import as_filed, link
from pipeline.orders.red_invoices import lowers_debt
from pipeline.receivables.context import as_days, flags, ints
from pipeline.receivables.instalments import opening_rows
from pipeline.receivables.tables import Claims, OpeningItems
from schemas.derived.receivables import Unapplied
from schemas.incoming.customers import Customers, Opening
from schemas.incoming.invoices import Invoices
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts
from schemas.table import HOME

if TYPE_CHECKING:
    from pipeline.receivables.context import AgeingContext, Bools

UNCHARGED = ("cash", "bank_draft", "commercial_draft")  # ways to pay of which no bank takes a charge
SILENT = {
    "handler_name": None,
    "is_fee": False,
    "charge_fen": 0,
    "may_lack": False,
    "has_charge": False,
}  # what no receipt is, says none of


def collect_money(context: AgeingContext) -> pd.DataFrame:
    """Return receipts, credit notes and credit balances up to `as_of`, by day, number and key.

    Columns of Unapplied, and those of `Papers` that only the paper itself can tell.
    """
    made = [_receipts(context), _credits(context), _balances(context)]
    rows = pd.concat([part for part in made if len(part)] or made[:1], ignore_index=True)
    by = [str(column) for column in (Unapplied.received_on, Unapplied.receipt_no, Unapplied.receipt_key)]
    order = pc.sort_indices(pa.table({name: pa.array(rows[name]) for name in by}), [(name, "ascending") for name in by])
    sorted_rows: pd.DataFrame = rows.iloc[order.to_numpy()].reset_index(drop=True)
    return sorted_rows


def _receipts(context: AgeingContext) -> pd.DataFrame:
    rows = context.heads("receipts")
    rows = rows[(as_days(rows[Receipts.received_on]) <= context.today) & rows[Receipts.amount_fen].notna()]
    is_full = flags(rows[Receipts.is_full_arrival])
    fen, charge = ints(rows[Receipts.amount_fen]), ints(rows[Receipts.charge_fen])
    may_lack, said = ~is_full & (fen > 0), rows[Receipts.remark].fillna("") + " " + rows[Receipts.purpose].fillna("")
    running = pd.Series([f"R{place}" for place in range(len(rows))], index=rows.index, dtype="str") if len(rows) else ""
    key = rows["src_key"].fillna(rows[Receipts.receipt_no]).fillna(rows[Receipts.bank_ref]).fillna(running)
    return pd.DataFrame(
        {
            str(Unapplied.receipt_key): key.astype("str"),
            str(Unapplied.receipt_no): rows[Receipts.receipt_no].fillna(rows[Receipts.bank_ref]),
            str(Unapplied.received_on): as_days(rows[Receipts.received_on]).astype("datetime64[us]"),
            str(Unapplied.payer): rows[Receipts.payer],
            str(Unapplied.handler_name): rows[Receipts.handler_name],
            str(Unapplied.customer_name): rows[Receipts.customer_name].fillna(rows[Receipts.payer]),
            str(Unapplied.currency): rows[Receipts.currency].fillna(HOME),
            str(Unapplied.amount_fen): fen,
            "order_nos": rows[Receipts.order_nos],
            "remark": rows[Receipts.remark],
            "is_credit": False,
            "is_fee": _is_fee(rows),
            "charge_fen": np.where(may_lack & (charge <= fen), np.maximum(charge, 0), 0),
            "may_lack": may_lack & ~rows[Receipts.method].isin(UNCHARGED).to_numpy(dtype="bool"),
            "has_charge": says(said, "charge.reason").to_numpy(),
            **_places(rows),
        }
    )


def _is_fee(rows: pd.DataFrame) -> Bools:
    """Money for a late fee pays no goods; what is for both pays goods."""
    said = rows[Receipts.purpose].fillna(rows[Receipts.remark])
    return np.asarray(says(said, "fee.reason") & ~says(said, "fee.goods"))


def _credits(context: AgeingContext) -> pd.DataFrame:
    """Red invoices that say they are for goods returned or an allowance."""
    rows = context.heads("invoices")
    fen = np.abs(ints(rows[Invoices.gross_fen]))  # a red invoice's sum is written with either sign
    is_now = as_days(rows[Invoices.issued_on]) <= context.today
    chosen = lowers_debt(rows).to_numpy() & is_now & (fen > 0)
    rows = rows[chosen]
    return pd.DataFrame(
        {
            str(Unapplied.receipt_key): rows["src_key"].fillna(rows[Invoices.invoice_no]).astype("str"),
            str(Unapplied.receipt_no): rows[Invoices.invoice_no],
            str(Unapplied.received_on): as_days(rows[Invoices.issued_on]).astype("datetime64[us]"),
            str(Unapplied.payer): rows[Invoices.buyer],
            str(Unapplied.customer_name): rows[Invoices.buyer],
            str(Unapplied.currency): rows[Invoices.currency].fillna(HOME),
            str(Unapplied.amount_fen): fen[chosen],
            "order_nos": rows[Invoices.order_nos],
            "remark": rows[Invoices.remark],
            "is_credit": True,
            **SILENT,
            **_places(rows),
        }
    )


def _balances(context: AgeingContext) -> pd.DataFrame:
    """What a customer had to his credit before the first night."""
    rows = opening_rows(context)
    rows = rows[ints(rows[Opening.open_fen]) < 0]
    day = rows[Opening.happened_on].fillna(pd.Timestamp(context.as_of.date()))
    blank = pd.array([None] * len(rows), dtype="str")
    return pd.DataFrame(
        {
            str(Unapplied.receipt_key): (rows["src_key"].fillna(rows[OpeningItems.number])).astype("str"),
            str(Unapplied.receipt_no): rows[OpeningItems.number],
            str(Unapplied.received_on): day.astype("datetime64[us]"),
            str(Unapplied.payer): rows[Opening.customer_name],
            str(Unapplied.customer_name): rows[Opening.customer_name],
            str(Unapplied.currency): currencies(rows),
            str(Unapplied.amount_fen): -ints(rows[Opening.open_fen]),
            "order_nos": rows[Opening.order_no],
            "remark": blank,
            "is_credit": False,
            **SILENT,
            **_places(rows),
        }
    )


def _places(rows: pd.DataFrame) -> dict[str, Any]:
    return {name: rows[name] for name in ("src_file", "src_sheet", "src_row")}


def at_home(rows: pd.DataFrame, named: pd.DataFrame, orders: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return papers with the customer they belong to: the one of the first order named, else the payer.

    Of a number that stands for orders of several customers, the payer's where it is one of theirs.
    Adds `customer_key` and `is_known`; the name of a customer nobody knows becomes missing.
    """
    customers = context.heads("customers")
    keys = link(rows[Unapplied.customer_name], customers).fillna("").astype("str")
    first = named[named[Claims.place] >= 0].drop_duplicates("row")
    own = context.tables["orders"]
    owners = {*zip(own[Orders.order_no], link(own[Orders.customer_name], customers), strict=True)}
    shared = {number for number, times in Counter(number for number, _ in owners).items() if times > 1}
    numbers = orders["order_no"].to_numpy(dtype="object")[first[Claims.place]]
    pairs = zip(numbers, keys.iloc[first[Claims.row]], strict=True)
    is_own = [pair in owners and pair[0] in shared for pair in pairs]
    first = first[~np.array(is_own, dtype=bool)]
    at, code = first[Claims.row].to_numpy(), first[Claims.place].to_numpy()
    known = {*orders["customer_key"].unique(), *link(customers[Customers.customer_name], customers)} - {""}
    home = keys.to_numpy(dtype="object")
    home[at] = orders["customer_key"].to_numpy(dtype="object")[code]
    names = as_filed(rows[Unapplied.customer_name], customers).to_numpy(dtype="object", copy=True)
    names[at] = orders["customer_name"].to_numpy(dtype="object")[code]
    is_known = np.isin(np.arange(len(rows)), at) | np.array([key in known for key in home], dtype="bool")
    return rows.assign(
        customer_key=pd.array(home, dtype="str"),
        customer_name=pd.Series(names, index=rows.index, dtype="str").where(is_known),
        is_known=is_known,
    )
