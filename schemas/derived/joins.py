"""What could not be joined as it stands: numbers in sheets under another spelling, names beside a known code."""

from __future__ import annotations

from schemas.table import Table, Type, column


class Joins(Table, name="joins"):
    """Shape: row x column whose number is not that of one known record as it stands. Source: `references.join`."""

    kind = column()
    field = column()  # the column of the kind
    src_seq = column(Type.INTEGER)  # of the row
    written = column()
    other = column()  # the numbers that are meant, or may be
    is_asked = column(Type.BOOL)  # several may be meant, so none was joined


class Identities(Table, name="identities"):
    """Shape: one row per question of whom a row is about. Source: `identities.by_code`."""

    rule = column()
    key = column()  # of the row that is asked about
    other = column()  # the names that are meant, or may be
