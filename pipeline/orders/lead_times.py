"""Lead times: the earliest day on which an order line can reach its customer.

From stock: picking and transport. Made or bought: that time, inspection and transport.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.groups import is_sure, worded
from pipeline.core.text import fold, fold_word
from pipeline.core.worktime import Calendar
from pipeline.orders.pay_terms.term import one_form
from pipeline.orders.price_list import rows_of
from schemas.incoming.orders import Orders
from schemas.incoming.prices import LeadTimes, Transit
from schemas.language import spellings
from schemas.table import MOST_DAYS

WEEK_WD, WEEK_CD = 5, 7
PICK_WD = 1
LONGEST = 60  # longer texts are remarks
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def earliest(lines: pd.DataFrame, tables: Mapping[str, pd.DataFrame], calendar: Calendar) -> pd.Series[pd.Timestamp]:
    """Return the earliest day per line; missing where nobody filed how long its product takes.

    Counted from the order day. What is ready on a day of rest leaves on the next working day.
    """
    filed = tables["leadtimes"]
    found = filed.take(at := rows_of(lines, filed)).set_axis(lines.index) if len(filed) else filed.reindex(lines.index)
    known = pd.Series(at >= 0 if len(filed) else False, index=lines.index)
    worked, passed = _times(lines, found)
    ready = calendar.add_working_days(lines[Orders.order_date] + pd.to_timedelta(passed, unit="D"), worked)
    left = pd.Series(calendar.roll(ready).astype("datetime64[us]"), index=lines.index)
    arrived = left + pd.to_timedelta(days_on_the_road(lines, tables["transit"]), unit="D")
    return arrived.where(known & worked.notna())


def _times(lines: pd.DataFrame, found: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return working days and calendar days from order to dispatch, the former missing where nobody filed any."""
    supply = lines[Orders.supply_type].fillna(found[LeadTimes.supply_type])
    stock = found[LeadTimes.stock_qty] - found[LeadTimes.safety_qty].fillna(
        0
    )  # what is kept back is promised to nobody
    on_hand = (stock >= lines[Orders.qty]).fillna(value=False) | ((supply == "stock") & stock.isna())
    made, bought = found[LeadTimes.make_time], found[LeadTimes.buy_time]
    first, second = made.mask(supply == "buy", bought), bought.mask(supply == "buy", made)
    # What is usually on hand and is not must be made or bought, whichever is filed.
    text = first.fillna(second.where(~supply.isin(["make", "buy"])))
    wd = text.map({written: taken(written)[0] for written in text.dropna().unique()}).astype("Float64")
    cd = text.map({written: taken(written)[1] for written in text.dropna().unique()}).astype("Float64").fillna(0)
    wd = wd + found[LeadTimes.check_days].fillna(0)
    picked = found[LeadTimes.pick_days].fillna(PICK_WD).astype("Float64")
    return wd.mask(on_hand, picked).astype("float64"), cd.mask(on_hand, 0).astype("float64")


@lru_cache(maxsize=4096)
def taken(written: str) -> tuple[float, int]:
    """Return working days and calendar days of a time as written; of a span the longer one. NaN where none can be read.

    A bare number is working days, as the heading of the list says.
    """
    if len(written) > LONGEST:
        return math.nan, 0
    text = fold_word(written)
    unit = next((unit for word, unit in _units() if word in text), "wd")
    # Number words become digits, and their weeks days, where pay terms are read.
    found = NUMBER.findall(text) or NUMBER.findall(text := one_form(written))
    most = max(map(float, found), default=math.inf)
    if most > MOST_DAYS:
        return math.nan, 0
    if unit == "cd":
        return 0, math.ceil(most)
    if unit == "week":
        return math.ceil(most * WEEK_WD / (1 if text == fold_word(written) else WEEK_CD)), 0
    return math.ceil(most), 0


@cache
def _units() -> tuple[tuple[str, str], ...]:
    """Spellings of units, the longer first: a working day is no day."""
    found = spellings.group("lead.unit").items()
    return tuple(sorted(((fold(word), unit) for word, unit in found), key=lambda pair: (-len(pair[0]), pair[0])))


def days_on_the_road(lines: pd.DataFrame, table: pd.DataFrame) -> pd.Series[Any]:
    """Return days on the road by the longest filed place that the address names; none where fetched or not filed."""
    held = is_sure(table[Transit.src_held])
    rows = table[~held].dropna(subset=[str(Transit.place), str(Transit.transit_days)])
    days = {fold(place): int(n) for place, n in zip(rows[Transit.place], rows[Transit.transit_days], strict=True)}
    places = sorted(days, key=lambda place: (-len(place), place))

    def asked(address: str) -> str:
        bare = fold(address)
        return str(next((days[place] for place in places if place in bare), 0))

    if not places:
        return pd.Series(np.zeros(len(lines)), index=lines.index)
    road = worded(lines[Orders.address], asked, "0").astype("int64")
    return road.mask(lines[Orders.delivery_mode] == "pickup", 0)
