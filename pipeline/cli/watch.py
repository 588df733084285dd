"""`check --watch`: a folder is looked at as people save into it, and every saved workbook gets its line."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from time import sleep
from typing import TYPE_CHECKING

from pipeline.cli import console
from pipeline.cli.nightly import found_in, policy_at
from pipeline.cli.words import spoken
from pipeline.core.errors import CommandError
from pipeline.core.phrases import phrase
from pipeline.night.inbox.look import survey
from schemas.language.words import translate
from schemas.policy.rules import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.policy.policy import Policy

SECONDS = 1.0  # between two looks; a file is checked once it was the same at both
PLACES = 3  # named in a line


class Watch:
    """Which files were saved since they were last told of."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._before: dict[Path, str] = {}
        self._told: dict[Path, str] = {}

    def saved(self) -> list[Path]:
        """Files that are new or changed and lie still, in the order of their names."""
        now = {path: mark for watched in self._paths for path, mark in _marks(watched).items()}
        due = [path for path, mark in now.items() if self._before.get(path) == mark != self._told.get(path)]
        self._before = now
        self._told |= {path: now[path] for path in due}
        return sorted(due)


def watch(root: Path, lang: str, paths: Sequence[Path], *, as_json: bool) -> None:
    """Check what is saved, until somebody stops it. Nothing is taken in."""
    policy = policy_at(root, lang)
    lang = lang or spoken()
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise CommandError(missing[0], "no_file", "check_name")
    if not as_json:
        console.line(phrase("say.watching", lang, names=translate("mark.list", lang).join(str(path) for path in paths)))
    watched = Watch(paths)
    # A shell lets what it starts in the background ignore the first.
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.default_int_handler)
    try:
        while True:
            for path in watched.saved():
                console.line(told(path, policy, lang, as_json=as_json))
            sys.stdout.flush()  # a log or another program shows it at once
            sleep(SECONDS)
    except KeyboardInterrupt:
        return


def told(path: Path, policy: Policy, lang: str, *, as_json: bool) -> str:
    """The line of one file: how many problems of which level, and where the first of them stand."""
    found = sorted(found_in([path], policy, lang), key=lambda finding: SEVERITIES.index(finding["severity"]))
    if as_json:
        return json.dumps({"file": str(path), "findings": found}, ensure_ascii=False)
    if not found:
        return phrase("say.watch_clean", lang, name=path.name)
    levels = Counter(finding["severity"] for finding in found)
    comma = translate("mark.list", lang)
    counts = comma.join(f"{translate(f'severity.{level}', lang)} {count}" for level, count in levels.items())
    places = comma.join(_place(finding["place"], path.name) for finding in found[:PLACES])
    more = "…" if len(found) > PLACES else ""
    return phrase("say.watch_found", lang, name=path.name, counts=counts, places=places + more)


def _place(place: str, name: str) -> str:
    return place.removeprefix(name).removeprefix(" › ") or name


def _marks(path: Path) -> dict[Path, str]:
    """Files of a folder, or the file itself, each with its size and time."""
    if path.is_dir():
        return {seen.path: seen.mark for seen in survey(path) if not seen.is_temporary}
    try:
        status = path.stat()
    except OSError:
        return {}
    return {path: f"{status.st_size}:{status.st_mtime_ns}"}
