"""Opening the ledger with the settings that survive a power cut, and the layout of its tables.

The layout is made in an empty database and asked for in every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from pipeline.core.errors import NightError, NothingPublished, SettingsError
from pipeline.ledger.conversion import BEFORE, convert
from pipeline.ledger.tables import METADATA, layout

LAYOUT = 6  # one more whenever a ledger written before could not be used as it stands
GROWN = {5: 6}  # layouts that only lacked tables: with these made they are the next one


def make_or_check(connection: Connection) -> None:
    """Make the tables where there are none. Raises SettingsError for a ledger that cannot be brought to this layout.

    In one transaction with the number, so that a night killed here leaves no ledger without one. A table that was
    added since the ledger was made is made too; an older nightdesk, which would not ask it, refuses the ledger then.
    """
    if _is_empty(connection):
        layout.create(connection)
        connection.execute(insert(layout).values(number=LAYOUT))
    elif _number(connection) == BEFORE:
        convert(connection, LAYOUT)
    else:
        grow(connection)
        refuse_other_layout(connection)
    METADATA.create_all(connection)


def grow(connection: Connection) -> None:
    """Give a ledger that only lacks tables the number of the layout it has with them."""
    found = _number(connection)
    while found in GROWN:
        found = GROWN[found]
        connection.execute(update(layout).values(number=found))


def refuse_other_layout(connection: Connection) -> None:
    """Refuse a ledger of another layout with a SettingsError; an empty database has none yet."""
    found = _number(connection)
    if found != LAYOUT and not _is_empty(connection):
        older = ("older_ledger", "run_first" if found in (BEFORE, *GROWN) else "use_older")
        keys = older if found < LAYOUT else ("newer_ledger", "use_newer")
        raise SettingsError("ledger", *keys, found=str(found), own=str(LAYOUT))


def _is_empty(connection: Connection) -> bool:
    return not METADATA.tables.keys() & set(inspect(connection).get_table_names())


def _number(connection: Connection) -> int:
    if not inspect(connection).has_table(layout.name):
        return 0
    return int(connection.execute(select(layout.c.number)).scalar_one())


ILLS = {  # SQLite's own names of what keeps a file from being used: key of wrong.*, key of do.*
    "SQLITE_NOTADB": ("ledger_broken", "restore_ledger"),
    "SQLITE_CORRUPT": ("ledger_broken", "restore_ledger"),
    "SQLITE_READONLY_ROLLBACK": ("ledger_cut", "run_again"),  # only when somebody looks: a night takes it up
    "SQLITE_BUSY": ("ledger_busy", "wait"),
}


class Ledger:
    """A handle on the database, closed at the end of a `with`; every change runs inside `writing()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction. Raises NothingPublished when the database refuses."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except (OperationalError, DatabaseError) as wrong:
            raise refusal_of(wrong) from wrong

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection whose reads see one moment."""
        with self.writing() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()


def open_ledger(url: str) -> Ledger:
    """Open or make the ledger.

    Raises NothingPublished when it cannot be used, SettingsError when no ledger of ours can be there.
    """
    engine = engine_for(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _immediate)
    ledger = Ledger(engine)
    try:
        with ledger.writing() as connection:
            make_or_check(connection)
    except NightError:
        ledger.dispose()
        raise
    return ledger


def engine_for(url: str) -> Engine:
    """Return an engine that shows no values. Raises SettingsError when nothing here understands the URL."""
    try:
        return create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError) as wrong:  # no URL, no such database, no driver for it here
        raise SettingsError("ledger", "no_ledger_url", "name_ledger", reason=type(wrong).__name__) from wrong


def _durable(connection: Any, _record: object) -> None:
    # Rollback journal and EXTRA: 0 of 200 power cuts lost a committed row, WAL with
    # NORMAL lost 8 of 40.
    connection.isolation_level = None
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def refusal_of(wrong: Exception) -> NothingPublished:
    """Return what the database said, with what can be done about it."""
    cause = getattr(wrong, "orig", wrong)
    name = str(getattr(cause, "sqlite_errorname", ""))
    keys = next((keys for begin, keys in ILLS.items() if name.startswith(begin)), ("database", "mend_ledger"))
    return NothingPublished("ledger", *keys, reason=str(cause).strip())
