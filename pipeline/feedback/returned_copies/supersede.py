"""A returned copy that came back: which versions it replaces, and which rows a newer source has said since.

Newer source row before correction before older source row (the order files are taken in decides).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.ledger import family, heads_of, newer, written
from pipeline.rules.validation.sifted import said
from schemas.derived.finding import Finding, Place

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, ReceivedFile
    from pipeline.rules.validation.sifted import ValidatedFile


@dataclass(frozen=True)
class Amendment:
    """What the received file does to versions that count: see `Posting`. `outdated`: mended rows that came too late."""

    released: tuple[int, ...] = ()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    outdated: tuple[tuple[str, str, str, int, str], ...] = ()  # kind, key, sheet, row, the newer workbook


def amend(ledger: Ledger, each: ValidatedFile, origin: ReceivedFile) -> Amendment:
    """What became of every row of the origin and of its other copies, now that this one is there."""
    own = family(ledger, origin)
    since = newer(ledger, origin, own)
    before = written(ledger, own)
    here: set[tuple[str, str]] = set()
    late: dict[tuple[str, str], int] = {}
    outdated = []
    for batch in each.batches:
        for key, sheet, row, facts in zip(batch.keys, batch.sheets, batch.rows, batch.facts, strict=True):
            at = (batch.kind, key)
            here.add(at)
            if at not in since:
                continue
            late[at] = since[at].received.id
            now = said(facts)
            if now not in (said(before.get((sheet, row), "{}")), said(since[at].facts)):
                outdated.append((batch.kind, key, sheet, row, since[at].received.name))
    released = tuple(seq for at, seq in sorted(heads_of(ledger, own).items()) if at not in here)
    return Amendment(released, late, tuple(outdated))


def outdated_findings(amendment: Amendment, received: ReceivedFile, rule: str) -> list[Finding]:
    """One finding for every mended row that a newer source has said since."""
    return [
        Finding(
            rule=rule,
            kind="sources",
            key=f"{received.name}|{kind}|{key}",
            place=Place(received.name, sheet, row),
            params={"other": name},
            subject=key.partition("|")[0],
        )
        for kind, key, sheet, row, name in amendment.outdated
    ]
