"""Every deliverable that has a name, declared: its sheets, columns, measures, words and looks. No input, no output.

A new workbook is a module here with a `BOOK`, its line in `WORKBOOKS`, and its words. Everybody who writes,
publishes, lists or reads back workbooks goes through `WORKBOOKS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reports import complaints, findings, receivables, todo, tracking
from reports.shape import Workbook

WORKBOOKS: Mapping[str, Workbook] = MappingProxyType(
    {module.BOOK.key: module.BOOK for module in (tracking, findings, receivables, complaints, todo)}
)
