"""Each sheet of the managers' workbook, laid over the policy it is shipped with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from pipeline.orders.pay_terms import parse_term
from pipeline.orders.pay_terms.columns import grades_in
from pipeline.reading.layout.heading_names import aliases, fold_heading
from pipeline.rules.policy_workbook.cells import MOST_FIGURE, Cell, Row, department, flag, named, number, word_of
from schemas.derived.finding import Place
from schemas.incoming.kinds import KINDS
from schemas.language.words import load
from schemas.policy.number_forms import KINDS as NUMBERED
from schemas.policy.number_forms import SCOPES, DeclaredForm, is_pattern
from schemas.policy.policy import WAYS, Policy
from schemas.policy.rules import Rule
from schemas.policy.timers import COMPLAINT_SEVERITIES, COMPLAINTS, ROLES, UNITS, Limit, parse_limit
from schemas.policy.units import UnitRatio
from schemas.table import MOST_DAYS

SPANS = (*UNITS, "months")
PERSON, SALES_OWNER = "policy.sales_owner", "sales_owner"


def rules(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set limits, departments, and which rules are asked at all; those of a timer or a reminder are set with it.

    One that may not be off stays on, and where that was tried is kept.
    """
    made, timed = dict(policy.rules), policy.timed()
    kept_on: list[tuple[str, Place]] = []
    for row in rows:
        rule = made[named(row["rule"], made, "no_rule")]
        limit = _limit(row["limit"], rule)
        owner = department(row["owner"]) if str(row["owner"].value).strip() else rule.owner
        if limit != rule.limit and rule.id in timed:
            raise row["limit"].wrong("limit_elsewhere")
        if owner != rule.owner and rule.id in timed:
            raise row["owner"].wrong("limit_elsewhere")
        is_off = not flag(row["is_on"])
        if is_off and not rule.may_be_off:
            kept_on.append((rule.id, row["is_on"].place))
        status = "off" if is_off and rule.may_be_off else rule.status
        made[rule.id] = replace(rule, limit=limit, owner=owner, status=status)
    return replace(policy, rules=made, kept_on=tuple(kept_on))


def _limit(cell: Cell, rule: Rule) -> Decimal | None:
    figure = number(cell, MOST_DAYS if rule.unit in SPANS else MOST_FIGURE)
    if figure is None:
        return rule.limit
    if rule.limit is None:
        raise cell.wrong("no_limit")
    if figure < 0:
        raise cell.wrong("below_nought")
    return figure


