"""One customer, one name: the code decides whom a row is about, whatever name stands beside it.

In go the tables of the night as they were written, out come the same with customers named as the newest customer file
names them. A known code with another name is a question (was it renamed?); until it is answered the code decides. One
name with two codes is two customers, told apart by their codes; what has only that name belongs to neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.text import fold
from pipeline.orders.customers import aliases, customer_key
from pipeline.orders.tables import NamedByCode
from schemas.derived.finding import Finding
from schemas.derived.joins import Identities
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Customers, Opening
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders

RENAMED_IN_FILE, OTHER_NAME_IN_ORDER, NAME_OF_SEVERAL = "CUS-011", "CUS-012", "CUS-013"
RENAMED, OTHER_COMPANY = "renamed", "other_company"  # what may be answered
NAME, CODE = str(Customers.customer_name), str(Customers.customer_code)
BY_NAME = (Opening.name, Complaints.name, Reminders.name)
WRITTEN_NAME = str(NamedByCode.written_name)
AND = "; "
Names = Mapping[str, str]


@dataclass(frozen=True)
class _Filed:
    """The customer file by folded code: names as shown, keys of names as written, keys of rows.

    `shared`: keys of names that several codes bear.
    """

    shown: Names
    own: Names
    rows: Names
    shared: frozenset[str]


@dataclass
class _Others:
    """Other names by code: key of the name → the name; of earlier customer files, and of orders with their rows."""

    filed: dict[str, dict[str, str]] = field(default_factory=dict)
    ordered: dict[str, dict[str, str]] = field(default_factory=dict)
    asked_at: dict[tuple[str, str], str] = field(default_factory=dict)


def by_code(
    tables: Mapping[str, pd.DataFrame], former: pd.DataFrame, answers: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables with customers known by their codes, and beside them the table of questions.

    `former`: `customer_code` and `customer_name` of what earlier customer files said. `answers`: id of a finding →
    RENAMED or OTHER_COMPANY.
    """
    made = dict(tables)
    known = _filed(tables[Customers.name])
    others = _others(tables[Orders.name], former, known)
    apart = set(_apart(others, known, answers))
    made[Identities.name] = _questions(others, known, tables[Receipts.name])
    if not (known.shared or others.filed or others.ordered):
        return made
    made[Customers.name] = _customers(tables[Customers.name], known, others, apart)
    made[Orders.name] = _orders(tables[Orders.name], known, apart)
    renamed = _by_old_name(made[Customers.name], others, apart)
    for kind in (Orders.name, *BY_NAME):
        made[kind] = _renamed(made[kind], renamed)
    return made


def bare_keys(keys: pd.Series[str], customers: pd.DataFrame) -> pd.Series[str]:
    """Return keys of customers without what tells them apart from others of their name."""
    if WRITTEN_NAME not in customers.columns:
        return keys
    bare = dict(zip(customer_key(customers[NAME]), customer_key(customers[NamedByCode.written_name]), strict=True))
    return keys.map(lambda key: bare.get(key, key), na_action="ignore").astype("str")


def _filed(customers: pd.DataFrame) -> _Filed:
    rows = customers[~is_sure(customers["src_held"]) & customers[CODE].notna() & customers[NAME].notna()]
    codes = [fold(code) for code in rows[CODE]]
    own = dict(zip(codes, customer_key(rows[NAME]), strict=True))
    keys = list(own.values())
    shared = frozenset(key for key in keys if keys.count(key) > 1) if len(keys) != len(set(keys)) else frozenset()
    written = list(zip(codes, rows[NAME], rows[CODE], strict=True))
    shown = {code: f"{name}({as_filed})" if own[code] in shared else name for code, name, as_filed in written}
    return _Filed(shown, own, dict(zip(codes, rows["src_key"].fillna(""), strict=True)), shared)


def _others(orders: pd.DataFrame, former: pd.DataFrame, known: _Filed) -> _Others:
    made = _Others()
    for code, key, name in _pairs(former):
        if code in known.own and key != known.own[code]:
            made.filed.setdefault(code, {})[key] = name
    counted = orders[~is_sure(orders["src_held"])].sort_values(str(Orders.order_no), kind="stable")
    for (code, key, name), at in zip(_pairs(counted), _keys(counted), strict=True):
        if code in known.own and key != known.own[code] and key not in made.filed.get(code, {}):
            made.ordered.setdefault(code, {}).setdefault(key, name)
            made.asked_at.setdefault((code, key), at)
    return made


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    named = rows[rows[CODE].notna() & rows[NAME].notna()]
    for code, key, name in zip(named[CODE], customer_key(named[NAME]), named[NAME], strict=True):
        yield fold(code), str(key), name


