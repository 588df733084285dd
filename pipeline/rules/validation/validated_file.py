"""What one received file brings to the ledger, in the ledger's own form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ledger import FactRows, ReceivedFile, Replacement
from pipeline.rules.validation.kind_rows import KindRows
from schemas.derived.finding import Finding
from schemas.table import PROVENANCE

Table = tuple[str, str, int]  # kind, sheet, heading row
KEPT = ("src_unknown", "src_cells")  # provenance that a row takes with it into the ledger
ISO = "%Y-%m-%dT%H:%M:%S"


@dataclass
class ValidatedFile:
    """Rows to post, findings about them, numbers assigned, and a hash of the rows.

    `counts` tells per table (kind, sheet, heading row) how many rows were accepted, held and left out as copies, and of
    the first two how many are new, changed or unchanged since the workbook came before.
    """

    received: ReceivedFile
    rows: list[Rows] = field(default_factory=list)
    batches: list[FactRows] = field(default_factory=list)  # of a packed one only
    findings: list[Finding] = field(default_factory=list)
    assigned: dict[str, str] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)  # numbers taken over from former rows
    released: list[int] = field(default_factory=list)  # former rows whose successor was left out as a copy
    left_out: set[tuple[str, int]] = field(default_factory=set)  # sheet and row of those left out as copies
    content: str = ""
    counts: dict[Table, dict[str, int]] = field(default_factory=dict)

    def packed(self) -> ValidatedFile:
        """With the rows in the ledger's form: a copy, to live only while it is posted."""
        batches = [batch.packed() for batch in self.rows]
        return replace(self, batches=batches, content=contents(batches, len(self.left_out)))


@dataclass(frozen=True)
class Rows:
    """Rows of one kind from one received file: where they stand among all rows of the kind tonight."""

    gathered: KindRows
    places: np.ndarray
    pairs: Mapping[int, Replacement]  # by the row's place among all of its kind

    def packed(self) -> FactRows:
        """In the ledger's form."""
        rows = self.gathered.frame.iloc[self.places]
        return FactRows(
            self.gathered.table.name,
            keys=rows["src_key"].tolist(),
            held=self.gathered.held[self.places].tolist(),
            sheets=rows["src_sheet"].tolist(),
            rows=rows["src_row"].astype(int).tolist(),
            facts=stored(self.gathered, self.places),
            pairs={n: self.pairs[at] for n, at in enumerate(self.places.tolist()) if at in self.pairs},
        )


def contents(batches: Sequence[FactRows], copies: int = 0) -> str:
    """Return a hash of the typed rows: equal for a workbook that was only saved again.

    `copies`: rows that were left out; a row pasted again says nothing new, and is told all the same.
    """
    if not any(batch.keys for batch in batches):
        return ""
    whole = blake2b(str(copies or "").encode(), digest_size=16)
    for batch in batches:
        whole.update(batch.kind.encode())
        for sheet, text in zip(batch.sheets, batch.facts, strict=True):
            whole.update(sheet.encode())
            whole.update(text)
    return whole.hexdigest()


def hand_over(gathered: KindRows, made: Mapping[int, ValidatedFile], pairs: Mapping[int, Replacement]) -> None:
    """Give every received file its rows, findings and counts."""
    owners = np.array([received.id for received, _ in gathered.parts])[gathered.part]
    for file_id in dict.fromkeys(owners.tolist()):
        mine = owners == file_id
        made[file_id].rows.append(Rows(gathered, np.flatnonzero(mine & ~gathered.dropped), pairs))
        _count(gathered, made[file_id], mine, pairs)
    for row, finding in gathered.findings():
        made[int(owners[row])].findings.append(finding)
    for file_id, finding in gathered.whole:
        made[file_id].findings.append(finding)


def _count(gathered: KindRows, validated: ValidatedFile, mine: np.ndarray, pairs: Mapping[int, Replacement]) -> None:
    stays = ~gathered.dropped
    paired, equal = (np.zeros(len(stays), dtype=bool) for _ in range(2))
    paired[list(pairs)] = True
    equal[[row for row, pair in pairs.items() if pair.is_equal]] = True
    for part in np.unique(gathered.part[mine]).tolist():
        here = gathered.part == part
        counted = {
            "accepted": here & stays & ~gathered.held,
            "held": here & stays & gathered.held,
            "copies": here & gathered.dropped,
            "new": here & stays & ~paired,
            "changed": here & stays & paired & ~equal,
            "unchanged": here & stays & equal,
        }
        sheet = gathered.parts[part][1]
        counts = {name: int(rows.sum()) for name, rows in counted.items()}
        validated.counts[sheet.kind, sheet.sheet, sheet.heading_row] = counts


def stored(gathered: KindRows, places: np.ndarray) -> list[bytes]:
    """Return rows as JSON by column name, blanks left out."""
    own = {str(c) for c in gathered.table.columns} - {str(c) for c in PROVENANCE}
    names = [n for n in gathered.arrow.column_names if n in own or n in KEPT]
    rows = gathered.arrow.select(names).take(places)
    columns = [_plain(rows.column(name)) for name in names]
    return [
        orjson.dumps({n: v for n, v in zip(names, row, strict=True) if v is not None})
        for row in zip(*columns, strict=True)
    ]


def parse_facts(facts: str | bytes) -> dict[str, Any]:
    """Return what a stored row says, wherever it stands."""
    row: dict[str, Any] = orjson.loads(facts)
    return {name: value for name, value in row.items() if name not in KEPT}


def _plain(values: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(values.type):
        # strftime of microseconds would print a fraction.
        values = pc.strftime(values.cast(pa.timestamp("s")), format=ISO)
    made: list[Any] = values.to_pylist()
    return [value if value != "" else None for value in made]
