"""Predicates by rule id, and how they are evaluated.

A predicate is `@rule("CNF-003", OrderFacts.conf_sent_at)` over a function that reads as a sentence true when broken. It
takes what it asks for by name: `rows` (the frame of the rule's table), `rule` (the row of the rule table, for its
limit), `context` (all else that is known tonight), and returns a mask aligned with `rows`. To fill more placeholders
than {value} and {limit} return a `RuleResult`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

import pandas as pd

from pipeline.core.frames import records
from pipeline.core.groups import found_by, is_sure
from pipeline.core.log import note_failure
from pipeline.rules.context import RuleContext
from pipeline.rules.findings import NEEDED, finding_for
from schemas.derived.cases import Cases
from schemas.derived.finding import Finding
from schemas.incoming.complaints import Complaints
from schemas.policy.rules import Rule
from schemas.table import Column

T = TypeVar("T")
P = TypeVar("P", bound=Callable[..., Any])


@dataclass(frozen=True)
class RuleResult:
    """Rows that break a rule, and words for its message by row: of these rows at least.

    `raw`: what stands in the cell, where the table holds what it means instead.
    """

    mask: pd.Series[bool]
    params: Mapping[str, pd.Series[str] | str] = field(default_factory=dict)
    raw: pd.Series[str] | None = None


Predicate = Callable[..., "pd.Series[bool] | RuleResult"]
OFFERED = ("rows", "rule", "context")


@dataclass(frozen=True)
class Check:
    """A predicate and the column its finding points at ("" for the whole row).

    `also` are the same question to other tables or columns; `table` is blank for the rule's own. `needs`: the kind of
    sheet without which, as long as none was ever taken in, nothing is asked.
    """

    rule: str
    column: str
    asks: Predicate
    table: str = ""
    needs: str = ""
    also: tuple[Check, ...] = ()

    @property
    def cells(self) -> set[tuple[str, str]]:
        """Return the tables and columns the rule is asked of."""
        return {(check.table, check.column) for check in (self, *self.also)}


CHECKS: dict[str, Check] = {}


def taking(predicate: Callable[..., T], *offered: str) -> Callable[..., T]:
    """Return a predicate as one that is given all of these by name and takes what its own parameters ask for.

    Raises TypeError for a parameter that is never given.
    """
    wanted = tuple(signature(predicate, follow_wrapped=False).parameters)
    if strange := [name for name in wanted if name not in offered]:
        raise TypeError(f"{predicate.__qualname__} asks for {', '.join(strange)}; it may ask for {', '.join(offered)}")

    @wraps(predicate)
    def asks(**given: Any) -> T:
        return predicate(**{name: given[name] for name in wanted})

    return asks


def rule(rule: str, column: Column | str = "", *, table: str = "", needs: str = "") -> Callable[[P], P]:
    """Join a predicate to its rule; one that asks several tables names each; `needs` as in `Check`.

    Raises ValueError for a second predicate over the same column of the same table, TypeError for one that asks for
    anything but `rows`, `rule` and `context`.
    """

    def join(predicate: P) -> P:
        first, own = CHECKS.get(rule), Check(rule, str(column), taking(predicate, *OFFERED), table, needs)
        if first is None:
            CHECKS[rule] = own
        elif not table or own.cells <= first.cells:
            raise ValueError(f"{rule} has a predicate already")
        else:
            CHECKS[rule] = replace(first, also=(*first.also, own))
        return predicate

    return join


def broken(check: Check, rule: Rule, context: RuleContext) -> RuleResult:
    """Return the rows of the rule's table that break it; a table without rows is asked nothing."""
    rows = context[rule.table]
    if rows.empty or (check.needs and not context.has_seen(check.needs)):
        return RuleResult(pd.Series(data=False, index=rows.index, dtype=bool))
    answer = check.asks(rows=rows, rule=rule, context=context)
    result = answer if isinstance(answer, RuleResult) else RuleResult(answer)
    return replace(result, mask=is_sure(result.mask))


@contextmanager
def left_out_when_it_fails(asked: str, context: RuleContext) -> Iterator[None]:
    """Leave out what is asked inside when our own program fails on it, and remember the rule."""
    try:
        yield
    except OSError:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is, it may cost this rule and nothing else
        note_failure("rule", failure, rule=asked)
        context.failed.add(asked)


def evaluate(check: Check, rule: Rule, context: RuleContext) -> Iterator[Finding]:
    """Return the findings of one rule over the whole night, in every table it is asked of."""
    for part in (check, *check.also):
        yield from _evaluate_table(part, replace(rule, table=part.table or rule.table), context)


def _evaluate_table(check: Check, rule: Rule, context: RuleContext) -> Iterator[Finding]:
    rows = context[rule.table]
    result = broken(check, rule, context)
    if not result.mask.any():
        return
    broken_rows = rows.loc[result.mask, [c for c in rows.columns if c in NEEDED or c == check.column]]
    if rule.table == Cases.name and check.column not in {"", *rows.columns}:
        # what stands in the cell of each complaint, where its case does not repeat it
        written = context[Complaints.name]
        own = found_by(broken_rows["src_key"], written["src_key"], written[check.column])
        broken_rows = broken_rows.assign(**{check.column: own})
    words = {
        name: (text.loc[broken_rows.index].tolist() if isinstance(text, pd.Series) else text)
        for name, text in result.params.items()
    }
    raws = [] if result.raw is None else result.raw.loc[broken_rows.index].tolist()
    for n, row in enumerate(records(broken_rows)):
        headings = context.headings.get((row.get("src_file", ""), row.get("src_sheet", "")), {})
        found = finding_for(row, rule.id, check.column, kind=rule.table, headings=headings)
        yield replace(
            found,
            raw=raws[n] if raws else found.raw,
            params={k: v if isinstance(v, str) else str(v[n]) for k, v in words.items()},
        )
