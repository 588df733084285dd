"""Rows of one night that say different things about the same record, and lines of orders under one number.

Order of files and rows never decides: contradictions about identity or money hold both, others are decided by content.
Of one order number the lines of the same customer and day are lines of one order; lines alike in every cell are copies;
another customer or day is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.ledger import WAITING
from pipeline.orders.customers import customer_key
from pipeline.rules.helpers import once
from pipeline.rules.validation import repeats, scope
from pipeline.rules.validation.blocks import Spot
from pipeline.rules.validation.identity import ORDINAL
from pipeline.rules.validation.kind_rows import KindRows, RowNote
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Qualifications
from schemas.incoming.orders import Orders
from schemas.table import PROVENANCE

CONFLICT, HEADER = "ORD-033", "ORD-042"
# what a contradiction is called: a number given twice, where the kind has a rule for that
CONTRADICTION = {"invoices": "INV-017"}
OTHERWISE = "X-010"
# found between rows of several files
ACROSS = (*repeats.OWN_RULE.values(), repeats.ONCE, CONFLICT, HEADER, "INV-017", "X-010", "CMP-016")
HOLDING = ("orders", "receipts", "invoices")
MOST_TOLD = 3
NO = str(Orders.order_no)
OWN = [str(column) for column in Orders.columns if column not in PROVENANCE]
PRODUCT = [str(Orders.product_name), str(Orders.model), str(Orders.spec_text)]
# what is told once for an order; another customer or day makes two orders of it
TOLD_ONCE = [
    column
    for column in Orders.columns
    if column.spec.header and column not in {NO, str(Orders.customer_name), str(Orders.order_date)}
]
# where a contradiction is shown, if not at the first column that names a row: documents seldom give the code
COLUMN = {Qualifications.name: str(Qualifications.customer_name)}


def find(
    gathered: KindRows,
    known_by: pd.DataFrame,
    left_out: Mapping[int, AbstractSet[Spot]],
    settled: AbstractSet[int] = frozenset(),
) -> None:
    """Mark copies as left out, contradictions as found, and hold where money is at stake.

    `known_by`: the rows with the numbers their records are known by. `left_out`: by file, where the rows are that
    another kind left out as copies. `settled`: rows that keep the key of the row they replace.
    """
    _Records(gathered, known_by, settled).compare(left_out)


class _Records:
    """Rows of a kind by the record they are about. Keys change when all rows were looked at."""

    def __init__(self, gathered: KindRows, known_by: pd.DataFrame, settled: AbstractSet[int]) -> None:
        self.gathered, self.kind, self.known_by = gathered, gathered.table.name, known_by
        self.settled = settled if self.kind == Complaints.name else frozenset()
        self.keys: dict[int, str] = {}  # of rows that are no longer told by the key they had
        self.column = COLUMN.get(self.kind, gathered.table.identity[0][0])
        self.shown: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self.copies: dict[int, int] = {}  # rows that are left out, and the one each of them repeats

    def compare(self, left_out: Mapping[int, AbstractSet[Spot]]) -> None:
        conflicting = self._orders() if self.kind == "orders" else set()
        keys = self._numbers()
        again = keys[keys.duplicated(keep=False) & ~self.gathered.dropped]
        places = again.index.to_numpy()
        facts = repeats.said_by(self.gathered, places)
        for rows in again.groupby(again).groups.values():
            self._decide([int(row) for row in rows if int(row) not in conflicting], facts)
            # Held already; under one key only the row read last would be left to be fixed.
            self._name_apart([int(row) for row in rows if int(row) in conflicting], facts)
        for row, first in repeats.find(self.gathered, self.copies, left_out).items():
            self.keys[row] = self._key(first)
        if self.keys:
            own = self.gathered.frame["src_key"]
            self.gathered.frame["src_key"] = pd.Series(self.keys, dtype="str").reindex(own.index).fillna(own)

    def _numbers(self) -> pd.Series[str]:
        """The keys of all rows; of several complaints of one number what they share."""
        keys = self.gathered.frame["src_key"]
        mine = sorted(self.settled)
        return keys.where(~keys.index.isin(mine), keys.str.replace(ORDINAL, "", regex=True)) if mine else keys

    def _orders(self) -> set[int]:
        copies = copied(self.known_by)
        _, conflicts, headers = duplicates(self.known_by)
        shared = of_several_customers(scope.without_case(self.gathered.frame, NO))
        scope.ask(self.gathered, shared.to_numpy(dtype=bool))
        self.copies = repeats.equally_read(self.gathered, copies)
        self.gathered.dropped[list(self.copies)] = True
        for row in np.flatnonzero(conflicts).tolist():
            self._note(row, CONFLICT, "order_no", is_holding=True)
        for row in np.flatnonzero(headers).tolist():
            self._note(row, HEADER, "order_no")
        return set(np.flatnonzero(conflicts).tolist())

    def _decide(self, rows: list[int], facts: Mapping[int, bytes]) -> None:
        by_text = {facts[row]: row for row in reversed(rows)}
        for row in rows:
            if by_text[facts[row]] != row:
                self.gathered.dropped[row] = True
                self.copies[row] = by_text[facts[row]]
        apart = [row for _, row in sorted(by_text.items())]
        if len(apart) < 2:  # noqa: PLR2004 - nothing to contradict
            return
        if self.kind == "complaints":
            self._number_apart(apart)
            return
        # Both wait, or the one that says most counts.
        for row in apart:
            waits = self.kind in HOLDING or row != apart[-1]
            self._note(row, CONTRADICTION.get(self.kind, OTHERWISE), self.column, is_holding=waits)
        self._name_apart(apart, facts)

    def _name_apart(self, rows: list[int], facts: Mapping[int, bytes]) -> None:
        """A key of its own for all but one of these rows, decided by what they say."""
        for n, row in enumerate(sorted(rows, key=lambda row: facts[row])[:-1], start=1):
            self.keys[row] = f"{self._key(row)}{WAITING}{n}"

    def _number_apart(self, rows: list[int]) -> None:
        """Let all of them count: those that replace a row keep its key, the others take the next ordinals."""
        base = ORDINAL.sub("", self._key(rows[0])) if rows[0] in self.settled else self._key(rows[0])
        used = {self._key(row) for row in rows if row in self.settled}
        for row in rows:
            self._note(row, "CMP-016", "complaint_no")
            if row not in self.settled:
                ordinals = (base if n == 1 else f"{base}#{n}" for n in range(1, len(rows) + 1))
                self.keys[row] = next(key for key in ordinals if key not in used)
                used.add(self.keys[row])

    def _key(self, row: int) -> str:
        return str(self.gathered.frame["src_key"].iat[row])

    def _note(self, row: int, rule: str, column: str, *, is_holding: bool = False) -> None:
        self.gathered.add(RowNote(row, rule, column, params={"other": self._others(row)}, is_holding=is_holding))

    def _others(self, row: int) -> str:
        """Where other rows of the same record stand, three at most."""
        frame = self.gathered.frame
        places = {
            place
            for column in ("src_key", self.column)
            if isinstance(value := frame[column].iat[row], str)
            for place in self._places(column, value)
        }
        return "; ".join([place for place, other in sorted(places) if other != row][:MOST_TOLD])

    def _places(self, column: str, value: str) -> list[tuple[str, int]]:
        """The first rows that say this, by where they stand: enough to tell of some besides any one."""
        if (column, value) not in self.shown:
            rows = self._groups[column].get(value, ())
            at = [(str(self.gathered.place(int(row), self.column)), int(row)) for row in rows]
            self.shown[column, value] = sorted(at)[: MOST_TOLD + 1]
        return self.shown[column, value]

    @cached_property
    def _groups(self) -> Mapping[str, Mapping[Any, Any]]:
        frame = self.gathered.frame
        return {column: frame.groupby(column, sort=False).indices for column in ("src_key", self.column)}


def duplicates(orders: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[bool], pd.Series[bool]]:
    """Return masks over order lines with `src_` columns: copies, conflicts, differing headers.

    ORD-032: all copies but the first, as the sheets stand. ORD-033: every line whose
    number has two customers or days. ORD-042: the first line of an order whose header
    differs from the lines above it.
    """
    conflict = _copied_number(orders)
    return pd.Series(orders.index.isin(copied(orders)), index=orders.index), conflict, _header(orders) & ~conflict


def copied(orders: pd.DataFrame) -> dict[int, int]:
    """Return the order lines that say the same as one above them, each with the first that does."""
    suspects = orders[orders[NO].notna() & orders.duplicated([NO, *PRODUCT], keep=False)]
    placed = suspects.sort_values(["src_file", "src_sheet", "src_row"], kind="stable")
    said = placed[OWN].astype("str").fillna("").itertuples(name=None)
    first: dict[tuple[str, ...], int] = {}
    return {row: begin for row, *texts in said if (begin := first.setdefault(tuple(texts), row)) != row}


def _copied_number(orders: pd.DataFrame) -> pd.Series[bool]:
    return of_several_customers(orders) | _differs(orders, orders[Orders.order_date].dt.normalize(), [NO])


def of_several_customers(orders: pd.DataFrame) -> pd.Series[bool]:
    """Return the lines whose number stands for several customers."""
    # a customer is who its code says, under whatever names
    has_code = orders[Orders.customer_code].notna().groupby(orders[NO]).transform("all").fillna(value=False)
    keys = customer_key(orders[Orders.customer_name]).mask(has_code.astype(bool), orders[Orders.customer_code])
    return _differs(orders, keys, [NO])


def _header(orders: pd.DataFrame) -> pd.Series[bool]:
    """Within one sheet: two exports of one order in one night are another matter."""
    again = orders[orders.duplicated([NO], keep=False) & orders[NO].notna()]
    place = [NO, "src_file", "src_sheet"]
    broken = pd.Series(data=False, index=again.index)
    for column in TOLD_ONCE:
        first = again.groupby(place, dropna=False)[str(column)].transform("first")
        broken |= again[column].notna() & (again[column] != first)
    first_lines = once(again, broken)
    return pd.Series(orders.index.isin(first_lines[first_lines].index), index=orders.index)


def _differs(orders: pd.DataFrame, values: pd.Series, by: list[str]) -> pd.Series[bool]:
    """Groups in which the column holds two different values."""
    again = orders.duplicated(by, keep=False) & orders[NO].notna()
    found = pd.Series(data=False, index=orders.index)
    if again.any():
        groups = [orders.loc[again, name] for name in by]
        found[again] = values[again].groupby(groups).transform("nunique") > 1
    return found
