"""Complaints: as received, step by step, and at their end."""

from __future__ import annotations

from pipeline.rules.families.complaints import capa, closing, intake, numbering, steps  # noqa: F401 - joins their predicates
