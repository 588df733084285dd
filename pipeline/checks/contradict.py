"""Rows of one night that say different things about the same record.

Order of files and rows never decides: contradictions about identity or money hold
both, others are decided by content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.checks.conflicts import duplicates
from pipeline.checks.sifted import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.checks.gather import Gathered

COPY, CONFLICT, HEADER = "ORD-032", "ORD-033", "ORD-042"
# what a contradiction is called: a number given twice, where the kind has a rule for that
CONTRADICTION = {"invoices": "INV-017"}
OTHERWISE = "X-010"
SUSPECT = {"receipts": ("RCV-001", "amount_fen"), "orders": (COPY, "order_no")}
HOLDING = ("orders", "receipts", "invoices")


def find(gathered: Gathered) -> None:
    """Mark copies as dropped, contradictions as found, and hold where money is at stake."""
    conflicting = _orders(gathered) if gathered.table.name == "orders" else set()
    keys = gathered.frame["src_key"]
    again = keys[keys.duplicated(keep=False) & ~gathered.dropped]
    if again.empty:
        return
    rows_again = again.index.to_numpy()
    facts = dict(zip(rows_again.tolist(), stored(gathered, rows_again), strict=True))
    for rows in again.groupby(again).groups.values():
        same = [int(row) for row in rows if int(row) not in conflicting]
        if len(same) > 1:
            _decide(gathered, same, facts)
        # Held already; under one key only the row read last would be left to be mended.
        _name_apart(gathered, [int(row) for row in rows if int(row) in conflicting], facts)


def _orders(gathered: Gathered) -> set[int]:
    copies, conflicts, headers = duplicates(gathered.frame)
    for row in np.flatnonzero(copies).tolist():
        gathered.dropped[row] = True
        gathered.note(row, COPY, "order_no", params=_other(gathered, row))
    for row in np.flatnonzero(conflicts).tolist():
        gathered.note(row, CONFLICT, "order_no", params=_other(gathered, row), is_holding=True)
    for row in np.flatnonzero(headers).tolist():
        gathered.note(row, HEADER, "order_no", params=_other(gathered, row))
    return set(np.flatnonzero(conflicts).tolist())


def _decide(gathered: Gathered, rows: list[int], facts: Mapping[int, bytes]) -> None:
    kind = gathered.table.name
    by_text = {facts[row]: row for row in reversed(rows)}
    for row in rows:
        if by_text[facts[row]] != row:
            gathered.dropped[row] = True
            if kind in SUSPECT:
                rule, column = SUSPECT[kind]
                gathered.note(row, rule, column, params=_other(gathered, row))
    apart = sorted(by_text.items())
    if len(apart) == 1:
        return
    if kind == "complaints":
        _number_apart(gathered, [row for _, row in apart])
        return
    for _, row in apart:
        gathered.note(
            row,
            CONTRADICTION.get(kind, OTHERWISE),
            str(gathered.table.key[0]),
            params=_other(gathered, row),
            is_holding=kind in HOLDING,
        )
    # Both wait, or the one that says most counts.
    _name_apart(gathered, [row for _, row in apart], facts)
    for _, row in apart[:-1]:
        gathered.held[row] = True


def _name_apart(gathered: Gathered, rows: list[int], facts: Mapping[int, bytes]) -> None:
    """A key of its own for all but one of these rows, decided by what they say."""
    for n, row in enumerate(sorted(rows, key=lambda row: facts[row])[:-1], start=1):
        gathered.frame.loc[row, "src_key"] = f"{gathered.frame['src_key'].iat[row]}!{n}"


def _number_apart(gathered: Gathered, rows: list[int]) -> None:
    for n, row in enumerate(rows):
        gathered.note(row, "CMP-016", "complaint_no", params=_other(gathered, row))
        if n:
            gathered.frame.loc[row, "src_key"] = f"{gathered.frame['src_key'].iat[row]}#{n + 1}"


def _other(gathered: Gathered, row: int) -> dict[str, str]:
    """Where the other rows of the same record stand, for the message."""
    frame, column = gathered.frame, str(gathered.table.key[0])
    same = frame["src_key"] == frame["src_key"].iat[row]
    named = frame[column] == frame[column].iat[row]
    places = [
        str(gathered.place(int(n), column)[0])
        for n in np.flatnonzero((same | named.fillna(False)).to_numpy(dtype=bool))
        if int(n) != row
    ]
    return {"other": "; ".join(sorted(places)[:3])}