def values(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set single figures."""
    made = dict(policy.values)
    for row in rows:
        key = named(row["value_key"], made, "no_figure")
        figure = number(row["value"], MOST_FIGURE if key.endswith("_fen") else MOST_DAYS)
        if figure is not None and figure < 0:
            raise row["value"].wrong("below_nought")
        made[key] = made[key] if figure is None else figure
    return replace(policy, values=made)


def terms(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set pay terms as the company writes them, in words that say when to pay, and which may be agreed on.

    Once one may be, those that no row allows may not. The first column may hold the words of the second.
    """
    made: dict[str, str] = {}
    allowed: list[tuple[str, frozenset[str]]] = []
    refused: set[str] = set()
    for row in rows:
        written, meant = (str(row[head].value).strip() for head in ("term_written", "term_meant"))
        if not written:
            raise row["term_written"].wrong("blank")
        meant = meant or written
        if parse_term(meant).unknown:
            raise replace(row["term_meant"], value=meant).wrong("no_term")
        made[written] = meant
        if not str(row["term_is_allowed"].value).strip():
            continue
        if flag(row["term_is_allowed"]):
            allowed.append((meant, grades_in(str(row["term_grades"].value))))
        else:
            refused.add(meant)
    return replace(policy, terms=made, allowed_terms=tuple(allowed), refused_terms=frozenset(refused))


def headings(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set what the company calls headings that no table of ours knows, or knows for another field."""
    made = []
    for row in rows:
        kind = word_of(row["heading_table"], (f"kind.{kind}" for kind in KINDS)).removeprefix("kind.")
        if not kind:
            raise row["heading_table"].wrong("no_table")
        written, meant = (str(row[head].value).strip() for head in ("heading_written", "heading_meant"))
        field = aliases(kind).get(fold_heading(meant))
        if not fold_heading(written):
            raise row["heading_written"].wrong("blank")
        if field is None:
            raise row["heading_meant"].wrong("no_such_heading")
        made.append((kind, written, field))
    return replace(policy, headings=tuple(made))


def numbers(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set what the company's own numbers look like, and how far one is unique; blank for any, and for the company."""
    made: dict[str, DeclaredForm] = {}
    for row in rows:
        kind = word_of(row["number_kind"], (f"kind.{kind}" for kind in NUMBERED)).removeprefix("kind.")
        if not kind or kind in made:
            raise row["number_kind"].wrong("doubled_number" if kind else "no_numbered")
        pattern = str(row["number_form"].value).strip()
        if pattern and not is_pattern(pattern):
            raise row["number_form"].wrong("no_pattern")
        written = str(row["number_scope"].value).strip()
        found = word_of(row["number_scope"], (f"policy.scope_{scope}" for scope in SCOPES))
        if written and not found:
            raise row["number_scope"].wrong("no_scope")
        scope = next((scope for scope in SCOPES if found == f"policy.scope_{scope}"), None)
        made[kind] = DeclaredForm(kind, pattern, scope or "")
    return replace(policy, forms=made)


def units(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set in what the company counts its units: a box is ten pieces, of one product or of all."""
    made = []
    for row in rows:
        product, unit, base = (str(row[head].value).strip() for head in ("unit_product", "unit_written", "unit_base"))
        for head in ("unit_written", "unit_count", "unit_base"):
            if not str(row[head].value).strip():
                raise row[head].wrong("blank")
        count = number(row["unit_count"])
        if count is None or count <= 0:
            raise row["unit_count"].wrong("no_unit_count")
        made.append(UnitRatio(product, unit, count, base))
    return replace(policy, units=tuple(made))


def ladder(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set days and owners of reminders; a higher level never comes before a lower one."""
    made, where = {rung.key: rung for rung in policy.rungs}, {}
    for row in rows:
        rung = made[named(row["rung"], made, "no_rung")]
        where[rung.key] = row["days_from"]
        days = number(row["days_from"], MOST_DAYS)
        if days is not None and days % 1:
            raise row["days_from"].wrong("no_whole_days")
        made[rung.key] = replace(
            rung,
            days_from=rung.days_from if days is None else int(days),
            owner=SALES_OWNER if word_of(row["rung_owner"], [PERSON]) else department(row["rung_owner"]),
            needs_previous=flag(row["needs_previous"]),
        )
    rungs = tuple(made.values())
    for lower, higher in pairwise(rungs):
        if higher.days_from < lower.days_from and higher.key in where:
            raise where[higher.key].wrong("before_lower")
    return replace(policy, rungs=rungs)


def clocks(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set how long everything with a deadline may take, and whose it is; only complaints differ by severity."""
    made = dict(policy.timers)
    for row in rows:
        timer = made[named(row["clock"], made, "no_clock_step")]
        typed = {severity: _span(row[severity]) for severity in COMPLAINT_SEVERITIES}
        if timer.about != COMPLAINTS:
            typed = _alike(row, typed)
        normal, serious, major = (typed[severity] or timer.limits[severity] for severity in COMPLAINT_SEVERITIES)
        owner = _owner(row["clock_owner"], timer.owner)
        made[timer.key] = replace(timer, normal=normal, serious=serious, major=major, owner=owner)
    return replace(policy, timers=made)


def _alike(row: Row, typed: dict[str, Limit | None]) -> dict[str, Limit | None]:
    """One limit for all severities, of what has none."""
    usual, *others = COMPLAINT_SEVERITIES
    for severity in others:
        if typed[severity]:
            raise row[severity].wrong("no_severity")
    return dict.fromkeys(COMPLAINT_SEVERITIES, typed[usual])


def _owner(cell: Cell, shipped: str) -> str:
    """A department, or whoever a complaint names; as shipped where the cell is blank."""
    if not str(cell.value).strip():
        return shipped
    role = word_of(cell, (f"role.{role}" for role in ROLES))
    return role.removeprefix("role.") or department(cell)


def _span(cell: Cell) -> Limit | None:
    text = str(cell.value).strip()
    if not text:
        return None
    figure = text.rstrip("".join({*text} - {*"0123456789."}))
    unit = text.removeprefix(figure).strip()
    for key in UNITS:
        word = load()[f"paper.unit.{key}"]
        if unit.lower() in (key.lower(), word.zh, word.en.lower()):
            unit = key
            break
    try:
        limit = parse_limit(f"{figure} {unit}")
    except ValueError:
        raise cell.wrong("no_span") from None
    if limit.amount > MOST_DAYS:
        raise cell.wrong("too_much")
    return limit


def routing(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set which department each type of complaint goes to."""
    made = dict(policy.routing.dept)
    for row in rows:
        kind = named(row["complaint_type"], made, "no_type")
        made[kind] = department(row["owner"])
    return replace(policy, routing=replace(policy.routing, dept=made))


def days(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set days on which the company works or rests whatever the public calendar says."""
    company = [_day(row) for row in rows if row["day"].value not in ("", None)]
    return replace(policy, days=policy.days.with_overlay(company, through=policy.days.year_entered(company)))


def _day(row: Row) -> tuple[date, bool, str]:
    value = row["day"].value
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise row["day"].wrong("no_day") from None
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise row["day"].wrong("no_day")
    return value, flag(row["is_working"]), str(row["day_name"].value or "")


def sources(policy: Policy, rows: Sequence[Row]) -> Policy:
    """Set the files that are a whole list each time, and how the next workbook of a name comes."""
    whole, ways = [], []
    for row in rows:
        pattern = str(row["file_pattern"].value).strip()
        written = str(row["source_way"].value).strip()
        found = word_of(row["source_way"], (f"answer.{way}" for way in WAYS)).removeprefix("answer.")
        if written and not found:
            raise row["source_way"].wrong("no_source_way")
        is_blank = not str(row["is_whole"].value).strip()  # a row may say the one or the other
        if not (is_blank and found) and flag(row["is_whole"]):
            whole.append(pattern)
        if found:
            ways.append((pattern, found))
    return replace(policy, whole=tuple(whole), ways=tuple(ways))
