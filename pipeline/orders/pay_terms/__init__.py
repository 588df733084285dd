"""Pay terms as people write them: what is due, by which fact, after how long.

A text goes in; the parts it stands for come out, or answers to questions about whole columns of them.
"""

from __future__ import annotations

from pipeline.orders.pay_terms.columns import describe_term
from pipeline.orders.pay_terms.parse import parse_term
from pipeline.orders.pay_terms.term import UNKNOWN, Part, Term

__all__ = ["UNKNOWN", "Part", "Term", "describe_term", "parse_term"]
