"""New, changed, taken back or kept: what becomes of a document tonight, by what was exported of it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.phrases import phrase
from pipeline.ledger import ExportedDocument
from schemas.derived.handover import word_key
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.publishing.exports.documents import Document
    from schemas.derived.handover import Interface

NEW, UPDATE, KNOWN, WITHDRAWN = "new", "update", "known", "withdrawn"
HELD_BACK, BY_HAND, AWAITING = "held_back", "by_hand", "awaiting"
GIVEN = (NEW, UPDATE)
STATES = (HELD_BACK, BY_HAND, WITHDRAWN, NEW, UPDATE, AWAITING)  # in the order people must read them
ENTERED = {"orders": "erp_entered", "complaints": "crm_entered"}
NUMBERS = {"orders": "erp_no", "complaints": "crm_no"}


@dataclass(frozen=True)
class DocumentChange:
    """What becomes of one document. `given` is what the ledger remembers of it; None leaves its memory as it was."""

    interface: Interface
    state: str  # one of STATES; empty for what nobody need read
    key: str
    name: str
    customer: str
    why: str = ""
    since: str = ""
    document: Document | None = None
    given: ExportedDocument | None = None


def decide_change(document: Document, before: ExportedDocument | None, lang: str) -> DocumentChange:
    """Return what becomes of a document that is there tonight."""
    last = before.state if before else WITHDRAWN
    if last == WITHDRAWN:
        return _first(document)
    if document.record.is_over:
        return _made(document, WITHDRAWN, translate("handover.why_over", lang), before, given=WITHDRAWN)
    if before and before.mark == document.mark:
        is_awaited = last in GIVEN and document.record.is_entered is False
        return _made(document, AWAITING, _awaiting(document, lang), before) if is_awaited else _made(document, "")
    if document.why:
        return _made(document, HELD_BACK, " ".join(document.why), before)
    return _changed(document, before, lang) if before else _first(document)


def _first(document: Document) -> DocumentChange:
    """Of a document the target was never given, or that was taken back."""
    if document.record.is_over:
        return _made(document, "")
    if document.record.is_entered:
        # what is still to be corrected here is no yardstick: correcting it would look like news for the other system
        return _made(document, "", given="" if document.why else KNOWN)
    if document.why:
        return _made(document, HELD_BACK, " ".join(document.why))
    return _made(document, NEW, given=NEW)


def _changed(document: Document, before: ExportedDocument, lang: str) -> DocumentChange:
    """Of a document that says something else than it did: an import can only change what it can find there."""
    by_name, record = document.interface.way == "xid", document.record
    is_lost = before.state == KNOWN if by_name else record.is_entered and not record.number
    if is_lost:
        return _made(document, BY_HAND, translate("handover.why_by_hand", lang), before, given=KNOWN)
    if not by_name and not record.number:
        return _made(document, HELD_BACK, _no_number(document, lang), before)
    lost = sorted({*before.lines} - {*record.lines}) if by_name else []
    why = phrase("handover.why_lines", lang, lines=translate("mark.list", lang).join(lost)) if lost else ""
    return _made(document, UPDATE, why, before, given=UPDATE)


def vanished_documents(
    before: Mapping[str, ExportedDocument], here: set[str], interface: Interface, lang: str
) -> Iterator[DocumentChange]:
    """Yield what becomes of documents that are there no more, because their workbook was taken back."""
    for key, given in before.items():
        if key in here or given.state == WITHDRAWN:
            continue
        state = WITHDRAWN if given.state in GIVEN else ""
        why, since = translate("handover.why_gone", lang), given.exported_on
        ended = ExportedDocument(given.target, given.document, key, WITHDRAWN, "", given.name, given.customer)
        yield DocumentChange(interface, state, key, given.name, given.customer, why, since, given=ended)


def _awaiting(document: Document, lang: str) -> str:
    return phrase("handover.why_awaiting", lang, column=_entered(document, lang))


def _no_number(document: Document, lang: str) -> str:
    table = document.interface.table
    number = translate(word_key(table, NUMBERS[table]), lang) if table in NUMBERS else ""
    return phrase("handover.why_no_number", lang, number=number, column=_entered(document, lang))


def _entered(document: Document, lang: str) -> str:
    table = document.interface.table
    return translate(f"{table}.{ENTERED[table]}", lang) if table in ENTERED else ""


def _made(
    document: Document, state: str, why: str = "", before: ExportedDocument | None = None, *, given: str = ""
) -> DocumentChange:
    record, at = document.record, document.interface
    noted = ExportedDocument(
        at.target, at.document, record.key, given, document.mark, record.name, record.customer, "", record.lines
    )
    since = before.exported_on if before and before.state in GIVEN else ""
    return DocumentChange(
        at, state, record.key, record.name, record.customer, why, since, document, noted if given else None
    )
