"""Exports: what the company's ERP and CRM do not know yet, as files they import.

Tonight's tables, the interfaces in force and what the ledger remembers go in; files, the list beside them and what
the ledger must remember come out. A document is *new* when its target was never given it, an *update* when it says
something else than it did; what people entered there themselves is remembered and given only when it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.publishing.exports.changes import STATES, DocumentChange, decide_change, vanished_documents
from pipeline.publishing.exports.documents import ExportSources, columns_of, documents_of
from pipeline.publishing.exports.files import ExportFile, export_list, files_by_key, import_files
from reports.exports import FOLDER, LIST
from schemas.language.words import translate

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ledger import ExportedDocument
    from schemas.derived.handover import Interface
    from schemas.policy.policy import Policy

__all__ = ["ExportSources", "NightExport", "headings", "prepare_export", "write_export"]
Before = Mapping[tuple[str, str, str], "ExportedDocument"]  # (target, document, key) → as it was given last


@dataclass(frozen=True)
class NightExport:
    """What one night exports: files, the list beside them, and what the ledger must remember."""

    files: Sequence[ExportFile] = ()
    changes: Sequence[DocumentChange] = ()
    listed: bytes = b""

    @property
    def given(self) -> list[ExportedDocument]:
        """For the ledger: every document whose memory changes, with the file that holds it."""
        where = files_by_key(self.files)
        given = [(change.given, (change.interface, change.key)) for change in self.changes]
        return [replace(document, file=where.get(at, "")) for document, at in given if document]

    def counts(self, lang: str) -> dict[str, Any]:
        """Return the numbers for the manifest and the report."""
        states = Counter(change.state for change in self.changes)
        return {
            "files": [_file_counts(file, lang) for file in self.files],
            "list": f"{translate(FOLDER, lang)}/{translate(LIST, lang)}" if self.listed else "",
            **{state: states.get(state, 0) for state in STATES},
        }


def prepare_export(sources: ExportSources, before: Before) -> NightExport:
    """Return everything that the interfaces in force do not know tonight."""
    interfaces = [interface for interface in sources.policy.interfaces if interface.is_on]
    changes = [change for interface in interfaces for change in _changes(interface, sources, before)]
    files = list(import_files(changes, sources.policy, sources.lang))
    is_listed = any(change.state for change in changes)
    return NightExport(files, changes, export_list(changes, files, sources.lang) if is_listed else b"")


def _changes(interface: Interface, sources: ExportSources, before: Before) -> Iterator[DocumentChange]:
    at = (interface.target, interface.document)
    known = {key: given for (*where, key), given in before.items() if tuple(where) == at}
    here: set[str] = set()
    for document in documents_of(interface, sources):
        here.add(document.record.key)
        yield decide_change(document, known.get(document.record.key), sources.lang)
    yield from vanished_documents(known, here, interface, sources.lang)


def write_export(export: NightExport, folder: Path, lang: str) -> None:
    """Lay the files into a folder of their own; nothing where nothing is new."""
    if not export.listed:
        return
    own = folder / translate(FOLDER, lang)
    own.mkdir()
    (own / translate(LIST, lang)).write_bytes(export.listed)
    for file in export.files:
        (own / file.name).write_bytes(file.content)


def _file_counts(file: ExportFile, lang: str) -> dict[str, Any]:
    states = Counter(change.state for change in file.changes)
    return {
        "file": f"{translate(FOLDER, lang)}/{file.name}",
        "target": file.target,
        "document": file.document,
        "documents": len(file.changes),
        "rows": file.rows,
        "new": states.get("new", 0),
        "update": states.get("update", 0),
    }


def headings(policy: Policy) -> list[list[str]]:
    """Return the row of headings of every import file that the interfaces in force give."""
    return [[mapped.heading for mapped in columns_of(interface, policy)] for interface in policy.interfaces]
