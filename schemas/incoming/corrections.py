"""What comes back in the list of exceptions: the value that should have stood in a cell."""

from __future__ import annotations

from schemas.table import Source, Type, column


class Corrections(Source):
    """Shape: one row per correction typed. Key: finding and value. Source: the list of exceptions, sent back.

    `raw` is what the list showed of the cell when the correction was written beside it.
    """

    name = "corrections"
    identity = (("finding_id", "value"),)

    finding_id = column(Type.CODE)
    raw = column(Type.RAW)
    value = column(Type.TEXT)
