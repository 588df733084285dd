"""Complaints as followed: state, clocks, what comes next."""

from __future__ import annotations

from typing import Literal

from schemas.table import Table, Type, column

# What an entry of the course of a complaint tells of: key entry.*
Entry = Literal["action", "evidence", "result", "visit", "capa"]
# How a clock of a complaint stands: key clock_state.*
ClockState = Literal["running", "met", "late", "overdue", "paused"]


class Cases(Table, name="cases"):
    """Shape: one row per complaint. Key: number. Source: `pipeline.complaints`."""

    complaint_no = column(Type.COMPLAINT_NO)
    complained_at = column(Type.MOMENT)
    registered_at = column(Type.MOMENT)
    registrar = column(Type.NAME)
    customer_name = column(Type.NAME)
    order_no = column(Type.ORDER_NO)
    product = column()  # what it is about, its model and its lot
    complaint_type = column(Type.CHOICE)
    is_type_guessed = column(Type.BOOL)
    type_hints = column()  # types the text names, space separated
    severity = column(Type.CHOICE)
    is_severity_guessed = column(Type.BOOL)
    suggested_severity = column(Type.CHOICE)
    routed_dept = column(Type.CHOICE)  # where the procedure sends this type
    dept = column()  # as written, else routed
    owner = column(Type.NAME)
    state = column(Type.CHOICE)  # axis "complaint"
    step = column(Type.CHOICE)  # key clock.*: the running clock
    step_due_at = column(Type.MOMENT)
    is_overdue = column(Type.BOOL)
    breaks_before_next = column(Type.BOOL)  # deadline before the next scheduled night
    is_open = column(Type.BOOL)
    is_repeat = column(Type.BOOL)
    repeats_no = column(Type.COMPLAINT_NO)  # an open complaint this one repeats
    is_void = column(Type.BOOL)  # found not justified, and approved as such
    lacking = column()  # columns that closing still needs, space separated
    redo_at = column(Type.MOMENT)  # the last visit, when it ended badly
    first_visit_at = column(Type.MOMENT)
    attempts = column(Type.INTEGER)  # visits without a score
    description = column()
    solution = column()
    satisfaction = column(Type.CHOICE)
    claim_fen = column(Type.MONEY)
    disputed_fen = column(Type.MONEY)
    typed_state = column()
    next_step = column(Type.CHOICE)
    reason = column()
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)
    src_seq = column(Type.INTEGER)
    src_key = column(Type.CODE)


class Clocks(Table, name="clocks"):
    """Shape: complaint x step of timers.csv that has started. Key: the same. Units: per row."""

    complaint_no = column(Type.COMPLAINT_NO)
    customer_name = column(Type.NAME)
    owner = column(Type.NAME)
    severity = column(Type.CHOICE)
    step = column(Type.CHOICE)
    started_at = column(Type.MOMENT)
    limit = column(Type.RATE)
    unit = column(Type.CHOICE)  # WD CD CH BH
    due_at = column(Type.MOMENT)
    stopped_at = column(Type.MOMENT)
    clock_state = column(Type.CHOICE)  # `ClockState`
    escalates_to = column()
    is_house = column(Type.BOOL)  # our own target, not the written procedure
    src_key = column(Type.CODE)  # of the complaint


class CaseLog(Table, name="case_log"):
    """Shape: one row per thing done on a complaint. Source: `pipeline.complaints.log`."""

    complaint_no = column(Type.COMPLAINT_NO)
    customer_name = column(Type.NAME)
    entry = column(Type.CHOICE)  # `Entry`
    entry_no = column(Type.INTEGER)  # as numbered by those who wrote it
    what = column()  # done, obtained, said to whom
    way = column()  # how a visit was made, whether a measure corrects or prevents
    owner = column(Type.NAME)
    planned_at = column(Type.MOMENT)
    done_at = column(Type.MOMENT)
    outcome = column()
    src_file = column()
    src_sheet = column()
    src_row = column(Type.INTEGER)
