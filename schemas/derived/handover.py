"""What is handed over to the company's own systems: targets, their documents, and which field of ours goes where.

`interfaces.csv` (one row a document of a target) and `mapping.csv` (one row a column of its import file, with the
page its heading is documented on) are what is shipped; the policy workbook overrides both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from schemas import table_file
from schemas.incoming.kinds import KINDS
from schemas.table import PROVENANCE, Column, Table, Type, column

HERE = Path(__file__).parent
WAYS = ("xid", "number")  # known there by the name we gave it | by the number that came back


class HandedOrders(Table, name="handover"):
    """What an order says to another system beside its own columns. Those of the order itself stand on every line."""

    order_xid = column(Type.CODE, header=True)
    customer_xid = column(Type.CODE, header=True)
    customer = column(Type.NAME, header=True)  # as in the customer file
    erp_no = column(Type.CODE, header=True)  # the number that came back
    reference = column(Type.TEXT, header=True)  # the customer's number and ours
    delivery_on = column(Type.DAY, header=True)  # promised, else wanted
    line_xid = column(Type.CODE)
    item = column(Type.CODE)  # product code, else model, else name
    item_text = column(Type.TEXT)
    net_price = column(Type.PRICE)  # yuan, after the discount of the line


class HandedCustomers(Table, name="handover"):
    """What a customer says to another system beside its own columns."""

    customer_xid = column(Type.CODE)


class HandedComplaints(Table, name="handover"):
    """What a complaint says to another system beside its own columns."""

    complaint_xid = column(Type.CODE)
    customer = column(Type.NAME)
    crm_no = column(Type.CODE)
    headline = column(Type.TEXT)  # number, type and product
    complained_on = column(Type.DAY)


DERIVED: dict[str, type[Table]] = {
    "orders": HandedOrders,
    "customers": HandedCustomers,
    "complaints": HandedComplaints,
}


def translated(text: str) -> dict[str, str]:
    """Return ``ours=theirs|ours=theirs`` as pairs. Raises ValueError for anything else, and for one of ours twice."""
    pairs = [part.partition("=") for part in text.split("|") if part.strip()]
    made = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if len(made) < len(pairs) or not all(ours.strip() and sign for ours, sign, _ in pairs):
        raise ValueError(text)
    return made


@dataclass(frozen=True)
class Interface:
    """One document of a target: the table of ours it is made from, whether it is handed over, and how it is known."""

    target: str
    document: str
    table: str
    is_on: bool
    way: str
    most_rows: int  # of one file; a document is never cut in two


@dataclass(frozen=True)
class Mapped:
    """One column of an import file: a field of ours or a fixed value, in other words where a translation says so."""

    target: str
    document: str
    position: int
    heading: str
    field: str = ""
    fixed: str = ""
    translation: Annotated[Mapping[str, str], translated] = dataclasses.field(default_factory=dict)
    is_line: bool = False  # stands on every row of a document, not on its first alone
    is_needed: bool = False  # a document without it is not handed over
    source: str = dataclasses.field(default="", compare=False)  # the page a shipped heading is documented on


def fields(table: str) -> dict[str, Column]:
    """Return everything of a table that may be mapped, by name."""
    own = [own_column for own_column in KINDS[table].columns if own_column not in PROVENANCE]
    return {str(own_column): own_column for own_column in (*own, *DERIVED[table].columns)}


def word_key(table: str, name: str) -> str:
    """Return the key of the word table that says what a field is called."""
    derived = {str(own_column) for own_column in DERIVED[table].columns}
    return f"{DERIVED[table].name if name in derived else table}.{name}"


@cache
def interfaces() -> tuple[Interface, ...]:
    """Return the documents that are shipped, in the order they must be imported."""
    return table_file.load(Interface, HERE / "interfaces.csv", key=("target", "document"))


@cache
def mapping() -> tuple[Mapped, ...]:
    """Return the columns that are shipped."""
    return table_file.load(Mapped, HERE / "mapping.csv", key=("target", "document", "position"))
