"""Laws of what papers say: every headline is the count of its rows, one matter has one owner and one day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from pipeline.core.accounts import account_keys
from pipeline.core.groups import is_sure
from pipeline.core.phrases import describe_owner
from pipeline.night.self_check.laws import Answer, Law, NightSeen
from reports.currencies import of_currency
from schemas.derived.cases import Cases, Clocks
from schemas.derived.findings import Findings
from schemas.derived.receivables import Ageing, Dunning, Receivables
from schemas.derived.status import OrderStatus, Stages
from schemas.derived.todo import Todo
from schemas.policy.rules import SEVERITIES
from schemas.policy.states import ENDED_COMPLAINTS
from schemas.table import HOME

Recount = Callable[[NightSeen], float]
OVERDUE = [f"{bucket}_fen" for bucket in ("d1", "d15", "d31", "d61", "d91", "d181", "d366")]
OLD = [f"{bucket}_fen" for bucket in ("d91", "d181", "d366")]


def _orders_with_stages_behind(seen: NightSeen, more_than: int) -> int:
    stages = seen["stages"]
    behind = stages.loc[is_sure(stages[Stages.delay_wd] > more_than), Stages.order_no]
    return int(seen["standing"][OrderStatus.order_no].isin(behind).sum())


def _deliveries(seen: NightSeen, *, signed: bool, late: bool) -> int:
    orders = seen["standing"]
    is_asked = orders[OrderStatus.delivery_state] != "none"
    is_signed = orders[OrderStatus.delivery_state].isin(["done", "done_late"])
    is_late = is_sure(orders[OrderStatus.delivery_wd] > 0)
    return int((is_asked & (is_signed == signed) & (is_late == late)).sum())


def _complained(seen: NightSeen) -> int:
    cases = seen["cases"]
    named = cases.loc[~cases[Cases.state].isin(ENDED_COMPLAINTS), Cases.order_no]
    return int(named.isin(seen["standing"][OrderStatus.order_no].dropna()).sum())


def _owed_from(seen: NightSeen, first: int | None, last: int | None) -> int:
    """What is open of items promised for days from today."""
    items, today = seen["receivables"], pd.Timestamp(seen.as_of).normalize()
    days = (items[Receivables.promised_on] - today).dt.days
    chosen = days.notna() & (days >= (days.min() if first is None else first)) & (days <= (0 if last is None else last))
    return int(items.loc[chosen, Receivables.open_fen].sum())


def _overdue_complaints(seen: NightSeen) -> int:
    clocks, cases = seen["clocks"], seen["cases"]
    late = clocks.loc[clocks[Clocks.clock_state] == "overdue", Clocks.src_key]
    return int((~cases[Cases.state].isin(ENDED_COMPLAINTS) & cases[Cases.src_key].isin(late)).sum())


def _clocks(seen: NightSeen, state: str) -> int:
    return Counter(seen["clocks"][Clocks.clock_state])[state]


def _customers_overdue(seen: NightSeen) -> int:
    items = seen["receivables"]
    late = items[is_sure(items[Receivables.overdue_days] > 0)]
    whose = account_keys(late[Receivables.customer_key], late[Receivables.currency])
    return int((late.groupby(whose)[Receivables.open_fen].sum() > 0).sum())


def _late_items(seen: NightSeen) -> int:
    items = seen["receivables"]
    is_late = is_sure(items[Receivables.due_on] < pd.Timestamp(seen.as_of).normalize())
    return int((is_late & is_sure(items[Receivables.open_fen] != 0)).sum())


RECOUNTS: Mapping[str, Mapping[str, Recount]] = {
    "tracking": {
        "orders": lambda e: len(e["standing"]),
        "amount_fen": lambda e: e["standing"][OrderStatus.amount_fen].sum(),
        "delayed": lambda e: _orders_with_stages_behind(e, 0),
        "delayed_long": lambda e: _orders_with_stages_behind(e, 3),
        "late": lambda e: _deliveries(e, signed=False, late=True),
        "done_late": lambda e: _deliveries(e, signed=True, late=True),
        "on_time": lambda e: _deliveries(e, signed=True, late=False),
        "open_complaints": _complained,
    },
    "findings": {"all": lambda e: len(e.findings), "waivers": lambda e: len(e["waived"])}
    | {severity: partial(lambda e, of: e.counts["findings"][of], of=severity) for severity in SEVERITIES},
    "receivables": {
        "open_fen": lambda e: e["ageing"][Ageing.total_fen].sum() - e["ageing"][Ageing.unapplied_fen].sum(),
        "overdue_fen": lambda e: e["ageing"][OVERDUE].sum().sum(),
        "overdue_items": _late_items,
        "overdue_customers": _customers_overdue,
        "old_fen": lambda e: e["ageing"][OLD].sum().sum(),
        "promised_fen": lambda e: _owed_from(e, 0, 7),
        "broken_fen": lambda e: _owed_from(e, None, -1),
        "unapplied_fen": lambda e: -e["ageing"][Ageing.unapplied_fen].sum(),
        "fee_fen": lambda e: e["receivables"][Receivables.fee_fen].sum(),
    },
    "complaints": {
        "complaints": lambda e: len(e["cases"]),
        "open": lambda e: int((~e["cases"][Cases.state].isin(ENDED_COMPLAINTS)).sum()),
        "overdue": _overdue_complaints,
        "claim_fen": lambda e: e["cases"][Cases.claim_fen].sum(),
        "steps_running": lambda e: _clocks(e, "running"),
        "steps_overdue": lambda e: _clocks(e, "overdue"),
        "steps_late": lambda e: _clocks(e, "late"),
    },
    "todo": {
        "lines": lambda e: len(e["todo"]),
        "overdue": lambda e: int(is_sure(e["todo"][Todo.is_overdue]).sum()),
    },
}


def headlines_are_recounted(seen: NightSeen, paper: str) -> Answer:
    """Every headline of a workbook is what its rows are, counted another way."""
    said = seen.counts["headlines"][paper]
    wrong = 0
    for name, recount in RECOUNTS[paper].items():
        of = [HOME, *(key.removeprefix(f"{name} ") for key in said if key.startswith(f"{name} "))]
        if not name.endswith("_fen"):
            wrong += said[name] != int(recount(seen))
            continue
        for code in of:
            theirs = replace(seen, tables=of_currency(seen.tables, code))
            wrong += said[name if code == HOME else f"{name} {code}"] != int(recount(theirs))
    return len(said), wrong


def one_count_of_complaints(seen: NightSeen) -> Answer:
    """An order has as many open complaints in 01 as 04 has about it, and none that has is completed."""
    orders, cases = seen["standing"], seen["cases"]
    by_order = cases[is_sure(cases[Cases.is_open])].groupby(Cases.order_no).size()
    wanted = orders[OrderStatus.order_no].map(by_order).fillna(0)
    wrong = orders[OrderStatus.open_complaints].fillna(0).astype("int64") != wanted
    return len(orders), int((wrong | ((orders[OrderStatus.state] == "completed") & (wanted > 0))).sum())


def one_owner_and_one_day(seen: NightSeen) -> Answer:
    """What 02 and 06 both list they give to one person by one day."""
    by, said = [str(Findings.rule), str(Findings.about)], ["owner", "due_on"]
    listed = seen["findings"][[*by, *said]].dropna(subset=by).drop_duplicates(by)
    both = seen["todo"][[*by, *said]].merge(listed, on=by, suffixes=("", "_listed"))
    words = both["owner"].map({owner: describe_owner(owner, seen.lang) for owner in both["owner"].unique()})
    wrong = (words != both["owner_listed"]) | (both["due_on"] != both["due_on_listed"])
    return len(both), int(wrong.sum())


def one_owner_in_every_paper(seen: NightSeen) -> Answer:
    """What 06 gives somebody to do is theirs in 01, 03 and 04 too."""
    orders, dunning, clocks, lines = (seen[name] for name in ("standing", "dunning", "clocks", "todo"))
    items = dunning[Dunning.order_no] + "#" + dunning[Dunning.instalment_no].astype("str")
    shown = pd.concat(
        [
            _owned("step." + orders[OrderStatus.next_step], orders[OrderStatus.order_no], orders[OrderStatus.owner]),
            _owned("level." + dunning[Dunning.level], items, dunning[Dunning.owner]),
            _owned("clock." + clocks[Clocks.step], clocks[Clocks.src_key], clocks[Clocks.owner]),
        ]
    )
    is_clock = lines[Todo.task].str.startswith("clock.").fillna(value=False)
    given = _owned(lines[Todo.task], lines[Todo.record].mask(is_clock, lines[Todo.about]), lines[Todo.owner])
    asked = given[given["task"].str.startswith(("step.", "level.", "clock."))]
    return len(asked), len(asked) - len(asked.merge(shown.drop_duplicates()))


def _owned(tasks: pd.Series[str], records: pd.Series[str], owners: pd.Series[str]) -> pd.DataFrame:
    return pd.DataFrame({"task": tasks, "record": records, "owner": owners.fillna("")})


def letters_exist(seen: NightSeen) -> Answer:
    """Every letter that a workbook leads to is written tonight."""
    named = pd.concat([seen[name]["letter"].dropna() for name in ("standing", "todo")])
    return len(named), int((~named.isin(list(seen.letters))).sum())


LAWS = (
    Law("headlines_tracking", ("tracking",), partial(headlines_are_recounted, paper="tracking")),
    Law("headlines_findings", ("findings",), partial(headlines_are_recounted, paper="findings")),
    Law("headlines_receivables", ("receivables",), partial(headlines_are_recounted, paper="receivables")),
    Law("headlines_complaints", ("complaints",), partial(headlines_are_recounted, paper="complaints")),
    Law("headlines_todo", ("todo",), partial(headlines_are_recounted, paper="todo")),
    Law("one_count_of_complaints", ("tracking", "complaints"), one_count_of_complaints),
    Law("one_owner_and_one_day", ("findings", "todo"), one_owner_and_one_day),
    Law("one_owner_in_every_paper", ("tracking", "receivables", "complaints", "todo"), one_owner_in_every_paper),
    Law("letters_exist", ("tracking", "todo"), letters_exist),
)
