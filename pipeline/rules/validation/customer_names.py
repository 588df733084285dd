"""Orders that name their customer by its code alone: the name is the one that the customer file has for it.

Where no customer file knows the code, orders that bear it with a name say it, if they all say the same. Only a code
that nobody knows waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from pipeline.core.text import fold
from pipeline.orders.customers import customer_key
from pipeline.reading import FileRead
from pipeline.rules.validation.codes import Codes, Kept
from pipeline.rules.validation.kind_rows import KindRows, RowNote
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders

BY_CODE = "ORD-062"
CODE, NAME = str(Orders.customer_code), str(Orders.customer_name)
MOST_NAMED = 5  # customers in one sentence
Names = Callable[[], Mapping[str, str]]  # folded code → name
Pairs = list[tuple[str, str]]


def names_by_code(reads: Sequence[FileRead], kept: Kept) -> Names:
    """Return the names by code, worked out when first asked for: of tonight's workbooks and of all nights before."""

    @cache
    def of() -> dict[str, str]:
        said: dict[str, dict[str, str]] = {}  # code → key of a name → the name
        for code, name in [*kept(Orders.name, CODE, NAME), *_tonight(reads, Orders.name)]:
            said.setdefault(fold(code), {}).setdefault(name_key(name), name)
        agreed = {code: next(iter(names.values())) for code, names in said.items() if len(names) == 1}
        filed = [*kept(Customers.name, CODE, NAME), *_tonight(reads, Customers.name)]
        return agreed | {fold(code): name for code, name in filed}

    return of


def name_customers(gathered: KindRows, names: Names, codes: Callable[[str], Codes]) -> None:
    """Give orders without a name that of their code, told once for each sheet."""
    frame = gathered.frame
    if gathered.table.name != Orders.name:
        return
    blank = np.flatnonzero((frame[NAME].isna() & frame[CODE].notna()).to_numpy())
    rows = [int(row) for row in blank if (int(row), NAME) not in gathered.unknown]
    if not rows:
        return
    known = {code: names().get(fold(codes(CODE).padded(code))) for code in frame[CODE].iloc[rows].unique()}
    given = {row: name for row in rows if (name := known[frame[CODE].iat[row]])}
    if given:
        gathered.patch(NAME, frame[NAME].fillna(pd.Series(given, dtype="str").set_axis(frame.index[[*given]])))
    for part in dict.fromkeys(int(gathered.part[row]) for row in given):
        own = [row for row in given if int(gathered.part[row]) == part]
        pairs = [f"{code} → {given[row]}" for row, code in zip(own, frame[CODE].iloc[own], strict=True)]
        told = [*dict.fromkeys(pairs)]
        shown = ", ".join([*told[:MOST_NAMED], *(["\u2026"] if len(told) > MOST_NAMED else [])])
        given_to = {"count": str(len(own)), "other": shown}
        gathered.add(RowNote(own[0], BY_CODE, CODE, str(frame[CODE].iat[own[0]]), given_to))


def _tonight(reads: Sequence[FileRead], kind: str) -> Pairs:
    tables = [sheet.table for read in reads for sheet in read.sheets if sheet.kind == kind]
    named = [table for table in tables if {CODE, NAME} <= {*table.column_names}]
    pairs = (pair for t in named for pair in zip(t.column(CODE).to_pylist(), t.column(NAME).to_pylist(), strict=True))
    return [(code, name) for code, name in pairs if code and name]


@cache
def name_key(name: str) -> str:
    """Return what a name of a customer is known by, however it is written."""
    return str(customer_key(pd.Series([name], dtype="str")).iat[0])
