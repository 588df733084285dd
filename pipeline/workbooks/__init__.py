"""Write the workbooks people open: deliverable + tables → file."""

from __future__ import annotations

from pipeline.workbooks.book import write
from pipeline.workbooks.many import write_all
from pipeline.workbooks.stamp import Stamp

__all__ = ["Stamp", "write", "write_all"]
