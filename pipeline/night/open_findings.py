"""Whatever is wrong tonight: gathered from ledger, rules and staff input, let pass by waivers, kept as history."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.feedback import columns_not_kept, corrections, versions
from pipeline.feedback.dated_folders import dated_findings
from pipeline.ledger import (
    all_nights,
    first_version,
    grants,
    healed_files,
    history_of_past,
    keep_grants,
    keep_reported,
    note_open,
    open_file_findings,
    waiting_on,
)
from pipeline.night.file_findings import POLICY_LEFT_OUT
from pipeline.orders.people import heirs, taken_over
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.dates import parse_day
from pipeline.rules import families, waivers
from pipeline.rules.families import shipping
from pipeline.rules.families.receivables import opening
from pipeline.rules.findings import in_force
from pipeline.rules.helpers import goes_on, missing_lists, some, today
from pipeline.rules.validation import asked_repeats
from reports.looks import Look
from reports.staff import STAFF, StaffSheet
from schemas.derived.cases import Clocks
from schemas.derived.finding import Finding, Place
from schemas.derived.receivables import Receivables
from schemas.derived.status import OrderFacts
from schemas.incoming.staff import Staff
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.core.workspace import Workspace
    from pipeline.feedback.staff_entries import Collected
    from pipeline.ledger import FindingHistory, Ledger, Night, StaffEntry
    from pipeline.rules.context import RuleContext
    from schemas.policy.rules import Rule

NOT_YET_COVERED, HEALED = "CAL-002", "FILE-036"
NOT_COVERED, NO_DAY, NO_RECORD, KEPT_ON, NOT_READ_BACK = "CAL-001", "X-014", "X-015", "X-026", "X-027"
DOUBLES = frozenset({"ORD-034"})  # rules of records that may have been entered twice
# Findings that were fixed and to-do lines that were done leave their sheet; that is no loss to tell of.
LASTING = ("standing", "receivables", "cases")


def find_open(context: RuleContext, stored: Sequence[Finding], ledger: Ledger, night: Night) -> list[Finding]:
    """Return whatever is wrong tonight, each once. `stored`: findings the ledger keeps beside rows, and of letters."""
    of_files = open_file_findings(ledger, 0 if night.is_past else night.id)
    found = [
        *columns_not_kept.without_not_kept(ledger, of_files, context.answers, context.policy.rules),
        *([] if night.is_past else [*_waiting(ledger, night), *_healed(ledger, night)]),
        *stored,
        *versions.version_findings(ledger, context.policy),
        *families.evaluate_all(context, context.policy.rules),
        *missing_lists(context),
        *opening.same_debt_questions(context["opening"], context["book"]),
        *shipping.signature_questions(context),
        *outside_calendar(context),
        *_kept_on(context),
        *_left_out(context),
        *staff_input_findings(ledger, context),
    ]
    found = _told_once(found, context.policy.rules)
    found += corrections.correction_findings(ledger, night, {finding.id for finding in found})
    given = heirs(context[Staff.name], today(context))
    found = [replace(each, owner=taken_over(each.owner, given)) if given else each for each in found]
    once: dict[str, Finding] = {}
    for finding in in_force(found, context.policy.rules):
        if not (finding.id in once and once[finding.id].is_holding):  # what holds a row is told as what holds it
            once[finding.id] = finding
    return list(once.values())


def _told_once(found: list[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Return findings without doubts about rows that are asked about: what repeats another row is no second matter."""
    asked = asked_repeats.asked_keys(found) if rules[asked_repeats.EACH].is_live else frozenset()
    return [each for each in found if each.rule not in DOUBLES or (each.kind, each.key) not in asked]


def let_pass(ledger: Ledger, night: Night, context: RuleContext, found: Sequence[Finding]) -> waivers.Waived:
    """Part findings by what managers let pass; what for is remembered with the night that first did."""
    first = first_version(ledger, night)
    fresh = sys.maxsize if first is None else first
    waived = waivers.waive(found, context, grants(ledger), fresh, versions.former_names(ledger, found))
    if not night.is_past:
        with ledger.writing() as connection:
            keep_grants(connection, night.id, waived.granted)
    return waived


def keep_history(
    ledger: Ledger, night: Night, found: Sequence[Finding], passed: Mapping[str, Finding]
) -> FindingHistory:
    """Record what is open tonight, and what is reported of it; a look back records nothing."""
    files = {finding.id: finding.place.file for finding in found}
    if night.is_past:
        return history_of_past(files, night)
    names = versions.former_names(ledger, found)
    with ledger.writing() as connection:
        history = note_open(connection, night, files, passed.keys(), names)
        keep_reported(connection, night, [*found, *passed.values()], history.ended)
    return history


def days_of_nights(ledger: Ledger, night: Night) -> dict[int, date]:
    """Return the day of every night by its id; of tonight as it is judged."""
    return {known.id: known.as_of.date() for known in all_nights(ledger)} | {night.id: night.as_of.date()}


