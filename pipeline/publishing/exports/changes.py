"""New, changed, taken back or kept: what becomes of a document tonight, by what was said of it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.phrases import phrase
from pipeline.ledger import ExportedDocument
from schemas.derived.handover import word_key
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.publishing.exports.documents import Paper
    from schemas.derived.handover import Interface

NEW, UPDATE, KNOWN, WITHDRAWN = "new", "update", "known", "withdrawn"
HELD_BACK, BY_HAND, AWAITING = "held_back", "by_hand", "awaiting"
GIVEN = (NEW, UPDATE)
STATES = (HELD_BACK, BY_HAND, WITHDRAWN, NEW, UPDATE, AWAITING)  # in the order people must read them
ENTERED = {"orders": "erp_entered", "complaints": "crm_entered"}
NUMBERS = {"orders": "erp_no", "complaints": "crm_no"}


@dataclass(frozen=True)
class Fate:
    """What becomes of one document. `given` is what the ledger remembers of it; None leaves its memory as it was."""

    interface: Interface
    state: str  # one of STATES; empty for what nobody need read
    key: str
    name: str
    customer: str
    why: str = ""
    since: str = ""
    paper: Paper | None = None
    given: ExportedDocument | None = None


def decide(paper: Paper, before: ExportedDocument | None, lang: str) -> Fate:
    """The fate of a document that is there tonight."""
    last = before.state if before else WITHDRAWN
    if last == WITHDRAWN:
        return _first(paper)
    if paper.record.is_over:
        return _made(paper, WITHDRAWN, translate("handover.why_over", lang), before, given=WITHDRAWN)
    if before and before.mark == paper.mark:
        is_awaited = last in GIVEN and paper.record.is_entered is False
        return _made(paper, AWAITING, _awaiting(paper, lang), before) if is_awaited else _made(paper, "")
    if paper.why:
        return _made(paper, HELD_BACK, " ".join(paper.why), before)
    return _changed(paper, before, lang) if before else _first(paper)


def _first(paper: Paper) -> Fate:
    """Of a document the target was never given, or that was taken back."""
    if paper.record.is_over:
        return _made(paper, "")
    if paper.record.is_entered:
        # what is still to be mended here is no yardstick: mending it would look like news for the other system
        return _made(paper, "", given="" if paper.why else KNOWN)
    if paper.why:
        return _made(paper, HELD_BACK, " ".join(paper.why))
    return _made(paper, NEW, given=NEW)


def _changed(paper: Paper, before: ExportedDocument, lang: str) -> Fate:
    """Of a document that says something else than it did: an import can only change what it can find there."""
    by_name, record = paper.interface.way == "xid", paper.record
    is_lost = before.state == KNOWN if by_name else record.is_entered and not record.number
    if is_lost:
        return _made(paper, BY_HAND, translate("handover.why_by_hand", lang), before, given=KNOWN)
    if not by_name and not record.number:
        return _made(paper, HELD_BACK, _no_number(paper, lang), before)
    gone = sorted({*before.lines} - {*record.lines}) if by_name else []
    why = phrase("handover.why_lines", lang, lines=translate("mark.list", lang).join(gone)) if gone else ""
    return _made(paper, UPDATE, why, before, given=UPDATE)


def vanished(before: Mapping[str, ExportedDocument], here: set[str], interface: Interface, lang: str) -> Iterator[Fate]:
    """Of documents that are there no more, because their workbook was taken back."""
    for key, given in before.items():
        if key in here or given.state == WITHDRAWN:
            continue
        told = WITHDRAWN if given.state in GIVEN else ""
        why, since = translate("handover.why_gone", lang), given.exported_on
        gone = ExportedDocument(given.target, given.document, key, WITHDRAWN, "", given.name, given.customer)
        yield Fate(interface, told, key, given.name, given.customer, why, since, given=gone)


def _awaiting(paper: Paper, lang: str) -> str:
    return phrase("handover.why_awaiting", lang, column=_entered(paper, lang))


def _no_number(paper: Paper, lang: str) -> str:
    table = paper.interface.table
    number = translate(word_key(table, NUMBERS[table]), lang) if table in NUMBERS else ""
    return phrase("handover.why_no_number", lang, number=number, column=_entered(paper, lang))


def _entered(paper: Paper, lang: str) -> str:
    table = paper.interface.table
    return translate(f"{table}.{ENTERED[table]}", lang) if table in ENTERED else ""


def _made(paper: Paper, state: str, why: str = "", before: ExportedDocument | None = None, *, given: str = "") -> Fate:
    record, at = paper.record, paper.interface
    noted = ExportedDocument(
        at.target, at.document, record.key, given, paper.mark, record.name, record.customer, "", record.lines
    )
    since = before.exported_on if before and before.state in GIVEN else ""
    return Fate(at, state, record.key, record.name, record.customer, why, since, paper, noted if given else None)
