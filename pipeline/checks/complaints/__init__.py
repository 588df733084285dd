"""Complaints: as received, step by step, and at their end."""

from __future__ import annotations

from pipeline.checks.complaints import closing, intake, numbering, steps

__all__ = ["closing", "intake", "numbering", "steps"]
