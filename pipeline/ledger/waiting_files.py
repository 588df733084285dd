"""Files left in the inbox, and for how many nights they have not changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from pipeline.ledger.night import Night
from pipeline.ledger.store import Ledger
from pipeline.ledger.tables import waiting as table


@dataclass(frozen=True)
class WaitingFile:
    """A file not taken tonight: the rule says why; `mark` is its size and time."""

    name: str
    rule: str
    mark: str
    person: str = ""


def nights_waited(ledger: Ledger, night: Night, left: WaitingFile) -> int:
    """Return how many nights before this one on which the file lay there just as it is."""
    query = select(func.count()).where(
        table.c.name == left.name,
        table.c.mark == left.mark,
        table.c.night_id < night.id,
    )
    with ledger.reading() as connection:
        return int(connection.execute(query).scalar_one())


def note_waiting(ledger: Ledger, night: Night, left: Iterable[WaitingFile], *, besides: bool = False) -> None:
    """Replace what this night left behind; `besides`: only of files of the same names."""
    left = list(left)
    gone = delete(table).where(table.c.night_id == night.id)
    with ledger.writing() as connection:
        connection.execute(gone.where(table.c.name.in_([file.name for file in left])) if besides else gone)
        rows = [
            {
                "night_id": night.id,
                "name": file.name,
                "rule": file.rule,
                "mark": file.mark,
                "person": file.person,
            }
            for file in left
        ]
        if rows:
            connection.execute(insert(table), rows)


def waiting_on(ledger: Ledger, night: Night) -> list[WaitingFile]:
    """Return what a night left in the inbox, by name."""
    query = select(table).where(table.c.night_id == night.id).order_by(table.c.name)
    with ledger.reading() as connection:
        return [WaitingFile(row.name, row.rule, row.mark, row.person) for row in connection.execute(query)]
