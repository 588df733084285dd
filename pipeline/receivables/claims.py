"""Which orders a paper names: in its own column, by an invoice number, or in the remark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.orders.references import named as references
from pipeline.reading.values.order_numbers import find_order_numbers
from schemas.incoming.invoices import Invoices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.receivables.context import Night

NUMBERED = r"\d{6}"
INVOICE_NO = re.compile(r"(?<!\d)(?:\d{20}|\d{8})(?!\d)")
EXPLICIT, NAMED, REMARK = "explicit", "named", "remark"


def claims(rows: pd.DataFrame, numbers: pd.Series[str], night: Night) -> pd.DataFrame:
    """Shape: paper x order named, in the order named. Rows of `rows` by position.

    Columns `row`, `order_no`, `code` (position in `numbers`, -1 for an order nobody knows), `fen`
    (missing when not said), `basis`. The remark counts only where nothing stands in the column.
    """
    # plain objects are read one by one much faster than Arrow's
    written = references(rows["order_nos"].astype("object"))
    said = written["fen"].notna().to_numpy()
    written["basis"] = np.where(said, EXPLICIT, NAMED)
    silent = rows["order_nos"].isna() & rows["remark"].str.contains(NUMBERED, na=False)
    found = _remarked(rows["remark"], np.flatnonzero(silent.to_numpy(dtype="bool")), _invoiced(night))
    parts = pd.concat([written, found], ignore_index=True) if len(found) else written
    places = {number: place for place, number in enumerate(numbers.to_numpy(dtype="object"))}
    found_at = [places.get(number, -1) for number in parts["order_no"].to_numpy(dtype="object")]
    parts["code"] = np.array(found_at, dtype="int64")
    # an order named twice is one claim, unless each says its own amount
    twice = parts.duplicated(["row", "code", "order_no"]) & parts["fen"].isna()
    parts = parts[~twice]
    return parts.iloc[np.argsort(parts["row"].to_numpy(), kind="stable")].reset_index(drop=True)


def _remarked(remarks: pd.Series[str], at: np.ndarray, invoiced: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    known: dict[str, tuple[str, ...]] = {}
    lines = []
    for row, remark in zip(at.tolist(), remarks.iloc[at].tolist(), strict=True):
        if remark not in known:
            known[remark] = find_order_numbers(remark) or _by_invoice(remark, invoiced)
        lines += [(row, order_no) for order_no in known[remark]]
    frame = pd.DataFrame(lines, columns=["row", "order_no"]).astype({"row": "int64", "order_no": "str"})
    return frame.assign(fen=pd.array([None] * len(frame), dtype="Int64"), basis=REMARK)


def _by_invoice(remark: str, invoiced: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    orders = [order for number in INVOICE_NO.findall(remark) for order in invoiced.get(number, ())]
    return tuple(dict.fromkeys(orders))


def _invoiced(night: Night) -> dict[str, tuple[str, ...]]:
    rows = night.heads("invoices")
    rows = rows[rows[Invoices.invoice_no].notna()].reset_index(drop=True)
    named = references(rows[Invoices.order_nos])
    found: dict[str, list[str]] = {}
    for number, order in zip(rows[Invoices.invoice_no].iloc[named["row"]], named["order_no"], strict=True):
        found.setdefault(number, []).append(order)
    return {number: tuple(orders) for number, orders in found.items()}
