"""The company's own people: who is one, who left, and who does the work of somebody who left."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.text import fold, simplified
from schemas.incoming.staff import Staff
from schemas.language import spellings

SEVERAL = re.compile(r"[;,/\u3001]+|\d[\d-]+")  # between names; a phone number beside one is none


def names_of(text: str) -> list[str]:
    """Return the people that a cell names, as they are compared."""
    return [name for part in SEVERAL.split(text) if (name := fold(part))]


def counted_staff(staff: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the staff list that count, by folded name."""
    rows = staff[~is_sure(staff[Staff.src_held]) & staff[Staff.person].notna()]
    return rows.assign(name=rows[Staff.person].map(fold)).drop_duplicates("name", keep="last").set_index("name")


def left_on(staff: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Return when people left, by folded name."""
    rows = counted_staff(staff)
    return {str(name): day for name, day in rows[Staff.left_on].dropna().items()}


def heirs(staff: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, str]:
    """Return who does the work of everybody who left: their successor, else the head of their department.

    By folded name; blank where neither is known and still there.
    """
    rows = counted_staff(staff)
    gone = is_sure(rows[Staff.left_on] <= as_of)
    there = rows[~gone]
    is_head = (
        there[Staff.role]
        .fillna("")
        .map(lambda role: any(word in simplified(role) for word in spellings.group("staff.head")))
    )
    leading = there[is_head.astype(bool)].drop_duplicates(str(Staff.dept)).set_index(str(Staff.dept))[str(Staff.person)]
    found = {}
    for name, row in rows[gone].iterrows():
        own = row[Staff.successor]
        is_here = isinstance(own, str) and fold(own) not in rows.index[gone]
        found[str(name)] = own if is_here else str(leading.get(row[Staff.dept], ""))
    return found


def taken_over(text: str, given: Mapping[str, str]) -> str:
    """Return the people of a cell with those who left replaced by their heirs; blank where nobody is left."""
    if given.keys().isdisjoint(names_of(text)):
        return text
    named = [part.strip() for part in SEVERAL.split(text) if fold(part)]
    return "/".join(dict.fromkeys(name for part in named if (name := given.get(fold(part), part))))


def handed_over(owners: pd.Series[str], depts: pd.Series[str] | str | None, given: Mapping[str, str]) -> pd.Series[str]:
    """Return owners with those who left replaced by their heirs, else by the department of the matter."""
    heir = owners.map({owner: taken_over(owner, given) for owner in owners.dropna().unique()})
    changed = owners.notna() & (heir != owners)
    return owners.mask(changed & (heir != ""), heir).mask(changed & (heir == ""), depts)
