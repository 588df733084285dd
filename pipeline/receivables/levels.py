"""What an order's own row says was received so far: a level, which counts only beyond the receipts known for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.core.money import format_money
from pipeline.receivables.context import ints
from pipeline.receivables.money_received import SILENT
from pipeline.receivables.phrases import phrase
from pipeline.receivables.sums import total
from pipeline.receivables.tables import Claims, Papers
from schemas.derived.receivables import Unapplied
from schemas.derived.status import OrderFacts

if TYPE_CHECKING:
    from pipeline.receivables.context import AgeingContext, Ints
    from schemas.derived.receivables import Basis, Why

LEVEL: Basis = "level"
UNNAMED: tuple[Why, ...] = ("no_order", "unknown_order", "rest")


def with_levels(
    rows: pd.DataFrame, known: pd.DataFrame, orders: pd.DataFrame, order_facts: pd.DataFrame, worth: Ints
) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Return papers and claims with one for what each level has beyond receipts, and whether there is any.

    A level beyond what the order is worth is a mistake in its row, and told as one: it pays no more than the order.
    Nobody knows the day such money came.
    """
    is_money = ~rows[Papers.is_credit].to_numpy(dtype="bool")[known[Claims.row]]
    want = known[Claims.want].to_numpy() * is_money
    received = total(known[Claims.code].to_numpy(), want, len(orders))[: len(order_facts)]
    level = np.minimum(ints(order_facts[OrderFacts.paid_level_fen]), worth[: len(order_facts)])
    held = order_facts[OrderFacts.is_held].to_numpy(dtype="bool", na_value=False)
    at = np.flatnonzero((level > np.maximum(received, 0)) & ~held)
    if not len(at):
        return rows, known, False
    fen = level[at] - np.maximum(received[at], 0)
    papers = _papers(order_facts.iloc[at], orders.iloc[at], fen)
    papers = papers.astype({name: rows[name].dtype for name in papers.columns})
    claims = pd.DataFrame(
        {
            str(Claims.row): np.arange(len(rows), len(rows) + len(at)),
            str(Claims.order_no): papers[Papers.order_nos].array,
            str(Claims.code): at,
            str(Claims.fen): pd.array([None] * len(at), dtype="Int64"),
            str(Claims.basis): LEVEL,
        }
    )
    both = pd.concat([known.drop(columns=str(Claims.want)), claims], ignore_index=True)
    return pd.concat([rows, papers], ignore_index=True)[list(rows.columns)], both, True


def suggest_levels(
    left: pd.DataFrame, papers: pd.DataFrame, texts: pd.Series[str], context: AgeingContext
) -> pd.Series[str]:
    """Return the texts, that of money of the same customer and sum as one level saying so: it may be the same money."""
    is_level = papers[Unapplied.receipt_key].str.startswith(f"{LEVEL}:")
    by = [str(Unapplied.customer_key), str(Unapplied.currency), str(Unapplied.amount_fen)]
    levels = papers[is_level].drop_duplicates(by, keep=False).set_index(by)[Papers.order_nos]
    pairs = pd.MultiIndex.from_frame(left[by])
    found = levels.reindex(pairs).set_axis(left.index)
    is_free = (
        left[Unapplied.why].isin(UNNAMED) & found.notna() & (left[Unapplied.left_fen] == left[Unapplied.amount_fen])
    )
    said = phrase("suggest.level", context.lang)
    words = [
        said(item=item, amount=format_money(fen, code)) if free else text
        for item, fen, code, free, text in zip(
            found, left[Unapplied.amount_fen], left[Unapplied.currency], is_free, texts, strict=True
        )
    ]
    return pd.Series(words, index=left.index, dtype="str")


def _papers(order_facts: pd.DataFrame, orders: pd.DataFrame, fen: Ints) -> pd.DataFrame:
    numbers = order_facts[OrderFacts.order_no].reset_index(drop=True)
    names = order_facts[OrderFacts.customer_name].reset_index(drop=True)
    blank = pd.Series([None] * len(numbers), dtype="str")
    return pd.DataFrame(
        {
            str(Unapplied.receipt_key): LEVEL + ":" + numbers,
            str(Unapplied.receipt_no): blank,
            str(Unapplied.received_on): pd.NaT,
            str(Unapplied.payer): names,
            str(Unapplied.customer_name): names,
            str(Unapplied.customer_key): orders["customer_key"].array,
            str(Unapplied.currency): orders["currency"].array,
            str(Unapplied.amount_fen): fen,
            str(Papers.order_nos): numbers,
            str(Papers.remark): blank,
            str(Papers.is_credit): False,
            str(Papers.is_known): True,
            **SILENT,
            **{name: order_facts[name].array for name in ("src_file", "src_sheet", "src_row")},
        }
    )
