"""Within what a number is unique: the company, each customer or each year. The scope joins the key where it must.

The first record of a number keeps the number alone as its key, whatever is declared later; another that shares it is
told apart by its customer or year. So no key ever changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.text import fold_number
from pipeline.orders.customers import customer_key
from pipeline.orders.references import APART
from pipeline.rules.validation.kind_rows import KindRows
from schemas.derived.finding import Finding, Place
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders
from schemas.policy.number_forms import DeclaredForm

ASKED, READ_AS = "ORD-058", "scope"
BY_YEAR, COMPANY = "year", "company"
# kind → its number, customer, and the days that tell its year, the best first
SCOPED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    Orders.name: (Orders.order_no, Orders.customer_name, (Orders.order_date, Orders.received_at)),
    Complaints.name: (
        *(Complaints.complaint_no, Complaints.customer_name),
        (Complaints.complained_at, Complaints.registered_at),
    ),
}
OWNED = {kind: (str(customer), str(days[0])) for kind, (_, customer, days) in SCOPED.items()}
Owner = tuple[str, str | None, str | None]  # business key, customer, day
Owners = Callable[[str], Iterable[Owner]]  # kind → every record there ever was


def identified(gathered: KindRows, owners: Owners) -> pd.DataFrame:
    """Return the rows with every number as its record is known by: without case, and told apart within its scope."""
    frame = gathered.frame
    if gathered.table.name not in SCOPED:
        return frame
    number, customer, days = SCOPED[gathered.table.name]
    folded = without_case(frame, number)[number]
    form = gathered.forms.get(gathered.table.name)
    if form is None or form.scope in ("", COMPANY):
        return frame.assign(**{number: folded})
    by = customer_key(frame[customer]) if form.scope != BY_YEAR else _years(frame, days)
    known = _known(owners(gathered.table.name), is_year=form.scope == BY_YEAR)
    for text, value in sorted({pair for pair in zip(folded, by.fillna(""), strict=True) if isinstance(pair[0], str)}):
        mine = known.setdefault(text, {})
        mine.setdefault(value, f"{text}{APART}{value}" if mine and value else text)
    made = [
        known[text][value] if isinstance(text, str) else text for text, value in zip(folded, by.fillna(""), strict=True)
    ]
    return frame.assign(**{number: pd.Series(made, index=frame.index, dtype="str")})


def without_case(frame: pd.DataFrame, number: str) -> pd.DataFrame:
    """Return the rows with every number as it is compared."""
    folded = frame[number].map({text: fold_number(text) for text in frame[number].dropna().unique()})
    return frame.assign(**{number: folded.astype("str")})


def _years(frame: pd.DataFrame, days: Iterable[str]) -> pd.Series[str]:
    first, *rest = (frame[day] for day in days)
    for other in rest:
        first = first.fillna(other)
    return pd.Series(first.dt.strftime("%Y"), index=frame.index, dtype="str")


def _known(owners: Iterable[Owner], *, is_year: bool) -> dict[str, dict[str, str]]:
    """Number → customer or year → what its keys begin with, of all records the ledger ever had."""
    rows = list(owners)
    names = customer_key(pd.Series([name for _, name, _ in rows], dtype="str")).fillna("")
    made: dict[str, dict[str, str]] = {}
    for (key, _, day), name in zip(rows, names, strict=True):
        begin = key.partition("|")[0]
        made.setdefault(begin.partition(APART)[0], {}).setdefault((day or "")[:4] if is_year else name, begin)
    return made


def ask(gathered: KindRows, is_shared: np.ndarray[Any, Any]) -> None:
    """Ask once a sheet within what its numbers are unique, where one stands for several customers.

    Not where the managers declared it; an answer is remembered beside its question, so that it may be changed there.
    """
    form = gathered.forms.get(gathered.table.name, DeclaredForm(gathered.table.name))
    if form.scope and not form.is_answered:
        return
    for part in np.unique(gathered.part[is_shared]).tolist():
        received, sheet = gathered.parts[part]
        numbers = sorted(gathered.frame[Orders.order_no][is_shared & (gathered.part == part)].unique())
        params = {"count": str(len(numbers)), "other": numbers[0], READ_AS: form.scope}
        place = Place(received.name, sheet.sheet)
        asked = Finding(ASKED, "sources", f"{received.name}|{sheet.sheet}", place=place, params=params)
        gathered.whole.append((received.id, asked))
