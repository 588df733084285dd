"""Write the workbooks people open.

A declared deliverable and the tables of a night go in, a file comes out; so do blank workbooks to fill in,
the managers' policy workbook, and plain rows of a sender's workbook that cannot be marked in place.
"""

from __future__ import annotations

from pipeline.excel.write.workbook import write_workbook, write_workbooks

__all__ = ["write_workbook", "write_workbooks"]
