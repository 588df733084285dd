"""Findings as staff read them: worded, owned, dated, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.frames import conform
from pipeline.core.phrases import describe_finding, describe_owner, heading_text, phrase
from pipeline.night.file_findings import POLICY_LEFT_OUT, UNREAD
from reports.shape import CHOICES_MARK
from schemas.derived.findings import Ended, Findings, Questions, Tonight
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders
from schemas.language.words import translate
from schemas.policy import questions
from schemas.policy.rules import SEVERITIES, Severity
from schemas.table import Source

if TYPE_CHECKING:
    from pipeline.core.worktime import Calendar
    from pipeline.feedback.questions import NightQuestions
    from pipeline.ledger import FindingHistory
    from pipeline.night.matters import About, Matter
    from pipeline.rules.context import RuleContext
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

# Working days to answer, from the night a finding was first seen (our own target).
ANSWER_WD: dict[Severity, int] = {"refuse": 1, "hold": 1, "flag": 2, "note": 5}
TONIGHT: dict[Severity, Tonight] = {"refuse": "refused", "hold": "held", "flag": "counted", "note": "noted"}
WAITING = ("FILE-007", "FILE-008", "FILE-010")
NOT_READ = ("FILE-018", POLICY_LEFT_OUT, *UNREAD)
OF_ORDERS = ("orders", "book", "standing", "receivables")  # tables whose rows are lines or parts of one order
SEQ = "seq"
Pile = tuple[str, str, Severity, str]  # of one rule, file, severity and life
Row = tuple[str, str]  # a table and a key, or a version of the ledger
MOST = 200  # of one rule in one file; the rest is counted in one line


def list_open(
    findings: Iterable[Finding],
    history: FindingHistory,
    context: RuleContext,
    *,
    nights: Mapping[int, date],
    matters: Mapping[About, Matter],
) -> pd.DataFrame:
    """Return the Findings frame: one row per open finding, at most `MOST` of one rule a file, the rest in one.

    `matters`: owner and day of what is an obligation; anybody else answers within our own target.
    """
    rules, lang = context.policy.rules, context.lang
    rows: list[dict[str, Any]] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    rest: Counter[Pile] = Counter()
    found = list(findings)
    held = _waiting(context)
    for finding in found:
        rule = rules[finding.rule]
        level = severity(finding, rule)
        pile = (finding.rule, finding.place.file, level)
        seen[pile] += 1
        if seen[pile] > MOST:
            rest[*pile, history.by_id[finding.id].state] += 1
        else:
            waits = level == "flag" and bool(_rows_of(finding) & held)
            row = _row(finding, rule, history, nights, lang) | ({"tonight": "held"} if waits else {})
            rows.append(row | _owed(matters.get((finding.rule, finding.key)), lang))
    rows.extend(_rest(rules[pile[0]], pile, count, lang) for pile, count in rest.items())
    frame = conform(pd.DataFrame(rows, columns=[str(c) for c in Findings.columns]), Findings)
    return _dated(frame, context.calendar, max(nights.values()))


def _owed(matter: Matter | None, lang: str) -> dict[str, Any]:
    if matter is None:
        return {}
    owner, day = matter
    return {"owner": describe_owner(owner, lang), "due_on": day}


def list_ended(
    findings: Iterable[Finding],
    history: FindingHistory,
    context: RuleContext,
    *,
    nights: Mapping[int, date],
) -> pd.DataFrame:
    """Return the Ended frame: those that were open last night and are no more, at most `MOST` of a kind."""
    rows: list[dict[str, Any]] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        state, rule = history.ended.get(finding.id), context.policy.rules.get(finding.rule)
        if state is None or rule is None:  # it is open still, or its rule is no more
            continue
        pile = (finding.rule, finding.place.file, state.state)
        seen[pile] += 1
        if seen[pile] <= MOST:
            first = pd.Timestamp(nights[state.first_night])
            rows.append(_cells(finding, rule, context.lang) | {"how": state.state, "first_seen_on": first})
    return conform(pd.DataFrame(rows, columns=[str(c) for c in Ended.columns]), Ended)


def list_questions(asked: NightQuestions, listed: pd.DataFrame, context: RuleContext) -> pd.DataFrame:
    """Return the Questions frame: one row per question of tonight, with its answer where it has one.

    `listed`: the Findings frame, which dates those that are open.
    """
    due = dict(zip(listed[Findings.finding_id], listed[Findings.due_on], strict=True))
    made = [_question(finding, asked, context) | {"due_on": due.get(finding.id)} for finding in asked.questions]
    return conform(pd.DataFrame(made, columns=[str(c) for c in Questions.columns]), Questions)


def _question(finding: Finding, asked: NightQuestions, context: RuleContext) -> dict[str, Any]:
    question, lang = questions.load()[finding.rule], context.lang
    words = {key: questions.answer_word(key, lang) for key in question.answers}
    entry = asked.answers.get(finding.id)
    return _cells(finding, context.policy.rules[finding.rule], lang) | {
        "state": "answered" if entry else "open",
        "choices": CHOICES_MARK.join(words.values()),
        "proposed": words.get(finding.params.get("proposed", question.proposed)),
        "answered_on": pd.Timestamp(entry.noted_at).normalize() if entry else None,
        "answered_by": entry.person if entry else None,
    }


def severity(finding: Finding, rule: Rule) -> Severity:
    """Return the severity: what a finding did tonight, whatever its rule usually does."""
    if finding.is_refusing or rule.severity == "refuse":
        return "refuse"
    if finding.is_holding:
        return "hold"
    return "flag" if rule.severity == "hold" else rule.severity


def _rows_of(finding: Finding) -> set[Row]:
    """Return the row a finding is about, and the order where it is about one."""
    row = (SEQ, str(finding.seq)) if finding.seq else (finding.kind, finding.key)
    return {row, (Orders.name, finding.subject)} if finding.kind in OF_ORDERS else {row}


def _waiting(context: RuleContext) -> set[Row]:
    """Return the rows that wait, and the orders with a line that does: none of these counts."""
    made: set[Row] = set()
    for name in KINDS:
        rows = context[name]
        waits = rows[Source.src_held].fillna(value=False).astype(bool)
        made |= {(SEQ, str(seq)) for seq in rows.loc[waits, Source.src_seq]}
    orders = context[Orders.name]
    waits = orders[Source.src_held].fillna(value=False).astype(bool)
    return made | {(Orders.name, number) for number in orders.loc[waits, Orders.order_no].dropna()}


def _row(
    finding: Finding,
    rule: Rule,
    history: FindingHistory,
    nights: Mapping[int, date],
    lang: str,
) -> dict[str, Any]:
    state = history.by_id[finding.id]
    level = severity(finding, rule)
    return _cells(finding, rule, lang) | {
        "severity": level,
        "dept": rule.owner,
        "first_seen_on": pd.Timestamp(nights[state.first_night]),
        "tonight": "waiting" if rule.id in WAITING else "refused" if rule.id in NOT_READ else TONIGHT[level],
        "life": state.state,
        "about": finding.key,
        "count": 1,
    }


def _cells(finding: Finding, rule: Rule, lang: str) -> dict[str, Any]:
    """Return what the list says of a finding whatever became of it."""
    problem, remedy = describe_finding(finding, rule, lang)
    place = finding.place
    return {
        "finding_id": finding.id,
        "rule": rule.id,
        "rule_title": f"{rule.id} {rule.title(lang)}",
        "src_file": place.file,
        "src_sheet": place.sheet,
        "cell": place.cell,
        "src_row": place.row or None,
        "heading": heading_text(finding, lang),
        "raw": finding.raw,
        "problem": problem,
        "remedy": remedy,
        "owner": finding.owner or translate(f"dept.{rule.owner}", lang),
        "subject": finding.subject,
        "customer_name": finding.customer,
    }


def _rest(rule: Rule, pile: Pile, count: int, lang: str) -> dict[str, Any]:
    _, file, level, life = pile
    return {
        "finding_id": "+".join(
            (rule.id, file, *(part for part in (level, life) if part not in (rule.severity, "open")))
        ),
        "rule": rule.id,
        "rule_title": f"{rule.id} {rule.title(lang)}",
        "severity": level,
        "count": count,
        "src_file": file,
        "problem": phrase("phrase.and_more", lang, count=str(count)),
        "owner": translate(f"dept.{rule.owner}", lang),
        "dept": rule.owner,
        "tonight": TONIGHT[level],
        "life": life,
    }


def _dated(frame: pd.DataFrame, calendar: Calendar, tonight: date) -> pd.DataFrame:
    if frame.empty:
        return frame
    first = frame["first_seen_on"].fillna(pd.Timestamp(tonight))
    days = frame["severity"].map(ANSWER_WD).to_numpy(dtype="int64")
    answer = pd.Series(calendar.add_working_days(first, days), index=frame.index).astype("datetime64[us]")
    frame["due_on"] = frame["due_on"].fillna(answer)
    age = calendar.working_days_between(first, pd.Timestamp(tonight))
    frame["age_wd"] = pd.array(age.astype("int64"), dtype="Int64")
    rank = frame["severity"].map({s: n for n, s in enumerate(SEVERITIES)})
    order = frame.assign(_rank=rank).sort_values(
        ["_rank", "due_on", "src_file", "src_sheet", "src_row", "rule", "cell"],
        kind="stable",
        na_position="first",
    )
    return order.drop(columns="_rank").reset_index(drop=True)
