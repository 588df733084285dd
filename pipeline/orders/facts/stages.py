"""What moved: tracking rows and shipments become four stages an order, how late each is, and quantities.

Both sheets may tell of one shipment, so quantities are compared, not added: the larger
counts. A moment comes from the tracking sheet, and from shipments where that is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.groups import Codes, codes_of, count, earliest, first_known, is_sure, joined, latest, total
from pipeline.core.worktime import Calendar
from pipeline.orders.facts.shipments import Loads, Through, loads
from schemas.derived.status import STAGES, OrderFacts, Stages
from schemas.incoming.tracking import Tracking
from schemas.policy.states import PASSED

CHECK, SHIP, SIGN = STAGES.index("check"), STAGES.index("ship"), STAGES.index("sign")
FIRST = (
    Tracking.owner,
    Tracking.dept,
    Tracking.signer,
    Tracking.solution,
    Tracking.reason,
    Tracking.src_file,
    Tracking.src_sheet,
    Tracking.src_row,
)


@dataclass(frozen=True)
class TrackingRows:
    """Tracking rows of known orders; `code` is the position of the order times four plus that of the stage."""

    rows: pd.DataFrame
    code: Codes
    size: int


def track_stages(
    order_facts: pd.DataFrame, lines: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp
) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Return columns of the order facts about goods, and `Stages`."""
    tracked = _tracked(order_facts, tables["tracking"], as_of)
    shipped = loads(order_facts, lines, tables["shipments"], as_of=as_of)
    grid = _grid(tracked, shipped)
    done = {stage: _done(order_facts, tracked, STAGES.index(stage)) for stage in ("ship", "sign")}
    columns = {
        str(OrderFacts.has_tracking): _is_tracked(order_facts, tables["tracking"]),
        **_quantity(order_facts, done["ship"], shipped.ship, "ship"),
        **_quantity(order_facts, done["sign"], shipped.sign, "sign"),
        str(OrderFacts.shipped_on): _day(tracked, shipped.ship, "ship"),
        str(OrderFacts.first_signed_on): _first_signed(tracked, shipped),
        str(OrderFacts.eta_on): _eta(grid),
        str(OrderFacts.freight_fen): shipped.freight_fen,
    }
    signed_on = _day(tracked, shipped.sign, "sign")
    columns[str(OrderFacts.signed_on)] = signed_on.where(columns["is_all_signed"])
    present = shipped.present.copy()
    present[tracked.code] = True
    return columns, _named(order_facts, grid[present])


def _is_tracked(order_facts: pd.DataFrame, tracking: pd.DataFrame) -> pd.Series[bool]:
    """Some row tells of the order; a stage we do not know is a step of the work on it as well."""
    held = is_sure(tracking[Tracking.src_held])
    return order_facts[OrderFacts.order_no].isin(tracking.loc[~held, Tracking.order_no].dropna())


def _tracked(order_facts: pd.DataFrame, tracking: pd.DataFrame, as_of: pd.Timestamp) -> TrackingRows:
    at = codes_of(tracking[Tracking.order_no], pd.Index(order_facts[OrderFacts.order_no]))
    stage = codes_of(tracking[Tracking.stage], pd.Index(STAGES))
    held = tracking[Tracking.src_held].fillna(False).to_numpy(dtype=bool)
    kept = np.flatnonzero((at >= 0) & (stage >= 0) & ~held)
    code = at[kept] * len(STAGES) + stage[kept]
    actual = tracking[Tracking.actual_at].where(tracking[Tracking.actual_at] <= as_of)
    # Open batches first, so that owner and reason are those of what is still to be done.
    batch = tracking[Tracking.batch].fillna(1).to_numpy(dtype="int64")[kept]
    order = np.lexsort((batch, actual.notna().to_numpy()[kept], code))
    rows = tracking.assign(actual_at=actual).take(kept[order])
    return TrackingRows(rows.reset_index(drop=True), code[order], len(order_facts) * len(STAGES))


def _grid(tracked: TrackingRows, shipped: Loads) -> pd.DataFrame:
    """One row per order and stage, whether anything is known about it or not."""
    code, size = tracked.code, tracked.size
    actual = tracked.rows[Tracking.actual_at]
    is_open = count(code, actual.isna().to_numpy(), size) > 0
    made: dict[str, pd.Series] = {
        str(Stages.planned_at): latest(code, tracked.rows[Tracking.planned_at], size),
        str(Stages.forecast_at): latest(code, tracked.rows[Tracking.forecast_at], size),
        str(Stages.actual_at): latest(code, actual, size).mask(is_open),
        str(Stages.qty): total(code, tracked.rows[Tracking.qty].where(actual.notna()), size),
        str(Stages.is_failed): pd.Series(_failed(tracked)),
        str(Stages.tracking_nos): joined(code, tracked.rows[Tracking.tracking_no], size),
        str(Stages.eta_at): latest(code, tracked.rows[Tracking.eta_at], size),
        str(Stages.fed_back_at): latest(code, tracked.rows[Tracking.fed_back_at], size),
        str(Stages.informed_at): earliest(code, tracked.rows[Tracking.informed_at], size),
    }
    made |= {str(column): first_known(code, tracked.rows[column], size) for column in FIRST}
    return shipped.laid_under(pd.DataFrame(made))


