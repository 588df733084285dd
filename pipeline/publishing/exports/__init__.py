"""Handing over: what the company's ERP and CRM have not been told yet, as files they import.

A document is *new* when its target was never given it, an *update* when it says something else than it said; what
people entered there themselves is remembered and given only when it changes. A look back hands over nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.publishing.exports.changes import STATES, Fate, decide, vanished
from pipeline.publishing.exports.documents import papers
from pipeline.publishing.exports.files import Written, handed_list, import_files
from reports.handover import FOLDER, LIST
from schemas.language.words import translate

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from pipeline.ledger import ExportedDocument
    from schemas.derived.handover import Interface
    from schemas.policy.policy import Policy

Before = Mapping[tuple[str, str, str], "ExportedDocument"]


@dataclass(frozen=True)
class Handed:
    """What one night hands over: files, the list beside them, and what the ledger must remember."""

    files: Sequence[Written] = ()
    fates: Sequence[Fate] = ()
    listed: bytes = b""

    @property
    def given(self) -> list[ExportedDocument]:
        """For the ledger: every document whose memory changes, with the file that holds it."""
        where = {(fate.interface, fate.key): file.name for file in self.files for fate in file.fates}
        return [
            replace(fate.given, file=where.get((fate.interface, fate.key), "")) for fate in self.fates if fate.given
        ]

    def counts(self, lang: str) -> dict[str, Any]:
        """For the manifest and the report."""
        states = Counter(fate.state for fate in self.fates)
        return {
            "files": [_told(file, lang) for file in self.files],
            "list": f"{translate(FOLDER, lang)}/{translate(LIST, lang)}" if self.listed else "",
            **{state: states.get(state, 0) for state in STATES},
        }


def hand_over(
    tables: Mapping[str, pd.DataFrame], policy: Policy, before: Before, *, as_of: datetime, lang: str
) -> Handed:
    """Everything the interfaces in force have to be told tonight."""
    fates = [
        fate
        for interface in policy.interfaces
        if interface.is_on
        for fate in _of(interface, tables, policy, before, as_of=as_of, lang=lang)
    ]
    files = list(import_files(fates, policy, lang))
    shown = any(fate.state for fate in fates)
    return Handed(files, fates, handed_list(fates, files, lang) if shown else b"")


def _of(  # noqa: PLR0913 - the two last are the night's own
    interface: Interface,
    tables: Mapping[str, pd.DataFrame],
    policy: Policy,
    before: Before,
    *,
    as_of: datetime,
    lang: str,
) -> Iterator[Fate]:
    at = (interface.target, interface.document)
    known = {key: given for (*where, key), given in before.items() if tuple(where) == at}
    here: set[str] = set()
    for paper in papers(interface, tables, policy, as_of=as_of, lang=lang):
        here.add(paper.record.key)
        yield decide(paper, known.get(paper.record.key), lang)
    yield from vanished(known, here, interface, lang)


def write(handed: Handed, folder: Path, lang: str) -> None:
    """Lay the files into a folder of their own; nothing where there is nothing to tell."""
    if not handed.listed:
        return
    own = folder / translate(FOLDER, lang)
    own.mkdir()
    (own / translate(LIST, lang)).write_bytes(handed.listed)
    for file in handed.files:
        (own / file.name).write_bytes(file.content)


def _told(file: Written, lang: str) -> dict[str, Any]:
    states = Counter(fate.state for fate in file.fates)
    return {
        "file": f"{translate(FOLDER, lang)}/{file.name}",
        "target": file.target,
        "document": file.document,
        "documents": len(file.fates),
        "rows": file.rows,
        "new": states.get("new", 0),
        "update": states.get("update", 0),
    }
