"""What a record was called before: row keys of our outputs, numbers of findings, keys that waivers name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.ledger import Renamed, StaffEntry, last_reported, latest_entries, renamed_records
from pipeline.receivables.instalments import item_number
from reports.staff import JOIN, nameless_key
from schemas.incoming.complaints import Complaints
from schemas.incoming.customers import Opening

if TYPE_CHECKING:
    from pipeline.ledger import Ledger
    from schemas.derived.finding import Finding

ORDINAL = 2  # figures
# how papers call records without a number, by their keys
NAMELESS: Mapping[str, Callable[[str], str]] = {Opening.name: item_number, Complaints.name: nameless_key}
Names = Mapping[str, frozenset[str]]  # number of a finding → what it was called: numbers, keys and subjects


def entries_now(ledger: Ledger) -> dict[tuple[str, str, str, str], StaffEntry]:
    """Return the newest entry of every staff cell, each beside the row that its record has now."""
    return latest_entries(ledger, partial(_now_called, ledger))


def _now_called(ledger: Ledger, keys: Iterable[str]) -> dict[str, str]:
    """Return the row keys that go by another now: by numbers of records, by their keys, or by numbers of findings."""
    asked = {key: key.split(JOIN) for key in keys}
    renamed = renamed_records(ledger) if asked else []
    if not renamed:
        return {}
    numbers = {was: now for each in renamed for was, now in [_numbers(each)] if was and now and was != now}
    records = {(each.kind, each.was): each.key for each in renamed}
    named = {was: key for (_, was), key in records.items()} | numbers
    for id_, found in last_reported(ledger, {part for parts in asked.values() for part in parts}).items():
        now = records.get((found.kind, found.key)) or numbers.get(found.key)
        if now:
            named[id_] = replace(found, key=now).id
    return {key: now for key, parts in asked.items() if (now := _renamed(parts, named)) != key}


def _numbers(each: Renamed) -> tuple[str, str]:
    """Return what papers called a record before and call it now, where it has no number too."""
    call = NAMELESS.get(each.kind)
    if call is None:
        return each.was_number, each.number
    return each.was_number or call(each.was), each.number or call(each.key)


def _renamed(parts: Sequence[str], named: Mapping[str, str]) -> str:
    """Return a row key with the name in it that changed; a last part of a figure or two is an ordinal, no name."""
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length + 1):
            end = start + length
            name = JOIN.join(parts[start:end])
            is_ordinal = length == 1 and start > 0 and name.isdigit() and len(name) <= ORDINAL
            if name in named and not is_ordinal:
                return JOIN.join([*parts[:start], named[name], *parts[end:]])
    return JOIN.join(parts)


def former_names(ledger: Ledger, findings: Sequence[Finding]) -> Names:
    """Return by what numbers and keys findings went before their records got the keys of today."""
    before: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for each in renamed_records(ledger):
        before.setdefault((each.kind, each.key), set()).add((each.was, each.was_number))
    made = {}
    for finding in findings:
        if was := before.get((finding.kind, finding.key)):
            ids = {replace(finding, key=key).id for key, _ in was}
            made[finding.id] = frozenset(ids | {name for names in was for name in names if name})
    return made
