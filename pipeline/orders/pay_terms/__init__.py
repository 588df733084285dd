"""Pay terms: what is due, by which fact, after how long."""

from __future__ import annotations

from pipeline.orders.pay_terms.parse import parse_term
from pipeline.orders.pay_terms.part import UNKNOWN, Part, Term
from pipeline.orders.pay_terms.words import said

__all__ = ["UNKNOWN", "Part", "Term", "parse_term", "said"]
