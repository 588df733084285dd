"""A ledger of the layout before this one, brought to this one when it is opened.

Until layout 4 numbers were stored in one form only: lists of them parted by blanks, and rows completed to the form or
refused for it. Lists are parted by other signs here; workbooks of such rows are noted, and read once more by the next
night.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson
from sqlalchemy import Connection, insert, select, update

from pipeline.core.numbers import SEPARATOR
from pipeline.ledger.tables import corrected, facts, heads, layout, received_files, rereads, row_findings
from schemas.incoming.kinds import KINDS
from schemas.table import Type

BEFORE = 4
LISTS = {
    kind: names
    for kind, table in KINDS.items()
    if (names := [str(column) for column in table.columns if column.spec.type is Type.ORDER_LIST])
}
# what was said of numbers that were completed, or not of the form
OF_FORM = frozenset("ORD-029 ORD-030 ORD-046 ORD-047 CELL-038 CELL-039 CELL-040 CMP-015".split())
PIECE = r"\d{6}-T?\d{3,6}(?:=-?\d+)?"
OLD_LIST = re.compile(rf"{PIECE}(?: {PIECE})+")


def convert(connection: Connection, number: int) -> None:
    """Bring a ledger of layout 4 to layout `number`, in the transaction that is under way."""
    rereads.create(connection, checkfirst=True)
    _convert_lists(connection)
    _note_rereads(connection)
    connection.execute(update(layout).values(number=number))


def _convert_lists(connection: Connection) -> None:
    """Part the numbers of lists by signs that none of them holds, in the rows and in the keys made of them."""
    rows = connection.execute(
        select(facts.c.seq, facts.c.kind, facts.c.key, facts.c.facts).where(facts.c.kind.in_(LISTS))
    )
    for row in rows.all():
        stored = orjson.loads(row.facts)
        old = {name: stored[name] for name in LISTS[row.kind] if OLD_LIST.fullmatch(stored.get(name) or "")}
        if not old:
            continue
        new = {name: text.replace(" ", SEPARATOR) for name, text in old.items()}
        key = _key(row.key, old, new)
        values = {"facts": orjson.dumps(stored | new).decode(), "key": key}
        connection.execute(update(facts).where(facts.c.seq == row.seq).values(**values))
        if key != row.key:
            here = (heads.c.kind == row.kind) & (heads.c.key == row.key)
            connection.execute(update(heads).where(here).values(key=key))
            _rename_findings(connection, row.seq, key)


def _key(key: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    for name, text in old.items():
        key = key.replace(text.casefold(), new[name].casefold())
    return key


def _rename_findings(connection: Connection, seq: int, key: str) -> None:
    for row in connection.execute(select(row_findings).where(row_findings.c.seq == seq)).all():
        finding = orjson.dumps(orjson.loads(row.finding) | {"key": key}).decode()
        connection.execute(update(row_findings).where(row_findings.c.id == row.id).values(finding=finding))


def _note_rereads(connection: Connection) -> None:
    """Note the workbooks of rows that count and were read by the form; of a corrected one its origin."""
    query = (
        select(facts.c.file_id, row_findings.c.finding)
        .join(facts, facts.c.seq == row_findings.c.seq)
        .join(heads, heads.c.seq == facts.c.seq)
        .join(received_files, received_files.c.id == facts.c.file_id)
        .where(~received_files.c.is_undone)
    )
    found = {row.file_id for row in connection.execute(query) if orjson.loads(row.finding).get("rule") in OF_FORM}
    origins = {
        row.file_id: row.origin_id for row in connection.execute(select(corrected.c.file_id, corrected.c.origin_id))
    }
    for file_id in sorted({origins.get(file_id, file_id) for file_id in found}):
        connection.execute(insert(rereads).values(file_id=file_id))
