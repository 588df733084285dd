"""Rows in the ledger that repeat others, by the questions that asked about them when their files were read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from pipeline.ledger.finding_history import unpack_finding
from pipeline.ledger.pairs import COUNTING, chunked
from pipeline.ledger.tables import facts, received_files

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipeline.ledger.store import Ledger
    from schemas.derived.finding import Finding

Record = tuple[str, str]  # kind and key
Records = Callable[[Iterable["Finding"]], frozenset[Record]]


def rows_asked_about(ledger: Ledger, rule: str, ids: AbstractSet[str], records: Records) -> set[int]:
    """Return the versions of rows that these findings of a rule ask about, in every file that they were found in.

    An earlier version of a workbook may hold the rows too, and would count again were the newest one taken back.
    `records`: what findings are about.
    """
    if not ids:
        return set()
    with ledger.reading() as connection:
        found = ((file_id, [each for each in of if each.id in ids]) for file_id, of in _of(connection, rule))
        wanted = {file_id: records(asked) for file_id, asked in found if asked}
        query = select(facts.c.seq, facts.c.file_id, facts.c.kind, facts.c.key)
        rows = chunked(connection, query, facts.c.file_id, wanted)
        return {row.seq for row in rows if (row.kind, row.key) in wanted[row.file_id]}


def _of(connection: Connection, rule: str) -> Iterator[tuple[int, list[Finding]]]:
    """Give the files that count and in which something of a rule was found, with that."""
    of = received_files.c
    query = select(of.id, of.findings).where(~of.is_undone, of.state.in_(COUNTING), of.findings.contains(rule))
    for row in connection.execute(query.order_by(of.id)):
        found = [unpack_finding(packed) for packed in json.loads(row.findings) if packed["rule"] == rule]
        yield row.id, found
