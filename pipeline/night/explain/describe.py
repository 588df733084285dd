"""A story in words: where it stands first, then deadlines, money, what is wrong, and every fact at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.core.money import format_money
from pipeline.core.phrases import format_within, phrase
from pipeline.core.values import format_value
from schemas.derived.receivables import Receivables
from schemas.derived.status import OrderStatus
from schemas.incoming.kinds import KINDS
from schemas.language.words import load, translate
from schemas.policy import states
from schemas.policy.rules import Severity
from schemas.policy.timers import parse_limit
from schemas.table import HOME, PROVENANCE, Spec, Type

if TYPE_CHECKING:
    from pipeline.ledger import Version
    from pipeline.night.explain import Story

SUMS = ("billed", "received", "credited")
AXES = {"order": "state", "delivery": "delivery_state", "payment": "payment_state", "invoice": "invoice_state"}
CELL = 6  # letters a cell has at most, nearly always
SECTIONS = ("standing", "deadlines", "money", "findings", "facts")
MARKS: dict[Severity, str] = {"refuse": "mark.bad", "hold": "mark.bad", "flag": "mark.advice", "note": "mark.note"}


def lines(story: Story, lang: str) -> Iterator[str]:
    """Give what people read, in either language."""
    yield _head(story, lang)
    describe = (_standing, _deadlines, _money, _findings, _facts)
    for section, lines_of in zip(SECTIONS, describe, strict=True):
        if body := [*lines_of(story, lang)]:
            yield from ("", translate(f"explain.{section}", lang))
            yield from body


def _head(story: Story, lang: str) -> str:
    """Return the number, whose it is, and the moment judged from."""
    row = next((rows[0] for rows in story.made.values()), {})
    parts = [story.number, _text(row.get("customer_name"))]
    if OrderStatus.amount_fen in row and not pd.isna(row[OrderStatus.amount_fen]):
        parts.append(phrase("explain.yuan", lang, amount=_sum(row[OrderStatus.amount_fen], row)))
    if story.as_of:
        parts.append(phrase("explain.as_of", lang, moment=_moment(story.as_of, lang)))
    return "  ".join(filter(None, parts))


def _standing(story: Story, lang: str) -> Iterator[str]:
    for row in story.made.get("standing", ()):
        known = {axis: row[field] for axis, field in AXES.items() if isinstance(row[field], str)}
        pairs = [(f"head.{axis}_state", states.state_text(axis, state, lang)) for axis, state in known.items()]
        yield from _pairs(pairs, lang)
        yield f"  {_reason(row, lang)}"
    for row in story.made.get("cases", ()):
        yield from _pairs([("head.complaint_state", states.state_text("complaint", row["state"], lang))], lang)
        yield f"  {_reason(row, lang)}"
    for duty in story.duties:
        yield f"  {translate('mark.next', lang)} {duty['matter']} {_whose(duty, lang)}"


def _pairs(pairs: list[tuple[str, str]], lang: str) -> Iterator[str]:
    yield "  " + "  ".join(f"{translate(key, lang)}{translate('mark.colon', lang)}{word}" for key, word in pairs)


def _whose(row: Mapping[str, Any], lang: str) -> str:
    """Return who has to do it, and by when, as far as known."""
    parts = (_owner(row["owner"], lang), "" if pd.isna(row["due_on"]) else _day(row["due_on"], lang))
    whose = translate("mark.comma", lang).join(filter(None, parts))
    return phrase("explain.whose", lang, whose=whose) if whose else ""


def _deadlines(story: Story, lang: str) -> Iterator[str]:
    """Give every limit with its start, its sum and its rule, as far as each is known."""
    for row in story.deadlines:
        parts = (
            "" if pd.isna(row["started_at"]) else phrase("explain.from", lang, start=_moment(row["started_at"], lang)),
            format_within(parse_limit(row["limit"]), lang) if row["limit"] else "",
            "" if pd.isna(row["due_at"]) else phrase("explain.until", lang, due=_moment(row["due_at"], lang)),
            _owner(row["owner"], lang),
            row["rule"],
        )
        what, state = translate(f"clock.{row['clock']}", lang), translate(f"clock_state.{row['clock_state']}", lang)
        facts = translate("mark.semicolon", lang).join(filter(None, parts))
        yield "  " + phrase("explain.deadline", lang, what=what, state=state, said=facts)


def _money(story: Story, lang: str) -> Iterator[str]:
    for row in story.made.get("receivables", ()):
        yield f"  {_reason(row, lang)}"


def _findings(story: Story, lang: str) -> Iterator[str]:
    """Give what is wrong, where, what to do, whose it is."""
    for row in story.findings:
        place = " › ".join(filter(None, (_text(row[name]) for name in ("src_file", "src_sheet", "cell"))))
        yield "  " + "  ".join(filter(None, (translate(MARKS[row["severity"]], lang), row["rule"], place)))
        yield f"    {row['problem']}"
        if row["remedy"]:
            yield f"    {row['remedy']} {_whose(row, lang)}"


def _facts(story: Story, lang: str) -> Iterator[str]:
    """Kind by kind in the order of the work; the version that counts is told whole, with what it changed.

    Of the others only what they changed; of a first one, where it differs from the one that counts.
    Changed since the last version that counted; where none did, since the one before.
    """
    kinds = [*KINDS]
    began = {(version.kind, version.record): n for n, version in reversed([*enumerate(story.versions)])}
    living = {(version.kind, version.record): version for version in story.versions if version.is_head}
    before: dict[tuple[str, str], Version] = {}
    for version in sorted(story.versions, key=lambda one: (kinds.index(one.kind), began[one.kind, one.record])):
        was = before.get((version.kind, version.record))
        other = None if version.is_head else was or living.get((version.kind, version.record))
        yield from _version_head(version, _states(story, version), lang)
        yield from _cells(version, was, other, lang)
        if was is None or _has_counted(story, version) or not _has_counted(story, was):
            before[version.kind, version.record] = version


def _has_counted(story: Story, version: Version) -> bool:
    """Counts, or did until a newer one came."""
    return not (version.is_held or story.is_undone(version))


def _states(story: Story, version: Version) -> list[str]:
    """Return keys of what keeps a version from counting; none for one that counts."""
    gone = "undone" if story.is_undone(version) else "superseded"
    return ["held"] * version.is_held + [gone] * (not version.is_head)


def _version_head(version: Version, marks: list[str], lang: str) -> Iterator[str]:
    night = phrase("explain.night", lang, as_of=version.as_of[:16].replace("T", " "))
    names = translate("mark.list", lang).join(translate(f"explain.{mark}", lang) for mark in marks)
    state = phrase("explain.state", lang, states=names) if names else ""
    kind, place = translate(f"kind.{version.kind}", lang), f"{version.file} › {version.sheet} › {version.row}"
    yield f"  {kind}  {place}  {night}{state}"
    for cell in version.corrected_cells:
        yield f"    {phrase('explain.corrected', lang, **asdict(cell))}"


def _cells(version: Version, was: Version | None, other: Version | None, lang: str) -> Iterator[str]:
    """Give each value, after the one it had in `was`; where there is an `other`, only those that it has otherwise."""
    for column in KINDS[version.kind].columns:
        new, old, apart = (one.facts.get(str(column)) if one else None for one in (version, was, other))
        if column in PROVENANCE or (new is None and old is None and apart is None) or (other and new == apart):
            continue
        word = load().get(f"{version.kind}.{column}")
        value, at = _value(new, column.spec, lang), version.cells.get(str(column), "")
        value = f"{_value(old, column.spec, lang)} → {value}" if was and old != new else value
        yield f"    {at:<{CELL}}  {word.text(lang) if word else column}: {value}"


def _value(value: Any, spec: Spec, lang: str) -> str:
    if value is None:
        return "–"
    if spec.type is Type.BOOL:
        return translate("look.yes" if value else "look.no", lang)
    if spec.type is Type.CHOICE and lang == "en":  # the spellings are Chinese; the keys are English words
        return str(value).replace("_", " ")
    if spec.type in (Type.DAY, Type.MOMENT):
        return format_value(pd.Timestamp(value))
    return format_value(value, spec.type, spec.choices)


def _reason(row: Mapping[str, Any], lang: str) -> str:
    """Return why it stands so, in words. An item with nothing open has none of its own: it is paid."""
    reason = row.get(Receivables.reason)
    if isinstance(reason, str) and reason:
        return reason
    if Receivables.billed_fen not in row:
        return "–"
    sums = {name: 0 if pd.isna(row[f"{name}_fen"]) else row[f"{name}_fen"] for name in SUMS}
    amounts = {name: _sum(fen, row) for name, fen in sums.items()}
    return phrase("explain.credited" if sums["credited"] else "explain.paid", lang, **amounts)


def _sum(fen: int, row: Mapping[str, Any]) -> str:
    code = row.get(OrderStatus.currency)
    return format_money(fen, code if isinstance(code, str) else HOME)


def _moment(moment: datetime, lang: str) -> str:
    """Return a day with its weekday; the hour where it is not the end or the beginning of one."""
    clock = "" if f"{moment:%H:%M:%S}" in ("00:00:00", "23:59:59") else f" {moment:%H:%M}"
    return f"{_day(moment, lang)}{clock}"


def _day(moment: datetime, lang: str) -> str:
    return phrase("explain.day", lang, day=f"{moment:%Y-%m-%d}", weekday=translate(f"weekday.{moment.weekday()}", lang))


def _owner(owner: object, lang: str) -> str:
    """Return a person's name, or a department's."""
    name = _text(owner)
    return translate(f"dept.{name}", lang) if f"dept.{name}" in load() else name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
