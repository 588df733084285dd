"""Columns of a sheet that are not used: told once a sheet, each beside the field it may be meant for.

A question, never a guess: likeness alone takes "not paid" for "paid", so a field is only suggested, only where no other
column has it, and only where what stands below the heading could be read as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import cache

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.currency import currency_columns
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import aliases, fold_heading, known_name, listed_names, spellings_of
from pipeline.reading.layout.taxes import tax_columns
from pipeline.reading.layout.typed import DATES, date_parser, parser
from pipeline.reading.layout.wide import stage_field
from pipeline.reading.results import FileFinding
from pipeline.reading.values.date_context import NOWHERE
from schemas.incoming.kinds import KINDS
from schemas.table import Spec, Type

NEAR, UNUSED = "FILE-024", "FILE-035"
OURS = ("corrections", "waivers")  # lists of ours that come back: their other columns are only shown
LIKE = 0.6  # below it words that share a sign or two are suggested for each other
MOST = 3  # fields in one suggestion
SHORTEST_HEADING, LONGEST_HEADING = 2, 20  # one sign is like everything, and a sentence is no heading
WORDS = (Type.TEXT, Type.RAW, Type.NAME)
NUMBERS = (Type.CODE, Type.MODEL, Type.ORDER_NO, Type.COMPLAINT_NO, Type.PAPER_NO, Type.ORDER_LIST)
LOOKED_AT = 50  # different entries of a column
FITTING = 0.8  # of them: a slip or two is no other column


def unknown_headings(grid: Grid, fit: Fit, rows: Sequence[list[Raw]]) -> Iterator[FileFinding]:
    """Return one finding a heading that has values under it and a field it may mean, one for all that are not used."""
    free = frozenset(aliases(fit.kind).values()) - fit.columns.keys()
    unused: dict[int, int] = {}  # position → how many rows it fills
    said = {*fit.explained, *currency_columns(fit.headings), *tax_columns(fit)}
    for position, text in sorted(fit.headings.items()):
        filled = sum(row[position] not in (BLANK, None) for row in rows)
        if position in said or not filled:
            continue
        likely = () if known_name(text) else _fields_like(fit.kind, fold_heading(text))
        fields = [field for field in likely if field in free and _would_hold(fit.kind, field, position, rows)][:MOST]
        if fields:
            words = " ".join(f"{fit.kind}.{field}" for field in fields)
            yield fit.finding(NEAR, grid, position, suggestion_words=words)
        elif not _is_read_otherwise(fit.kind, text):
            unused[position] = filled
    if unused and fit.kind not in OURS:  # once a sheet: there is nothing to ask about each
        named = ", ".join(f"{fit.headings[position].strip()} ({filled})" for position, filled in unused.items())
        yield fit.finding(UNUSED, grid, min(unused), other=named)


def could_be(spec: Spec, entries: Sequence[Raw]) -> bool:
    """Return whether nearly all of these entries can be read as what a column of this kind holds."""
    return bool(entries) and sum(_is_such(spec, entry) for entry in entries) >= FITTING * len(entries)


def _would_hold(kind: str, field: str, position: int, rows: Sequence[list[Raw]]) -> bool:
    entries = {row[position]: None for row in rows if row[position] not in (BLANK, None)}
    return could_be(KINDS[kind].spec(field), list(entries)[:LOOKED_AT])


def _is_such(spec: Spec, entry: Raw) -> bool:
    if spec.type in DATES:
        return not isinstance(entry, int | float) and date_parser(spec)(entry, NOWHERE).value is not None
    if isinstance(entry, date):  # a day is no word, no number and no sum
        return False
    if spec.type in WORDS:
        return type(entry) is str and any(sign.isalpha() for sign in entry)
    if spec.type in NUMBERS:
        return any(sign.isdigit() or sign.isalpha() for sign in str(entry))
    parsed = parser(spec)(entry)
    return parsed.value is not None and not parsed.unknown and not (parsed.rule and parsed.rule == spec.form)


def _is_read_otherwise(kind: str, heading: str) -> bool:
    """Stages, sums that went out, and a field of this kind that another finding tells of."""
    name = fold_heading(heading)
    out = kind == "receipts" and name in {fold_heading(word) for word in spellings_of("reading.debit")}
    return out or bool(stage_field(name)) or name in aliases(kind)


def _fields_like(kind: str, name: str) -> list[str]:
    """Return the fields of a kind one of whose names is like this one, the most like first."""
    alike = likeness(kind, name)
    return sorted(alike, key=lambda field: -alike[field])


@cache
def likeness(kind: str, name: str) -> Mapping[str, float]:
    """Return field → how like one of its names a folded heading is, from `LIKE` to 1; without fields less like."""
    if not SHORTEST_HEADING <= len(name) <= LONGEST_HEADING or stage_field(name):
        return {}
    alike: dict[str, float] = {}
    for other, field in listed_names(kind).items():
        ratio = SequenceMatcher(None, name, other).ratio()
        if ratio >= LIKE:
            alike[field] = max(ratio, alike.get(field, 0))
    return alike
