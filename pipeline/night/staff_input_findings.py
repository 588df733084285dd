"""What staff typed into the papers that cannot be used: a day that is none, words beside a record that is gone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.ledger import latest_entries
from pipeline.reading.values.dates import parse_day
from pipeline.reading.values.days import DateContext
from reports.looks import Look
from reports.staff import STAFF, StaffSheet
from schemas.derived.finding import Finding, Place
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ledger import Ledger, StaffEntry
    from pipeline.rules.context import RuleContext

NO_DAY, GONE = "X-014", "X-015"
# Findings that were mended and duties that were done leave their sheet; that is no loss to tell of.
LASTING = ("standing", "receivables", "cases")


def flaws(ledger: Ledger, context: RuleContext) -> Iterator[Finding]:
    """One finding per staff cell; what was typed stays where it is, as written."""
    sheets = {(staff.workbook, staff.key): staff for staff in STAFF}
    known = {staff.table: frozenset(staff.keys(context[staff.table])) for staff in STAFF if staff.table in LASTING}
    lang, today = context.lang, context.as_of.date()
    for entry in latest_entries(ledger).values():
        staff = sheets.get((entry.workbook, entry.sheet))
        if staff is None or not entry.value:
            continue
        if _asks_for_a_day(staff, entry.field) and not _is_day(entry.value, today):
            yield _finding(NO_DAY, staff, entry, lang)
        if staff.table in LASTING and entry.key not in known[staff.table]:
            yield _finding(GONE, staff, entry, lang)


def _asks_for_a_day(staff: StaffSheet, field: str) -> bool:
    return any(column.field == field and column.look is Look.DAY for column in staff.columns)


def _is_day(text: str, today: date) -> bool:
    return isinstance(parse_day(text, DateContext(window=today, want="deadline")).value, date)


def _finding(rule: str, staff: StaffSheet, entry: StaffEntry, lang: str) -> Finding:
    tab = translate("tab.unclaimed", lang) if rule == GONE else staff.tab(lang)
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
