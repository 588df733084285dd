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
from pipeline.publishing.exports.values import safe
from reports.handover import COLUMNS, HEADS, PARTS
from schemas.language.words import translate
from schemas.table import Type

if TYPE_CHECKING:
    from pipeline.publishing.exports.changes import Fate
    from schemas.derived.handover import Interface
    from schemas.policy.policy import Policy


@dataclass(frozen=True)
class Written:
    """One file: its name, its bytes, and what is in it."""

    name: str
    content: bytes
    target: str
    document: str
    fates: Sequence[Fate]
    rows: int


def import_files(fates: Sequence[Fate], policy: Policy, lang: str) -> Iterator[Written]:
    """The files of every interface that gives something tonight, in the order they must be imported."""
    order: dict[str, int] = {}
    for interface in policy.interfaces:
        order[interface.target] = order.get(interface.target, 0) + 1
        own = [fate for fate in fates if fate.interface == interface and fate.state in GIVEN]
        if interface.way == "xid":
            parts = {"both": own}
        else:
            parts = {part: [fate for fate in own if fate.state == part] for part in (NEW, UPDATE)}
        for part, some in parts.items():
            stem = f"{file_word(interface.target)}_{order[interface.target]}_{file_word(interface.document)}"
            yield from _split(f"{stem}_{translate(PARTS[part], lang)}", interface, some, policy)


def _split(stem: str, interface: Interface, fates: Sequence[Fate], policy: Policy) -> Iterator[Written]:
    heads = [mapped.heading for mapped in columns_of(interface, policy)]
    for n, some in enumerate(_batches(fates, interface.most_rows), start=1):
        rows = [row for fate in some if fate.paper for row in fate.paper.rows]
        name = f"{stem}.csv" if n == 1 else f"{stem}_{n}.csv"
        yield Written(name, _csv([heads, *rows]).encode(), interface.target, interface.document, some, len(rows))


def _batches(fates: Sequence[Fate], most: int) -> Iterator[list[Fate]]:
    """As many documents as fit into one file, never a part of one."""
    batch: list[Fate] = []
    filled = 0
    for fate in fates:
        size = len(fate.paper.rows) if fate.paper else 0
        if batch and filled + size > most:
            yield batch
            batch, filled = [], 0
        batch.append(fate)
        filled += size
    if batch:
        yield batch


def handed_list(fates: Sequence[Fate], files: Sequence[Written], lang: str) -> bytes:
    """What was handed over, what was not and why, what must be done by hand; the urgent first."""
    where = {(fate.interface, fate.key): file.name for file in files for fate in file.fates}
    shown = sorted((fate for fate in fates if fate.state), key=lambda fate: STATES.index(fate.state))
    rows = [
        [safe(text, Type.TEXT, lang) for text in _line(fate, where.get((fate.interface, fate.key), ""), lang)]
        for fate in shown
    ]
    return _csv([[translate(head, lang) for head in HEADS], *rows]).encode("utf-8-sig")


def _line(fate: Fate, file: str, lang: str) -> list[str]:
    said = {
        "state": translate(f"handover.{fate.state}", lang),
        "target": fate.interface.target,
        "document": fate.interface.document,
        "key": fate.name,
        "customer": fate.customer,
        "why": fate.why,
        "file": file,
        "since": fate.since,
    }
    return [said[column] for column in COLUMNS]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    made = StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return made.getvalue()
