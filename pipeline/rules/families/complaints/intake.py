"""A complaint as it comes in: order, customer, type, severity, department."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.core.groups import found_by, is_sure
from pipeline.core.text import simplified
from pipeline.orders.customers import link
from pipeline.rules.context import RuleContext
from pipeline.rules.families.complaints.helpers import is_open, language, of_case, of_complaint, spoken
from pipeline.rules.families.references import is_ambiguous
from pipeline.rules.families.tables import Numbers
from pipeline.rules.helpers import count_of, is_blank, not_entered, some, span_of, today
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.cases import Cases
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.language.words import load as words
from schemas.policy.routing import load
from schemas.policy.rules import Rule
from schemas.policy.states import load as states
from schemas.policy.timers import COMPLAINT_SEVERITIES

FORM = re.compile(r"(20\d{2}(?:0[1-9]|1[0-2]))-T(\d{3,6})")


def _of_order(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series:
    orders = context[Orders.name].dropna(subset=[Orders.order_no, column]).drop_duplicates(Orders.order_no)
    return found_by(rows[Complaints.order_no], orders[Orders.order_no], orders[column])


@rule("CMP-009", Complaints.order_no, needs=Orders.name)
def order_is_unknown(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The order named is in no order sheet; silent while there is none at all."""
    known = rows[Complaints.order_no].isin(context[Orders.name][Orders.order_no].dropna())
    return rows[Complaints.order_no].notna() & ~known & ~is_ambiguous(rows, context, Complaints.name)


