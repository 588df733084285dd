"""What our own program fails on is set aside by name, so that the rest is published.

Disk and database are no such case: they end the night, and the same run may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.core.errors import NightError
from pipeline.core.log import SHORT, note_failure
from pipeline.ledger import (
    WaitingFile,
    note_waiting,
    rows_that_count,
    set_rows_aside,
    settle_received,
    store_entries,
)
from pipeline.night.file_findings import finding_on_file

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipeline.ledger import Ledger, Night, ReceivedFile, StaffEntry
    from pipeline.reading import FileRead
    from schemas.derived.finding import Finding

    Reads = Sequence[tuple[ReceivedFile, FileRead]]

FAILED, ROW_FAILED, PART_FAILED = "FILE-034", "X-028", "X-029"
OF_ONE_FILE = 3  # rows; where more of one file fail, all of it is set aside
TRIALS = 200  # each is a night's work: enough for a dozen rows among a million
T = TypeVar("T")


def faults(findings: Iterable[Finding]) -> list[str]:
    """Return what our own faults left out: the rule that says so, and the file, record or rule."""
    return [f"{found.rule} {found.subject}" for found in findings if found.rule in (FAILED, ROW_FAILED, PART_FAILED)]


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


@contextmanager
def without_failing_step(ledger: Ledger, night: Night, name: str) -> Iterator[None]:
    """Let a step that fails be left out tonight, and told of under this name; what it had done stays."""
    try:
        yield
    except (NightError, OSError):
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is, it may cost this step and nothing else
        note_failure("step", failure)
        note_waiting(ledger, night, [WaitingFile(name, PART_FAILED, "")], besides=True)


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


def without_failing_rows(ledger: Ledger, night: Night, work: Callable[[AbstractSet[int]], T]) -> T:
    """Return what the work gives without the rows on which it fails; these are found by halving, and set aside.

    `work` is given row versions to leave out, and may be repeated. Raises what it raised where no row is the cause.
    """
    try:
        return work(frozenset())
    except (NightError, OSError):
        raise
    except Exception as failure:
        note_failure("rows", failure)
        guilty = None if night.is_past else _failing_rows(rows_that_count(ledger), work)
        if not guilty:
            raise
        set_rows_aside(ledger, night, guilty, ROW_FAILED, {"other": type(failure).__name__})
    return work(frozenset())


def _failing_rows(rows: Sequence[tuple[int, int]], work: Callable[[AbstractSet[int]], object]) -> set[int]:
    """Return the versions without which the work is done; empty where it fails without any, or never ends.

    `rows`: version and file, the oldest first. What is found first is the oldest row that lets it fail.
    """
    out: set[int] = set()
    trials = 0

    def works(besides: AbstractSet[int]) -> bool:
        nonlocal trials
        trials += 1
        try:
            work(out | besides)
        except (NightError, OSError):
            raise
        except Exception:  # noqa: BLE001 - that it fails is what is asked
            return False
        return True

    if not works({seq for seq, _ in rows}):
        return set()
    while trials < TRIALS:
        good, bad = 0, len(rows)  # it works with so many of the oldest, and fails with so many
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if works({seq for seq, _ in rows[middle:]}) else (good, middle)
        seq, file_id = rows[bad - 1]
        of_file = {other for other, file in rows if file == file_id}
        out |= of_file if len(of_file & out) >= OF_ONE_FILE else {seq}
        if works(frozenset()):
            return out
    return set()
