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

from pipeline.core.values import is_known, shown
from pipeline.rules.context import RuleContext
from schemas.derived.finding import Finding, Place, place_of
from schemas.incoming.kinds import KINDS
from schemas.table import Column, Spec, Type

if TYPE_CHECKING:
    from schemas.policy.rules import Rule
CASES = "cases"
LIKE = {  # made tables whose columns come from these
    "book": "orders",
    CASES: "complaints",
    "departures": "shipments",
    "signings": "shipments",
}
OWNERS = ("sales_owner", "owner", "person")
SUBJECTS = ("complaint_no", "order_no", "receipt_no", "invoice_no", "customer_name")


PLACED = ("src_file", "src_sheet", "src_row", "src_cells", "src_seq", "src_key")
NEEDED = frozenset({*OWNERS, *SUBJECTS, *PLACED})


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
    if rule.table == CASES and judgment.column not in {"", *rows.columns}:
        broken = broken.assign(**{judgment.column: _written(broken, judgment.column, context)})
    words = {
        name: (each.loc[broken.index].tolist() if isinstance(each, pd.Series) else each)
        for name, each in verdict.params.items()
    }
    columns = {name: broken[name].tolist() for name in broken.columns}
    for n, cells in enumerate(zip(*columns.values(), strict=True)):
        params = {k: v if isinstance(v, str) else str(v[n]) for k, v in words.items()}
        yield _finding(judgment, rule, dict(zip(columns, cells, strict=True)), params, context)


def _written(cases: pd.DataFrame, column: str, context: RuleContext) -> pd.Series[Any]:
    """What stands in the cell of each complaint, where its case does not repeat it."""
    table = context[LIKE[CASES]]
    at = pd.Index(table["src_key"]).get_indexer(pd.Index(cases["src_key"]))
    return pd.Series(table[column].array.take(at, allow_fill=True), index=cases.index)


def _finding(
    judgment: Check,
    rule: Rule,
    row: Mapping[str, object],
    params: Mapping[str, str],
    context: RuleContext,
) -> Finding:
    file, sheet = _text(row, "src_file"), _text(row, "src_sheet")
    column = judgment.column
    number, letter, heading = place_of(row.get("src_cells"), column, _number(row, "src_row"))
    if not heading:
        letter, heading = context.headings.get((file, sheet), {}).get(column, ("", ""))
    subject = next((s for s in (_text(row, c) for c in SUBJECTS) if s), "")
    return Finding(
        rule=rule.id,
        kind=rule.table,
        key=_text(row, "src_key") or subject,
        column=column,
        place=Place(file, sheet, number, letter),
        heading=heading,
        raw=shown(row.get(column), *_spec(rule.table, column)) if column else "",
        params=params,
        owner=next((o for o in (_text(row, c) for c in OWNERS) if o), ""),
        subject=subject,
        customer=_text(row, "customer_name"),
        seq=_number(row, "src_seq"),
    )


def _number(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    return int(value) if isinstance(value, int | float) and is_known(value) else 0


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else str(value) if is_known(value) else ""


def _spec(table: str, column: str) -> tuple[Type, str]:
    """Type and vocabulary of a column of any table; text where no table declares it."""
    declared = KINDS.get(LIKE.get(table, table))
    names: dict[str, Spec] = {str(each): each.spec for each in declared.columns} if declared else {}
    if column in names:
        return names[column].type, names[column].choices
    ends = {"_fen": Type.MONEY, "_qty": Type.QTY, "_rate": Type.RATE}
    return next((type_ for end, type_ in ends.items() if column.endswith(end)), Type.TEXT), ""
