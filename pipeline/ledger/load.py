"""Loading: every version that counts, as frames of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from io import BytesIO
from typing import TYPE_CHECKING

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.json as pj
from sqlalchemy import Connection, select

from pipeline.core.frames import arrow_schema, empty, framed
from pipeline.ledger.finding_history import unpack_finding
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import facts, heads, numbers, passed, received_files, row_findings
from schemas.derived.finding import Finding
from schemas.incoming.kinds import KINDS

if TYPE_CHECKING:
    from schemas.table import Source

BLOCK = 1 << 24
AT_ONCE = 20_000  # rows


def load_facts(
    ledger: Ledger, without: AbstractSet[int] = frozenset()
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Return the head rows of every kind with their provenance, and the findings on them.

    Frames hold all columns of their kind, in the order rows were received; an
    unknown kind is an empty frame. `without`: versions left out besides those that were set aside.
    """
    with ledger.reading() as connection:
        frames = {kind: _frame(connection, table, without) for kind, table in KINDS.items()}
        stored = connection.execute(
            select(row_findings.c.seq, row_findings.c.finding)
            .join(heads, heads.c.seq == row_findings.c.seq)
            .order_by(row_findings.c.id)
        )
        found = [unpack_finding(orjson.loads(row.finding) | {"seq": row.seq}) for row in stored]
    return frames, found


def _frame(connection: Connection, table: type[Source], without: AbstractSet[int]) -> pd.DataFrame:
    rows = connection.execution_options(stream_results=True).exec_driver_sql(
        "SELECT f.facts, f.seq, f.key, f.is_held, f.sheet, f.row, d.name FROM heads h "
        "JOIN facts f ON f.seq = h.seq JOIN drops d ON d.id = f.drop_id "
        f"WHERE h.kind = '{table.name}' AND h.seq NOT IN (SELECT seq FROM aside) ORDER BY f.seq"
    )
    # some at a time: as Python's objects, all of them would be the largest thing of the night
    taken = ([row for row in some if row.seq not in without] if without else some for some in rows.partitions(AT_ONCE))
    parts = [_part(table, *zip(*some, strict=True)) for some in taken if some]
    return framed(table, pa.concat_tables(parts)) if parts else empty(table)


def _part(table: type[Source], texts: Sequence[str], *places: Sequence[object]) -> pa.Table:
    """Return typed rows with the places they came from."""
    seqs, keys, held, sheets, numbers, names = places
    provenance = {
        "src_seq": pa.array(seqs, pa.int64()),
        "src_key": pa.array(keys, pa.string()),
        "src_held": pa.array([bool(is_held) for is_held in held], pa.bool_()),
        "src_sheet": pa.array(sheets, pa.string()),
        "src_row": pa.array(numbers, pa.int64()),
        "src_file": pa.array(names, pa.string()),
    }
    read = _read(table, texts)
    for name, values in provenance.items():
        at = read.schema.get_field_index(name)
        read = read.set_column(at, name, values) if at >= 0 else read.append_column(name, values)
    return read


def typed_rows(table: type[Source], texts: Sequence[str]) -> pd.DataFrame:
    """Stored JSON as a frame of its kind, without provenance."""
    return framed(table, _read(table, texts)) if texts else empty(table)


def _read(table: type[Source], texts: Sequence[str]) -> pa.Table:
    return pj.read_json(
        BytesIO("\n".join(texts).encode()),
        read_options=pj.ReadOptions(block_size=BLOCK),
        parse_options=pj.ParseOptions(
            explicit_schema=arrow_schema(table, stored=True),  # type: ignore[arg-type]  # mypy asks a class for the hash of its instances
            unexpected_field_behavior="ignore",
        ),
    )


def held_rows(ledger: Ledger, *, besides: int = 0) -> dict[str, list[tuple[int, str, str, int, str]]]:
    """Return the held heads by kind: (seq, file, sheet, row, facts as JSON). `besides`: a night left out."""
    query = (
        select(facts.c.kind, facts.c.seq, received_files.c.name, facts.c.sheet, facts.c.row, facts.c.facts)
        .join(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(facts.c.is_held, received_files.c.night_id != besides)
        .order_by(facts.c.seq)
    )
    waiting: dict[str, list[tuple[int, str, str, int, str]]] = {}
    with ledger.reading() as connection:
        for kind, *rest in connection.execute(query):
            waiting.setdefault(kind, []).append(tuple(rest))
    return waiting


def assigned_numbers(ledger: Ledger, *, besides: int = 0) -> dict[str, str]:
    """Return the numbers assigned so far, by the fingerprint of the row that had none.

    `besides` is a night whose own received files are left out, so that one cut short gives the same numbers again.
    """
    known: dict[str, str] = {}
    with ledger.reading() as connection:
        for table in (passed, numbers):
            query = select(table.c.fingerprint, table.c.number).join(
                received_files, received_files.c.id == table.c.file_id
            )
            known |= {row[0]: row[1] for row in connection.execute(query.where(received_files.c.night_id != besides))}
    return known


def used_numbers(ledger: Ledger, kind: str, *, besides: int = 0) -> frozenset[str]:
    """Return the order or complaint numbers of every version ever posted: none is given twice."""
    query = select(facts.c.key).join(received_files, received_files.c.id == facts.c.file_id).distinct()
    query = query.where(facts.c.kind == kind, received_files.c.night_id != besides)
    with ledger.reading() as connection:
        keys = connection.execute(query).scalars().all()
    return frozenset(key.split("|")[0].split("#")[0].upper() for key in keys)


def record_owners(
    ledger: Ledger, kind: str, columns: tuple[str, str], *, besides: int = 0
) -> list[tuple[str, str | None, str | None]]:
    """Return key, customer and day of every record that ever counted: `columns`. `besides`: a night left out."""
    query = select(facts.c.key, facts.c.facts).join(received_files, received_files.c.id == facts.c.file_id)
    query = query.where(facts.c.kind == kind, ~facts.c.is_held, received_files.c.night_id != besides)
    with ledger.reading() as connection:
        rows = [(key, orjson.loads(text)) for key, text in connection.execute(query.order_by(facts.c.seq))]
    return [(key, *(row.get(column) for column in columns)) for key, row in rows]


def kept_codes(ledger: Ledger, kind: str, *columns: str, besides: int = 0) -> list[tuple[str, ...]]:
    """Return what stands in these columns of the rows that count and have them all, oldest first and each once.

    `besides`: a night left out.
    """
    query = (
        select(facts.c.facts)
        .join(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .order_by(facts.c.seq)
    )
    with ledger.reading() as connection:
        rows = connection.execute(
            query.where(facts.c.kind == kind, ~facts.c.is_held, received_files.c.night_id != besides)
        )
        said = [orjson.loads(text) for text in rows.scalars()]
    found = (tuple(row.get(column) for column in columns) for row in said)
    return [*dict.fromkeys(values for values in found if all(values))]
