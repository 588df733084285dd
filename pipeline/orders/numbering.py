"""Numbers for orders (YYYYMM-NNN) and complaints (YYYYMM-TNNN) that came without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pattern = Literal["order", "complaint"]

SHAPES = {"order": "{}-{:03d}", "complaint": "{}-T{:03d}"}
FORMS = {"order": re.compile(r"(\d{6})-(\d{3,})"), "complaint": re.compile(r"(\d{6})-T(\d{3,})")}


def assign(
    months: pd.Series[pd.Timestamp],
    order: Sequence[pd.Series],
    used: Iterable[str],
    pattern: Pattern,
) -> pd.Series[str]:
    """Return a number for every row, after the highest one used in the month of its moment.

    `order` are the keys that decide who comes first, so that a repeated night assigns the same;
    aligned with `months`, missing ones last. `used` are all numbers ever seen; those of another
    form are ignored, and gaps stay gaps. A row without a moment gets no number.
    """
    highest = last_serials(used, pattern)
    keys = pd.DataFrame(dict(enumerate(order)), index=months.index)
    rows = keys[months.notna()].sort_values(list(keys.columns), kind="stable", na_position="last").index
    month = months.loc[rows].dt.strftime("%Y%m")
    serial = month.groupby(month).cumcount() + 1 + month.map(highest).fillna(0).astype("int64")
    given = [SHAPES[pattern].format(m, s) for m, s in zip(month, serial, strict=True)]
    return pd.Series(given, index=rows, dtype="str").reindex(months.index)


def last_serials(used: Iterable[str], pattern: Pattern) -> dict[str, int]:
    """Return the highest serial in use by month ("202405")."""
    highest: dict[str, int] = {}
    for number in used:
        match = FORMS[pattern].fullmatch(number)
        if match:
            month, serial = match[1], int(match[2])
            highest[month] = max(highest.get(month, 0), serial)
    return highest
