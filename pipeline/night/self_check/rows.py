"""Laws of rows and findings: nothing is lost, nothing waits without a cause, every word typed is somewhere."""

from __future__ import annotations

from functools import partial

from pipeline.feedback.staff_entries import shown_cells
from pipeline.night.file_findings import SINCE
from pipeline.night.self_check.laws import ALL, Answer, Law, NightSeen
from reports.staff import JOIN, STAFF


def held_has_cause(seen: NightSeen) -> Answer:
    """Every row that waits has a finding that holds it, at the row or at its whole sheet."""
    held, holding = seen.beside.held, seen.beside.holding
    rows = {(each.kind, each.seq) for each in holding if each.seq}
    sheets = {(each.place.file, each.place.sheet) for each in holding if not each.seq}
    free = [
        (kind, seq) not in rows and (file, sheet) not in sheets
        for kind, seq, file, sheet in held.itertuples(index=False, name=None)
    ]
    return len(held), sum(free)


def held_counts_for_nothing(seen: NightSeen) -> Answer:
    """No finding of a row that waits says that it counted."""
    waits = {(kind, seq) for kind, seq, *_ in seen.beside.held.itertuples(index=False, name=None)}
    listed = seen["findings"]
    counted = set(listed.loc[listed["tonight"] == "counted", "finding_id"])
    of_held = [each.id for each in seen.findings if each.seq and (each.kind, each.seq) in waits]
    return len(of_held), sum(each in counted for each in of_held)


def rows_add_up(seen: NightSeen) -> Answer:
    """Of every sheet all rows read are accepted, held, copies or ignored, each of the latter with its reason.

    Those that are accepted or held are new, changed or unchanged since the workbook came before.
    """
    sheets = [sheet for source in seen.counts["sources"] for sheet in source["sheets"]]
    parts = ("accepted", "held", "copies", "ignored")
    wrong = [
        sheet["read"] != sum(sheet[part] for part in parts)
        or sheet["ignored"] != sum(sheet["reasons"].values())
        or ("new" in sheet and sheet["accepted"] + sheet["held"] != sum(sheet[part] for part in SINCE))
        for sheet in sheets
    ]
    return len(sheets), sum(wrong)


def findings_reconcile(seen: NightSeen) -> Answer:
    """Those of last night and of this one add up, by what became of them and by severity."""
    found = seen.counts["findings"]
    sums = (
        ("was_open", ("open", "mended", "withdrawn", "waived")),
        ("all", ("open", "new", "reopened")),
        ("all", ("refuse", "hold", "flag", "note")),
    )
    return len(sums), sum(found[whole] != sum(found[part] for part in parts) for whole, parts in sums)


def every_record_is_listed(seen: NightSeen) -> Answer:
    """Every order stands once in 01, and every complaint once in 04."""
    wanted = seen.beside.counted
    return sum(wanted.values()), sum(abs(count - len(seen[name])) for name, count in wanted.items())


def typed_is_shown(seen: NightSeen) -> Answer:
    """Whatever staff typed stands beside its row, or among the unclaimed."""
    shown = shown_cells(seen.tables)
    wanted = {(each.workbook, each.sheet, each.key, each.field) for each in seen.typed}
    missing = len(wanted - shown)
    return len(wanted), max(0, missing - len(seen["orphans"]))


def keys_name_one_row(seen: NightSeen, paper: str) -> Answer:
    """What is typed beside a row comes back to that row: its key is nobody else's, and not blank."""
    keys = [staff.keys(seen[staff.table]) for staff in STAFF if staff.workbook == paper]
    shared = sum(int((each.duplicated() | (each.str.strip(JOIN) == "")).sum()) for each in keys)
    return sum(map(len, keys)), shared


LAWS = (
    Law("held_has_cause", ("findings",), held_has_cause),
    Law("held_counts_for_nothing", ("findings",), held_counts_for_nothing),
    Law("rows_add_up", ALL, rows_add_up),
    Law("findings_reconcile", ("findings",), findings_reconcile),
    Law("every_record_is_listed", ("tracking", "complaints"), every_record_is_listed),
    Law("typed_is_shown", ALL, typed_is_shown),
    Law("keys_tracking", ("tracking",), partial(keys_name_one_row, paper="tracking")),
    Law("keys_findings", ("findings",), partial(keys_name_one_row, paper="findings")),
    Law("keys_receivables", ("receivables",), partial(keys_name_one_row, paper="receivables")),
    Law("keys_complaints", ("complaints",), partial(keys_name_one_row, paper="complaints")),
    Law("keys_todo", ("todo",), partial(keys_name_one_row, paper="todo")),
)
