"""What nightdesk remembers: ledger, archive, nights, papers, and whether somebody is at work on them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.cli.doctor.chart import ADVICE, Chart
from pipeline.core import files
from pipeline.core.errors import NightError
from pipeline.core.workspace import Workspace
from pipeline.ledger import Ledger, ReceivedFile, all_nights, healed_files, health, list_received
from pipeline.night.memory import forgotten
from schemas.language.words import translate

PASSING = ("ledger_cut", "ledger_busy")  # no harm: the next night takes it up, this one ends
MB = 1 << 20
LARGE = 256 * MB  # more takes longer to look through than anybody waits
NEWEST, SPREAD, BYTES = 20, 20, 64 * MB  # archived files whose bytes are read when not all are
LATELY = 30  # days for which somebody is told that a file was healed
SHORT = 12  # digits of a hash, as `history` shows them


def examine_records(chart: Chart, workspace: Workspace, now: datetime, *, thorough: bool) -> None:
    """Write lines about all that must last."""
    running = False
    with chart.looking("lock"):
        running = _is_running(workspace)
        chart.good("lock", "lock_held" if running else "lock")
    with chart.looking("ledger"):
        file = workspace.ledger_file
        if file and not (file.exists() and file.stat().st_size):
            _no_ledger(chart, workspace, file)
        elif file and not os.access(file, os.R_OK | os.W_OK):
            chart.fault_of_disk("ledger", "no_rights", "give_rights", where=str(file))
        elif file and health.is_wal(file):
            chart.fault_of_disk("ledger", "ledger_wal", "close_others", where=file.name)
        else:
            _ledger(chart, workspace, None if running else now, thorough=thorough)


def _is_running(workspace: Workspace) -> bool:
    """Return the lock's file stays when a night ends; only a living process holds it."""
    if not workspace.lock.exists():
        return False
    try:
        with FileLock(workspace.lock, timeout=0):
            return False
    except Timeout:
        return True


def _no_ledger(chart: Chart, workspace: Workspace, file: Path) -> None:
    if not file.parent.is_dir():
        chart.fault_of_disk("ledger", "no_folder", "make_folder", name=str(file.parent))
    elif wrong := forgotten(workspace, ()):
        chart.error("ledger", wrong)
    else:
        chart.good("ledger", "ledger_to_come", path=str(file))


def _ledger(chart: Chart, workspace: Workspace, now: datetime | None, *, thorough: bool) -> None:
    try:
        with health.looked_into(workspace.ledger_url) as ledger:
            if _is_whole(chart, ledger, workspace, thorough=thorough):
                if wrong := forgotten(workspace, all_nights(ledger)):
                    chart.error("ledger", wrong)
                received_files = list_received(ledger)
                with chart.looking("archive"):
                    _archive(chart, workspace, received_files, _lately_healed(ledger), thorough=thorough)
                with chart.looking("nights"):
                    if now:  # else one is being made just now
                        _nights(chart, ledger, workspace, now)
    except NightError as error:
        chart.error("ledger", error, *([ADVICE] if error.wrong in PASSING else []))


def _is_whole(chart: Chart, ledger: Ledger, workspace: Workspace, *, thorough: bool) -> bool:
    """False when nothing it says can be relied on."""
    size = workspace.ledger_file.stat().st_size if workspace.ledger_file else 0
    if size > LARGE and not thorough:
        chart.good("ledger", "ledger_large", size=f"{size // MB:,}")
        return True
    if hurt := health.damage(ledger, thorough=thorough):
        chart.fault_of_disk("ledger", "ledger_hurt", "restore_ledger", reason=hurt)
        return False
    broken = health.broken_laws(ledger)
    for law, count in broken.items():
        chart.fault_of_disk("ledger", f"law.{law}", "report_ledger", count=str(count))
    if not broken:
        chart.good("ledger", "ledger", size=f"{max(1, size // MB):,}")
    return True


def _lately_healed(ledger: Ledger) -> dict[str, str]:
    """Return hash and name of what was healed in the last weeks, of a disk that may fail."""
    nights = {night.id: night.as_of for night in all_nights(ledger)}
    last = max(nights.values(), default=None)
    return {
        file.sha256: file.name
        for file in healed_files(ledger)
        if last and last - nights[file.night_id] <= timedelta(days=LATELY)
    }


def _archive(
    chart: Chart,
    workspace: Workspace,
    received_files: Sequence[ReceivedFile],
    healed: Mapping[str, str],
    *,
    thorough: bool,
) -> None:
    """Every file ever taken in is there, with its size; of some, or of all, the bytes are read."""
    by_hash = {received.sha256: received for received in received_files}
    kept = {sha256: files.kept(workspace.archive, sha256) for sha256 in by_hash}
    lost = [by_hash[sha256] for sha256, path in kept.items() if path is None]
    if lost:
        values = {"name": lost[0].name, "hash": lost[0].sha256[:SHORT], "count": str(len(lost))}
        chart.fault_of_disk("archive", "archive_lost", "restore_archive", **values)
        return
    there = {sha256: path for sha256, path in kept.items() if path}
    read = list(there) if thorough else _sample(by_hash)
    changed = [
        by_hash[sha256]
        for sha256, path in there.items()
        if path.stat().st_size != by_hash[sha256].size
        or (sha256 in read and files.rotten_of(workspace.archive, sha256))
    ]
    if changed:
        names = _listed(chart, {one.sha256: one.name for one in changed})
        chart.fault_of_disk("archive", "archive_changed", "heal_archive", names=names, count=str(len(changed)))
        return
    values = {"count": str(len(there)), "read": str(len(read))}
    if healed:
        values |= {"names": _listed(chart, healed), "healed": str(len(healed)), "days": str(LATELY)}
        chart.advise("archive", "archive_healed", "check_archive_disk", **values)
    else:
        chart.good("archive", "archive", **values)


def _listed(chart: Chart, names: Mapping[str, str]) -> str:
    return translate("mark.list", chart.lang).join(f"{name} ({sha256[:SHORT]})" for sha256, name in names.items())


def _sample(by_hash: dict[str, ReceivedFile]) -> set[str]:
    """Return the newest files and some of every age, as many as can be read while somebody waits."""
    names = list(by_hash)
    older = names[:-NEWEST]
    asked = [*reversed(names[-NEWEST:]), *older[:: max(1, len(older) // SPREAD)]]
    left, chosen = BYTES, set[str]()
    for sha256 in asked:
        left -= by_hash[sha256].size
        if left > 0 or not chosen:
            chosen.add(sha256)
    return chosen


def _nights(chart: Chart, ledger: Ledger, workspace: Workspace, now: datetime) -> None:
    """The last night: over, not long ago, and not in the future."""
    nights = [night for night in all_nights(ledger) if not night.is_withdrawn]
    if not nights:
        chart.good("nights", "nights_none")
        return
    last, missed, due = nights[-1], 0, workspace.next_night(nights[-1].as_of)
    while due <= now:
        missed, due = missed + 1, workspace.next_night(due)
    values = {"last": f"{last.as_of:%Y-%m-%d %H:%M}", "now": f"{now:%Y-%m-%d %H:%M}", "missed": str(missed)}
    if last.as_of > now:
        chart.fault("nights", "clock_back", "withdraw_night", day=f"{last.as_of:%Y-%m-%d}", **values)
    elif not last.is_closed:
        chart.advise("nights", "night_cut", "run_again", **values)
    elif missed:
        chart.advise("nights", "nights_missed", "see_schedule", **values)
    else:
        chart.good("nights", "nights", next=f"{due:%Y-%m-%d %H:%M}", **values)
