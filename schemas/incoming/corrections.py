"""What is said of findings: the value that should have stood in a cell, and what managers let pass."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Corrections(Source, name="corrections"):
    """Shape: one row per correction typed. Key: finding and value. Source: the list of exceptions, sent back.

    `raw` is what the list showed of the cell when the correction was written beside it.
    """

    identity = (("finding_id", "value"),)

    finding_id = column(Type.CODE)
    raw = column(Type.RAW)
    value = column(Type.TEXT)


class Waivers(Source, name="waivers"):
    """Shape: one row per waiver. Key: finding, else rule and record. Source: waiver lists.

    `record` is the order, complaint or receipt the finding is about; `raw` what is let pass, as
    the list of exceptions shows it: blank for what stands there on the night it comes.
    """

    identity = (("finding_id",), ("rule", "record"))

    finding_id = column(Type.CODE)
    rule = column(Type.TEXT)
    record = column(Type.TEXT)
    raw = column(Type.RAW)
    reason = column(Type.TEXT, blank="X-021")
    approver = column(Type.NAME, blank="X-021")
    valid_until = column(Type.DAY, blank="X-021", form="X-025", wish="deadline", is_end=True)
