"""Write the workbooks people open: deliverable + tables → file."""

from __future__ import annotations

from pipeline.excel.write.workbook import write
from pipeline.excel.write.workbooks import write_all

__all__ = ["write", "write_all"]