def _failed(tracked: TrackingRows) -> np.ndarray:
    """Not passed, and no later inspection of the stage did."""
    result, actual = tracked.rows[Tracking.qc_result], tracked.rows[Tracking.actual_at]
    passed = result.isin(PASSED)
    failed = (result == "ng") | ((tracked.rows[Tracking.ng_qty] > 0).fillna(False) & ~passed)
    failed &= tracked.code % len(STAGES) == CHECK
    passed_later = latest(tracked.code, actual.where(passed), tracked.size).iloc[tracked.code].to_numpy()
    again = (passed_later > actual.to_numpy()) & actual.notna().to_numpy()
    return np.asarray(count(tracked.code, failed.to_numpy(dtype=bool) & ~again, tracked.size) > 0)


def _done(order_facts: pd.DataFrame, tracked: TrackingRows, stage: int) -> pd.Series[int]:
    """Quantity through the stage by the tracking sheet; without a quantity the whole order."""
    size, count_of = len(order_facts), len(STAGES)
    mine = tracked.code % count_of == stage
    code, rows = tracked.code[mine] // count_of, tracked.rows[mine]
    is_done = rows[Tracking.actual_at].notna().to_numpy()
    said = rows[Tracking.qty].notna().to_numpy()
    batches, silent = count(code, np.ones(len(code), dtype=bool), size), count(code, is_done & ~said, size)
    whole = (silent > 0) & (count(code, ~is_done, size) == 0)
    qty = total(code, rows[Tracking.qty].where(is_done), size).fillna(0)
    # A finished batch without a quantity beside an open one is its even share.
    share = (order_facts[OrderFacts.ordered_qty].fillna(0) // np.maximum(batches, 1)) * silent
    made: pd.Series[int] = (qty + share).mask(whole, np.maximum(qty, order_facts[OrderFacts.ordered_qty].fillna(0)))
    return made


def _quantity(order_facts: pd.DataFrame, tracked: pd.Series[int], shipped: Through, stage: str) -> dict[str, pd.Series]:
    """Quantity, and whether every line of the order is through the stage."""
    qty = np.maximum(tracked, shipped.qty)
    capped = np.maximum(tracked, shipped.capped_qty)
    every = pd.Series(capped >= order_facts[OrderFacts.ordered_qty], dtype="boolean").fillna(False) & (capped > 0)
    name, all_name = {
        "ship": (OrderFacts.shipped_qty, "is_all_shipped"),
        "sign": (OrderFacts.signed_qty, "is_all_signed"),
    }[stage]
    return {str(name): pd.Series(qty, dtype="Int64"), all_name: every.astype("boolean")}


def _day(tracked: TrackingRows, shipped: Through, stage: str) -> pd.Series:
    """Last day anything went through the stage, by either sheet."""
    at = STAGES.index(stage)
    code, size = tracked.code, tracked.size
    last = latest(code, tracked.rows[Tracking.actual_at], size).iloc[at :: len(STAGES)].reset_index(drop=True)
    return last.fillna(shipped.last_at).dt.normalize()


def _first_signed(tracked: TrackingRows, shipped: Loads) -> pd.Series:
    first = earliest(tracked.code, tracked.rows[Tracking.actual_at], tracked.size)
    own = first.iloc[SIGN :: len(STAGES)].reset_index(drop=True)
    first_at: pd.Series[pd.Timestamp] = pd.concat([own, shipped.first_signed_at], axis=1).min(axis=1)
    return first_at.dt.normalize()


def _eta(grid: pd.DataFrame) -> pd.Series:
    etas = grid[Stages.eta_at]
    by_stage = [etas.iloc[n :: len(STAGES)].reset_index(drop=True) for n in (SHIP, SIGN)]
    last: pd.Series[pd.Timestamp] = pd.concat(by_stage, axis=1).max(axis=1)
    return last.dt.normalize()


def _named(order_facts: pd.DataFrame, grid: pd.DataFrame) -> pd.DataFrame:
    at = grid.index.to_numpy()
    numbers = order_facts[OrderFacts.order_no].iloc[at // len(STAGES)].reset_index(drop=True)
    stages = pd.Series(np.array(STAGES, dtype=object)[at % len(STAGES)], dtype="str")
    named = {str(Stages.order_no): numbers, str(Stages.stage): stages}
    return pd.DataFrame(named).join(grid.reset_index(drop=True))


def stage_delays(
    stages: pd.DataFrame, order_facts: pd.DataFrame, calendar: Calendar, *, as_of: pd.Timestamp
) -> pd.Series[int]:
    """Return working days in (planned, actual] of every stage, or up to `as_of` while it is open.

    A stage nobody closed on an order signed for ended with the signing; stages of a
    cancelled order are never late. Missing without a plan. Aligned with `stages`.
    """
    at = pd.Index(order_facts[OrderFacts.order_no]).get_indexer(pd.Index(stages[Stages.order_no]))
    signed = pd.Series(order_facts[OrderFacts.signed_on].to_numpy()[at], index=stages.index)
    cancelled = order_facts[OrderFacts.cancelled_on].notna().to_numpy()[at]
    ends = stages[Stages.actual_at].fillna(signed).fillna(as_of)
    counted = calendar.working_days_between(stages[Stages.planned_at], ends)
    known = stages[Stages.planned_at].notna().to_numpy()
    return pd.Series(np.where(cancelled & known, 0.0, counted), index=stages.index).astype("Int64")
