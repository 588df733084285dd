"""One owner and one day for a matter in every workbook: those of the obligation, of the clock or of the ladder.

Of whoever has it by now: what somebody had who left goes to their heir, before any workbook shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.groups import found_by, is_sure
from pipeline.night.todo.lines import DUNNING, REMINDER
from pipeline.orders.people import handed_over, heirs
from schemas.derived.cases import Cases, Clocks
from schemas.derived.priority import Priority
from schemas.derived.receivables import Dunning, Receivables
from schemas.derived.status import OrderStatus, Stages
from schemas.derived.todo import Obligations
from schemas.incoming.staff import Staff
from schemas.policy import states

if TYPE_CHECKING:
    from schemas.policy.policy import Policy

SALES, SERVICE = "sales", "service"
HANDED = (
    *(OrderStatus.name, Stages.name, Priority.name, Receivables.name),
    *(Dunning.name, Cases.name, Clocks.name, Obligations.name),
)
OVERDUE = (DUNNING, REMINDER, "DUE-001", "DUE-003")
Line = tuple[str, str, object, object]  # rule, row, person or department, day
About = tuple[str, str]  # a rule, and the key of the row it is broken at
Matter = tuple[str, pd.Timestamp]  # a person or a department's key, and a day


def with_heirs(tables: Mapping[str, pd.DataFrame], today: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the tables that name who has a matter, with all that is unfinished in the hands of who has it now.

    What is finished stays with who finished it; nor do rules look at these: who did what is a fact.
    """
    given = heirs(tables[Staff.name], today)
    made = {name: tables[name] for name in HANDED}
    for name, rows in made.items() if given else ():
        going = is_sure(_is_going(name, rows, tables))
        columns = {column: handed_over(rows[column], depts, given) for column, depts in _owners(name, rows, tables)}
        made[name] = rows.assign(**{column: rows[column].mask(going, owner) for column, owner in columns.items()})
    return made


def _is_going(name: str, rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series[bool]:
    items = tables[Receivables.name]
    owed = is_sure(items[Receivables.open_fen] != 0)
    if name == Receivables.name:
        return owed
    if name == Cases.name:
        return rows[Cases.is_open]
    if name == Clocks.name:
        return rows[Clocks.stopped_at].isna()
    if name in (OrderStatus.name, Stages.name, Priority.name):
        orders = tables[OrderStatus.name]
        going = orders[OrderStatus.next_step].notna() | ~orders[OrderStatus.state].isin(states.ENDED)
        going |= orders[OrderStatus.order_no].isin(items.loc[owed, Receivables.order_no])
        going = rows[OrderStatus.order_no].isin(orders.loc[going, OrderStatus.order_no])
        return going & rows[Stages.actual_at].isna() if name == Stages.name else going
    return pd.Series(data=True, index=rows.index)


def _owners(
    name: str, rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[tuple[str, pd.Series[str] | str | None]]:
    """Return the columns that name an owner, each with the department to name where nobody has the matter."""
    own, sold, cases = str(OrderStatus.owner), str(OrderStatus.sales_owner), tables[Cases.name]
    if name == Clocks.name:
        return [(own, found_by(rows[Clocks.src_key], cases[Cases.src_key], cases[Cases.dept]).fillna(SERVICE))]
    owners: dict[str, list[tuple[str, pd.Series[str] | str | None]]] = {
        OrderStatus.name: [(own, rows.get("next_dept")), (sold, None), (str(OrderStatus.stage_owner), None)],
        Stages.name: [(own, None)],
        Priority.name: [(sold, None)],
        Receivables.name: [(sold, None)],
        Dunning.name: [(own, SALES), (sold, None)],
        Cases.name: [(own, cases[Cases.dept].fillna(SERVICE))],
        Obligations.name: [(own, rows.get("dept"))],
    }
    return owners[name]


def all_matters(tables: Mapping[str, pd.DataFrame], policy: Policy) -> dict[About, Matter]:
    """Return who has to do it by when, for the rules and rows of which something says so."""
    found: dict[About, Matter] = {}
    for rule, about, owner, day in (*_obligations(tables, policy), *_clocks(tables, policy), *_ladder(tables)):
        if isinstance(owner, str) and isinstance(day, pd.Timestamp):
            found.setdefault((rule, about), (owner, day))
    return found


def _obligations(tables: Mapping[str, pd.DataFrame], policy: Policy) -> Iterator[Line]:
    rows, orders = tables[Obligations.name], tables[OrderStatus.name]
    # a step whose clock could not start has the day of the order's next step, as in 06
    step_on = found_by(rows["order_no"], orders[OrderStatus.order_no], orders[OrderStatus.next_on])
    rows = rows.assign(due_on=rows["due_at"].dt.normalize().fillna(step_on))
    for row in records(rows.sort_values("due_on", kind="stable")):
        timer = policy.timers[row["timer"]]
        for rule in filter(None, (timer.rule_before, *timer.rules_after)):
            yield rule, row["about"], row["owner"], row["due_on"]


def _clocks(tables: Mapping[str, pd.DataFrame], policy: Policy) -> Iterator[Line]:
    clocks = tables["clocks"]
    running = clocks[clocks[Clocks.clock_state].isin(["running", "overdue"])]
    for row in records(running.assign(due_on=running[Clocks.due_at].dt.normalize())):
        for rule in policy.timers[row["step"]].rules_after:
            yield rule, row["src_key"], row["owner"], row["due_on"]


def _ladder(tables: Mapping[str, pd.DataFrame]) -> Iterator[Line]:
    dunning = tables["dunning"]
    for row in records(dunning[~is_sure(dunning["is_waiting"])]):
        for rule in OVERDUE:
            yield rule, f"{row['order_no']}#{row['instalment_no']}", row["owner"], row["remind_on"]
