"""`undo`, `redo` and `withdraw`: taking a workbook back, putting it back in, taking a night back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import console
from pipeline.core.errors import CommandError
from pipeline.core.phrases import phrase
from pipeline.core.rights import own_rights
from pipeline.core.workspace import open_workspace
from pipeline.ledger import all_nights, put_back, take_back
from pipeline.night.memory import open_memory
from pipeline.night.withdraw import take_night_back
from pipeline.run import one_at_a_time, refusals_of_disk

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger, Night, ReceivedFile

PATIENCE = 5  # seconds a command waits for a night to end
SHORT = 12  # digits of a hash, as `history` shows them


@contextmanager
def _alone(workspace: Workspace) -> Iterator[Ledger]:
    """The ledger while no night runs: it waits for one that ends soon. Raises NightRunning for any other."""
    with (
        own_rights(workspace),
        refusals_of_disk(workspace),
        one_at_a_time(workspace, PATIENCE),
        open_memory(workspace, may_be_new=False) as ledger,
    ):
        yield ledger


def turn(root: Path, lang: str, named: str, *, back: bool) -> None:
    """Undo or redo one workbook, and say which it was and whose papers it is in."""
    workspace = open_workspace(root, lang or None)
    with _alone(workspace) as ledger:
        received = take_back(ledger, named) if back else put_back(ledger, named)
        nights = [night for night in all_nights(ledger) if night.id >= received.night_id]
    rows = sum(sheet["accepted"] + sheet["held"] for sheet in received.sheets)
    values = {"name": received.name, "hash": received.sha256[:SHORT], "rows": str(rows)}
    console.line(phrase("say.undone" if back else "say.redone", workspace.lang, **values))
    first, last = (_moment(night.as_of) for night in (nights[0], nights[-1]))
    console.line(phrase("say.nights_touched", workspace.lang, count=str(len(nights)), first=first, last=last))


def withdraw_night(root: Path, lang: str, named: str) -> None:
    """Take the newest night back, and say where everything is now."""
    workspace = open_workspace(root, lang or None)
    with _alone(workspace) as ledger:
        night = _newest(ledger, named)
        done = take_night_back(workspace, ledger, night)
    values = {"night": _moment(night.as_of), "count": str(len(done.back))}
    console.line(phrase("say.withdrawn", workspace.lang, **values), *map(_line, done.back))
    for received in done.left:
        console.line(phrase("say.withdrawn_left", workspace.lang, file=_line(received).strip()))
    for folder in done.folders:
        console.line(phrase("say.withdrawn_folder", workspace.lang, folder=console.link(folder)))
    console.line(phrase("say.withdrawn_next", workspace.lang, latest=workspace.latest.name))


def _newest(ledger: Ledger, named: str) -> Night:
    """Return the newest night when it is the one of that day or moment."""
    nights = [night for night in all_nights(ledger) if not night.is_withdrawn]
    try:
        moment = datetime.fromisoformat(named.strip())
    except ValueError as wrong:
        raise CommandError(named, "no_moment", "see_history") from wrong
    last = nights[-1].as_of if nights else None
    if last is None or moment not in (last, last.replace(hour=0, minute=0, second=0)):
        raise CommandError(named, "not_newest", "see_history", last=_moment(last) if last else "–")
    return nights[-1]


def _line(received: ReceivedFile) -> str:
    return f"  {received.sha256[:SHORT]}  {received.name}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
