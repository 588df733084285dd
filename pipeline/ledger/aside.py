"""Row versions set aside because our own program failed on them; the next version of such a row counts again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson
from sqlalchemy import insert, select

from pipeline.ledger.finding_history import pack_finding
from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import aside, facts, heads, received_files, row_findings
from schemas.derived.finding import Finding, Place


def rows_that_count(ledger: Ledger) -> list[tuple[int, int]]:
    """Return the versions that count with the received file of each, the oldest first."""
    query = select(facts.c.seq, facts.c.file_id).join(heads, heads.c.seq == facts.c.seq).order_by(facts.c.seq)
    with ledger.reading() as connection:
        rows = connection.execute(query.where(facts.c.seq.not_in(select(aside.c.seq))))
        return [(row.seq, row.file_id) for row in rows]


def set_rows_aside(ledger: Ledger, night: Night, seqs: Collection[int], rule: str, params: Mapping[str, str]) -> None:
    """Let these versions count no more, each with a finding of that rule at its row."""
    query = select(facts, received_files.c.name).join(received_files, received_files.c.id == facts.c.file_id)
    with ledger.writing() as connection:
        for seq in sorted(seqs):  # one by one: a whole file is more than a statement may name
            row = connection.execute(query.where(facts.c.seq == seq)).one()
            place = Place(row.name, row.sheet, row.row)
            found = Finding(
                rule,
                row.kind,
                row.key,
                place=place,
                params=params,
                seq=row.seq,
                subject=row.key.partition("|")[0],
                is_holding=True,
            )
            connection.execute(insert(aside).values(seq=row.seq, night_id=night.id))
            text = orjson.dumps(pack_finding(found)).decode()
            connection.execute(insert(row_findings).values(seq=row.seq, finding=text))
