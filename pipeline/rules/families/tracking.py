"""Execution of orders: plans, delays, what was done about them, and orders that were stopped or cancelled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.text import fold, fold_word
from pipeline.orders.priority import STOPPED
from pipeline.rules.context import RuleContext
from pipeline.rules.families.tables import Delayed
from pipeline.rules.helpers import count_of, has_column, is_blank, is_future, money, of_order, once, once_a_night, some
from pipeline.rules.obligations import is_past, obligation
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.priority import Priority
from schemas.derived.status import STAGES, OrderFacts, OrderStatus, Stages
from schemas.incoming.orders import Orders
from schemas.incoming.shipments import Shipments
from schemas.incoming.tracking import Tracking
from schemas.language.words import load
from schemas.policy.rules import Rule
from schemas.policy.states import DELIVERED

SUPPLIERS = {"make": "production", "buy": "purchasing"}
CONCRETE = 10  # letters a solution has at least


@once_a_night
def sequence(context: RuleContext) -> tuple[pd.Index, pd.Series[int]]:
    """Return labels of tracking rows by order, batch and stage, and a number for order and batch on each."""
    rows = context["tracking"]
    batch = rows[Tracking.batch].fillna(1).to_numpy(dtype="int64")
    stage = pd.Index(STAGES).get_indexer(pd.Index(rows[Tracking.stage]))
    number, _ = pd.factorize(rows[Tracking.order_no])
    known = np.flatnonzero((number >= 0) & (stage >= 0))
    placed = known[np.lexsort((stage[known], batch[known], number[known]))]
    same = (np.diff(number[placed]) == 0) & (np.diff(batch[placed]) == 0)
    keys = np.concatenate([[0], np.cumsum(~same)]) if len(placed) else placed
    ordered = rows.index[placed]
    return ordered, pd.Series(keys, index=ordered)


@once_a_night
def delayed(context: RuleContext) -> pd.DataFrame:
    """Return how late every tracking row is. Shape: as `Delayed`."""
    rows = context["tracking"]
    actual = rows[Tracking.actual_at].mask(is_future(rows[Tracking.actual_at], context))
    planned = rows[Tracking.planned_at]
    by_now = context.calendar.working_days_between(planned, actual.fillna(pd.Timestamp(context.as_of)))
    ahead = context.calendar.working_days_between(planned, rows[Tracking.forecast_at].mask(actual.notna()))
    late = pd.Series(np.fmax(by_now, ahead), index=rows.index).fillna(0)
    late = late.mask(_is_ended(rows, context), 0)
    ordered, keys = sequence(context)
    inherited = late[ordered].groupby(keys).cummax().groupby(keys).shift().fillna(0)
    return pd.DataFrame({Delayed.late_wd: late.astype("int64"), Delayed.is_own: late > inherited.reindex(rows.index)})


@obligation("plan", OrderStatus.order_no)
def not_handed_on(rows: pd.DataFrame) -> pd.Series[bool]:
    """Confirmed in writing, and no tracking row yet."""
    return rows[OrderStatus.state] == "to_plan"


@rule("TRK-002", Tracking.dept)
def department_is_wrong(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """No department, or not the one that makes or buys."""
    supply = _supply(context["orders"])
    wanted = worded(rows[Tracking.order_no], lambda number: SUPPLIERS.get(supply.get(number, ""), ""))
    given = worded(rows[Tracking.dept], _dept)
    wrong = (rows[Tracking.stage] == "prepare") & (wanted != "") & given.isin(SUPPLIERS.values()) & (given != wanted)
    return wrong | (is_blank(rows, Tracking.dept) & has_column(rows, context, Tracking.dept))


@rule("TRK-005", Tracking.planned_at)
def plan_out_of_order(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Planned for a day before the stage before it."""
    plan = rows[Tracking.planned_at].dt.normalize()
    return is_sure(plan < _stage_before(plan, context))


