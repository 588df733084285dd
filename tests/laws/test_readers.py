"""Nothing is asked of people that nobody reads: every field of a blank workbook has a reader, or says who will read it.

A reader, as the source shows it: code of the pipeline or of a report that takes the column from its table (or from a
table it is carried over into by name), a rule that asks whether it is filled in or well formed, the number that names
a row, an import file of another system. That a reader does something with it is for its own test to show.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest

from reports.blanks import LEFT_OUT, LISTED, asked
from schemas.derived import handover
from schemas.incoming.kinds import KINDS
from schemas.table import Counted, Table
from tests.support.source import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.table import Column

# field → who will read it, or what it is for where no rule can be
KEPT = {
    "reminders.instalment": "a contact counts for the item it names before it counts for the order (41)",
    "reminders.letter_no": "proof that a letter was posted, kept with the demand that interrupts the limitation (5.4)",
    "customers.credit_days": "the days of a term that names none (R011)",
    "customers.statement_day": "the day on which statements of account are drawn up (5.4)",
    "prices.product_name": "tells people which row they look at; codes and models find it",
    "prices.currency": "prices are compared in their own currency (35)",
}


@cache
def read() -> frozenset[tuple[str, str]]:
    """(class, column) that some code outside the sample takes from its table, by attribute or out of a record."""
    found = set()
    for module in modules().values():
        if module.name.startswith(("schemas.", "pipeline.demo.")):
            continue
        named = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add((node.value.id, node.attr))
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                found |= {(name, str(node.slice.value)) for name in named}
    return frozenset(found)


@cache
def carried() -> frozenset[tuple[str, str]]:
    """(table, table): columns of the first are carried over by name into the second."""
    calls = [node for module in modules().values() for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return frozenset(
        (call.args[0].id, call.args[1].id)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "shared"
        and isinstance(call.args[0], ast.Name)
        and isinstance(call.args[1], ast.Name)
    )


def bearers(name: str, column: str) -> Iterator[str]:
    """Tables that have this column of a table: itself, those made of it, those it is carried over into."""
    tables = {table.__name__: table for table in _below(Table)}
    waiting, seen = [name], set()
    while waiting:
        this = waiting.pop()
        if this in seen or column not in tables[this].columns:
            continue
        seen.add(this)
        yield this
        waiting += [table.__name__ for table in _below(tables[this])]
        waiting += [other for one, other in carried() if one == this]


def _below(table: type[Table]) -> list[type[Table]]:
    return [each for below in table.__subclasses__() for each in (below, *_below(below))]


@cache
def exported() -> frozenset[tuple[str, str]]:
    """(kind, column) that stands in an import file of another system."""
    kinds = {(each.target, each.document): each.table for each in handover.interfaces()}
    return frozenset((kinds[each.target, each.document], each.field) for each in handover.mapping())


def numbers(kind: str) -> set[str]:
    """Columns that name a row on their own: a row that comes again with them takes the place of the first."""
    return {
        column
        for columns in KINDS[kind].identity
        for column in (columns[:1] if isinstance(columns, Counted) else columns)
    }


def has_reader(kind: str, column: Column) -> bool:
    spec = column.spec
    if spec.blank or spec.form or spec.bound or spec.labelled or column in numbers(kind):
        return True
    taken = any((bearer, str(column)) in read() for bearer in bearers(KINDS[kind].__name__, str(column)))
    return taken or (kind, str(column)) in exported()


@pytest.mark.parametrize("kind", LISTED)
def test_every_field_that_is_asked_for_has_a_reader(kind: str) -> None:
    unread = [f"{kind}.{column}" for column in asked(kind) if not has_reader(kind, column)]
    assert [field for field in unread if field not in KEPT] == []


def test_what_is_kept_for_later_is_asked_for_and_read_by_nobody_yet() -> None:
    waiting = {f"{kind}.{column}" for kind in LISTED for column in asked(kind) if not has_reader(kind, column)}
    assert sorted(set(KEPT) - waiting) == []
    assert all(KEPT.values())


def test_what_is_asked_for_no_more_is_still_read_from_workbooks_of_old() -> None:
    assert sorted(field for field in LEFT_OUT if field.split(".")[1] not in KINDS[field.split(".")[0]].columns) == []
