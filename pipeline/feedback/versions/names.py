"""What a record was called before: row keys of our outputs, numbers of findings, keys that waivers name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.ledger import StaffEntry, last_reported, latest_entries, renamed_records
from reports.staff import JOIN

if TYPE_CHECKING:
    from pipeline.ledger import Ledger
    from schemas.derived.finding import Finding

Names = Mapping[str, frozenset[str]]  # number of a finding → what it was called: numbers, keys and subjects


def entries_now(ledger: Ledger) -> dict[tuple[str, str, str, str], StaffEntry]:
    """Return the newest entry of every staff cell, each beside the row that its record has now."""
    return latest_entries(ledger, partial(_now_called, ledger))


def _now_called(ledger: Ledger, keys: Iterable[str]) -> dict[str, str]:
    """Return the row keys that go by another now: of orders and complaints by their number, of findings by theirs."""
    asked = list(keys)
    renamed = renamed_records(ledger) if asked else []
    numbers = {each.was_number: each.number for each in renamed if each.was_number and each.was_number != each.number}
    made = {}
    for key in asked:
        parts = key.split(JOIN)
        if not numbers.keys().isdisjoint(parts):
            made[key] = JOIN.join(numbers.get(part, part) for part in parts)
    records = {(each.kind, each.was): each.key for each in renamed}
    for id_, found in last_reported(ledger, set(asked)).items() if renamed else ():
        now = records.get((found.kind, found.key)) or numbers.get(found.key)
        if now:
            made[id_] = replace(found, key=now).id
    return made


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