@rule("TRK-006", Tracking.planned_at)
def plan_after_promise(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The last planned stage ends after the day promised to the customer."""
    plan = rows[Tracking.planned_at].dt.normalize()
    _, keys = sequence(context)
    planned = keys[plan.loc[keys.index].notna()]
    is_last = (~planned.duplicated(keep="last")).reindex(rows.index, fill_value=False)
    return is_sure(is_last & (plan > of_order(rows, context, OrderFacts.promised_date)))


@rule("TRK-007", Tracking.actual_at)
def begun_before_confirmed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The first thing done on an order was done before the customer confirmed in writing."""
    done = rows[Tracking.actual_at]
    broken = done.notna() & ~is_future(done, context) & _is_unconfirmed(rows, done, context)
    _, keys = sequence(context)
    early_first = keys[broken.loc[keys.index]].drop_duplicates().index
    first = once(rows.loc[early_first], broken.loc[early_first])
    return first.reindex(rows.index, fill_value=False)


@rule("TRK-007", Shipments.shipped_at, table=Shipments.name)
def sent_before_confirmed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The first goods left before the customer confirmed in writing, and no stage tells of an early beginning."""
    left = rows[Shipments.shipped_at]
    early = left.notna() & ~is_future(left, context) & _is_unconfirmed(rows, left, context)
    stages = context["tracking"]
    early_stages = stages[begun_before_confirmed(stages, context)]
    return once(rows, early & ~rows[Shipments.order_no].isin(early_stages[Tracking.order_no]))


@rule("TRK-008", Tracking.updated_at)
def progress_is_stale(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Not told of for more working days than the timer gives, and not so long that TRK-029 says it."""
    longer = context.policy.rules["TRK-029"]
    stale = progress_is_to_be_told(rows, context) & is_past(rows, context, "progress")
    return stale & ~(_untold_days(rows, context) > count_of(longer)) if longer.is_live else stale


@rule("TRK-029", Tracking.updated_at)
def progress_is_long_stale(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """Not told of for more working days than the limit."""
    return progress_is_to_be_told(rows, context) & (_untold_days(rows, context) > count_of(rule))


@obligation("progress", Tracking.updated_at)
def progress_is_to_be_told(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The stage an order is in, which wants an update every day; one that was never given has no beginning."""
    current = rows[Tracking.stage] == of_order(rows, context, OrderStatus.stage, table="standing")
    given = rows[Tracking.updated_at].notna()
    return rows[Tracking.actual_at].isna() & current & given & ~_is_ended(rows, context)


def _untold_days(rows: pd.DataFrame, context: RuleContext) -> pd.Series[float]:
    """Working days since the last update."""
    days = context.calendar.working_days_between(rows[Tracking.updated_at], pd.Timestamp(context.as_of))
    return pd.Series(days, index=rows.index)


@rule("TRK-009", Tracking.planned_at)
def stage_is_late(context: RuleContext) -> RuleResult:
    """Done, due or foreseen after its plan, by more than the stages before it pass on."""
    return RuleResult(_is_late(context), {"days": delayed(context)[Delayed.late_wd].astype("str")})


@rule("TRK-010", Tracking.informed_at)
def customer_not_told(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A late stage, and the customer does not know."""
    return _is_late(context) & is_blank(rows, Tracking.informed_at)


@rule("TRK-011", Tracking.informed_at)
def customer_told_late(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The customer heard of the delay after the planned day."""
    informed = rows[Tracking.informed_at].dt.normalize()
    return is_sure(_is_late(context) & (informed > rows[Tracking.planned_at].dt.normalize()))


@rule("TRK-012", Tracking.solution)
def delay_without_solution(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """Late by more than the limit, without a concrete solution and a new day."""
    found = delayed(context)
    dated = rows[Tracking.new_date].notna() | rows[Tracking.forecast_at].notna()
    solved = answers(rows[Tracking.solution], _is_concrete) & dated
    return found[Delayed.is_own] & (found[Delayed.late_wd] > count_of(rule)) & ~solved


@rule("TRK-023", Tracking.reason)
def delay_without_reason(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """A late stage, and nobody says why."""
    return _is_late(context) & is_blank(rows, Tracking.reason)


@rule("TRK-024", Tracking.actual_at)
def done_out_of_order(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Done on a day before the stage before it."""
    done = rows[Tracking.actual_at].mask(is_future(rows[Tracking.actual_at], context)).dt.normalize()
    return is_sure(done < _stage_before(done, context))


@rule("TRK-025", Tracking.actual_at)
def done_in_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Done after the night."""
    return is_future(rows[Tracking.actual_at], context)


def _is_unconfirmed(rows: pd.DataFrame, moment: pd.Series[pd.Timestamp], context: RuleContext) -> pd.Series[bool]:
    """On the day of a moment the customer had not confirmed the order in writing; no for an unknown order."""
    confirmed = of_order(rows, context, OrderFacts.is_confirmed).astype("boolean")
    early = ~confirmed | (moment.dt.normalize() < of_order(rows, context, OrderFacts.conf_at).dt.normalize())
    return is_sure(early)


def _is_late(context: RuleContext) -> pd.Series[bool]:
    found = delayed(context)
    return (found[Delayed.late_wd] > 0) & found[Delayed.is_own]


def _stage_before(values: pd.Series, context: RuleContext) -> pd.Series:
    """The value of the nearest stage before that has one."""
    ordered, keys = sequence(context)
    known = values.loc[ordered].groupby(keys).ffill()
    return known.groupby(keys).shift().reindex(values.index)


def _is_ended(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Nothing can be late on an order that is signed for, cancelled or unknown to us."""
    state = of_order(rows, context, OrderStatus.state, table="standing")
    return state.isin(DELIVERED) | state.isna()


def _supply(orders: pd.DataFrame) -> dict[str, str]:
    """How an order is supplied, where all its lines say the same."""
    lines = orders[[str(Orders.order_no), str(Orders.supply_type)]].dropna().drop_duplicates()
    alone = lines.drop_duplicates(str(Orders.order_no), keep=False)
    return dict(alone.itertuples(index=False, name=None))


def _dept(text: str) -> str:
    """The key of a department as written, empty for one we do not know."""
    words = {key: word for key, word in load().items() if key.startswith("dept.")}
    bare = fold_word(text)
    names = {key: (word.zh, word.en, *word.other) for key, word in words.items()}
    return next((key.partition(".")[2] for key, own in names.items() if bare in map(fold, own)), "")


def _is_concrete(solution: str) -> bool:
    bare = fold_word(solution)
    return len(bare) >= CONCRETE and bare not in map(fold, load()["vague.solution"].other)


@obligation("emergency", OrderStatus.order_no)
def stopped_without_plan(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Stopped by force majeure, and no emergency plan is named."""
    return (rows[OrderStatus.state] == STOPPED) & context["book"][Orders.emergency_plan].isna()


@rule("TRK-018", OrderStatus.order_no)
def unpaid_served_first(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Shipped since a stop, while an order that paid a greater share waits for the same product."""
    unfair = context[Priority.name].dropna(subset=[Priority.first_no]).drop_duplicates(Priority.order_no)
    first = rows[OrderStatus.order_no].map(unfair.set_index(Priority.order_no)[Priority.first_no]).astype("str")
    return RuleResult(first.notna(), {"other": first.fillna("")})


@obligation("settlement", OrderStatus.order_no)
def stopped_without_result(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Stopped by force majeure, and nothing is agreed with the customer."""
    return (rows[OrderStatus.state] == STOPPED) & context["book"][Orders.hold_result].isna()


@rule("TRK-020", OrderStatus.order_no)
def money_of_cancelled_order(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The money of a cancelled order is to be settled, and the time for it is over."""
    late = is_past(rows, context, "cancelled")
    return RuleResult(money_is_to_be_settled(rows, context) & late, {"amount": money(rows[OrderStatus.received_fen])})


@obligation("cancelled", OrderStatus.order_no)
def money_is_to_be_settled(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Cancelled; the money is neither back, nor is it written what became of it."""
    kept = some(rows[OrderStatus.received_fen])
    return (rows[OrderStatus.state] == "cancelled") & kept & context["book"][Orders.cancel_settlement].isna()


@rule("TRK-021", OrderStatus.order_no)
def cancelled_and_under_way(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Cancelled, and a stage is neither done nor said to be called off."""
    stages = context["stages"]
    marks = [fold(mark) for mark in load()["stage.called_off"].other]

    def is_off(text: str) -> bool:
        return any(mark in fold_word(text) for mark in marks)

    called_off = answers(stages[Stages.reason], is_off) | answers(stages[Stages.solution], is_off)
    open_ = stages[Stages.actual_at].isna() & ~called_off
    return (rows[OrderStatus.state] == "cancelled") & rows[OrderStatus.order_no].isin(
        stages.loc[open_, Stages.order_no]
    )