def _keys(rows: pd.DataFrame) -> list[str]:
    named = rows[rows[CODE].notna() & rows[NAME].notna()]
    return [str(key) for key in named["src_key"].fillna("")]


def _apart(others: _Others, known: _Filed, answers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give code and key of every name of which somebody said that it is another company's."""
    for code, names in others.filed.items():
        if answers.get(Finding(RENAMED_IN_FILE, Customers.name, known.rows[code], NAME).id) == OTHER_COMPANY:
            yield from ((code, key) for key in names)
    for (code, key), row in others.asked_at.items():
        if answers.get(Finding(OTHER_NAME_IN_ORDER, Orders.name, row, NAME).id) == OTHER_COMPANY:
            yield code, key


def _questions(others: _Others, known: _Filed, receipts: pd.DataFrame) -> pd.DataFrame:
    asked = [(RENAMED_IN_FILE, known.rows[code], AND.join(names.values())) for code, names in others.filed.items()]
    asked += [(OTHER_NAME_IN_ORDER, row, known.shown[code]) for (code, _), row in others.asked_at.items()]
    if known.shared and len(receipts):
        rows = receipts[~is_sure(receipts["src_held"]) & receipts[Receipts.order_nos].isna()]
        keys = customer_key(rows[Receipts.customer_name].fillna(rows[Receipts.payer]))
        for row, key in zip(rows["src_key"], keys, strict=True):
            if key in known.shared:
                bearers = [known.shown[code] for code, own in known.own.items() if own == key]
                asked.append((NAME_OF_SEVERAL, str(row), AND.join(sorted(bearers))))
    return pd.DataFrame(asked, columns=list(map(str, Identities.columns)), dtype="str")


def _customers(rows: pd.DataFrame, known: _Filed, others: _Others, apart: set[tuple[str, str]]) -> pd.DataFrame:
    """The customer file with the names that are shown, and other names of a code among the aliases."""
    codes = [fold(code) if isinstance(code, str) else "" for code in rows[CODE]]
    names = [known.shown.get(code, name) for code, name in zip(codes, rows[NAME], strict=True)]
    listed = []
    for code, written in zip(codes, rows[Customers.aliases], strict=True):
        more = {**others.filed.get(code, {}), **others.ordered.get(code, {})}
        found = [name for key, name in more.items() if (code, key) not in apart]
        listed.append(AND.join([*([written] if isinstance(written, str) else []), *found]) or None)
    named = {NAME: pd.Series(names, rows.index, dtype="str"), WRITTEN_NAME: rows[NAME]}
    return rows.assign(**named, **{str(Customers.aliases): pd.Series(listed, rows.index, dtype="str")})


def _orders(rows: pd.DataFrame, known: _Filed, apart: set[tuple[str, str]]) -> pd.DataFrame:
    """Orders with a known code, under the name that is shown for it."""
    codes = [fold(code) if isinstance(code, str) else "" for code in rows[CODE]]
    keys = customer_key(rows[NAME])
    names = [
        known.shown[code] if code in known.shown and (code, key) not in apart else name
        for code, key, name in zip(codes, keys, rows[NAME], strict=True)
    ]
    return rows.assign(**{NAME: pd.Series(names, rows.index, dtype="str"), WRITTEN_NAME: rows[NAME]})


def _by_old_name(customers: pd.DataFrame, others: _Others, apart: set[tuple[str, str]]) -> Names:
    """Key of a former name → the newest name of its customer, where it is one's only."""
    linked = aliases(customers)
    shown = dict(zip(customer_key(customers[NAME]), customers[NAME], strict=True))
    old = {
        key
        for names in (others.filed, others.ordered)
        for code, keys in names.items()
        for key in keys
        if (code, key) not in apart
    }
    return {key: shown[linked[key]] for key in sorted(old) if key in linked and linked[key] in shown}


def _renamed(rows: pd.DataFrame, renamed: Names) -> pd.DataFrame:
    """Rows that only have a former name, under the newest."""
    if not renamed or rows.empty:
        return rows
    shown = customer_key(rows[NAME]).map(renamed).astype("str")
    written = rows[NamedByCode.written_name] if WRITTEN_NAME in rows.columns else rows[NAME]
    return rows.assign(**{NAME: shown.fillna(rows[NAME]), WRITTEN_NAME: written})
