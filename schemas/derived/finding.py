"""A finding: one rule broken in one place, as a value.

Pure data; wording and life across nights come later (`core.phrases`, `ledger`).
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Place:
    """Where Excel shows it; outermost first, the rest empty when unknown."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    letter: str = ""

    @property
    def cell(self) -> str:
        """Return ``G42``, ``42`` for a whole row, ``G`` for a whole column, nothing for a sheet."""
        return f"{self.letter}{self.row}" if self.row else self.letter

    def __str__(self) -> str:
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)


class CellAt(NamedTuple):
    """Row, letter and heading of a cell; its sheet where that is another than the sheet of its row."""

    row: int
    letter: str = ""
    heading: str = ""
    sheet: str = ""


def place_of(cells: object, column: str, row: int) -> CellAt:
    """Return where a column of a row stands by `src_cells`; the row alone where those say nothing of it.

    >>> place_of('{"qty": ["B7", "Qty"]}', "qty", 5)
    CellAt(row=7, letter='B', heading='Qty', sheet='')
    """
    if isinstance(cells, str) and cells and (found := json.loads(cells).get(column)):
        cell, heading, *sheet = found
        letters = cell.rstrip("0123456789")
        return CellAt(int(cell[len(letters) :]), letters, heading, *sheet)
    return CellAt(row)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken in one place.

    `kind` and `key` name the record (table, business key or row fingerprint);
    `column` is the column's name in that table, `heading` its heading in the sheet.
    """

    rule: str
    kind: str
    key: str
    column: str = ""
    place: Place = field(default_factory=Place)
    heading: str = ""
    raw: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""  # a person, when the record names one
    subject: str = ""  # order, complaint or receipt number
    customer: str = ""
    seq: int = 0  # ledger version the finding is about, 0 when none
    is_holding: bool = False  # this finding holds its row
    is_refusing: bool = False  # this finding kept its whole file out

    @property
    def id(self) -> str:
        """Return a short stable hash that survives inserted rows and renamed files."""
        named = f"{self.kind}\x1f{self.key}\x1f{self.column}\x1f{self.rule}"
        digest = blake2s(named.encode(), digest_size=10).digest()
        return b32encode(digest)[:10].decode()
