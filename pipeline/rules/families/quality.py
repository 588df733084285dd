"""Inspection of goods: figures that lack or do not add up, failures nobody deals with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.groups import codes_of, count, is_sure, total
from pipeline.rules.context import RuleContext
from pipeline.rules.families.tables import Inspected, Inspections
from pipeline.rules.helpers import any_of, counted, has_column, is_blank, is_future, once_a_night, some
from pipeline.rules.registry import rule
from schemas.derived.status import OrderFacts, OrderStatus, Stages
from schemas.incoming.tracking import Tracking
from schemas.policy.states import PASSED

FIGURES = (Tracking.qc_result, Tracking.ok_qty, Tracking.ng_qty)


@once_a_night
def inspected(context: RuleContext) -> pd.DataFrame:
    """Return what inspections of each order came to. Shape: as `Inspected`."""
    rows = _inspections(context)
    passed = rows[Inspections.day].mask(rows[Inspections.has_failed])
    made = passed.groupby(rows[Tracking.order_no]).min().to_frame(Inspected.passed_on)
    return made.assign(**{Inspected.is_failed: made.index.isin(_failing(context))})


def left_failed(numbers: pd.Series[str], left: pd.Series[pd.Timestamp], context: RuleContext) -> pd.Series[bool]:
    """Return whether goods of these orders, gone on these days, had failed after they last passed before they left."""
    gone = pd.DataFrame({str(Tracking.order_no): numbers.to_numpy(), "left": left.to_numpy(), "n": range(len(left))})
    pairs = gone.merge(_inspections(context), on=str(Tracking.order_no))
    pairs = pairs[pairs[Inspections.day] <= pairs["left"]]
    moment, asked = pairs[Tracking.actual_at], (pairs[Inspections.has_failed], pairs[Inspections.has_passed])
    last_failed, last_passed = (moment[mask].groupby(pairs["n"]).max() for mask in asked)
    passed_since = last_passed.reindex(last_failed.index) > last_failed
    open_ones = last_failed.index[~passed_since]
    return pd.Series(gone["n"].isin(open_ones).to_numpy(), index=left.index)


@once_a_night
def _inspections(context: RuleContext) -> pd.DataFrame:
    """Rows of inspections that count. Shape: order, moment, and what `Inspections` has beside.

    What has failed passes by a result that says so.
    """
    rows = context["tracking"]
    rows = rows[(rows[Tracking.stage] == "check") & counted(rows)]
    passed = rows[Tracking.qc_result].isin(PASSED)
    failed = (rows[Tracking.qc_result] == "ng") | (some(rows[Tracking.ng_qty]) & ~passed)
    return rows[[str(Tracking.order_no), str(Tracking.actual_at)]].assign(
        **{
            Inspections.day: rows[Tracking.actual_at].dt.normalize().where(_is_inspected(rows, context)),
            Inspections.has_failed: is_sure(failed),
            Inspections.has_passed: is_sure(passed),
        }
    )


@rule("TRK-013", Tracking.qc_result)
def inspection_has_no_figures(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Inspected, with neither result nor quantities; silent where the sheet has no such columns."""
    asked = pd.concat([has_column(rows, context, column) for column in FIGURES], axis=1).any(axis=1)
    blank = pd.concat([is_blank(rows, column) for column in FIGURES], axis=1).all(axis=1)
    return _is_inspected(rows, context) & asked & blank


@rule("TRK-014", Tracking.qty)
def inspected_other_quantity(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Passed and failed are not what was inspected, or all inspections together are less than was ordered."""
    parts = rows[Tracking.ok_qty] + rows[Tracking.ng_qty]
    apart = (parts != rows[Tracking.qty]).fillna(value=False) & _is_inspected(rows, context)
    return apart | any_of(rows, _short(rows, parts, context))


@rule("TRK-015", Tracking.qc_action)
def failure_without_action(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Some goods failed, and nobody says what becomes of them; taking them as they are is an answer."""
    return _has_failed(rows) & ~is_future(rows[Tracking.actual_at], context) & is_blank(rows, Tracking.qc_action)


@rule("TRK-016", Tracking.qc_action)
def failure_is_open(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Something is done about failed goods, and no inspection since has passed them."""
    waiting = _failing(context) - _cancelled(context)
    acted = rows[Tracking.qc_action].notna() & _has_failed(rows)
    return acted & rows[Tracking.order_no].isin(waiting)


def _is_inspected(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    done = rows[Tracking.actual_at].notna() & ~is_future(rows[Tracking.actual_at], context)
    return (rows[Tracking.stage] == "check") & done


def _has_failed(rows: pd.DataFrame) -> pd.Series[bool]:
    is_bad = some(rows[Tracking.ng_qty]) | (rows[Tracking.qc_result] == "ng")
    return (rows[Tracking.stage] == "check") & is_bad & (rows[Tracking.qc_result] != "concession")


def _short(rows: pd.DataFrame, parts: pd.Series[int], context: RuleContext) -> pd.Index:
    """Last inspection of every order whose inspections are all done and cover less than was ordered."""
    checks = rows[(rows[Tracking.stage] == "check") & counted(rows)]
    order_facts = context["book"]
    codes = codes_of(checks[Tracking.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    checks, codes = checks[codes >= 0], codes[codes >= 0]
    inspected = checks[Tracking.qty].fillna(parts)
    unsure = (inspected.isna() | ~_is_inspected(checks, context)).to_numpy(dtype=bool)
    sure = count(codes, unsure, len(order_facts)) == 0
    less = (
        (total(codes, inspected, len(order_facts)) < order_facts[OrderFacts.ordered_qty])
        .fillna(value=False)
        .to_numpy(dtype=bool)
    )
    short = np.flatnonzero((sure & less)[codes])
    last = pd.Series(codes[short], index=checks.index[short])
    return last[~last.duplicated(keep="last")].index


def _failing(context: RuleContext) -> set[str]:
    """Orders with an inspection that failed and was not passed since."""
    stages = context["stages"]
    failed = stages[(stages[Stages.stage] == "check") & stages[Stages.is_failed].fillna(value=False)]
    return set(failed[Stages.order_no])


def _cancelled(context: RuleContext) -> set[str]:
    order_status = context["standing"]
    return set(order_status.loc[order_status[OrderStatus.state] == "cancelled", OrderStatus.order_no])
