"""Complaints: as received, step by step, and at their end."""

from __future__ import annotations

__all__ = ["capa", "closing", "intake", "numbering", "steps"]
