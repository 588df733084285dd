"""Every document of tonight as another system would be given it, with what speaks against giving it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import phrase
from pipeline.publishing.exports.records import MAKERS, Record, short_hash
from pipeline.publishing.exports.values import Unsafe, format_value, in_target_words
from schemas.derived.handover import Interface, fields, word_key
from schemas.language.words import translate

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from schemas.derived.handover import Mapped
    from schemas.policy.policy import Policy

CURRENCY = "currency"
KNOWN_BACK = ("erp_no", "crm_no", "erp_entered", "crm_entered")  # what comes back from there is no news to it


@dataclass(frozen=True)
class Document:
    """One document as the texts of its file. `mark`: a hash of what it says, under whatever headings."""

    interface: Interface
    record: Record
    rows: Sequence[Sequence[str]]
    mark: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportSources:
    """What the documents of a night are made from. `as_of` is local, without zone."""

    tables: Mapping[str, pd.DataFrame]
    policy: Policy
    as_of: datetime
    lang: str


@dataclass
class _Writing:
    """A document while it is put into texts."""

    record: Record
    lang: str
    table: str
    shown: frozenset[str]  # fields that have a column
    rows: list[list[str]] = field(default_factory=list)
    lacks: dict[str, None] = field(default_factory=dict)
    unsafe: dict[str, None] = field(default_factory=dict)


def documents_of(interface: Interface, sources: ExportSources) -> Iterator[Document]:
    """Yield every document of one interface, in the order its rows were received."""
    columns = columns_of(interface, sources.policy)
    for record in MAKERS[interface.table](sources.tables, sources.as_of.date()):
        writing = _Writing(record, sources.lang, interface.table, frozenset(mapped.field for mapped in columns))
        for n, row in enumerate(record.rows):
            writing.rows.append([_cell(row, mapped, writing) if n == 0 or mapped.is_line else "" for mapped in columns])
        yield Document(interface, record, writing.rows, _mark(columns, writing.rows), tuple(_why(writing)))


def columns_of(interface: Interface, policy: Policy) -> list[Mapped]:
    """Return the columns of an interface from left to right."""
    own = [m for m in policy.mapping if (m.target, m.document) == (interface.target, interface.document)]
    return sorted(own, key=lambda mapped: mapped.position)


def _cell(row: Mapping[str, Any], mapped: Mapped, writing: _Writing) -> str:
    if not mapped.field:
        return mapped.fixed
    column = fields(writing.table)[mapped.field]
    text = format_value(row.get(mapped.field), column)
    if not text:
        if mapped.is_needed:
            writing.lacks[translate(word_key(writing.table, mapped.field), writing.lang)] = None
        return ""
    try:
        return in_target_words(text, column, mapped, writing.lang)
    except Unsafe:
        name = translate(word_key(writing.table, mapped.field), writing.lang)
        writing.unsafe[phrase("handover.why_unsafe", writing.lang, field=name, value=text)] = None
        return ""


def _why(writing: _Writing) -> Iterator[str]:
    for place in writing.record.held:
        yield phrase("handover.why_held", writing.lang, place=place)
    if writing.record.twice:
        places = translate("mark.list", writing.lang).join(writing.record.twice)
        yield phrase("handover.why_twice", writing.lang, places=places)
    codes = {code for row in writing.record.rows if isinstance(code := row.get(CURRENCY), str)}
    if codes and CURRENCY not in writing.shown:
        said = translate("mark.list", writing.lang).join(sorted(codes))
        yield phrase("handover.why_currency", writing.lang, currency=said)
    if writing.lacks:
        names = translate("mark.list", writing.lang).join(writing.lacks)
        yield phrase("handover.why_lacks", writing.lang, fields=names)
    yield from writing.unsafe


def _mark(columns: Sequence[Mapped], rows: Sequence[Sequence[str]]) -> str:
    """Equal while the document says the same: neither new headings nor another order of columns or lines is news."""
    lines = [
        sorted((m.field, text) for m, text in zip(columns, row, strict=True) if m.field and m.field not in KNOWN_BACK)
        for row in rows
    ]
    return short_hash(json.dumps([lines[0], sorted(lines[1:])] if lines else [], ensure_ascii=False))