@rule("CMP-010", Complaints.customer_name)
def order_is_another_customers(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The order named belongs to another customer."""
    theirs = _of_order(rows, context, Orders.customer_name).astype("str")
    return RuleResult(_is_another_customers(rows, context), {"other": theirs.fillna("")})


def _is_another_customers(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    master, theirs = context[Customers.name], _of_order(rows, context, Orders.customer_name).astype("str")
    named, owns = link(rows[Complaints.customer_name], master), link(theirs, master)
    return named.notna() & owns.notna() & named.ne(owns)


@rule("CMP-011", Complaints.complained_at)
def complaint_is_older_than_the_order(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The customer complained before the order was placed."""
    # an order of somebody else is the wrong number: one cause, said once
    ordered = _of_order(rows, context, Orders.order_date)
    is_older: pd.Series[bool] = rows[Complaints.complained_at].dt.normalize().lt(ordered)
    return is_older & ~_is_another_customers(rows, context)


def _hints(rows: pd.DataFrame, context: RuleContext) -> pd.Series[str]:
    """Types the text names, where nobody wrote one."""
    hints = of_case(rows, context, "type_hints").astype("str").fillna("")
    return hints.where(is_blank(rows, Complaints.complaint_type))


@rule("CMP-012", Complaints.complaint_type)
def type_is_missing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """No type, and the description names none."""
    return _hints(rows, context) == ""


@rule("CMP-013", Complaints.complaint_type)
def type_is_guessed(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No type, and the description names one."""
    hints = _hints(rows, context)
    is_one = hints.notna() & hints.ne("") & ~hints.str.contains(" ", na=False)
    return RuleResult(is_one, {"suggestion": spoken(hints, "type", context)})


@rule("CMP-014", Complaints.complaint_type)
def type_is_in_conflict(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """No type, and the description names several."""
    hints = _hints(rows, context)
    return RuleResult(hints.str.contains(" ", na=False), {"other": spoken(hints, "type", context)})


@rule("CMP-019", Complaints.crm_entered)
def not_in_crm(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> pd.Series[bool]:
    """Not entered in the CRM system by the end of the day; asked only of sheets that have the column."""
    kept = [
        Complaints.crm_entered in headings if (headings := context.headings.get((file, sheet))) else True
        for file, sheet in zip(rows[Complaints.src_file], rows[Complaints.src_sheet], strict=True)
    ]
    registered = rows[Complaints.registered_at].fillna(rows[Complaints.complained_at])
    first = context.calendar.roll(registered)
    last = context.calendar.add_working_days(first, count_of(rule))
    late = pd.Series(last, index=rows.index).astype("datetime64[us]") < today(context)
    withdrawn = rows[Complaints.withdrawn_on].notna()
    return pd.Series(kept, index=rows.index) & not_entered(rows, Complaints.crm_entered) & late & ~withdrawn


@rule("CMP-060", Complaints.complained_at)
def complaint_lies_in_the_future(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The complaint is dated after the night."""
    return rows[Complaints.complained_at] > pd.Timestamp(context.as_of)


@rule("CMP-061", Complaints.disputed_fen)
def disputed_amount_is_unknown(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Money is owed on the order, and nobody says how much of it is in dispute."""
    items = context["receivables"]
    owing = items.loc[some(items["open_fen"]), "order_no"].dropna()
    running = is_sure(of_case(rows, context, Cases.is_open))
    return running & is_blank(rows, Complaints.disputed_fen) & rows[Complaints.order_no].isin(owing)


@rule("CMP-020", Cases.typed_state)
def typed_state_is_not_the_derived_one(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The state typed by hand is not what the facts say; words nobody can place are left alone."""
    lang, axis = language(context), states()["complaint"]
    meant = {state.text(spoken_in): (key,) for key, state in axis.items() for spoken_in in ("zh", "en")} | dict(
        load().typed
    )
    possible = rows[Cases.typed_state].str.strip().map(lambda word: meant.get(word, ()))
    known = possible.map(bool).astype(bool)
    agrees = [state in meanings for state, meanings in zip(rows[Cases.state], possible, strict=True)]
    # closed too early is said by the rule on closing
    too_early = ~is_open(rows) | of_complaint(rows, context, Complaints.closed_at).isna()
    derived = rows[Cases.state].map({key: state.text(lang) for key, state in axis.items()}).astype("str").fillna("")
    closing = pd.Series(["closed" in meanings for meanings in possible], index=rows.index)
    mask = known & ~pd.Series(agrees, index=rows.index) & (too_early | ~closing)
    return RuleResult(mask, {"other": derived})


@rule("CMP-021", Cases.complaint_no)
def repeats_an_open_one(rows: pd.DataFrame) -> RuleResult:
    """Order, customer and type have an open complaint already."""
    return RuleResult(is_open(rows) & rows["repeats_no"].notna(), {"other": rows["repeats_no"].fillna("")})


@rule("CMP-023", Cases.dept)
def department_is_wrong(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """The department written is not the one this type goes to; free text that names none of ours is left alone."""
    routing = load()
    written = of_complaint(rows, context, Complaints.dept).map(_dept).astype("str")
    also = rows[Cases.complaint_type].map(routing.also).astype("str")
    routed = rows[Cases.routed_dept].mask(rows[Cases.complaint_type].eq("other"))
    mask = is_open(rows) & written.notna() & routed.notna() & (written != routed) & (written != also)
    return RuleResult(mask, {"other": spoken(rows[Cases.routed_dept], "dept", context)})


def _dept(written: object) -> str | None:
    """The one department whose name stands in the text; None for a text that names none of ours, or several."""
    if not isinstance(written, str):
        return None
    said = simplified(written)
    found = {
        key.removeprefix("dept.")
        for key, word in words().items()
        if key.startswith("dept.") and any(name and name in said for name in (word.zh, word.en, *word.other))
    }
    return found.pop() if len(found) == 1 else None


def _rank(severity: pd.Series[str]) -> pd.Series[int]:
    return severity.map({key: n for n, key in enumerate(COMPLAINT_SEVERITIES)}).astype("Int64")


@rule("CMP-029", Cases.severity)
def severity_is_missing(rows: pd.DataFrame, rule: Rule, context: RuleContext) -> RuleResult:
    """No severity in time."""
    due = context.calendar.deadline(rows[Cases.registered_at], *span_of(rule))
    late = pd.Series(due, index=rows.index) < pd.Timestamp(context.as_of)
    guessed = is_sure(rows[Cases.is_severity_guessed])
    suggested = spoken(rows["suggested_severity"], "severity2", context)
    return RuleResult(is_open(rows) & guessed & late, {"suggestion": suggested})


@rule("CMP-030", Cases.severity)
def severity_is_lowered(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Graded below what the facts suggest, without a remark."""
    lower = (_rank(rows[Cases.severity]) < _rank(rows["suggested_severity"])).fillna(value=False)
    reason = of_complaint(rows, context, Complaints.remark)
    params = {"value": spoken(rows[Cases.severity], "severity2", context)}
    return RuleResult(
        is_open(rows) & lower.astype(bool) & reason.isna(),
        params | {"suggestion": spoken(rows["suggested_severity"], "severity2", context)},
    )


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Month and serial of every well-formed number."""
    found = rows[Complaints.complaint_no].str.extract(FORM)
    return pd.DataFrame({Numbers.month: found[0], Numbers.serial: pd.to_numeric(found[1])}).dropna()


@rule("CMP-017", Complaints.complaint_no)
def number_is_of_another_month(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The month in the number is not that of the complaint."""
    came = rows[Complaints.complained_at].fillna(rows[Complaints.registered_at])
    month = _parts(rows)[Numbers.month].reindex(rows.index)
    # a day in the future is wrong itself, and says nothing about the number
    has_come = came <= pd.Timestamp(context.as_of)
    return month.notna() & has_come & month.ne(came.dt.strftime("%Y%m"))


@rule("CMP-018", Complaints.complaint_no)
def numbers_before_are_missing(rows: pd.DataFrame) -> RuleResult:
    """The first number after a hole in its month."""
    parts = _parts(rows).drop_duplicates().sort_values([Numbers.month, Numbers.serial])
    before = parts.groupby(str(Numbers.month))[Numbers.serial].shift().fillna(0)
    holed = parts.index[parts[Numbers.serial] - before > 1]
    mask = pd.Series(rows.index.isin(holed), index=rows.index)
    return RuleResult(mask, {"key": rows[Complaints.complaint_no].fillna("")})
