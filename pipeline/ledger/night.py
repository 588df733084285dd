"""Nights: one per moment judged; an unfinished one is taken up by the next run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.core.errors import SettingsError
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import nights as table

WITHDRAWN = '{"withdrawn": true}'  # the summary of a night that was taken back


@dataclass(frozen=True)
class Night:
    """One run for one `as_of` (local). `is_past`: earlier than the newest night."""

    id: int
    as_of: datetime
    is_closed: bool = False
    is_past: bool = False
    summary: str = "{}"

    @property
    def is_withdrawn(self) -> bool:
        """Was it taken back? The next night takes its place, whatever moment that has."""
        return self.summary == WITHDRAWN


def begin(ledger: Ledger, as_of: datetime, *, may_look_back: bool = True) -> Night:
    """Return the night for `as_of`: known, taken up, new, or a look back that writes nothing.

    A night that was never closed is continued under the new moment, so that files it
    had claimed are reported by the run that publishes them. Raises SettingsError for a look back that nobody asked for.
    """
    with ledger.writing() as connection:
        last, before = _newest(connection)
        floor = before if last and last.is_withdrawn else last
        if last and last.as_of == as_of and not last.is_withdrawn:
            return last
        if floor and as_of <= floor.as_of:
            if not may_look_back:
                raise _look_back(floor, as_of)
            return Night(floor.id, as_of, is_closed=True, is_past=True)
        if last and not last.is_closed:
            change = update(table).where(table.c.id == last.id)
            connection.execute(change.values(as_of=as_of.isoformat(), summary="{}"))
            return Night(last.id, as_of)
        made = insert(table).values(as_of=as_of.isoformat()).returning(table.c.id)
        return Night(connection.execute(made).scalar_one(), as_of)


def _look_back(last: Night, as_of: datetime) -> SettingsError:
    values = {"last": f"{last.as_of:%Y-%m-%d %H:%M}", "now": f"{as_of:%Y-%m-%d %H:%M}"}
    return SettingsError("ledger", "night_ahead", "withdraw_night", day=f"{last.as_of:%Y-%m-%d}", **values)


def reopen(connection: Connection, night: Night) -> None:
    """Let a night that was taken back stand open, as if it had not been judged."""
    connection.execute(update(table).where(table.c.id == night.id).values(is_closed=False, summary=WITHDRAWN))


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


def _newest(connection: Connection) -> tuple[Night | None, Night | None]:
    """Return the newest night and the one before it."""
    rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(2)).all()
    last, before, *_ = [*map(_night, rows), None, None]
    return last, before


def _night(row: Row[Any]) -> Night:
    return Night(
        id=row.id,
        as_of=datetime.fromisoformat(row.as_of),
        is_closed=row.is_closed,
        summary=row.summary,
    )
