"""Where a complaint belongs: type, severity and department, guessed where nobody wrote them, and what it repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pandas as pd

from pipeline.complaints.tables import CaseFacts
from pipeline.core.accounts import currencies
from pipeline.core.groups import is_sure
from pipeline.core.text import fold
from pipeline.orders.customers import customer_key
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.policy.routing import Routing, load
from schemas.policy.timers import COMPLAINT_SEVERITIES
from schemas.table import HOME

MAJOR_FEN, SERIOUS_FEN = 50_000_00, 5_000_00
MAJOR_SHARE = 0.5
MAJOR_COUNT = 3
TEXTS = (Complaints.description, Complaints.remedy, Complaints.subject, Complaints.complainant, Complaints.remark)
OUTSIDE = ("authority", "media")  # channels of those who speak for the customer
FOREVER = pd.Timestamp(9999, 12, 31).as_unit("us")


def folded(text: object) -> str:
    """Return text without width, case and spaces; blank for a missing one."""
    return fold(text) if isinstance(text, str) else ""


@cache
def _folded_words() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Words that give a type away, and words that give a severity away."""
    return tuple(tuple((folded(word), key) for word, key in table.items()) for table in (load().hints, load().triggers))


def types_named(description: object) -> str:
    """Return types whose words stand in a description, space separated, in the order of the table."""
    text = folded(description)
    named = {kind for word, kind in _folded_words()[0] if word in text}
    return " ".join(kind for kind in load().dept if kind in named)


def types(rows: pd.DataFrame, routing: Routing) -> dict[str, pd.Series]:
    """Return the type as written, else the only one the description names; `type_hints` are all it names."""
    hints = rows[Complaints.description].map(types_named).astype("str")
    blank = rows[Complaints.complaint_type].isna()
    guess = hints.where(blank & hints.ne("") & ~hints.str.contains(" "))
    made = rows[Complaints.complaint_type].fillna(guess).astype("str")
    return {
        "complaint_type": made,
        "is_type_guessed": (blank & guess.notna()).astype("boolean"),
        "type_hints": hints,
        "routed_dept": made.map(routing.dept).astype("str"),
    }


