"""Nouns of paper: every deliverable that has a name. No input, no output."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reports import complaints, findings, receivables, todo, tracking
from reports.shape import Workbook

WORKBOOKS: Mapping[str, Workbook] = MappingProxyType(
    {module.BOOK.key: module.BOOK for module in (tracking, findings, receivables, complaints, todo)}
)
