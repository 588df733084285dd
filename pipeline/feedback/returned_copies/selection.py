"""Which workbooks go back, and with what: problems that stand in their cells, not what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from pipeline.core.file_names import FreeNames, marked
from pipeline.core.phrases import phrase
from pipeline.excel.edit.added_sheet import MarkedPlace
from pipeline.ledger import ReceivedFile
from reports.returned import COLUMNS, MARKS, NOTE
from schemas.derived.finding import Finding
from schemas.derived.findings import Findings
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from schemas.policy.rules import SEVERITIES, Rule, Severity

PACKED = (".xlsx", ".xlsm", ".xltx", ".xltm")
CORRECTABLE = frozenset({*KINDS, "sources"})  # tables that come in; others are worked out from them
ONLY_A_NOTE = "note"
NOT_SENDERS = "operator"
# late, broken promises, changes after the fact: true as they stand, and listed for those who must act
FACTS = frozenset({"TRK-009", "REM-006", "X-011", "X-012"})
PILED = "+"  # in the id of a line that counts what a pile holds beyond those listed
DEADLINES = frozenset({"WD", "CD", "BH", "CH"})  # a day that has passed is nothing to correct in a cell


@dataclass(frozen=True)
class GoingBack:
    """One workbook that goes back, and its lines in the order of the list."""

    received: ReceivedFile
    lines: tuple[MarkedPlace, ...]


@dataclass(frozen=True)
class ListedFindings:
    """The rules, and by id the rows of the Findings frame (of a long pile only the first)."""

    rules: Mapping[str, Rule]
    rows: Mapping[str, Mapping[str, Any]]
    lang: str

    def severity(self, finding: Finding) -> Severity:
        """Return what the finding did to its row, else what its rule usually does."""
        row = self.rows.get(finding.id)
        known: Severity = row[Findings.severity] if row else self.rules[finding.rule].severity
        return known


def list_findings(shown: pd.DataFrame, rules: Mapping[str, Rule], lang: str) -> ListedFindings:
    """Return the rows of the Findings frame by the id of their finding."""
    columns = {str(name): shown[name].tolist() for name in shown.columns}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return ListedFindings(rules, {str(row[Findings.finding_id]): row for row in rows}, lang)


def choose_returns(
    findings: Iterable[Finding],
    listed: ListedFindings,
    newest: Mapping[str, ReceivedFile],
    by_seq: Mapping[int, ReceivedFile],
) -> list[GoingBack]:
    """Return the open findings by their workbook.

    `newest`: received files by name; `by_seq`: received file of a version.
    """
    lines: dict[int, list[MarkedPlace]] = {}
    back: dict[int, ReceivedFile] = {}
    hints: list[tuple[ReceivedFile, MarkedPlace]] = []
    for finding in findings:
        received = by_seq.get(finding.seq) if finding.seq else newest.get(finding.place.file)
        if received is None:
            continue
        if _goes_back(finding, listed):
            back[received.id] = received
            lines.setdefault(received.id, []).append(_line(finding, received, listed))
        elif listed.severity(finding) == ONLY_A_NOTE and finding.params.get("suggestion"):
            hints.append((received, _line(finding, received, listed)))
    # lines that only count how many more there are in a workbook
    piles = [row for row in listed.rows.values() if PILED in str(row[Findings.finding_id])]
    at = [(newest.get(str(row[Findings.src_file])), MarkedPlace(words=_words(row))) for row in piles]
    hints += [(received, line) for received, line in at if received]
    for received, line in hints:  # not reason enough to send a workbook back, but welcome in one that goes
        if received.id in lines:
            lines[received.id].append(line)
    return [GoingBack(back[key], _ordered(found)) for key, found in sorted(lines.items())]


def copy_names(returns: Sequence[GoingBack], is_kept: Mapping[int, bool]) -> dict[int, str]:
    """Return a name for every copy, by its file: the sender's own where format and systems allow. Newest first."""
    names = FreeNames()
    given: dict[int, str] = {}
    for back in sorted(returns, key=lambda one: -one.received.id):
        path = PurePosixPath(back.received.name)
        plain = str(path) if is_kept[back.received.id] else str(path.with_suffix(".xlsx"))
        suffix = PurePosixPath(plain).suffix
        own, *more = plain, f"{plain.removesuffix(suffix)}{path.suffix.replace('.', '-')}{suffix}"
        wishes = marked(own, back.received.sha256)
        given[back.received.id] = names.first_free(chain((next(wishes),), more, wishes))
    return given


def _goes_back(finding: Finding, listed: ListedFindings) -> bool:
    rule = listed.rules[finding.rule]
    is_written = rule.table in CORRECTABLE and rule.unit not in DEADLINES and rule.id not in FACTS
    is_written = is_written and bool(finding.place.file)
    return is_written and listed.severity(finding) != ONLY_A_NOTE and rule.owner != NOT_SENDERS


def _line(finding: Finding, received: ReceivedFile, listed: ListedFindings) -> MarkedPlace:
    """Return the mark of a finding; one too many for the list only colours its cell."""
    severity = listed.severity(finding)
    number, letter = _where(finding, received)
    row = listed.rows.get(finding.id)
    if row is None:
        return MarkedPlace(finding.place.sheet, number, letter, MARKS[severity])
    note = phrase(
        NOTE,
        listed.lang,
        level=translate(f"severity.{severity}", listed.lang),
        title=str(row[Findings.rule_title]),
        problem=str(row[Findings.problem]),
        remedy=str(row[Findings.remedy]),
    )
    words = _words(row)
    if number and letter:
        words["cell"] = f"{letter}{number}"
    return MarkedPlace(finding.place.sheet, number, letter, MARKS[severity], note, words)


def _where(finding: Finding, received: ReceivedFile) -> tuple[int, str]:
    """Return the cell to mark: of a whole row its number, of a whole column its heading; none for a sheet."""
    place = finding.place
    tables = [sheet for sheet in received.sheets if sheet["sheet"] == place.sheet]
    if (place.row and place.letter) or not tables or not (place.row or place.letter):
        return place.row, place.letter
    # of several tables on a sheet the one the finding is about, else the last that begins above
    above = [table for table in tables if not place.row or table["heading_row"] <= place.row] or tables
    table = next((table for table in above if table["kind"] == finding.kind), above[-1])
    if place.letter:
        return int(table["heading_row"]), place.letter
    columns = {name: at[0] for name, at in table["columns"].items() if at[0]}
    key = next((columns[name] for name in KINDS[table["kind"]].naming() if name in columns), "")
    return place.row, key or min(columns.values(), key=lambda at: (len(at), at), default="A")


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    return {column.field: _text(row.get(column.field)) for column in COLUMNS if column.field in row}


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _ordered(lines: Iterable[MarkedPlace]) -> tuple[MarkedPlace, ...]:
    """Sort them worst first, then as they stand in the workbook."""

    def rank(line: MarkedPlace) -> tuple[Any, ...]:
        severity = line.words.get(Findings.severity, SEVERITIES[-1])
        id_ = line.words.get(Findings.finding_id, "")
        return (SEVERITIES.index(severity), line.sheet, line.row, len(line.letter), line.letter, id_)

    return tuple(sorted(lines, key=rank))
