"""Write the workbooks people open: deliverable + tables → file."""

from __future__ import annotations

from pipeline.workbooks.book import write
from pipeline.workbooks.many import write_all

__all__ = ["write", "write_all"]
