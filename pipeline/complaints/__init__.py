"""Complaints as followed: where each one stands, which limits run, what comes next.

Complaints and visits as registered go in, with orders and customers beside them; one case per complaint, one clock per
step that has begun and the course of each case come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipeline.complaints.clocks import RUNNING, run
from pipeline.complaints.facts import happened
from pipeline.complaints.log import course
from pipeline.complaints.reason import describe_cases
from pipeline.complaints.route import customers, find_repeats, severities, types
from pipeline.complaints.state import lacking, states
from pipeline.complaints.tables import CaseFacts, ClockRows
from pipeline.core.frames import conform
from pipeline.core.worktime import Calendar
from pipeline.orders.customers import link
from schemas.derived.cases import CaseLog, Cases, Clocks
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Customers
from schemas.language.words import translate
from schemas.policy.policy import Policy
from schemas.policy.states import ENDED_COMPLAINTS

AS_WRITTEN = tuple(
    str(c) for c in (Complaints.complained_at, Complaints.registered_at, Complaints.registrar, Complaints.solution)
)
NEVER = datetime.min  # noqa: DTZ901 - naive local moments are what the frames hold
SILENT = ("withdrawn", "archived")  # states after which nobody has anything to do


@dataclass(frozen=True)
class TrackedComplaints:
    """Return value of `track`: `Cases`, `Clocks` and `CaseLog`, all by complaint number."""

    cases: pd.DataFrame
    clocks: pd.DataFrame
    log: pd.DataFrame

    @property
    def by_name(self) -> dict[str, pd.DataFrame]:
        """The tables as a night knows them."""
        return {Cases.name: self.cases, Clocks.name: self.clocks, CaseLog.name: self.log}


def track(  # noqa: PLR0913 - what a night is made of
    tables: Mapping[str, pd.DataFrame],
    *,
    policy: Policy,
    calendar: Calendar,
    as_of: datetime,
    next_night: datetime | None = None,
    lang: str = "zh",
) -> TrackedComplaints:
    """Derive every complaint from its dated facts; what is dated after `as_of` has not happened yet.

    `tables` need complaints with the lists that hang on them, orders and customers. Guessed types and severities are
    used, and say so.
    """
    moment = pd.Timestamp(as_of)
    within = pd.Timedelta(days=int(policy.values["repeat_days"]))
    rows = _placed(happened(tables, as_of=moment), tables, policy, within=within)
    timers = [timer for timer in policy.timers.values() if timer.about == Complaints.name]
    clocks = run(rows, timers, calendar=calendar, as_of=moment, lang=lang)
    rows = rows.assign(**_led(rows, clocks, next_night, lang))
    rows = rows.assign(**{column: tables[Complaints.name][column].to_numpy() for column in AS_WRITTEN})
    order = rows.sort_values([Cases.complaint_no, Complaints.src_key], kind="stable").index
    place = pd.Series(range(len(order)), index=order)
    clocks = clocks.iloc[clocks[ClockRows.row].map(place).argsort(kind="stable")]
    cases = conform(rows.loc[order], Cases)
    return TrackedComplaints(cases, conform(clocks, Clocks), course(tables, cases, as_of=moment))


def _placed(
    rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], policy: Policy, *, within: pd.Timedelta
) -> pd.DataFrame:
    """Everything but the clocks: type, severity, state, repeats."""
    rows["customer_name"] = customers(rows, tables)
    rows[CaseFacts.customer_key] = link(rows["customer_name"], tables[Customers.name])
    rows = rows.assign(**types(rows, policy.routing))
    rows = rows.assign(**severities(rows, tables, within=within), lacking=lacking(rows))
    rows[CaseFacts.state] = states(rows)
    rows[CaseFacts.is_open] = ~rows[CaseFacts.state].isin(ENDED_COMPLAINTS)
    closed = rows[Complaints.closed_at].where(~rows[CaseFacts.is_open])
    rows[CaseFacts.ended_at] = rows[Complaints.withdrawn_on].fillna(closed)
    return rows.assign(**find_repeats(rows, within=within))


def _led(rows: pd.DataFrame, clocks: pd.DataFrame, next_night: datetime | None, lang: str) -> dict[str, pd.Series]:
    """What the clocks say of each complaint; the earliest deadline that runs leads."""
    running = clocks[clocks[ClockRows.clock_state].isin(RUNNING)].sort_values(
        "due_at", kind="stable", na_position="last"
    )
    first = running.drop_duplicates("row").set_index("row").reindex(rows.index)
    overdue = running.loc[running[ClockRows.clock_state] == "overdue", "row"]
    before = running[ClockRows.clock_state].eq("running") & (running[ClockRows.due_at] < (next_night or NEVER))
    step = "c_" + rows[CaseFacts.state]
    return {
        "step": first["step"],
        "step_due_at": first["due_at"],
        "is_overdue": pd.Series(rows.index.isin(overdue), index=rows.index),
        "breaks_before_next": pd.Series(rows.index.isin(running.loc[before, "row"]), index=rows.index),
        "next_step": step.mask(rows[CaseFacts.state].isin(SILENT)),
        "product": _products(rows),
        "dept": rows[Complaints.dept].fillna(_said(rows[CaseFacts.routed_dept], lang)),
        "satisfaction": rows[CaseFacts.last_score].astype("str").where(rows[CaseFacts.last_score].notna()),
        "reason": pd.Series(describe_cases(rows, first, lang), index=rows.index, dtype="str"),
    }


def _products(rows: pd.DataFrame) -> pd.Series[str]:
    """What each complaint is about: product or service, model, lot; missing where nothing is said of it."""
    said = [rows[column].fillna("") for column in (Complaints.subject, Complaints.model, Complaints.lot)]
    joined = pd.Series((" ".join(" ".join(texts).split()) for texts in zip(*said, strict=True)), rows.index, "str")
    return joined.where(joined != "")


def _said(depts: pd.Series[str], lang: str) -> pd.Series[str]:
    words = {dept: translate(f"dept.{dept}", lang) for dept in depts.dropna().unique()}
    return depts.map(words).astype("str")
