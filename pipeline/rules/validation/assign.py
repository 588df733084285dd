"""Numbers for orders (YYYYMM-NNN) and complaints (YYYYMM-TNNN) that came without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import pandas as pd

from pipeline.rules.validation.identity import ORDINAL, fingerprints
from pipeline.rules.validation.kind_rows import KindRows, RowNote

# kind -> number, columns that say when it came, columns without which it is no new
# record but a riddle, rule that tells the number given
NUMBERED: dict[str, tuple[str, tuple[str, str], tuple[str, ...], str, Pattern]] = {
    "orders": (
        "order_no",
        ("received_at", "order_date"),
        ("customer_name", "order_date"),
        "ORD-054",
        "order",
    ),
    "complaints": (
        "complaint_no",
        ("complained_at", "registered_at"),
        (),
        "CMP-064",
        "complaint",
    ),
}
ONE_EACH = frozenset({"complaints"})  # equal rows of one file are one record; an order may be placed twice
UNNUMBERED = {"orders": "ORD-028", "complaints": "CMP-066"}
MOST_SKIPPED = 50  # numbers that may be missing between two that follow each other
Pattern = Literal["order", "complaint"]
SHAPES = {"order": "{}-{:03d}", "complaint": "{}-T{:03d}"}
FORMS = {"order": re.compile(r"(\d{6})-(\d{3,})"), "complaint": re.compile(r"(\d{6})-T(\d{3,})")}


def numbers(
    gathered: KindRows,
    used: Callable[[str], frozenset[str]],
    remembered: Mapping[str, str],
    placed: Mapping[tuple[int, str, str, int], str],
) -> dict[str, tuple[int, str]]:
    """Assign a number to every blank one; gives fingerprint -> (row, number).

    The same row sent again gets the same number, and so does an equal row of another file. Rows that cannot be
    numbered are found and held (orders only).
    """
    kind = gathered.table.name
    if kind not in NUMBERED:
        return {}
    column, moments, needs, rule, pattern = NUMBERED[kind]
    frame = gathered.frame
    blank = frame[column].isna() & ~_is_unknown(gathered, column)
    when = frame[moments[0]].fillna(frame[moments[1]])
    able = blank & when.notna() & frame[list(needs)].notna().all(axis=1)
    for row in (blank & ~able).to_numpy().nonzero()[0].tolist():
        gathered.add(RowNote(row, UNNUMBERED[kind], column, is_holding=kind == "orders"))
    if not able.any():
        return {}
    rows = frame[able]
    prints = fingerprints(rows)
    if kind in ONE_EACH:
        prints = prints.str.replace(ORDINAL, "", regex=True)
    at = _known_at(gathered, rows, placed)
    given = at.where(at.notna(), prints.map(remembered).astype("str"))
    fresh = given.isna()
    if fresh.any():
        taken = used(kind) | set(frame[column].dropna()) | set(given.dropna())
        first = fresh & ~prints.where(fresh).duplicated()
        files = rows["src_file"].groupby(prints).transform("min")
        order = [when[able][first], files[first], prints[first]]
        found = next_numbers(when[able][first], order, taken, pattern)
        given[fresh] = prints[fresh].map(dict(zip(prints[first], found, strict=True)))
    for row, number in zip(given.index.tolist(), given.tolist(), strict=True):
        gathered.add(RowNote(row, rule, column, params={"suggestion": str(number)}))
    gathered.patch(column, frame[column].fillna(given))
    return {prints[row]: (int(row), str(given[row])) for row in reversed(given.index[fresh])}


def _known_at(
    gathered: KindRows, rows: pd.DataFrame, placed: Mapping[tuple[int, str, str, int], str]
) -> pd.Series[str]:
    """Numbers by the places of the rows: of a received file that was read before."""
    kind, places = gathered.table.name, zip(rows.index, rows["src_sheet"], rows["src_row"], strict=True)
    received_files = [received.id for received, _ in gathered.parts]
    found = [placed.get((received_files[int(gathered.part[n])], kind, sheet, int(row))) for n, sheet, row in places]
    return pd.Series(found, index=rows.index, dtype="str")


def _is_unknown(gathered: KindRows, column: str) -> pd.Series[bool]:
    rows = {row for row, name in gathered.unknown if name == column}
    return pd.Series([n in rows for n in range(len(gathered.frame))], dtype=bool)


def next_numbers(
    months: pd.Series[pd.Timestamp],
    order: Sequence[pd.Series],
    used: Iterable[str],
    pattern: Pattern,
) -> pd.Series[str]:
    """Return a number for every row, after the highest one used in the month of its moment.

    `order` are the keys that decide who comes first, so that a repeated night assigns the same;
    aligned with `months`, missing ones last. `used` are all numbers ever seen; those of another
    form are ignored, gaps stay gaps, and a jump is not followed. A row without a moment gets no number.
    """
    taken = frozenset(used)
    highest = last_serials(taken, pattern)
    keys = pd.DataFrame(dict(enumerate(order)), index=months.index)
    rows = keys[months.notna()].sort_values(list(keys.columns), kind="stable", na_position="last").index
    given = []
    for month in months.loc[rows].dt.strftime("%Y%m"):
        serial = highest.get(month, 0) + 1
        while (number := SHAPES[pattern].format(month, serial)) in taken:
            serial += 1
        highest[month] = serial
        given.append(number)
    return pd.Series(given, index=rows, dtype="str").reindex(months.index)


def last_serials(used: Iterable[str], pattern: Pattern) -> dict[str, int]:
    """Return the serial by month ("202405") after which numbers go on.

    A serial far from all others was typed wrong or is of another system, and nothing goes on after it: of the serials
    and zero, parted where more than a few are missing between two, the last of the largest group counts.
    """
    serials: dict[str, set[int]] = {}
    for number in used:
        if match := FORMS[pattern].fullmatch(number):
            serials.setdefault(match[1], {0}).add(int(match[2]))
    return {month: max(_largest(sorted(found))) for month, found in serials.items()}


def _largest(serials: Sequence[int]) -> Sequence[int]:
    """The largest group of serials that follow each other closely; of two the lower one."""
    groups: list[list[int]] = [[serials[0]]]
    for before, serial in pairwise(serials):
        if serial - before > MOST_SKIPPED:
            groups.append([])
        groups[-1].append(serial)
    return max(groups, key=len)
