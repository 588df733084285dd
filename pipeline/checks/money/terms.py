"""Pay terms of orders: what could not be read, what was assumed, what the law frowns upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.checks.asking import once
from pipeline.checks.money.counted import counted
from pipeline.grouping import worded
from pipeline.payterms import asks
from pipeline.rulebook import Verdict, breaks
from pipeline.terms import parse_term, said
from schemas.orders import Orders

if TYPE_CHECKING:
    from pipeline.scene import Scene
    from schemas.rules import Rule


@breaks("DUE-004", Orders.pay_term)
def term_is_assumed(rows: pd.DataFrame, rule: Rule, scene: Scene) -> Verdict:  # noqa: ARG001 - one signature
    """Read, but a number or a base was not written."""
    terms = rows[Orders.pay_term]
    mask = once(rows, asks(terms, lambda term: term.days_assumed) & counted(rows))
    # the words of the pay terms themselves are Chinese on any desk
    meant = worded(terms.where(mask), lambda term: said(parse_term(term), "zh"))
    return Verdict(mask, {"suggestion": meant})


@breaks("DUE-005", Orders.pay_term)
def term_is_unknown(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:  # noqa: ARG001 - one signature
    """Written, but not understood."""
    return once(rows, asks(rows[Orders.pay_term], lambda term: term.unknown and not term.is_restricted) & counted(rows))


@breaks("DUE-009", Orders.pay_term)
def term_is_restricted(rows: pd.DataFrame, rule: Rule, scene: Scene) -> pd.Series[bool]:  # noqa: ARG001 - one signature
    """Invoice first, or paid when a third party pays."""
    return once(rows, asks(rows[Orders.pay_term], lambda term: term.is_restricted) & counted(rows))
