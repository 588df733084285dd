"""Complaints as received and handled, and the rows that hang on them."""

from __future__ import annotations

from schemas.table import Source, Type, column, counted


class Complaints(Source, name="complaints"):
    """Shape: one row per complaint. Key: number, else contact, time, order."""

    identity = (("complaint_no",), ("contact", "complained_at", "order_no"))

    complaint_no = column(Type.COMPLAINT_NO, form="CMP-015")
    registered_at = column(Type.MOMENT, wish="event")
    complained_at = column(Type.MOMENT, blank="CMP-004", wish="event")
    complainant = column(Type.NAME, blank="CMP-002", personal=True)
    customer_name = column(Type.NAME)
    contact = column(Type.CODE, blank="CMP-003", personal=True)
    channel = column(Type.CHOICE, choices="choice.complaint_channel", form="CMP-001")
    order_no = column(Type.ORDER_NO, blank="CMP-005", form="ORD-029")
    subject = column(Type.TEXT, blank="CMP-006")
    model = column(Type.MODEL)
    lot = column(Type.CODE)
    complaint_type = column(Type.CHOICE, choices="choice.complaint_type")
    severity = column(Type.CHOICE, choices="choice.severity")
    description = column(Type.TEXT, blank="CMP-007")
    remedy = column(Type.TEXT, blank="CMP-008")
    claim_fen = column(Type.MONEY)
    disputed_fen = column(Type.MONEY)
    dept = column(Type.TEXT)
    owner = column(Type.NAME, personal=True)
    registrar = column(Type.NAME, personal=True)
    crm_entered = column(Type.TEXT)
    assigned_at = column(Type.MOMENT, wish="event")
    accepted_at = column(Type.MOMENT, wish="event")
    first_reply_at = column(Type.MOMENT, wish="event")
    customer_contacted_at = column(Type.MOMENT, wish="event")
    investigated_at = column(Type.MOMENT, wish="event")
    cause = column(Type.TEXT)
    cause_class = column(Type.CHOICE, choices="choice.cause_class")
    validity = column(Type.CHOICE, choices="choice.valid")
    solution = column(Type.TEXT)
    proposed_at = column(Type.MOMENT, wish="event")
    approver = column(Type.NAME, personal=True)
    approval = column(Type.CHOICE, choices="choice.approval")
    approved_at = column(Type.MOMENT, wish="event")
    customer_decision = column(Type.CHOICE, choices="choice.customer_decision")
    agreed_at = column(Type.MOMENT, wish="event")
    due_at = column(Type.MOMENT, wish="deadline")
    executed_at = column(Type.MOMENT, wish="event")
    result = column(Type.TEXT)
    cost_fen = column(Type.MONEY)
    told_at = column(Type.MOMENT, wish="event")
    visited_at = column(Type.MOMENT, wish="event")
    visitor = column(Type.NAME, personal=True)
    satisfaction = column(Type.CHOICE, choices="choice.satisfaction")
    pause_from = column(Type.MOMENT, wish="event")
    pause_to = column(Type.MOMENT, wish="event")
    withdrawn_on = column(Type.DAY, wish="event")
    closed_at = column(Type.MOMENT, wish="event")
    close_reason = column(Type.TEXT)
    archive_ref = column(Type.TEXT)
    typed_state = column(Type.TEXT)
    remark = column(Type.TEXT)


class Actions(Source, name="actions"):
    """Shape: one step taken on a complaint. Key: complaint, step, time, ordinal."""

    identity = (counted("complaint_no", "action", "planned_at"),)

    complaint_no = column(Type.COMPLAINT_NO, form="CMP-015", holds=True)
    step_no = column(Type.INTEGER)
    action = column(Type.TEXT)
    owner = column(Type.NAME, personal=True)
    planned_at = column(Type.MOMENT, wish="deadline")
    done_at = column(Type.MOMENT, wish="event")
    result = column(Type.TEXT)


class Visits(Source, name="visits"):
    """Shape: one return visit. Key: complaint, time, ordinal."""

    identity = (counted("complaint_no", "visit_no", "visited_at"),)

    complaint_no = column(Type.COMPLAINT_NO, form="CMP-015", holds=True)
    visit_no = column(Type.INTEGER)
    visited_at = column(Type.MOMENT, wish="event")
    method = column(Type.TEXT)
    visitor = column(Type.NAME, personal=True)
    interviewee = column(Type.NAME, personal=True)
    satisfaction = column(Type.CHOICE, choices="choice.satisfaction")
    opinion = column(Type.TEXT)
    is_redo = column(Type.BOOL)


class Evidence(Source, name="evidence"):
    """Shape: one piece of evidence. Key: complaint, kind, file."""

    identity = (counted("complaint_no", "evidence_type", "file_ref"),)

    complaint_no = column(Type.COMPLAINT_NO, form="CMP-015", holds=True)
    evidence_type = column(Type.TEXT)
    file_ref = column(Type.TEXT)
    obtained_at = column(Type.MOMENT, wish="event")
    obtained_by = column(Type.NAME, personal=True)


class Capa(Source, name="capa"):
    """Corrective and preventive actions. Key: complaint, measure."""

    identity = (counted("complaint_no", "measure", "due_on"),)

    complaint_no = column(Type.COMPLAINT_NO, form="CMP-015", holds=True)
    measure = column(Type.TEXT)
    measure_kind = column(Type.TEXT)
    owner = column(Type.NAME, personal=True)
    due_on = column(Type.DAY, wish="deadline")
    done_on = column(Type.DAY, wish="event")
    verified_on = column(Type.DAY, wish="event")
    verification = column(Type.TEXT)
