"""What staff typed as corrections, and where each of them belongs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, func, insert, or_, select

from pipeline.core.text import fold, fold_word
from pipeline.ledger.finding_history import last_reported, pack_finding, unpack_finding
from pipeline.ledger.tables import corrected, entries, facts, heads, pairs, received_files
from pipeline.ledger.tables import targets as table
from schemas.derived.finding import Finding, Place
from schemas.incoming.corrections import Corrections
from schemas.language import spellings

if TYPE_CHECKING:
    from sqlalchemy import Row

    from pipeline.ledger.store import Ledger


TYPED = "staff_correction"  # the staff column of the list of exceptions


@dataclass(frozen=True)
class Correction:
    """One value typed beside a finding. `raw`: what the list showed of the cell; `place`: where it was typed."""

    key: str
    finding_id: str
    raw: str
    value: str
    place: Place
    heading: str
    night_id: int


@dataclass(frozen=True)
class Target:
    """A cell that a correction is meant for, in one received file (zero: there is none).

    `finding` names the record, with the cell as its place; `raw` is what stands in the source.
    """

    key: str
    file_id: int
    state: str
    finding: Finding
    raw: str = ""
    night_id: int = 0


@dataclass(frozen=True)
class StoredRow:
    """A row as a received file brought it: its place there, and the sheets of that received file."""

    file_id: int
    file: str
    kind: str
    key: str
    sheet: str
    row: int
    cells: str
    sheets: Sequence[Mapping[str, Any]]


def typed_corrections(ledger: Ledger) -> list[Correction]:
    """Return every correction that counts, in the order they came: dropped in a list, or typed in the latest outputs.

    One typed there counts from when it was noted until it is cleared, which takes a dropped one back too. A list that
    was dropped speaks for what was typed in it. A word for taking back, typed beside a finding that no list shows any
    more, ends all that was typed there before it.
    """
    query = (
        select(
            facts, received_files.c.name, received_files.c.night_id, received_files.c.sheets, heads.c.seq.label("head")
        )
        .outerjoin(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(facts.c.kind == Corrections.name)
        .order_by(facts.c.seq)
    )
    newest = select(func.max(entries.c.id)).where(entries.c.field == TYPED).group_by(entries.c.key)
    with ledger.reading() as connection:
        dropped = connection.execute(query).all()
        typed = connection.execute(select(entries).where(entries.c.id.in_(newest)).order_by(entries.c.id)).all()
    since = {row.key: row.night_id for row in dropped}
    cleared = {row.key: row.night_id for row in typed if not row.value or takes_back(row.value)}
    made = _not_taken_back([_correction(row) for row in dropped if row.head is not None])
    back = {each.finding_id: each.night_id for each in made if takes_back(each.value)}
    made = [each for each in made if cleared.get(each.finding_id, each.night_id) <= each.night_id]
    latest = [row for row in typed if row.value and since.get(key_of(row.key, row.value), 0) < row.night_id]
    latest = [row for row in latest if not takes_back(row.value) and back.get(row.key, 0) < row.night_id]
    named = {key_of(row.key, row.value) for row in latest}
    made = [each for each in made if each.key not in named and not takes_back(each.value)]
    return [*made, *_typed_among_latest(ledger, latest)]


def takes_back(value: str) -> bool:
    """Return whether what stands where a correction belongs is a word for taking back the one that was there."""
    return fold_word(value) in {fold(word) for word in spellings.group("correction.back")}


def _not_taken_back(dropped: Sequence[Correction]) -> list[Correction]:
    """Return corrections as they came without those that a later one takes back."""
    last = {each.finding_id: n for n, each in enumerate(dropped) if takes_back(each.value)}
    return [each for n, each in enumerate(dropped) if n >= last.get(each.finding_id, 0)]


def _typed_among_latest(ledger: Ledger, rows: Sequence[Row[Any]]) -> list[Correction]:
    """Return what was typed beside findings of the night before: what they showed is what it answers."""
    shown = {id_: found.raw for id_, found in last_reported(ledger, {row.key for row in rows}).items()}
    for key, mine in correction_targets(ledger).items() if rows else ():
        shown[key] = mine[min(mine)].finding.raw
    return [
        Correction(
            key := key_of(row.key, row.value),
            row.key,
            shown.get(key, shown.get(row.key, "")),
            row.value,
            Place(row.file.partition("@")[0]),
            "",
            row.night_id,
        )
        for row in rows
    ]


def key_of(finding_id: str, value: str) -> str:
    """Return the key of a correction, as its identity makes it."""
    return f"{finding_id}|{value}".casefold()


def _correction(row: Row[Any]) -> Correction:
    stored = orjson.loads(row.facts)
    letter, heading = column_at(json.loads(row.sheets), row.kind, row.sheet, str(Corrections.value))
    return Correction(
        row.key,
        stored[Corrections.finding_id],
        stored.get(Corrections.raw, ""),
        stored[Corrections.value],
        Place(row.name, row.sheet, row.row, letter),
        heading,
        row.night_id,
    )


def column_at(sheets: Sequence[Mapping[str, Any]], kind: str, name: str, field: str) -> tuple[str, str]:
    """Letter and heading of a column of a sheet."""
    for sheet in sheets:
        if (sheet["kind"], sheet["sheet"]) == (kind, name) and field in sheet["columns"]:
            letter, heading = sheet["columns"][field]
            return letter, heading
    return "", ""


def correction_targets(ledger: Ledger) -> dict[str, dict[int, Target]]:
    """Return the targets of corrections, by key of the correction and by received file."""
    found: dict[str, dict[int, Target]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(select(table).order_by(table.c.key, table.c.file_id)):
            finding = unpack_finding(orjson.loads(row.finding))
            target = Target(row.key, row.file_id, row.state, finding, row.raw, row.night_id)
            found.setdefault(row.key, {})[row.file_id] = target
    return found


def keep_targets(ledger: Ledger, kept: Iterable[Target]) -> None:
    """Remember them, each in place of what was known of its correction and received file."""
    with ledger.writing() as connection:
        for target in kept:
            here = (table.c.key == target.key) & (table.c.file_id == target.file_id)
            connection.execute(delete(table).where(here))
            connection.execute(
                insert(table).values(
                    key=target.key,
                    file_id=target.file_id,
                    state=target.state,
                    finding=orjson.dumps(pack_finding(target.finding)).decode(),
                    raw=target.raw,
                    night_id=target.night_id,
                )
            )


def row_of(ledger: Ledger, seq: int) -> StoredRow | None:
    """Return the row a version was read from, in the workbook that staff dropped."""
    with ledger.reading() as connection:
        row = connection.execute(_rows().where(facts.c.seq == seq)).first()
        if row is None:
            return None
        origin = select(corrected.c.origin_id).where(corrected.c.file_id == row.file_id)
        if (origin_id := connection.execute(origin).scalar()) is None:
            return _stored(row)
        here = (facts.c.file_id == origin_id, facts.c.kind == row.kind, facts.c.sheet == row.sheet)
        found = connection.execute(_rows().where(*here, facts.c.row == row.row)).all()
        same = [stored for stored in found if stored.key == row.key] or found
        return _stored(same[0]) if len(same) == 1 else None


def row_at(ledger: Ledger, place: Place) -> StoredRow | None:
    """Return the row that stands there in the newest workbook of that name; nameless where several records share it."""
    query = _rows().where(
        received_files.c.name == place.file, received_files.c.state == "read", ~received_files.c.is_undone
    )
    query = query.where(facts.c.sheet == place.sheet, facts.c.row == place.row).order_by(
        facts.c.file_id.desc(), facts.c.seq
    )
    with ledger.reading() as connection:
        found = connection.execute(query).all()
    here = [_stored(row) for row in found if row.file_id == found[0].file_id]
    return replace(here[0], key=here[0].key if len(here) == 1 else "") if here else None


def newest_row(ledger: Ledger, kind: str, key: str) -> StoredRow | None:
    """Return the row of this key, or of the record that went by it, in the newest workbook that has one."""
    here = (facts.c.kind == kind) & (facts.c.key == key)
    records = select(pairs.c.record).join(facts, facts.c.seq == pairs.c.seq).where(here)
    same = select(pairs.c.seq).where(pairs.c.record.in_(records))
    query = _rows().where(
        or_(here, facts.c.seq.in_(same)), received_files.c.state == "read", ~received_files.c.is_undone
    )
    with ledger.reading() as connection:
        row = connection.execute(query.order_by(facts.c.seq.desc()).limit(1)).first()
    return _stored(row) if row else None


def _rows() -> Any:
    return select(facts, received_files.c.name, received_files.c.sheets).join(
        received_files, received_files.c.id == facts.c.file_id
    )


def _stored(row: Row[Any]) -> StoredRow:
    cells = orjson.loads(row.facts).get("src_cells", "")
    return StoredRow(row.file_id, row.name, row.kind, row.key, row.sheet, row.row, cells, json.loads(row.sheets))
