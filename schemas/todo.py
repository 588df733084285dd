"""Who must do what by when."""

from __future__ import annotations

from schemas.table import Table, Type, column


class Todo(Table):
    """Shape: one row per obligation due, due soon or overdue. Key: rule, object."""

    name = "todo"
    key = ("rule", "subject", "matter")

    owner = column(Type.NAME)  # person, else department key
    dept = column(Type.CHOICE)
    matter = column()  # what to do, in words
    subject = column()  # order, complaint or receipt number, or file
    customer_name = column(Type.NAME)
    due_on = column(Type.DAY)
    is_overdue = column(Type.BOOL)
    rule = column()
    reason = column()
