"""Posting: one workbook, one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, delete, func, insert, select

from pipeline.ledger.changes import KIND as CHANGING
from pipeline.ledger.changes import note_changes
from pipeline.ledger.finding_history import pack_finding
from pipeline.ledger.heads import CHUNK, set_each
from pipeline.ledger.pairs import Replacement, chunked, note_pairs
from pipeline.ledger.promises import note_promises
from pipeline.ledger.received_files import ReceivedFile, settle_received
from pipeline.ledger.returned import note_returned_copy, supersede
from pipeline.ledger.staff_entries import StaffEntry, store_entries
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import facts, heads, numbers, passed, received_files, releases, row_findings
from schemas.derived.finding import Finding

HEAD = (
    "INSERT INTO heads (kind, key, seq) VALUES (:kind, :key, :seq) "
    "ON CONFLICT (kind, key) DO UPDATE SET seq = excluded.seq"
)


SCATTERED = b'"src_cells":'  # a printed form: its cells stand in other rows than the one it is known by
Seqs = dict[tuple[str | int, ...], int]


@dataclass(frozen=True)
class FactRows:
    """Rows of one kind from one received file; every sequence has one item per row."""

    kind: str
    keys: Sequence[str]
    held: Sequence[bool]
    sheets: Sequence[str]
    rows: Sequence[int]
    facts: Sequence[bytes]  # JSON
    pairs: Mapping[int, Replacement] = field(default_factory=dict)  # by the place of a row here: the former it replaces


@dataclass(frozen=True)
class Posting:
    """What one received file brings: rows, findings on them, and numbers given, by fingerprint.

    `passed` are numbers that a row took over from its former.
    `released` are versions fixed by this received file. `origin`: it is the returned copy of that
    received file; `late` are its rows that a newer source has restated since, with that source's received file.
    """

    batches: Iterable[FactRows]
    findings: Iterable[Finding] = ()
    assigned: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    released: Iterable[int] = ()
    origin: ReceivedFile | None = None
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    about: Iterable[Finding] = ()  # findings about no row that counts
    entries: Iterable[StaffEntry] = ()  # what staff typed there, where it is an output of ours


def post_rows(ledger: Ledger, received: ReceivedFile, posting: Posting) -> None:
    """Store all that a workbook brings, or nothing.

    Posting a received file that already stands is a no-op, so that a night killed between
    two workbooks can be repeated.
    """
    with ledger.writing() as connection:
        if not _stands(connection, received):
            store_posting(connection, received, posting)


def store_posting(connection: Connection, received: ReceivedFile, posting: Posting) -> None:
    """Store it in a transaction that is under way."""
    seqs = _post_facts(connection, received, posting.batches)
    whole = _post_findings(connection, posting.findings, seqs)
    for fingerprint, number in posting.assigned.items():
        connection.execute(insert(numbers).values(fingerprint=fingerprint, number=number, file_id=received.id))
    _pass_numbers(connection, received, posting.passed)
    release_held(connection, received, posting.released)
    if posting.origin:
        note_returned_copy(connection, received, posting.origin)
        supersede(connection, received, posting.late)
    store_entries(connection, received.night_id, posting.entries)
    settle_received(connection, received, [*whole, *posting.about])


def _stands(connection: Connection, received: ReceivedFile) -> bool:
    state = select(received_files.c.state).where(received_files.c.id == received.id)
    return bool(connection.execute(state).scalar_one() == "read")


def _post_facts(connection: Connection, received: ReceivedFile, batches: Iterable[FactRows]) -> Seqs:
    """Insert versions and heads; returns (kind, key, row) -> seq, of scattered rows (kind, key) -> seq too."""
    seq = connection.execute(select(func.max(facts.c.seq))).scalar() or 0
    seqs: Seqs = {}
    for batch in batches:
        if not batch.keys:
            continue  # all its rows were copies
        numbered = range(seq + 1, seq + 1 + len(batch.keys))
        seq = numbered.stop - 1
        for key, row, text, number in zip(batch.keys, batch.rows, batch.facts, numbered, strict=True):
            seqs[batch.kind, key, row] = number
            if SCATTERED in text:
                seqs[batch.kind, key] = number
        _insert(connection, received, batch, numbered)
    return seqs


def _pass_numbers(connection: Connection, received: ReceivedFile, given: Mapping[str, str]) -> None:
    """Remember by which number a row goes that has none, now that it says something else."""
    known = {*connection.execute(select(numbers.c.fingerprint)).scalars()} if given else set()
    known |= {*connection.execute(select(passed.c.fingerprint)).scalars()} if given else set()
    rows = [
        {"fingerprint": fingerprint, "number": number, "file_id": received.id}
        for fingerprint, number in given.items()
        if fingerprint not in known
    ]
    if rows:
        connection.execute(insert(passed), rows)


def _insert(connection: Connection, received: ReceivedFile, batch: FactRows, numbered: Iterable[int]) -> None:
    # Plain driver rows: Core's dictionaries cost twice as much at this size.
    heads_sql, facts_sql = _statements(connection)
    numbered = list(numbered)
    connection.exec_driver_sql(
        facts_sql,
        [
            (seq, received.id, batch.kind, key, held, sheet, row, text.decode())
            for seq, key, held, sheet, row, text in zip(
                numbered,
                batch.keys,
                batch.held,
                batch.sheets,
                batch.rows,
                batch.facts,
                strict=True,
            )
        ],
    )
    keys = dict(zip(numbered, batch.keys, strict=True))
    paired = {numbered[n]: pair for n, pair in batch.pairs.items()}
    note_pairs(connection, received.id, paired, keys)
    if batch.kind == CHANGING:
        note_changes(connection, numbered[0], numbered[-1], {seq: pair.former.seq for seq, pair in paired.items()})
        note_promises(connection, numbered[0], numbered[-1])
    moved = _moved(connection, keys, paired)
    newest = [(batch.kind, key, seq) for seq, key in keys.items() if key not in moved]
    if newest:
        connection.exec_driver_sql(heads_sql, newest)
    set_each(connection, {(batch.kind, key) for key in moved})


def _moved(connection: Connection, keys: Mapping[int, str], paired: Mapping[int, Replacement]) -> set[str]:
    """Return the keys whose head is not simply the row just stored: rows that changed theirs, or say nothing new."""
    asked = sorted({pair.former.seq for pair in paired.values()})
    counting: set[int] = set()
    for at in range(0, len(asked), CHUNK):
        here = heads.c.seq.in_(asked[at : at + CHUNK])
        counting.update(connection.execute(select(heads.c.seq).where(here)).scalars())
    moved: set[str] = set()
    for seq, pair in paired.items():
        if keys[seq] != pair.former.key or pair.former.seq not in counting:
            moved |= {keys[seq], pair.former.key}
    return moved


def _statements(connection: Connection) -> tuple[str, str]:
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * 8)
    heads_sql = HEAD
    for name in (":kind", ":key", ":seq"):
        heads_sql = heads_sql.replace(name, mark)
    return (
        heads_sql,
        f"INSERT INTO facts (seq, drop_id, kind, key, is_held, sheet, row, facts) VALUES ({marks})",
    )


def _post_findings(connection: Connection, findings: Iterable[Finding], seqs: Seqs) -> list[Finding]:
    """Attach findings to their versions; returns those about no posted row."""
    stored, whole = [], []
    for finding in findings:
        seq = seqs.get((finding.kind, finding.key, finding.place.row)) or seqs.get((finding.kind, finding.key))
        if seq is None:
            whole.append(finding)
        else:
            stored.append({"seq": seq, "finding": orjson.dumps(pack_finding(finding)).decode()})
    if stored:
        connection.execute(insert(row_findings), stored)
    return whole


def release_held(connection: Connection, received: ReceivedFile, released: Iterable[int]) -> None:
    """Take fixed held versions out of the heads, remembering by which received file.

    Where another version of such a key was never fixed, it is the one that counts again.
    """
    seqs = sorted(released)
    dead = select(received_files.c.id).where(received_files.c.is_undone)
    for seq in seqs:
        connection.execute(delete(releases).where(releases.c.seq == seq, releases.c.file_id.in_(dead)))
        connection.exec_driver_sql(
            f"INSERT INTO releases (seq, drop_id) VALUES ({seq:d}, {received.id:d}) ON CONFLICT (seq) DO NOTHING"
        )
    set_each(connection, {(row.kind, row.key) for row in chunked(connection, select(facts), facts.c.seq, seqs)})
