"""Pay terms: what is due, by which fact, after how long."""

from __future__ import annotations

from pipeline.terms.parse import parse_term
from pipeline.terms.part import UNKNOWN, Part, Term
from pipeline.terms.said import said

__all__ = ["UNKNOWN", "Part", "Term", "parse_term", "said"]
