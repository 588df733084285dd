"""Import files and the list beside them, as bytes.

CSV, because both systems read it with the least interpretation: days, codes and figures arrive as they are written
here, the same night gives the same bytes, and a difference can be read. UTF-8 without a byte-order mark in import
files (Frappe before 2024 took the mark for a part of the first heading), with one in the list, which people open
in Excel. Every cell stands in quotation marks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from pipeline.excel.names import file_word
from pipeline.publishing.exports.changes import GIVEN, NEW, STATES, UPDATE
from pipeline.publishing.exports.documents import columns_of
from pipeline.publishing.exports.values import safe_text
from reports.exports import COLUMNS, HEADS, PARTS
from schemas.language.words import translate
from schemas.table import Type

if TYPE_CHECKING:
    from pipeline.publishing.exports.changes import DocumentChange
    from schemas.derived.handover import Interface
    from schemas.policy.policy import Policy


@dataclass(frozen=True)
class ExportFile:
    """One file: its name, its bytes, and what is in it."""

    name: str
    content: bytes
    target: str
    document: str
    changes: Sequence[DocumentChange]
    rows: int


def import_files(changes: Sequence[DocumentChange], policy: Policy, lang: str) -> Iterator[ExportFile]:
    """Yield the files of every interface that gives something tonight, in the order they must be imported."""
    order: dict[str, int] = {}
    for interface in policy.interfaces:
        order[interface.target] = order.get(interface.target, 0) + 1
        own = [change for change in changes if change.interface == interface and change.state in GIVEN]
        if interface.way == "xid":
            parts = {"both": own}
        else:
            parts = {part: [change for change in own if change.state == part] for part in (NEW, UPDATE)}
        for part, some in parts.items():
            stem = f"{file_word(interface.target)}_{order[interface.target]}_{file_word(interface.document)}"
            yield from _split(f"{stem}_{translate(PARTS[part], lang)}", interface, some, policy)


def _split(stem: str, interface: Interface, changes: Sequence[DocumentChange], policy: Policy) -> Iterator[ExportFile]:
    heads = [mapped.heading for mapped in columns_of(interface, policy)]
    for n, some in enumerate(_batches(changes, interface.most_rows), start=1):
        rows = [row for change in some if change.document for row in change.document.rows]
        name = f"{stem}.csv" if n == 1 else f"{stem}_{n}.csv"
        yield ExportFile(name, _csv([heads, *rows]).encode(), interface.target, interface.document, some, len(rows))


def _batches(changes: Sequence[DocumentChange], most: int) -> Iterator[list[DocumentChange]]:
    """As many documents as fit into one file, never a part of one."""
    batch: list[DocumentChange] = []
    filled = 0
    for change in changes:
        size = len(change.document.rows) if change.document else 0
        if batch and filled + size > most:
            yield batch
            batch, filled = [], 0
        batch.append(change)
        filled += size
    if batch:
        yield batch


def files_by_key(files: Sequence[ExportFile]) -> dict[tuple[Interface, str], str]:
    """Return interface and key of a document → the name of the file that holds it."""
    return {(change.interface, change.key): file.name for file in files for change in file.changes}


def export_list(changes: Sequence[DocumentChange], files: Sequence[ExportFile], lang: str) -> bytes:
    """Return the list of what was exported, what was not and why, what must be done by hand; the urgent first."""
    where = files_by_key(files)
    shown = sorted((change for change in changes if change.state), key=lambda change: STATES.index(change.state))
    rows = [
        [
            safe_text(text, Type.TEXT, lang)
            for text in _line(change, where.get((change.interface, change.key), ""), lang)
        ]
        for change in shown
    ]
    return _csv([[translate(head, lang) for head in HEADS], *rows]).encode("utf-8-sig")


def _line(change: DocumentChange, file: str, lang: str) -> list[str]:
    texts = {
        "state": translate(f"handover.{change.state}", lang),
        "target": change.interface.target,
        "document": change.interface.document,
        "key": change.name,
        "customer": change.customer,
        "why": change.why,
        "file": file,
        "since": change.since,
    }
    return [texts[column] for column in COLUMNS]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    made = StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return made.getvalue()
