"""What was exported to other systems, night by night; the newest night before this one counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from sqlalchemy import delete, insert, select

from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import exported as table


@dataclass(frozen=True)
class ExportedDocument:
    """One document as it was exported to a target. `known`: it was entered there by people, and we only remember it."""

    target: str
    document: str
    key: str
    state: str  # new | update | known | withdrawn
    mark: str
    name: str
    customer: str = ""
    file: str = ""
    lines: tuple[str, ...] = ()
    exported_on: str = ""  # day of the night that gave it; blank until then


STORED = tuple(field.name for field in fields(ExportedDocument) if field.name not in ("lines", "exported_on"))


def exported_before(
    ledger: Ledger, night: Night, is_out: Callable[[str], bool]
) -> dict[tuple[str, str, str], ExportedDocument]:
    """Return every document as it was exported last before this run, by target, document and key.

    `is_out` says of a moment whether its outputs were published: a run of this same night that was killed
    before that exported nothing, one that was killed after it did.
    """
    query = select(table).where(table.c.night_id <= night.id).order_by(table.c.night_id, table.c.as_of)
    found: dict[tuple[str, str, str], ExportedDocument] = {}
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    out = _out(night, {row.as_of for row in rows if row.night_id == night.id}, is_out)
    for row in rows:
        if row.night_id < night.id or row.as_of in out:
            stored = {name: getattr(row, name) for name in STORED}
            made = ExportedDocument(**stored, lines=tuple(json.loads(row.lines)), exported_on=row.as_of[:10])
            found[made.target, made.document, made.key] = made
    return found


def note_exported(
    ledger: Ledger, night: Night, given: Iterable[ExportedDocument], is_out: Callable[[str], bool]
) -> None:
    """Note what this run exports. What an unpublished run of this night exported is forgotten."""
    own = {"night_id": night.id, "as_of": night.as_of.isoformat()}
    rows = [
        {name: getattr(document, name) for name in STORED} | own | {"lines": json.dumps(document.lines)}
        for document in given
    ]
    here = table.c.night_id == night.id
    with ledger.writing() as connection:
        earlier = set(connection.execute(select(table.c.as_of).where(here).distinct()).scalars())
        kept = _out(night, earlier, is_out)
        connection.execute(delete(table).where(here, table.c.as_of.not_in(kept)))
        if rows:
            connection.execute(insert(table), rows)


def _out(night: Night, moments: set[str], is_out: Callable[[str], bool]) -> set[str]:
    """Return other moments at which this same night was run, and published."""
    return {as_of for as_of in moments - {night.as_of.isoformat()} if is_out(as_of)}
