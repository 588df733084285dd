"""The rung every open item stands on, the next step, and what a step must wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.accounts import account_keys
from pipeline.receivables.context import NAT, as_days, ints
from pipeline.receivables.tables import Items
from schemas.derived.receivables import Dunning, Receivables
from schemas.table import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.receivables.context import AgeingContext, Bools, Days, Ints
    from schemas.derived.receivables import Wait
    from schemas.policy.ladder import Rung

REMIND = "remind"
PERSON, SALES = "sales_owner", "sales"
NEVER = 10**6  # above every rank
WAITING: dict[Wait, str] = {  # → step.*
    "stop": "stop",
    "receipt": "allocate",
    "complaint": "settle",
    "promise": "promise",
    "small": "small",
}


def stand(items: pd.DataFrame, context: AgeingContext) -> dict[str, Any]:
    """Return `level` by days, `next_step` and `remind_on` by the ladder.

    `rung`: position of the level, `climb`: of the rung that may be climbed now, -1 for none.
    """
    rungs = context.policy.rungs
    due = as_days(items[Receivables.due_on])
    is_open = ints(items[Receivables.open_fen]) > 0
    first = _first_days(rungs, due, items, context)
    rung = _highest(first, context.today, is_open)
    # statements go to customers who settle by the month
    monthly = items[Receivables.term].str.startswith(("EOM", "NEXT", "DAY"), na=False).to_numpy(dtype="bool")
    rung = np.where((rung >= 0) & _is(rungs, rung, "statement") & ~monthly, -1, rung)
    keys = np.array([*(known.key for known in rungs), None], dtype="object")
    climb = _climb(items, rungs, rung)
    days = np.column_stack([*first, np.full(len(items), NAT)])
    return {
        "rung": rung,
        "climb": climb,
        str(Receivables.level): pd.Series(keys[rung], index=items.index, dtype="str"),
        str(Receivables.next_step): _steps(items, rungs, climb),
        "remind_on": days[np.arange(len(items)), climb].astype("datetime64[us]"),
    }


def _first_days(rungs: Sequence[Rung], due: Days, items: pd.DataFrame, context: AgeingContext) -> list[Days]:
    """The day from which each rung applies. What is due before its day off is done before it."""
    contacted = as_days(items[Receivables.last_contact_at])
    days = []
    for rung in rungs:
        if rung.day_test == "previous":
            first = contacted + rung.days_from
        elif rung.day_test == "end_of_month":
            first = ((due + rung.days_from).astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
        elif rung.days_from < 0:
            first = context.calendar.remind_before(due, -rung.days_from)
        else:
            first = due + rung.days_from
        days.append(first.astype("datetime64[D]"))
    return days


def _highest(first: Sequence[Days], today: np.datetime64, is_open: Bools) -> Ints:
    rung = np.full(len(is_open), -1)
    for place, day in enumerate(first):
        rung = np.where(is_open & (day <= today), place, rung)
    return rung


def _is(rungs: Sequence[Rung], rung: Ints, key: str) -> Bools:
    return np.asarray(np.isin(rung, [place for place, known in enumerate(rungs) if known.key == key]))


def _climb(items: pd.DataFrame, rungs: Sequence[Rung], rung: Ints) -> Ints:
    """The highest rung reached whose predecessor, where it needs one, was sent."""
    sent = items[Items.sent_rank].to_numpy()
    climb = np.full(len(items), -1)
    for place, known in enumerate(rungs):
        before = rungs[place - 1].rank if place else 0
        climb = np.where((rung >= place) & (not known.needs_previous or sent >= before), place, climb)
    return climb


def _steps(items: pd.DataFrame, rungs: Sequence[Rung], climb: Ints) -> pd.Series[str]:
    """What to do now. A letter that went out is followed up, not sent again."""
    keys = np.array([*(known.key for known in rungs), None], dtype="object")
    ranks = np.array([*((known.rank if known.document else NEVER) for known in rungs), NEVER])
    step = np.where(items[Items.sent_rank].to_numpy() >= ranks[climb], "follow", keys[climb])
    waits = items[Items.waits_for].map(WAITING)
    step = np.where(waits.notna().to_numpy() & (climb >= 0), waits.to_numpy(dtype="object"), step)
    lost = items[Items.is_lost].to_numpy(dtype="bool") & (ints(items[Receivables.open_fen]) > 0)
    return pd.Series(np.where(lost, "find_due", step), index=items.index, dtype="str")


def waits_for(items: pd.DataFrame, unapplied: pd.Series[int], context: AgeingContext) -> pd.Series[str]:
    """Return why a step must wait, the strongest reason first.

    `unapplied`: fen per account that waits for its item. The floor is one in yuan, and judges no other money.
    """
    open_fen, disputed = ints(items[Receivables.open_fen]), ints(items[Receivables.disputed_fen])
    of = account_keys(items[Receivables.customer_key], items[Receivables.currency])
    is_home = (items[Receivables.currency] == HOME).to_numpy(dtype="bool")
    is_crossed = items[Items.is_crossed].to_numpy(dtype="bool")
    money = of.map(unapplied).fillna(0).to_numpy(dtype="int64")
    complained = items[Items.complaints].to_numpy(dtype="int64") > 0
    part = (disputed > 0) & (disputed < open_fen)
    promised = as_days(items[Items.promised_on])
    tests: list[tuple[Wait, Bools]] = [
        ("stop", items[Items.is_stopped].to_numpy(dtype="bool")),
        ("complaint", complained & ~part),
        ("promise", promised >= context.today),
        ("receipt", is_crossed | (money >= open_fen)),
        ("small", is_home & (open_fen - disputed < context.value("letter_floor_fen"))),
    ]
    why = np.select([test & (open_fen > 0) for _, test in tests], [key for key, _ in tests], "")
    return pd.Series(why, index=items.index, dtype="str").where(why != "")


def dunning(items: pd.DataFrame, context: AgeingContext) -> pd.DataFrame:
    """Return the `Dunning` frame: open items from the reminder before the due day on."""
    rungs = context.policy.rungs
    lowest = next((place for place, rung in enumerate(rungs) if rung.key == REMIND), 0)
    rows = items[items[Items.rung] >= lowest].reset_index(drop=True)
    climb = rows[Items.climb].to_numpy()

    def said(name: str) -> pd.Series:
        return pd.Series(np.array([getattr(known, name) for known in rungs], dtype="object")[climb], dtype="str")

    asked, person = said("owner"), rows[Receivables.sales_owner]
    channel, document = said("channel"), said("document")
    made = pd.DataFrame({str(c): rows[c] for c in Dunning.columns if c in rows.columns})
    made[Dunning.channel] = channel.where(channel != "")
    made[Dunning.document] = document.where(document != "")
    made[Dunning.owner] = asked.where(asked != PERSON, person.fillna(SALES))
    made[Dunning.is_waiting] = rows[Items.waits_for].notna().astype("boolean")
    by = [Dunning.overdue_days, Dunning.order_no, Dunning.instalment_no]
    made = made.sort_values(list(map(str, by)), ascending=[False, True, True], kind="stable", ignore_index=True)
    return made[[str(c) for c in Dunning.columns]]
