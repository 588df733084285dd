"""Rows whose corrected key is that of another row that counts: neither can be told from the other any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ledger import WAITING
from pipeline.rules.validation.kind_rows import KindRows, RowNote
from pipeline.rules.validation.validated_file import parse_facts, stored
from schemas.derived.finding import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipeline.rules.validation.versions.replaced import Replaced, Versions

CLASH = "X-010"


def find_clashes(gathered: KindRows, replaced: Replaced, versions: Versions, holding: Collection[str]) -> None:
    """Find rows of a next version under a key that another workbook's row counts by, and says otherwise.

    Both cells are told. Where identity or money is at stake the row waits, under a key of its own, and the other
    stands.
    """
    keys: list[str] = gathered.frame["src_key"].tolist()
    renamed = [at for at, pair in replaced.pairs.items() if keys[at] != pair.former.key and not gathered.dropped[at]]
    own = {pair.former.seq for pair in replaced.pairs.values()}
    living = versions.living(gathered.table.name, {keys[at] for at in renamed}) if renamed else {}
    for at in renamed:
        other, file = living.get(keys[at], (None, ""))
        if other is None or other.seq in own or parse_facts(other.facts) == parse_facts(_text(gathered, at)):
            continue
        column, holds = gathered.table.identity[0][0], gathered.table.name in holding
        there = Place(file, other.sheet, other.row)
        here = gathered.place(at, column)
        gathered.add(RowNote(at, CLASH, column, params={"other": str(there)}, is_holding=holds))
        received = gathered.parts[int(gathered.part[at])][0]
        key = f"{received.name}|{gathered.table.name}|{keys[at]}"
        gathered.whole.append((received.id, Finding(CLASH, "sources", key, place=there, params={"other": str(here)})))
        keys[at] = f"{keys[at]}{WAITING}1" if holds else keys[at]
    gathered.frame["src_key"] = np.array(keys, dtype=object)
    gathered.frame["src_key"] = gathered.frame["src_key"].astype("str")


def _text(gathered: KindRows, at: int) -> bytes:
    return stored(gathered, np.array([at]))[0]
