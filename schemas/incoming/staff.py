"""The company's own people: who works where, in which role."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Staff(Source, name="staff"):
    """Shape: one row per person. Key: name. Source: staff lists."""

    identity = (("person",),)

    person = column(Type.NAME, personal=True)
    dept = column(Type.TEXT)
    role = column(Type.TEXT)  # as the discount policy calls it
    email = column(Type.TEXT, personal=True)
    left_on = column(Type.DAY, wish="event")
    successor = column(Type.NAME, personal=True)  # who does the work of somebody who left
