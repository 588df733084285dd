"""Numbers for orders and complaints that came without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.orders.numbering import Pattern, assign
from pipeline.rules.validation.identity import fingerprints
from pipeline.rules.validation.kind_rows import RowNote

if TYPE_CHECKING:
    from pipeline.rules.validation.kind_rows import KindRows

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
UNNUMBERED = {"orders": "ORD-028", "complaints": "CMP-015"}


def numbers(
    gathered: KindRows,
    used: Callable[[str], frozenset[str]],
    remembered: Mapping[str, str],
    placed: Mapping[tuple[int, str, str, int], str],
) -> dict[str, tuple[int, str]]:
    """Assign a number to every blank one; gives fingerprint -> (row, number).

    The same row sent again gets the same number. Rows that cannot be numbered are
    found and held (orders only).
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
    at = _known_at(gathered, rows, placed)
    given = at.where(at.notna(), prints.map(remembered).astype("str"))
    fresh = given.isna()
    if fresh.any():
        taken = used(kind) | set(frame[column].dropna()) | set(given.dropna())
        order = [when[able][fresh], rows["src_file"][fresh], prints[fresh]]
        given[fresh] = assign(when[able][fresh], order, taken, pattern)
    for row, number in zip(given.index.tolist(), given.tolist(), strict=True):
        gathered.add(RowNote(row, rule, column, params={"suggestion": str(number)}))
    gathered.patch(column, frame[column].fillna(given))
    return {prints[row]: (int(row), str(given[row])) for row in given.index[fresh]}


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
