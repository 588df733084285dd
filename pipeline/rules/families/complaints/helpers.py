"""Words that predicates on complaints are written in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipeline.core.groups import found_by, is_sure
from pipeline.core.worktime.deadlines import format_due
from pipeline.rules.context import RuleContext
from pipeline.rules.registry import RuleResult
from schemas.derived.cases import Cases, Clocks
from schemas.incoming.complaints import Complaints
from schemas.language.words import translate


def of_case(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[Any]:
    """Return what was derived of the complaint each row is."""
    return _beside(rows, context[Cases.name], column)


def of_complaint(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[Any]:
    """Return what was written of the complaint each row is."""
    return _beside(rows, context[Complaints.name], column)


def of_clock(rows: pd.DataFrame, context: RuleContext, step: str, column: str) -> pd.Series[Any]:
    """Return a column of one clock of each complaint, missing where it never began."""
    clocks = context[Clocks.name]
    return _beside(rows, clocks[clocks[Clocks.step] == step], column)


def _beside(rows: pd.DataFrame, table: pd.DataFrame, column: str) -> pd.Series[Any]:
    return found_by(rows[Complaints.src_key], table[Complaints.src_key], table[column])


def runs_late(rows: pd.DataFrame, context: RuleContext, step: str) -> RuleResult:
    """Return the rows whose step is not done though its deadline has passed."""
    mask = of_clock(rows, context, step, Clocks.clock_state) == "overdue"
    due = of_clock(rows, context, step, Clocks.due_at)
    return RuleResult(mask, {"due": format_due(due)})


def is_open(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return whether each case is neither closed, filed nor withdrawn."""
    return is_sure(rows[Cases.is_open])


def spoken(keys: pd.Series[str], family: str, context: RuleContext) -> pd.Series[str]:
    """Return keys, or lists of keys with spaces between, as words."""
    known = {key: listed(key.split(), family, context) for key in keys.dropna().unique()}
    return keys.map(known).astype("str").fillna("")


def listed(keys: Iterable[str], family: str, context: RuleContext) -> str:
    """Return keys as words, one after the other."""
    lang = language(context)
    return translate("why_c.list", lang).join(translate(f"{family}.{key}", lang) for key in keys)


def language(context: RuleContext) -> str:
    """Return the language findings are worded in."""
    return str(getattr(context, "lang", "zh"))
