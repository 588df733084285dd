"""Predicates by rule id, and how they are asked.

A predicate is `@breaks("CNF-003", Book.conf_sent_at)` over a function
``(rows, rule, context) -> mask`` that reads as a sentence true when broken. `rows` is
the frame of the rule's table; the mask is aligned with it. To fill more placeholders
than {value} and {limit} return a `RuleResult`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import records
from pipeline.rules.context import RuleContext
from pipeline.rules.findings import NEEDED, finding_for
from schemas.derived.cases import Cases
from schemas.incoming.complaints import Complaints

if TYPE_CHECKING:
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule
    from schemas.table import Column


@dataclass(frozen=True)
class RuleResult:
    """Rows that break a rule, and words for its message by row: of these rows at least."""

    mask: pd.Series[bool]
    params: Mapping[str, pd.Series[str] | str] = field(default_factory=dict)


Predicate = Callable[[pd.DataFrame, "Rule", RuleContext], "pd.Series[bool] | RuleResult"]


@dataclass(frozen=True)
class Check:
    """A predicate and the column its finding points at ("" for the whole row).

    `also` are the same question to other tables or columns; `table` is blank for the rule's own.
    """

    rule: str
    column: str
    asks: Predicate
    table: str = ""
    also: tuple[Check, ...] = ()

    @property
    def cells(self) -> set[tuple[str, str]]:
        """Tables and columns the rule is asked of."""
        return {(each.table, each.column) for each in (self, *self.also)}


CHECKS: dict[str, Check] = {}


def rule(rule: str, column: Column | str = "", *, table: str = "") -> Callable[[Predicate], Predicate]:
    """Join a predicate to its rule; one that asks several tables names each.

    Raises ValueError for a second predicate over the same column of the same table.
    """

    def join(asks: Predicate) -> Predicate:
        first, own = CHECKS.get(rule), Check(rule, str(column), asks, table)
        if first is None:
            CHECKS[rule] = own
        elif not table or own.cells <= first.cells:
            raise ValueError(f"{rule} has a predicate already")
        else:
            CHECKS[rule] = replace(first, also=(*first.also, own))
        return asks

    return join


def evaluate(judgment: Check, rule: Rule, context: RuleContext) -> Iterator[Finding]:
    """Findings of one rule over the whole night, in every table it is asked of."""
    for each in (judgment, *judgment.also):
        yield from _asked(each, replace(rule, table=each.table or rule.table), context)


def _asked(judgment: Check, rule: Rule, context: RuleContext) -> Iterator[Finding]:
    rows = context[rule.table]
    if rows.empty:
        return
    answer = judgment.asks(rows, rule, context)
    verdict = answer if isinstance(answer, RuleResult) else RuleResult(answer)
    mask = verdict.mask.fillna(False).astype(bool)
    if not mask.any():
        return
    broken = rows.loc[mask, [c for c in rows.columns if c in NEEDED or c == judgment.column]]
    if rule.table == Cases.name and judgment.column not in {"", *rows.columns}:
        broken = broken.assign(**{judgment.column: _written(broken, judgment.column, context)})
    words = {
        name: (each.loc[broken.index].tolist() if isinstance(each, pd.Series) else each)
        for name, each in verdict.params.items()
    }
    for n, row in enumerate(records(broken)):
        headings = context.headings.get((row.get("src_file", ""), row.get("src_sheet", "")), {})
        found = finding_for(row, rule.id, judgment.column, kind=rule.table, headings=headings)
        yield replace(found, params={k: v if isinstance(v, str) else str(v[n]) for k, v in words.items()})


def _written(cases: pd.DataFrame, column: str, context: RuleContext) -> pd.Series[Any]:
    """What stands in the cell of each complaint, where its case does not repeat it."""
    table = context[Complaints.name]
    at = pd.Index(table["src_key"]).get_indexer(pd.Index(cases["src_key"]))
    return pd.Series(table[column].array.take(at, allow_fill=True), index=cases.index)
