"""Complaints: as received, step by step, and at their end."""

from __future__ import annotations

from pipeline.rules.families.complaints import intake, steps  # noqa: F401 - joins their predicates
