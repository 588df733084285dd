"""Complaints as followed: state, clocks, what comes next."""

from __future__ import annotations

from schemas.table import Table, Type, column


class Cases(Table):
    """Shape: one row per complaint. Key: number. Source: `pipeline.complaints.track`."""

    name = "cases"
    key = ("complaint_no",)

    complaint_no = column(Type.COMPLAINT_NO)
    complained_at = column(Type.MOMENT)
    registered_at = column(Type.MOMENT)
    customer_name = column(Type.NAME)
    order_no = column(Type.ORDER_NO)
    complaint_type = column(Type.CHOICE)
    is_type_guessed = column(Type.BOOL)
    severity = column(Type.CHOICE)
    is_severity_guessed = column(Type.BOOL)
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


class Clocks(Table):
    """Shape: complaint x step of clocks.csv that has started. Units: per row."""

    name = "clocks"
    key = ("complaint_no", "step")

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
    clock_state = column(Type.CHOICE)  # running met late overdue paused
    escalates_to = column()
    is_house = column(Type.BOOL)  # our own target, not the written procedure