def _waiting(ledger: Ledger, night: Night) -> list[Finding]:
    return [
        Finding(
            rule=file.rule,
            kind="sources",
            key=file.name,
            place=Place(file.name),
            params={"name": file.person},
            subject=file.name,
        )
        for file in waiting_on(ledger, night)
    ]


def _healed(ledger: Ledger, night: Night) -> list[Finding]:
    """Return one finding for every file whose archived bytes had rotted and that came again on this night."""
    return [
        Finding(HEALED, "sources", file.name, place=Place(file.name), subject=file.name)
        for file in healed_files(ledger)
        if file.night_id == night.id
    ]


def papers_beside(workspace: Workspace, ledger: Ledger, night: Night, entries: Collected | None) -> list[Finding]:
    """Return findings about outputs of ours in which people typed: none of the latest, or not to be opened there."""
    if entries is None:
        return []
    unread = [Finding(NOT_READ_BACK, "sources", name, place=Place(name), subject=name) for name in entries.unread]
    return [*unread, *dated_findings(workspace, ledger, night, entries.left)]


def outside_calendar(context: RuleContext) -> list[Finding]:
    """Return one finding a night for each end of the published calendar that a deadline may lie beyond."""
    days = context.policy.days
    ends = {NOT_COVERED: days.last} if days.runs_out(context.as_of.date()) else {}
    if (since := _runs_since(context)) is not None and since.date() < days.first:
        ends[NOT_YET_COVERED] = days.first
    return [Finding(rule, "calendar", str(day), params={"due": str(day)}) for rule, day in ends.items()]


def _runs_since(context: RuleContext) -> pd.Timestamp | None:
    """Return the first day that anything unfinished counts from."""
    book, items, clocks = context["book"], context["receivables"], context[Clocks.name]
    since = (
        book.loc[goes_on(book, context), OrderFacts.order_date],
        items.loc[some(items[Receivables.open_fen]), [Receivables.base_on, Receivables.due_on]].min(axis=1),
        clocks.loc[clocks[Clocks.stopped_at].isna(), Clocks.started_at],
    )
    return min((known.min() for known in since if known.notna().any()), default=None)


def _kept_on(context: RuleContext) -> list[Finding]:
    """Return a finding at every rule that somebody switched off and that may not be."""
    word = translate("policy.h_is_on", context.lang)
    return [
        Finding(rule=KEPT_ON, kind="sources", key=rule, column="is_on", place=place, heading=word, subject=rule)
        for rule, place in context.policy.kept_on
    ]


def _left_out(context: RuleContext) -> list[Finding]:
    """Return a finding at every cell of the managers' workbook for which its row was left out."""
    return [
        Finding(
            rule=POLICY_LEFT_OUT,
            kind="sources",
            key=str(left.place),
            place=left.place,
            raw=left.value,
            params={"other_phrases": json.dumps([[f"wrong.{left.wrong}", {"value": left.value}]])},
            subject=left.place.file,
        )
        for left in context.policy.left_out
    ]


def staff_input_findings(ledger: Ledger, context: RuleContext) -> Iterator[Finding]:
    """Give what staff typed and nobody can use: a day that is none, words beside a record that is gone.

    One finding per staff cell; what was typed stays where it is, as written.
    """
    sheets = {(staff.workbook, staff.key): staff for staff in STAFF}
    known = {staff.table: frozenset(staff.keys(context[staff.table])) for staff in STAFF if staff.table in LASTING}
    lang, today = context.lang, context.as_of.date()
    for entry in versions.entries_now(ledger).values():
        staff = sheets.get((entry.workbook, entry.sheet))
        if staff is None or not entry.value:
            continue
        if _asks_for_a_day(staff, entry.field) and not _is_day(entry.value, today):
            yield _finding(NO_DAY, staff, entry, lang)
        if staff.table in LASTING and entry.key not in known[staff.table]:
            yield _finding(NO_RECORD, staff, entry, lang)


def _asks_for_a_day(staff: StaffSheet, field: str) -> bool:
    return any(column.field == field and column.look is Look.DAY for column in staff.columns)


def _is_day(text: str, today: date) -> bool:
    return isinstance(parse_day(text, DateContext(window=today, want="deadline")).value, date)


def _finding(rule: str, staff: StaffSheet, entry: StaffEntry, lang: str) -> Finding:
    tab = translate("tab.unclaimed", lang) if rule == NO_RECORD else staff.tab(lang)
    return Finding(
        rule=rule,
        kind="sources",
        key=f"{entry.workbook}|{entry.sheet}|{entry.key}",
        column=entry.field,
        place=Place(entry.file.partition("@")[0], tab),
        heading=staff.heading(entry.field, lang),
        raw=entry.value,
        subject=entry.key,
        owner=entry.person,
    )
