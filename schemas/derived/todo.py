"""Who must do what by when."""

from __future__ import annotations

from typing import Literal

from schemas.table import Table, Type, column

# How a line stands to its deadline: key timing.*
Timing = Literal["unproven", "overdue", "today", "soon"]


class Todo(Table, name="todo"):
    """Shape: one row per obligation due, due soon or overdue. Key: task, record, neither in anybody's language."""

    task = column()  # what to do, as a key: step.*, timer.*, level.*, clock.*, allocate, `mend`
    record = column()  # what it is about, as a key
    owner = column(Type.NAME)  # person, else department key
    dept = column(Type.CHOICE)
    matter = column()  # what to do, in words
    subject = column()  # order, complaint or receipt number, or file; order and moment of a complaint without number
    customer_name = column(Type.NAME)
    due_on = column(Type.DAY)
    is_overdue = column(Type.BOOL)
    timing = column(Type.CHOICE)  # key timing.*: unproven overdue today soon
    rule = column()
    reason = column()
    letter = column()  # file of the letter that is ready for it, seen from the workbook
    about = column()  # key of the row, as findings of the rule name it; missing for what is no rule at a row


class TypedTodo(Todo):
    """Shape: as `Todo`, with what staff typed beside each line. Source: `feedback.staff_entries`."""

    staff_done = column(Type.CHOICE)  # key pick.*, in words


class Orphans(Table, name="orphans"):
    """Shape: one row per cell that staff typed beside a row that is no more. Source: `feedback.staff_entries`."""

    workbook = column()
    sheet = column()
    key = column()
    heading = column()
    value = column()
    person = column(Type.NAME)
    file = column()
    seen_on = column(Type.DAY)


class Obligations(Table, name="obligations"):
    """Shape: one row per obligation that stands tonight, complaints apart. Source: `pipeline.rules.obligations`."""

    timer = column(Type.CHOICE)  # key timer.*
    record = column()  # what it is about, as a key
    about = column()  # the key of its row, as findings name it
    order_no = column(Type.ORDER_NO)
    subject = column()
    customer_name = column(Type.NAME)
    owner = column(Type.NAME)  # person, else department key
    dept = column(Type.CHOICE)
    rule = column()  # broken tonight, or when it will be late
    said = column()  # the deadline as people read it
    started_at = column(Type.MOMENT)  # missing, like the deadline, where nobody knows the start
    due_at = column(Type.MOMENT)
    is_past = column(Type.BOOL)
