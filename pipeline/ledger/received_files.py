"""Files taken in: each received file, what became of it, and what was found about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.core.file_names import workbook_name
from pipeline.ledger.finding_history import pack_finding, unpack_finding
from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import corrected, facts, heads, nights, received_files, releases, returned
from schemas.derived.finding import Finding
from schemas.policy.questions import OFFERED


@dataclass(frozen=True)
class ReceivedFile:
    """One file taken in. `sheets` is what the reader found out about each sheet."""

    token: str
    name: str
    sha256: str
    size: int
    modified: str
    night_id: int
    id: int = 0
    state: str = "claimed"
    rule: str = ""
    content: str = ""
    attempts: int = 0
    is_undone: bool = False
    sheets: tuple[Mapping[str, Any], ...] = ()


def record_received(ledger: Ledger, received: ReceivedFile) -> ReceivedFile:
    """Record a claimed file; a token already known returns its row unchanged."""
    with ledger.writing() as connection:
        row = connection.execute(select(received_files).where(received_files.c.token == received.token)).first()
        if row:
            return as_received(row)
        values = {name: getattr(received, name) for name in ("token", "name", "sha256", "size", "modified", "night_id")}
        made = insert(received_files).values(state=received.state, **values).returning(received_files.c.id)
        return replace(received, id=connection.execute(made).scalar_one())


def take_over(ledger: Ledger, night: Night) -> None:
    """Make received files that an earlier night did not come to read, or to report, this night's.

    A closed night that is run again with new files, and killed, leaves such files: the next night is a new one.
    """
    with ledger.writing() as connection:
        left = select(received_files.c.id).where(
            received_files.c.state == "claimed", received_files.c.night_id != night.id
        )
        mine = {*connection.execute(left).scalars(), *_untold(connection, night)}
        for file_id in sorted(mine):
            connection.execute(update(received_files).where(received_files.c.id == file_id).values(night_id=night.id))


def _untold(connection: Connection, night: Night) -> Iterator[int]:
    """Give the received files of the night before that stand in none of its outputs."""
    before = select(nights).where(nights.c.id < night.id).order_by(nights.c.id.desc()).limit(1)
    last = connection.execute(before).first()
    reported = json.loads(last.summary).get("sources") if last and last.is_closed else None
    if last and reported is not None:
        named = {(source["name"], source["sha256"]) for source in reported}
        query = select(received_files).where(
            received_files.c.night_id == last.id, received_files.c.state != "corrected"
        )
        yield from (row.id for row in connection.execute(query).all() if (row.name, row.sha256) not in named)


def settle_received(connection: Connection, received: ReceivedFile, found: Iterable[Finding]) -> None:
    """Store what became of a received file, with the findings about the file and its sheets."""
    connection.execute(
        update(received_files)
        .where(received_files.c.id == received.id)
        .values(
            state=received.state,
            rule=received.rule,
            content=received.content,
            sheets=json.dumps(received.sheets, ensure_ascii=False),
            findings=json.dumps([pack_finding(finding) for finding in found], ensure_ascii=False),
        )
    )


@contextmanager
def attempt(ledger: Ledger, received: ReceivedFile) -> Iterator[None]:
    """Count an attempt while a file is dealt with: only what kills the night itself leaves it counted.

    It is counted for the one file that is at work, so that no power cut is billed to those that waited.
    """
    change = update(received_files).where(received_files.c.id == received.id)
    with ledger.writing() as connection:
        connection.execute(change.values(attempts=received.attempts + 1))
    try:
        yield
    finally:  # a disk that refuses, or an end that was asked for, is not the file's doing
        with ledger.writing() as connection:
            connection.execute(change.values(attempts=received.attempts))


def list_received(ledger: Ledger, night_id: int | None = None) -> list[ReceivedFile]:
    """Return the received files of one night, or of all, in the order they were taken; none of our own making."""
    query = select(received_files).where(received_files.c.state != "corrected").order_by(received_files.c.id)
    if night_id is not None:
        query = query.where(received_files.c.night_id == night_id)
    with ledger.reading() as connection:
        return [as_received(row) for row in connection.execute(query)]


def known_bytes(ledger: Ledger, received: ReceivedFile) -> ReceivedFile | None:
    """Return the newest earlier received file of the same bytes that still counts, or is about to.

    What was refused is read again: since then its headings may have been named in the policy workbook.
    """
    same = received_files.c.sha256 == received.sha256
    return _twin(ledger, received, same, ("claimed", "read"), is_newest=True)


def read_before(ledger: Ledger, received: ReceivedFile) -> frozenset[tuple[str, int]]:
    """Return the sheets of these bytes, with their heading rows, that were read before and still count."""
    query = select(received_files.c.sheets).where(
        received_files.c.sha256 == received.sha256, received_files.c.id < received.id, received_files.c.state == "read"
    )
    query = query.where(received_files.c.id.not_in(_overtaken(ledger, received)))
    with ledger.reading() as connection:
        texts = connection.execute(query.where(~received_files.c.is_undone)).scalars().all()
    return frozenset((sheet["sheet"], sheet["heading_row"]) for text in texts for sheet in json.loads(text))


def was_undone(ledger: Ledger, received: ReceivedFile) -> bool:
    """Was an earlier received file of the same bytes taken back? What it read may be missing from a later one."""
    query = select(received_files.c.id).where(
        received_files.c.sha256 == received.sha256, received_files.c.id < received.id, received_files.c.is_undone
    )
    with ledger.reading() as connection:
        # All that a night taken back had read comes in again with it.
        return connection.execute(query.where(received_files.c.state != "withdrawn")).first() is not None


def known_rows(ledger: Ledger, received: ReceivedFile) -> ReceivedFile | None:
    """Return an earlier received file whose typed rows were the same (a workbook saved again).

    Only while those rows count: saying again what was since restated is a restatement.
    """
    if not received.content:
        return None
    counting = facts.c.seq.in_(select(heads.c.seq)) | facts.c.seq.in_(select(releases.c.seq))
    replaced = select(facts.c.file_id).where(~counting)
    return _twin(
        ledger, received, (received_files.c.content == received.content) & received_files.c.id.not_in(replaced)
    )


def _overtaken(ledger: Ledger, received: ReceivedFile) -> list[int]:
    """Return the versions of its workbook that a newer one followed: their bytes, if they come, are its next."""
    of = received_files.c
    query = select(of.id, of.name).where(of.id < received.id, of.state == "read", ~of.is_undone).order_by(of.id)
    name = workbook_name(received.name)
    with ledger.reading() as connection:
        mine = [row.id for row in connection.execute(query) if workbook_name(row.name) == name]
    return mine[:-1]


def findings_of_file(ledger: Ledger, received: ReceivedFile) -> list[Finding]:
    """Return what was found about the file, its sheets, and rows of it that were not kept."""
    with ledger.reading() as connection:
        text = connection.execute(
            select(received_files.c.findings).where(received_files.c.id == received.id)
        ).scalar_one()
    return [unpack_finding(packed) for packed in json.loads(text)]


def findings_ever(ledger: Ledger, rule: str) -> list[Finding]:
    """Return every finding of a rule about files and sheets that any file ever had, taken back or not."""
    query = select(received_files.c.findings).where(received_files.c.findings.contains(rule))
    with ledger.reading() as connection:
        texts = connection.execute(query.order_by(received_files.c.id)).scalars().all()
    packed = (packed for text in texts for packed in json.loads(text))
    return [unpack_finding(each) for each in packed if each["rule"] == rule]


def _twin(
    ledger: Ledger,
    received: ReceivedFile,
    same: Any,
    states: Sequence[str] = ("read", "refused"),
    *,
    is_newest: bool = False,
) -> ReceivedFile | None:
    query = (
        select(received_files)
        .where(same, received_files.c.id < received.id, ~received_files.c.is_undone)
        .where(received_files.c.state.in_(states), received_files.c.id.not_in(_overtaken(ledger, received)))
        .order_by(received_files.c.id.desc() if is_newest else received_files.c.id)
    )
    with ledger.reading() as connection:
        row = connection.execute(query).first()
    return as_received(row) if row else None


def counting_files(ledger: Ledger) -> list[ReceivedFile]:
    """Return the received files some of whose rows count tonight; their sheets place every finding."""
    counting = select(facts.c.file_id).join(heads, heads.c.seq == facts.c.seq).distinct()
    query = select(received_files).where(received_files.c.id.in_(counting)).order_by(received_files.c.id)
    with ledger.reading() as connection:
        return [as_received(row) for row in connection.execute(query)]


TOLD_ONCE = ("FILE-037",)  # on the night the file came: nothing of it is left to be done


def open_file_findings(ledger: Ledger, night_id: int) -> list[Finding]:
    """Return the findings about files and sheets that are open.

    Those of the newest received file of each name, and those about known files and papers of ours on this night. A
    file is done with when its bytes are read (again), a refused one when a workbook we know comes under its name; one
    whose returned copy came back has none any more, one that was corrected has those that are left.
    """
    of = received_files.c
    query = select(of.id, of.name, of.findings, of.state, of.night_id, of.sha256).where(~of.is_undone)
    origins = select(returned.c.origin_id).join(received_files, of.id == returned.c.file_id).where(~of.is_undone)
    newest: dict[str, Any] = {}
    known: list[str] = []
    taken: dict[str, int] = {}  # bytes that were read, and the last received file of them
    with ledger.reading() as connection:
        ended = set(connection.execute(origins).scalars())
        left = _left_of_corrected(connection)
        for row in connection.execute(query.order_by(of.id)):
            if row.state in ("read", "refused"):
                newest[row.name] = row
                taken |= {row.sha256: row.id} if row.state == "read" else {}
            elif row.state == "known":
                known.extend([row.findings] * (row.night_id == night_id))
                if _is_replaced(newest.get(row.name), row):
                    del newest[row.name]
    ended |= {row.id for row in newest.values() if taken.get(row.sha256, 0) > row.id}
    standing = [row for row in newest.values() if row.id in left or row.id not in ended]
    found = [(row.night_id, packed) for row in standing for packed in json.loads(left.get(row.id, row.findings))]
    told = [packed for night, packed in found if night == night_id or packed["rule"] not in TOLD_ONCE or _asks(packed)]
    return [unpack_finding(packed) for packed in (*told, *(packed for text in known for packed in json.loads(text)))]


def _asks(packed: Mapping[str, Any]) -> bool:
    return OFFERED in packed.get("params", {})


def _left_of_corrected(connection: Connection) -> dict[int, str]:
    """Return by origin what was found of its sheets once they were read with the corrections."""
    query = select(corrected.c.origin_id, received_files.c.findings).join(
        received_files, received_files.c.id == corrected.c.file_id
    )
    return {row.origin_id: row.findings for row in connection.execute(query.where(~received_files.c.is_undone))}


def _is_replaced(before: Any, known: Any) -> bool:
    return before is not None and before.state == "refused" and before.sha256 != known.sha256


def as_received(row: Row[Any]) -> ReceivedFile:
    """Return a row of the table as a value."""
    values = {name: getattr(row, name) for name in ReceivedFile.__dataclass_fields__}
    return ReceivedFile(**values | {"sheets": tuple(json.loads(row.sheets))})


def sheets_before(
    ledger: Ledger, received: ReceivedFile, is_same: Callable[[str], bool]
) -> Sequence[Mapping[str, Any]]:
    """Return the sheets of the newest file of the same sender, by its name, that was read on an earlier night."""
    earlier = (
        select(received_files.c.id, received_files.c.name)
        .where(
            received_files.c.state == "read", ~received_files.c.is_undone, received_files.c.night_id < received.night_id
        )
        .order_by(received_files.c.id.desc())
    )
    with ledger.reading() as connection:
        for row in connection.execute(earlier):
            if is_same(row.name):
                text = connection.execute(
                    select(received_files.c.sheets).where(received_files.c.id == row.id)
                ).scalar_one()
                sheets: list[Mapping[str, Any]] = json.loads(text)
                return sheets
    return ()
