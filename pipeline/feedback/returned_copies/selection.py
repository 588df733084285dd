"""Which workbooks go back, and with what: problems that stand in their cells, not what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.phrases import phrase
from pipeline.excel.edit.added_sheet import MarkedPlace
from reports.returned import COLUMNS, MARKS, NOTE
from schemas.derived.findings import Findings
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from schemas.policy.rules import SEVERITIES

if TYPE_CHECKING:
    from pipeline.ledger import ReceivedFile
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

PACKED = (".xlsx", ".xlsm", ".xltx", ".xltm")
MENDABLE = frozenset({*KINDS, "sources"})  # tables that come in; others are worked out from them
UNMENDABLE = "note"
NOT_SENDERS = "operator"
# late, broken promises, changes after the fact: true as they stand, and told in the papers of those who must act
FACTS = frozenset({"TRK-009", "REM-006", "X-011", "X-012"})
PILED = "+"  # in the id of a line that counts what a pile holds beyond those listed
DEADLINES = frozenset({"WD", "CD", "BH", "CH"})  # a day that has passed is nothing to correct in a cell


@dataclass(frozen=True)
class Return:
    """One workbook that goes back, and its lines in the order of the list."""

    received: ReceivedFile
    lines: tuple[MarkedPlace, ...]


@dataclass(frozen=True)
class Told:
    """How findings are told: the rules, and by id the rows of the Findings frame (of a long pile only the first)."""

    rules: Mapping[str, Rule]
    rows: Mapping[str, Mapping[str, Any]]
    lang: str

    def severity(self, finding: Finding) -> str:
        """What the finding did to its row, else what its rule usually does."""
        row = self.rows.get(finding.id)
        return str(row[Findings.severity]) if row else self.rules[finding.rule].severity


def told(shown: pd.DataFrame, rules: Mapping[str, Rule], lang: str) -> Told:
    """`shown` is the Findings frame."""
    columns = {str(name): shown[name].tolist() for name in shown.columns}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return Told(rules, {str(row[Findings.finding_id]): row for row in rows}, lang)


def choose(
    findings: Iterable[Finding], telling: Told, newest: Mapping[str, ReceivedFile], by_seq: Mapping[int, ReceivedFile]
) -> list[Return]:
    """Open findings by their workbook. `newest`: received files by name; `by_seq`: received file of a version."""
    lines: dict[int, list[MarkedPlace]] = {}
    back: dict[int, ReceivedFile] = {}
    hints: list[tuple[ReceivedFile, MarkedPlace]] = []
    for each in findings:
        received = by_seq.get(each.seq) if each.seq else newest.get(each.place.file)
        if received is None:
            continue
        if _goes_back(each, telling):
            back[received.id] = received
            lines.setdefault(received.id, []).append(_line(each, received, telling))
        elif telling.severity(each) == UNMENDABLE and each.params.get("suggestion"):
            hints.append((received, _line(each, received, telling)))
    hints += [
        (received, MarkedPlace(words=_words(row))) for row in telling.rows.values() if (received := _piled(row, newest))
    ]
    for received, line in hints:  # not reason enough to send a workbook back, but welcome in one that goes
        if received.id in lines:
            lines[received.id].append(line)
    return [Return(back[key], _ordered(found)) for key, found in sorted(lines.items())]


def _piled(row: Mapping[str, Any], newest: Mapping[str, ReceivedFile]) -> ReceivedFile | None:
    """The workbook of a line that only counts how many more there are."""
    return newest.get(str(row[Findings.src_file])) if PILED in str(row[Findings.finding_id]) else None


def names(returns: Sequence[Return], is_kept: Mapping[int, bool]) -> dict[int, str]:
    """A name for every copy, by its file: the sender's own where the format stays. Newest first, none twice."""
    given: dict[int, str] = {}
    taken: set[str] = set()
    for each in sorted(returns, key=lambda one: -one.received.id):
        path = PurePosixPath(each.received.name)
        plain = str(path) if is_kept[each.received.id] else str(path.with_suffix(".xlsx"))
        suffix = PurePosixPath(plain).suffix
        stem = plain.removesuffix(suffix)
        tries = (plain, f"{stem}{path.suffix.replace('.', '-')}{suffix}", f"{stem}-{each.received.sha256[:8]}{suffix}")
        last = f"{stem}-{each.received.sha256}{suffix}"
        given[each.received.id] = next((name for name in tries if name.casefold() not in taken), last)
        taken.add(given[each.received.id].casefold())
    return given


def _goes_back(finding: Finding, telling: Told) -> bool:
    rule = telling.rules[finding.rule]
    is_written = rule.table in MENDABLE and rule.unit not in DEADLINES and rule.id not in FACTS
    is_written = is_written and bool(finding.place.file)
    return is_written and telling.severity(finding) != UNMENDABLE and rule.owner != NOT_SENDERS


def _line(finding: Finding, received: ReceivedFile, telling: Told) -> MarkedPlace:
    """A finding that is one too many for the list only colours its cell."""
    severity = telling.severity(finding)
    number, letter = _where(finding, received)
    row = telling.rows.get(finding.id)
    if row is None:
        return MarkedPlace(finding.place.sheet, number, letter, MARKS[severity])
    note = phrase(
        NOTE,
        telling.lang,
        level=translate(f"severity.{severity}", telling.lang),
        title=str(row[Findings.rule_title]),
        problem=str(row[Findings.problem]),
        remedy=str(row[Findings.remedy]),
    )
    words = _words(row)
    if number and letter:
        words["cell"] = f"{letter}{number}"
    return MarkedPlace(finding.place.sheet, number, letter, MARKS[severity], note, words)


def _where(finding: Finding, received: ReceivedFile) -> tuple[int, str]:
    """The cell to mark: of a whole row its number, of a whole column its heading; none for a sheet."""
    place = finding.place
    tables = [each for each in received.sheets if each["sheet"] == place.sheet]
    if (place.row and place.letter) or not tables or not (place.row or place.letter):
        return place.row, place.letter
    # of several tables on a sheet the one the finding is about, else the last that begins above
    above = [each for each in tables if not place.row or each["heading_row"] <= place.row] or tables
    table = next((each for each in above if each["kind"] == finding.kind), above[-1])
    if place.letter:
        return int(table["heading_row"]), place.letter
    columns = {name: at[0] for name, at in table["columns"].items() if at[0]}
    key = next((columns[name] for name in KINDS[table["kind"]].key if name in columns), "")
    return place.row, key or min(columns.values(), key=lambda at: (len(at), at), default="A")


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    return {column.field: _text(row.get(column.field)) for column in COLUMNS if column.field in row}


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _ordered(lines: Iterable[MarkedPlace]) -> tuple[MarkedPlace, ...]:
    """Worst first, then as they stand in the workbook."""

    def rank(line: MarkedPlace) -> tuple[Any, ...]:
        severity = line.words.get(Findings.severity, SEVERITIES[-1])
        id_ = line.words.get(Findings.finding_id, "")
        return (SEVERITIES.index(severity), line.sheet, line.row, len(line.letter), line.letter, id_)

    return tuple(sorted(lines, key=rank))
