"""What the ledger keeps of a file beside its rows: its sheets, and what was found about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.feedback.typed_entries import titles_of
from pipeline.reading.files.own_sheets import RETURNED
from pipeline.reading.layout.unread import SHEETS
from pipeline.rules.validation.scope import READ_AS
from schemas.derived.finding import Finding, Place
from schemas.policy.questions import OFFERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.ledger import ReceivedFile
    from pipeline.reading import FileRead
    from pipeline.reading.results import FileFinding
    from pipeline.rules.validation.validated_file import ValidatedFile

OURS, FOREIGN = "FILE-037", "FILE-040"
SOURCES = "sources"  # the kind of a finding about a file
OWN_LIST = "own_list"  # what may be answered of a file that looks like ours
POLICY_LEFT_OUT = "X-037"  # a row of the managers' workbook
SINCE = ("new", "changed", "unchanged")  # rows that are accepted or held, by what they were in the file before
COUNTED = ("accepted", "held", "copies", *SINCE)
UNREAD = ("FILE-005", "FILE-040", "FILE-041")  # findings on what was not read of a file, whatever else was
LACKING = ("FILE-019", "FILE-021")  # as long as nothing of their sheet was


def sheets_of(validated: ValidatedFile, file: FileRead) -> tuple[dict[str, Any], ...]:
    """Return what `manifest`, the report and the papers need to know of every sheet."""
    return tuple(
        {
            "sheet": sheet.sheet,
            "kind": sheet.kind,
            "heading_row": sheet.heading_row,
            "columns": {name: list(where) for name, where in sheet.columns.items()},
            "read": sheet.rows_read,
            "ignored": _reasons(sheet.ignored),
            "totals": dict(sheet.totals),
        }
        | validated.counts.get((sheet.kind, sheet.sheet, sheet.heading_row), dict.fromkeys(COUNTED, 0))
        for sheet in file.sheets
    )


def _reasons(ignored: Sequence[tuple[int, str]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for _, reason in ignored:
        counted[reason] = counted.get(reason, 0) + 1
    return counted


def findings_about_file(received: ReceivedFile, file: FileRead) -> list[Finding]:
    """Return findings about the file and its sheets as the reader made them."""
    return [
        Finding(
            rule=finding.rule,
            kind="sources",
            key=_key(received, finding),
            column=finding.column,
            place=Place(received.name, finding.sheet, finding.row, finding.letter),
            heading=finding.column,
            raw=finding.raw,
            params=dict(finding.params),
            subject=received.name,
            is_refusing=finding.rule == file.refused,
        )
        for finding in file.findings
    ]


def _key(received: ReceivedFile, finding: FileFinding) -> str:
    """Return file, sheet and what stands in the cell; of a foreign table what it is, for a sheet may hold several."""
    other = dict(finding.params).get("other_words", "") if finding.rule == FOREIGN else ""
    return "|".join(filter(None, (received.name, finding.sheet, finding.raw if finding.row else "", other)))


def unread_in_file(found: Sequence[Finding], read: Iterable[str]) -> list[dict[str, Any]]:
    """Return what of a file holds data and was not read: the rule that says why, where, and how many rows are known of.

    `read`: the sheets of which something was read.
    """
    known = set(read)
    return [
        {"rule": finding.rule, "sheet": sheet, "rows": rows}
        for finding in found
        for sheet, rows in _sheets(finding)
        if finding.rule in UNREAD or (finding.rule in LACKING and sheet not in known)
    ]


def _sheets(finding: Finding) -> list[tuple[str, int]]:
    """Return the sheets that a finding is about, with the rows it knows of."""
    several = finding.params.get(SHEETS)
    return json.loads(several) if several else [(finding.place.sheet, int(finding.params.get("count", 0)))]


def ours_in_file(received: ReceivedFile, file: FileRead, count: int, lang: str) -> list[Finding]:
    """Return one finding for a file with sheets that we wrote ourselves; a returned copy with its list is told by none.

    `count`: how much of what people typed there holds.
    """
    own = [sheet for sheet in (*file.own, *file.disputed) if sheet.part != RETURNED]
    if not own:
        return []
    said = {"other": titles_of(own, lang), "count": str(count)}
    if file.disputed:
        is_read = any(sheet not in file.own for sheet in file.disputed)
        said |= {OFFERED: OWN_LIST, READ_AS: OWN_LIST if is_read else ""}
    return [finding_on_file(received, OURS, **said)]


def lists_of_their_own(names: Iterable[str], answers: Mapping[str, str]) -> frozenset[str]:
    """Return those of the files that somebody said are lists of the company's own, though they look like ours."""
    return frozenset(name for name in names if answers.get(Finding(OURS, SOURCES, name).id) == OWN_LIST)


def is_read_as_answered(finding: Finding, answers: Mapping[str, str]) -> bool:
    """Return whether a file that looks like ours was read as it was answered what it is."""
    return OFFERED not in finding.params or (finding.params[READ_AS] == OWN_LIST) == (
        answers.get(finding.id) == OWN_LIST
    )


def finding_on_file(received: ReceivedFile, rule: str, **params: str) -> Finding:
    """Return a finding about the file as a whole."""
    return Finding(
        rule=rule,
        kind=SOURCES,
        key=received.name,
        place=Place(received.name),
        params=params,
        subject=received.name,
    )
