"""What managers let pass: one rule on one record, for a reason, until a day."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Waivers(Source):
    """Shape: one row per waiver. Key: finding, else rule and record. Source: waiver lists.

    `record` is the order, complaint or receipt the finding is about; `raw` what is let pass, as
    the list of exceptions shows it: blank for what stands there on the night it comes.
    """

    name = "waivers"
    identity = (("finding_id",), ("rule", "record"))

    finding_id = column(Type.CODE)
    rule = column(Type.TEXT)
    record = column(Type.TEXT)
    raw = column(Type.RAW)
    reason = column(Type.TEXT, blank="X-021")
    approver = column(Type.NAME, blank="X-021")
    valid_until = column(Type.DAY, blank="X-021", form="X-025", wish="deadline", is_end=True)
