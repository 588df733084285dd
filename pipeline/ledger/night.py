"""Nights: one per moment judged; an unfinished one is taken up by the next run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import nights as table


@dataclass(frozen=True)
class Night:
    """One run for one `as_of` (local). `is_past`: earlier than the newest night."""

    id: int
    as_of: datetime
    is_closed: bool = False
    is_past: bool = False
    summary: str = "{}"


def begin(ledger: Ledger, as_of: datetime) -> Night:
    """Return the night for `as_of`: known, taken up, new, or a look back that writes nothing.

    A night that was never closed is continued under the new moment, so that files it
    had claimed are reported by the run that publishes them.
    """
    with ledger.writing() as connection:
        last = _last(connection)
        if last and last.as_of == as_of:
            return last
        if last and as_of < last.as_of:
            return Night(last.id, as_of, is_closed=True, is_past=True)
        if last and not last.is_closed:
            change = update(table).where(table.c.id == last.id)
            connection.execute(change.values(as_of=as_of.isoformat()))
            return Night(last.id, as_of)
        made = insert(table).values(as_of=as_of.isoformat()).returning(table.c.id)
        return Night(connection.execute(made).scalar_one(), as_of)


def close(connection: Connection, night: Night, summary: dict[str, object]) -> None:
    """Mark the night as judged; its summary is what `history` shows."""
    text = json.dumps(summary, ensure_ascii=False, sort_keys=True)
    change = update(table).where(table.c.id == night.id)
    connection.execute(change.values(is_closed=True, summary=text))


def all_nights(ledger: Ledger) -> list[Night]:
    """Return every night, oldest first."""
    with ledger.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [_night(row) for row in rows]


def _last(connection: Connection) -> Night | None:
    newest = select(table).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return _night(row) if row else None


def _night(row: Row[Any]) -> Night:
    return Night(
        id=row.id,
        as_of=datetime.fromisoformat(row.as_of),
        is_closed=row.is_closed,
        summary=row.summary,
    )
