"""What is overdue, and what has no due day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rules.families.receivables.late import open_days
from pipeline.rules.helpers import count_of, money, nobody, some
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.receivables import Receivables

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.rules.context import RuleContext
    from schemas.policy.rules import Rule


UNREAD = ("UNKNOWN", "BACK")  # terms that no due day can follow from: told at the order
ON_INVOICE = ("NET_I", "EOM_I", "LC")


@rule("DUE-001", Receivables.due_on)
def item_is_overdue(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Open after its rolled due day; from the day collection starts the harder rule says so."""
    late = open_days(rows)
    harder = context.policy.rules.get("DUE-003")
    mask = (late >= 1) & ~((late >= count_of(harder)) if harder else nobody(rows))
    return RuleResult(mask, {"days": late.astype("str"), "amount": money(rows[Receivables.open_fen])})


@rule("DUE-003", Receivables.due_on)
def collection_must_start(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Open for as many days as the procedure allows."""
    return RuleResult(open_days(rows) >= count_of(rule), {"amount": money(rows[Receivables.open_fen])})


def _undated(rows: pd.DataFrame) -> pd.Series[bool]:
    lost = (rows[Receivables.bucket] == "unknown") & some(rows[Receivables.open_fen])
    return lost & ~rows[Receivables.term].isin(UNREAD)


def _waits_for_goods(rows: pd.DataFrame) -> pd.Series[bool]:
    """The term is known and hangs on signing, which nobody entered."""
    known = rows[Receivables.term].notna() & rows[Receivables.base_on].isna()
    return known & ~rows[Receivables.term].str.startswith(ON_INVOICE, na=False)


@rule("DUE-002", Receivables.due_on)
def due_day_is_unknown(rows: pd.DataFrame) -> RuleResult:
    """Owed without a day: not invoiced for too long, or an opening item without a due day."""
    return RuleResult(_undated(rows) & ~_waits_for_goods(rows), {"amount": money(rows[Receivables.open_fen])})


@rule("DUE-006", Receivables.due_on)
def goods_are_not_signed_for(rows: pd.DataFrame) -> pd.Series[bool]:
    """Shipped for longer than the limit, and nothing from which the due day could count."""
    return _undated(rows) & _waits_for_goods(rows)


@rule("DUN-001", Receivables.overdue_days)
def collection_has_not_started(rows: pd.DataFrame, rule: Rule) -> RuleResult:
    """Long enough overdue, nothing holds it back, and the first letter has not gone out."""
    late = open_days(rows)
    mask = (late >= count_of(rule)) & (rows[Receivables.next_step] == "dun1")
    return RuleResult(mask, {"days": late.astype("str")})