def customers(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series[str]:
    """Return the customer as written, else the one the order names."""
    orders = tables[Orders.name].dropna(subset=[Orders.order_no, Orders.customer_name])
    known = orders.drop_duplicates(Orders.order_no).set_index(Orders.order_no)[Orders.customer_name]
    return rows[Complaints.customer_name].fillna(rows[Complaints.order_no].map(known).astype("str"))


def severities(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, within: pd.Timedelta) -> dict[str, pd.Series]:
    """Return the severity as written, else what words, money, history and the customer's grade suggest.

    `rows` carry `customer_key`. Shortage, lost goods and delay are left to people: no column says them.
    """
    blank = pd.Series("", index=rows.index, dtype="str")
    words = sum((rows[column].fillna("") + " " for column in TEXTS), blank).map(_triggered).astype("str")
    recent = recent_complaints(rows, within=within)
    claim, worth = rows[Complaints.claim_fen], _order_fen(rows, tables)
    is_major = (
        (words == "major")
        | rows[Complaints.channel].isin(OUTSIDE)
        | (claim >= MAJOR_FEN).fillna(False)
        | ((worth > 0) & (claim >= worth * MAJOR_SHARE)).fillna(False)
        | (recent >= MAJOR_COUNT)
    )
    is_serious = (
        (words == "serious")
        | (claim >= SERIOUS_FEN).fillna(False)
        | _second_on_order(rows)
        | rows[CaseFacts.customer_key].isin(_key_accounts(tables[Customers.name]))
    )
    suggested = pd.Series("normal", index=rows.index, dtype="str").mask(is_serious.astype(bool), "serious")
    suggested = suggested.mask(is_major.astype(bool), "major")
    is_blank = rows[Complaints.severity].isna()
    return {
        "severity": rows[Complaints.severity].fillna(suggested).astype("str"),
        "is_severity_guessed": is_blank.astype("boolean"),
        "suggested_severity": suggested,
    }


def recent_complaints(rows: pd.DataFrame, *, within: pd.Timedelta) -> pd.Series[int]:
    """Return complaints of the customer in the window up to each one, itself included; withdrawn ones never count."""
    counted = rows[rows[CaseFacts.customer_key].notna() & rows[Complaints.withdrawn_on].isna()]
    counted = counted.dropna(subset=[Complaints.complained_at])
    counted = counted.sort_values(["customer_key", Complaints.complained_at, Complaints.complaint_no])
    made = pd.Series(0, index=rows.index, dtype="int64")
    for _, times in counted.groupby("customer_key")[Complaints.complained_at]:
        days = times.dt.normalize()
        since = days.searchsorted(days - within, side="left")
        made[times.index] = pd.RangeIndex(1, len(times) + 1) - since
    return made


def _triggered(text: str) -> str:
    """The worst severity whose words stand in the text; blank for none."""
    plain = folded(text)
    found = {severity for word, severity in _folded_words()[1] if word in plain}
    return next((severity for severity in reversed(COMPLAINT_SEVERITIES) if severity in found), "")


def _order_fen(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series[int]:
    orders = tables[Orders.name]
    counted = orders[~is_sure(orders[Orders.src_held]) & (currencies(orders) == HOME)]  # claims are in yuan
    worth = counted.groupby(Orders.order_no)[Orders.amount_fen].sum()
    return rows[Complaints.order_no].map(worth).astype("Int64")


def _second_on_order(rows: pd.DataFrame) -> pd.Series[bool]:
    """An earlier complaint names the same order."""
    order_status = rows[rows[Complaints.withdrawn_on].isna()].dropna(subset=[Complaints.order_no])
    ordered = order_status.sort_values([Complaints.complained_at, Complaints.complaint_no], kind="stable")
    later = ordered.index[ordered.duplicated(Complaints.order_no)]
    return pd.Series(rows.index.isin(later), index=rows.index)


def _key_accounts(master: pd.DataFrame) -> set[str]:
    grades = {folded(grade) for grade in load().key_accounts}
    best = master[master[Customers.grade].map(folded).isin(grades)]
    return set(customer_key(best[Customers.customer_name]).dropna())


def find_repeats(rows: pd.DataFrame, *, within: pd.Timedelta) -> dict[str, pd.Series]:
    """Return complaints that repeat another one.

    `is_repeat`: the same customer and type within the window. `repeats_no`: the number of an earlier complaint about
    the same order, customer and type that was still open when this one came.

    `rows` carry `customer_key`, `complaint_type` and `ended_at`; withdrawn complaints count for nothing.
    """
    known = rows[rows[Complaints.withdrawn_on].isna() & rows[Complaints.complained_at].notna()]
    known = known[known[Complaints.complaint_type].notna()]
    known = known.sort_values([Complaints.complained_at, Complaints.complaint_no], kind="stable")
    links = dict(_links(known[known[Complaints.order_no].notna()]))
    linked = pd.Series(links, index=rows.index, dtype="str")
    named = known[known[CaseFacts.customer_key].notna()]
    days = named[Complaints.complained_at].dt.normalize()
    before = days.groupby([named[CaseFacts.customer_key], named[Complaints.complaint_type]]).shift()
    is_near = (days - before <= within).reindex(rows.index, fill_value=False)
    return {"is_repeat": (is_near | linked.notna()).astype("boolean"), "repeats_no": linked}


def _links(rows: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """(row, number of the one that stays open longest) in the order they came."""
    open_until: dict[tuple[str, str, str], tuple[pd.Timestamp, str]] = {}
    columns = [Complaints.order_no, "customer_key", Complaints.complaint_type]
    ends = rows[CaseFacts.ended_at].fillna(FOREVER)
    for index, key, at, end, number in zip(
        rows.index,
        rows[columns].itertuples(index=False, name=None),
        rows[Complaints.complained_at],
        ends,
        rows[Complaints.complaint_no],
        strict=True,
    ):
        before = open_until.get(key)
        if before and before[0] > at:
            yield index, before[1]
        if not before or end > before[0]:
            open_until[key] = (end, number)
