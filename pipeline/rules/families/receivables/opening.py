"""Items brought forward from before the first night: which of them are the debt of an order, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.core.accounts import currencies
from pipeline.core.money import format_money
from schemas.derived.finding import Finding, Place
from schemas.derived.status import OrderFacts
from schemas.incoming.customers import Opening
from schemas.table import Source

SHARED = "RCV-015"
ONE_DEBT, TWO_DEBTS = "one_debt", "two_debts"
PLACE = [str(Source.src_file), str(Source.src_sheet)]


def apart_from_orders(rows: pd.DataFrame, orders: pd.DataFrame, answers: Mapping[str, str]) -> pd.DataFrame:
    """Return the items, without the number of an order where both are owed: as was answered, else by their days.

    Money of two currencies is no one debt.
    """
    shared = _shared(rows, orders)
    if not shared.any():
        return rows
    sheets = zip(*(rows[name].fillna("") for name in PLACE), strict=True)
    said = pd.Series([answers.get(_question(*sheet).id, "") for sheet in sheets], index=rows.index, dtype="str")
    two = (said == TWO_DEBTS) | ((said == "") & _is_older(rows, orders)) | _is_other_money(rows, orders)
    return rows.assign(**{Opening.order_no: rows[Opening.order_no].mask(shared & two)})


def same_debt_questions(rows: pd.DataFrame, orders: pd.DataFrame) -> list[Finding]:
    """Return one question for every sheet with items that carry the number of an order: is it one debt?"""
    shared = rows[_shared(rows, orders) & ~_is_other_money(rows, orders)]
    worth = orders.drop_duplicates(OrderFacts.order_no).set_index(OrderFacts.order_no)[OrderFacts.amount_fen]
    found = []
    for place, items in shared.groupby(PLACE, sort=True):
        file, sheet = map(str, place)
        first = items.assign(code=currencies(items)).sort_values(str(Source.src_row), kind="stable").iloc[0]
        number, code = first[Opening.order_no], first["code"]
        is_older = bool(_is_older(items, orders).all())
        found.append(
            _question(
                file,
                sheet,
                Place(file, sheet, int(first[Source.src_row])),
                {
                    "value": number,
                    "count": str(len(items)),
                    "amount": _sum(first[Opening.open_fen], code),
                    "other": _sum(worth.get(number), code),
                    "proposed": TWO_DEBTS if is_older else ONE_DEBT,
                },
            )
        )
    return found


def _is_older(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.Series[bool]:
    """Return which items arose or fell due before the order of their number was placed: no debt of that order."""
    placed = orders.drop_duplicates(OrderFacts.order_no).set_index(OrderFacts.order_no)[OrderFacts.order_date]
    ordered = rows[Opening.order_no].map(placed)
    return (rows[Opening.happened_on] < ordered) | (rows[Opening.due_on] < ordered)


def _is_other_money(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.Series[bool]:
    """Return which items are in another currency than the order of their number."""
    known = currencies(orders).groupby(orders[OrderFacts.order_no]).first()
    own = rows[Opening.order_no].map(known).astype("str")
    return own.notna() & (own != currencies(rows))


def _shared(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.Series[bool]:
    owed = (rows[Opening.open_fen] > 0).fillna(value=False).astype(bool)
    counts = ~rows[Source.src_held].fillna(value=False).astype(bool)
    return owed & counts & rows[Opening.order_no].isin(orders[OrderFacts.order_no])


def _question(file: str, sheet: str, place: Place | None = None, params: Mapping[str, str] | None = None) -> Finding:
    key = f"{file}|{sheet}"
    at = place or Place(file, sheet)
    return Finding(SHARED, Opening.name, key, str(Opening.order_no), at, params=params or {}, subject=file)


def _sum(fen: Any, code: str) -> str:
    return format_money(fen, code) if fen is not None and not pd.isna(fen) else ""
