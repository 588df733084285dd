"""Invoices and complaints, summed per order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.groups import codes_of, count, earliest, total
from pipeline.orders.references import shares
from pipeline.orders.tables import References
from schemas.derived.status import OrderFacts
from schemas.incoming.complaints import Complaints
from schemas.incoming.invoices import Invoices


def invoice_sums(order_facts: pd.DataFrame, rows: pd.DataFrame, *, as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Return blue less red, the first blue one that stands, and whether any red one is there.

    An invoice over several orders without amounts is shared in proportion to their value.
    """
    counted = rows[~rows[Invoices.src_held].fillna(False).astype(bool) & (rows[Invoices.issued_on] <= as_of)]
    index = pd.Index(order_facts[OrderFacts.order_no])
    gross = counted[Invoices.gross_fen]
    is_red = (counted[Invoices.sign] == "red") | (gross < 0).fillna(False)
    parts = shares(counted[Invoices.order_nos], gross.abs(), index, order_facts[OrderFacts.amount_fen])
    parts = parts.assign(
        is_red=is_red.iloc[parts[References.row]].to_numpy(dtype=bool),
        issued_on=counted[Invoices.issued_on].iloc[parts[References.row]].to_numpy(),
        stands=(~_reversed(counted, is_red)).iloc[parts[References.row]].to_numpy(dtype=bool),
    )
    code, size = parts[References.code].to_numpy(dtype="int64"), len(order_facts)
    signed = parts[References.fen].where(~parts["is_red"], -parts[References.fen])
    order_status = parts["issued_on"].where(~parts["is_red"] & parts["stands"])
    return {
        str(OrderFacts.invoiced_fen): total(code, signed, size).fillna(0),
        str(OrderFacts.invoiced_on): earliest(code, order_status, size),
        "invoiced_blue_fen": total(code, parts[References.fen].where(~parts["is_red"]), size).fillna(0),
        "has_red": pd.Series(count(code, parts["is_red"].to_numpy(dtype=bool), size) > 0),
    }


def _reversed(rows: pd.DataFrame, is_red: pd.Series[bool]) -> pd.Series[bool]:
    """Blue invoices wholly taken back by red ones that name them."""
    back = rows[Invoices.gross_fen].abs()[is_red].groupby(rows[Invoices.original_no][is_red]).sum()
    taken = rows[Invoices.invoice_no].map(back).astype("Int64")
    return (taken >= rows[Invoices.gross_fen]).fillna(False).astype(bool)


def complaint_sums(order_facts: pd.DataFrame, rows: pd.DataFrame, *, as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Return complaints open at `as_of`, and the money they dispute."""
    code = codes_of(rows[Complaints.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    ended = (rows[Complaints.closed_at] <= as_of) | (rows[Complaints.withdrawn_on] <= as_of)
    begun = ~(rows[Complaints.complained_at] > as_of)
    mine = np.flatnonzero((code >= 0) & (~ended & begun).to_numpy())
    size = len(order_facts)
    return {
        str(OrderFacts.open_complaints): pd.Series(np.bincount(code[mine], minlength=size), dtype="Int64"),
        str(OrderFacts.disputed_fen): total(code[mine], rows[Complaints.disputed_fen].iloc[mine], size).fillna(0),
    }
