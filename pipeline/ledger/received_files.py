"""Files taken in: each drop, what became of it, and what was found about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from pipeline.ledger.flaw import packed, unpacked
from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import corrected, drops, facts, heads, nights, numbers, releases, returned
from schemas.derived.finding import Finding


@dataclass(frozen=True)
class Drop:
    """One file taken in. `sheets` is what reading said of each sheet."""

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


def add_drop(ledger: Ledger, drop: Drop) -> Drop:
    """Record a claimed file; a token already known returns its row unchanged."""
    with ledger.writing() as connection:
        row = connection.execute(select(drops).where(drops.c.token == drop.token)).first()
        if row:
            return as_drop(row)
        values = {name: getattr(drop, name) for name in ("token", "name", "sha256", "size", "modified", "night_id")}
        made = insert(drops).values(state=drop.state, **values).returning(drops.c.id)
        return replace(drop, id=connection.execute(made).scalar_one())


def take_over(ledger: Ledger, night: Night) -> None:
    """Drops that an earlier night did not come to read, or to tell of, are this night's.

    A closed night that is run again with new files, and killed, leaves such drops: the next night is a new one.
    """
    with ledger.writing() as connection:
        left = select(drops.c.id).where(drops.c.state == "claimed", drops.c.night_id != night.id)
        mine = {*connection.execute(left).scalars(), *_untold(connection, night)}
        for each in sorted(mine):
            connection.execute(update(drops).where(drops.c.id == each).values(night_id=night.id))


def _untold(connection: Connection, night: Night) -> Iterator[int]:
    """Drops of the night before that stand in none of its papers."""
    before = select(nights).where(nights.c.id < night.id).order_by(nights.c.id.desc()).limit(1)
    last = connection.execute(before).first()
    told = json.loads(last.summary).get("sources") if last and last.is_closed else None
    if last and told is not None:
        named = {(each["name"], each["sha256"]) for each in told}
        query = select(drops).where(drops.c.night_id == last.id, drops.c.state != "corrected")
        yield from (row.id for row in connection.execute(query).all() if (row.name, row.sha256) not in named)


def settle_drop(connection: Connection, drop: Drop, found: Iterable[Finding]) -> None:
    """Store what became of a drop, with the findings about the file and its sheets."""
    connection.execute(
        update(drops)
        .where(drops.c.id == drop.id)
        .values(
            state=drop.state,
            rule=drop.rule,
            content=drop.content,
            sheets=json.dumps(drop.sheets, ensure_ascii=False),
            flaws=json.dumps([packed(each) for each in found], ensure_ascii=False),
        )
    )


def note_attempt(ledger: Ledger, drop: Drop) -> Drop:
    """Count an attempt before parsing, so that a file that kills the night is seen."""
    with ledger.writing() as connection:
        change = update(drops).where(drops.c.id == drop.id)
        connection.execute(change.values(attempts=drop.attempts + 1))
    return replace(drop, attempts=drop.attempts + 1)


def drops_of(ledger: Ledger, night_id: int | None = None) -> list[Drop]:
    """Drops of one night, or of all, in the order they were taken; none of our own making."""
    query = select(drops).where(drops.c.state != "corrected").order_by(drops.c.id)
    if night_id is not None:
        query = query.where(drops.c.night_id == night_id)
    with ledger.reading() as connection:
        return [as_drop(row) for row in connection.execute(query)]


def known_bytes(ledger: Ledger, drop: Drop) -> Drop | None:
    """The newest earlier drop of the same bytes that still counts, or is about to.

    What was refused is read anew: since then its headings may have been named in the policy workbook.
    """
    same = drops.c.sha256 == drop.sha256
    return _twin(ledger, drop, same, ("claimed", "read"), is_newest=True)


def read_before(ledger: Ledger, drop: Drop) -> frozenset[tuple[str, int]]:
    """Sheets of these bytes, with their heading rows, that earlier drops have read and that still count."""
    query = select(drops.c.sheets).where(drops.c.sha256 == drop.sha256, drops.c.id < drop.id, drops.c.state == "read")
    with ledger.reading() as connection:
        texts = connection.execute(query.where(~drops.c.is_undone)).scalars().all()
    return frozenset((each["sheet"], each["heading_row"]) for text in texts for each in json.loads(text))


def was_undone(ledger: Ledger, drop: Drop) -> bool:
    """An earlier drop of the same bytes was taken back: what it read may be missing from a later one."""
    query = select(drops.c.id).where(drops.c.sha256 == drop.sha256, drops.c.id < drop.id, drops.c.is_undone)
    with ledger.reading() as connection:
        return connection.execute(query).first() is not None


def known_rows(ledger: Ledger, drop: Drop) -> Drop | None:
    """An earlier drop whose typed rows were the same (a workbook saved again).

    Only while those rows count: saying again what was since restated is a restatement.
    """
    if not drop.content:
        return None
    counting = facts.c.seq.in_(select(heads.c.seq)) | facts.c.seq.in_(select(releases.c.seq))
    replaced = select(facts.c.drop_id).where(~counting)
    return _twin(ledger, drop, (drops.c.content == drop.content) & drops.c.id.not_in(replaced))


def flaws_of(ledger: Ledger, drop: Drop) -> list[Finding]:
    """What was found about the file, its sheets, and rows of it that were not kept."""
    with ledger.reading() as connection:
        text = connection.execute(select(drops.c.flaws).where(drops.c.id == drop.id)).scalar_one()
    return [unpacked(each) for each in json.loads(text)]


def _twin(
    ledger: Ledger, drop: Drop, same: Any, states: Sequence[str] = ("read", "refused"), *, is_newest: bool = False
) -> Drop | None:
    query = (
        select(drops)
        .where(same, drops.c.id < drop.id, ~drops.c.is_undone)
        .where(drops.c.state.in_(states))
        .order_by(drops.c.id.desc() if is_newest else drops.c.id)
    )
    with ledger.reading() as connection:
        row = connection.execute(query).first()
    return as_drop(row) if row else None


def living_drops(ledger: Ledger) -> list[Drop]:
    """Drops some of whose rows count tonight; their sheets place every finding."""
    counting = select(facts.c.drop_id).join(heads, heads.c.seq == facts.c.seq).distinct()
    query = select(drops).where(drops.c.id.in_(counting)).order_by(drops.c.id)
    with ledger.reading() as connection:
        return [as_drop(row) for row in connection.execute(query)]


def live_flaws(ledger: Ledger, night_id: int) -> list[Finding]:
    """Findings about files and sheets.

    Those of the newest drop of each name, and what was said of known files on this night. A
    file is done with when its bytes are read (anew), a refused one when a workbook we know comes under its name; a drop
    whose returned copy came back mended has none any more, one that was corrected has those that are left.
    """
    columns = (drops.c.id, drops.c.name, drops.c.flaws, drops.c.state, drops.c.night_id, drops.c.sha256)
    query = select(*columns).where(~drops.c.is_undone)
    mended = select(returned.c.origin_id).join(drops, drops.c.id == returned.c.drop_id).where(~drops.c.is_undone)
    newest: dict[str, Any] = {}
    known: list[str] = []
    taken: dict[str, int] = {}  # bytes that were read, and the last drop of them
    with ledger.reading() as connection:
        ended = set(connection.execute(mended).scalars())
        left = _left_of_corrected(connection)
        for row in connection.execute(query.order_by(drops.c.id)):
            if row.state in ("read", "refused"):
                newest[row.name] = row
                taken |= {row.sha256: row.id} if row.state == "read" else {}
            elif row.state == "known":
                known.extend([row.flaws] * (row.night_id == night_id))
                if _is_replaced(newest.get(row.name), row):
                    del newest[row.name]
    ended |= {row.id for row in newest.values() if taken.get(row.sha256, 0) > row.id}
    texts = (*(left.get(row.id, row.flaws) for row in newest.values() if row.id in left or row.id not in ended), *known)
    return [unpacked(each) for text in texts for each in json.loads(text)]


def _left_of_corrected(connection: Connection) -> dict[int, str]:
    """By origin, what was found of its sheets once they were read with the corrections."""
    query = select(corrected.c.origin_id, drops.c.flaws).join(drops, drops.c.id == corrected.c.drop_id)
    return {row.origin_id: row.flaws for row in connection.execute(query.where(~drops.c.is_undone))}


def _is_replaced(before: Any, known: Any) -> bool:
    return before is not None and before.state == "refused" and before.sha256 != known.sha256


def remembered_numbers(ledger: Ledger, *, besides: int = 0) -> dict[str, str]:
    """Numbers assigned so far, by the fingerprint of the row that had none.

    `besides` is a night whose own drops are left out, so that one cut short gives the same numbers again.
    """
    query = select(numbers).join(drops, drops.c.id == numbers.c.drop_id).where(drops.c.night_id != besides)
    with ledger.reading() as connection:
        return {row.fingerprint: row.number for row in connection.execute(query)}


def used_numbers(ledger: Ledger, kind: str, *, besides: int = 0) -> frozenset[str]:
    """Order or complaint numbers of every version ever posted: none is given twice."""
    query = select(facts.c.key).join(drops, drops.c.id == facts.c.drop_id).distinct()
    query = query.where(facts.c.kind == kind, drops.c.night_id != besides)
    with ledger.reading() as connection:
        keys = connection.execute(query).scalars().all()
    return frozenset(key.split("|")[0].split("#")[0].upper() for key in keys)


def kept_codes(ledger: Ledger, kind: str, column: str, *, besides: int = 0) -> frozenset[str]:
    """What stands in a column of the rows that count; `besides`: a night left out."""
    query = select(facts.c.facts).join(heads, heads.c.seq == facts.c.seq).join(drops, drops.c.id == facts.c.drop_id)
    with ledger.reading() as connection:
        rows = connection.execute(query.where(facts.c.kind == kind, ~facts.c.is_held, drops.c.night_id != besides))
        found = {orjson.loads(text).get(column) for text in rows.scalars()}
    return frozenset(code for code in found if code)


def as_drop(row: Row[Any]) -> Drop:
    """A row of the table as a value."""
    values = {name: getattr(row, name) for name in Drop.__dataclass_fields__}
    return Drop(**values | {"sheets": tuple(json.loads(row.sheets))})
