"""A returned copy that came back: which versions it replaces, and which rows a newer source has restated since.

Newer source row before correction before older source row (the order files are taken in decides).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.ledger import facts_by_place, heads_of_files, newer_versions, related_files
from pipeline.rules.validation.validated_file import parse_facts
from schemas.derived.finding import Finding, Place

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, ReceivedFile
    from pipeline.rules.validation.validated_file import ValidatedFile


@dataclass(frozen=True)
class CopyEffect:
    """What a returned copy does to counting versions: see `Posting`. `outdated`: corrected rows that came too late."""

    released: tuple[int, ...] = ()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    outdated: tuple[tuple[str, str, str, int, str], ...] = ()  # kind, key, sheet, row, the newer workbook


def effect_of_copy(ledger: Ledger, validated: ValidatedFile, origin: ReceivedFile) -> CopyEffect:
    """Return what becomes of every row of the origin and of its other copies, now that this one is there."""
    with ledger.reading() as connection:
        own = related_files(connection, origin)
        since = newer_versions(connection, origin, own)
        before = facts_by_place(connection, own)
        counting = heads_of_files(connection, own)
    here: set[tuple[str, str]] = set()
    late: dict[tuple[str, str], int] = {}
    outdated = []
    for batch in validated.batches:
        for key, sheet, row, facts in zip(batch.keys, batch.sheets, batch.rows, batch.facts, strict=True):
            record = (batch.kind, key)
            here.add(record)
            if record not in since:
                continue
            newer = since[record]
            late[record] = newer.received.id
            now = parse_facts(facts)
            if now not in (parse_facts(before.get((sheet, row), "{}")), parse_facts(newer.facts)):
                outdated.append((batch.kind, key, sheet, row, newer.received.name))
    released = tuple(seq for record, seq in sorted(counting.items()) if record not in here)
    return CopyEffect(released, late, tuple(outdated))


def outdated_findings(effect: CopyEffect, received: ReceivedFile, rule: str) -> list[Finding]:
    """Return one finding for every corrected row that a newer source has restated since."""
    return [
        Finding(
            rule=rule,
            kind="sources",
            key=f"{received.name}|{kind}|{key}",
            place=Place(received.name, sheet, row),
            params={"other": name},
            subject=key.partition("|")[0],
        )
        for kind, key, sheet, row, name in effect.outdated
    ]
