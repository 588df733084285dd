"""The layout of the ledger's tables: made in an empty database, asked for in every other."""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select

from pipeline.core.errors import SettingsError
from pipeline.ledger.tables import METADATA, layout

LAYOUT = 4  # one more whenever a ledger written before could not be used as it stands


def settle(connection: Connection) -> None:
    """Make the tables where there are none. Raises SettingsError for a ledger of another layout.

    In one transaction with the number, so that a night killed here leaves no ledger without one.
    """
    if _is_empty(connection):
        METADATA.create_all(connection)
        connection.execute(insert(layout).values(number=LAYOUT))
    else:
        refuse_other(connection)


def refuse_other(connection: Connection) -> None:
    """Raises SettingsError for a ledger of another layout; an empty database has none yet."""
    found = _number(connection)
    if found != LAYOUT and not _is_empty(connection):
        told = ("older_ledger", "use_older") if found < LAYOUT else ("newer_ledger", "use_newer")
        raise SettingsError("ledger", *told, found=str(found), own=str(LAYOUT))


def _is_empty(connection: Connection) -> bool:
    return not METADATA.tables.keys() & set(inspect(connection).get_table_names())


def _number(connection: Connection) -> int:
    if not inspect(connection).has_table(layout.name):
        return 0
    return int(connection.execute(select(layout.c.number)).scalar_one())
