"""Predicates by family: what must hold of a row, of rows together, and of the whole night.

Importing this package joins every predicate to its rule and every obligation to its timer; a new family is one more
name here. The context of a night goes in, findings and open obligations come out.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.rules import registry
from pipeline.rules.context import RuleContext
from pipeline.rules.families import (  # noqa: F401 - importing them joins their predicates to the rules
    across,
    complaints,
    confirmations,
    customers,
    intake,
    invoices,
    orders,
    people,
    prices,
    quality,
    receivables,
    references,
    shipping,
    tracking,
)
from pipeline.rules.obligations import open_obligations
from pipeline.rules.registry import CHECKS
from schemas.derived.finding import Finding
from schemas.policy.rules import Rule

FAILED = "X-029"

__all__ = ["CHECKS", "evaluate_all", "open_obligations"]


def evaluate_all(context: RuleContext, rules: Mapping[str, Rule]) -> list[Finding]:
    """Return what every live predicate finds in the whole night, in the order of the rule table.

    A predicate that our own program fails on costs its rule, and is told of.
    """
    found: list[Finding] = []
    for rule in rules.values():
        if rule.id in CHECKS and rule.is_live:
            with registry.left_out_when_it_fails(rule.id, context):
                found += list(registry.evaluate(CHECKS[rule.id], rule, context))
    return [*found, *(Finding(FAILED, "sources", id_, subject=id_) for id_ in sorted(context.failed))]
