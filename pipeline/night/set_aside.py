"""What our own program fails on is set aside by name, so that the rest is published.

Disk and database are no such case: they end the night, and the same run may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.core.errors import NightError
from pipeline.core.log import SHORT, note_failure
from pipeline.ledger import settle_received, store_entries
from pipeline.night.file_findings import finding_on_file

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, ReceivedFile, StaffEntry
    from pipeline.reading import FileRead
    from schemas.derived.finding import Finding

    Reads = Sequence[tuple[ReceivedFile, FileRead]]

FAILED = "FILE-034"
T = TypeVar("T")


@contextmanager
def setting_aside(ledger: Ledger, received: ReceivedFile) -> Iterator[None]:
    """Set a file aside when what is done to it inside fails.

    A file of which rows stand already, in a night that was cut short, keeps them.
    """
    try:
        yield
    except (NightError, OSError):
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is, it may cost this file and nothing else
        note_failure("file", failure, file=received.sha256[:SHORT])
        if received.state not in ("read", "known"):
            aside = replace(received, state="refused", rule=FAILED, content="")
            settle(ledger, aside, [finding_on_file(received, FAILED, other=type(failure).__name__)])


def validated_apart(ledger: Ledger, read: Reads, validated: Callable[[Reads], list[T]]) -> list[T]:
    """Return what becomes of all files together, without those on which it fails, alone or beside others."""
    try:
        return validated(read)
    except (NightError, OSError):
        raise
    except Exception:  # noqa: BLE001 - which file it is, is found out here
        sound: list[tuple[ReceivedFile, FileRead]] = []
        for received, file in read:
            with setting_aside(ledger, received):
                validated([*sound, (received, file)])
                sound.append((received, file))
        return validated(sound)


def settle(
    ledger: Ledger, received: ReceivedFile, found: Sequence[Finding], entries: Sequence[StaffEntry] = ()
) -> None:
    """Store what became of a file that brings no rows, with what staff typed in it."""
    with ledger.writing() as connection:
        store_entries(connection, received.night_id, entries)
        settle_received(connection, received, found)
