"""The layout of the ledger's tables: made in an empty database, asked for in every other."""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select

from pipeline.errors import SettingsError
from pipeline.ledger.tables import METADATA, layout

LAYOUT = 1  # one more whenever a ledger written before could not be used as it stands


def settle(connection: Connection) -> None:
    """Make the tables where there are none. Raises SettingsError for a ledger of another layout.

    In one transaction with the number, so that a night killed here leaves no ledger without one.
    """
    names = set(inspect(connection).get_table_names())
    if not names & METADATA.tables.keys():
        METADATA.create_all(connection)
        connection.execute(insert(layout).values(number=LAYOUT))
        return
    found = connection.execute(select(layout.c.number)).scalar_one() if layout.name in names else 0
    if found != LAYOUT:
        told = ("older_ledger", "use_older") if found < LAYOUT else ("newer_ledger", "use_newer")
        raise SettingsError("ledger", *told, found=str(found), own=str(LAYOUT))
