"""The workspace: where things are, and the operator's settings (nightdesk.toml)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import inf
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.core.errors import SettingsError
from schemas.language.words import LANGUAGES, translate

SETTINGS = "nightdesk.toml"
KNOWN = frozenset(
    {
        *("language", "company", "time_zone", "working_hours", "settle_seconds", "parallel", "night_at"),
        *("group", "paths", "letterhead"),
    }
)
KNOWN_PARTS = {  # tables of the settings file
    "paths": frozenset({"inbox", "outbox", "archive", "ledger"}),
    "letterhead": frozenset({"address", "phone"}),
}
WORKING_HOURS = ("09:00-12:00", "13:00-18:00")


@dataclass(frozen=True)
class Workspace:
    """One workspace. Paths are absolute; `hours` are the slots of a working day."""

    root: Path
    inbox: Path
    outbox: Path
    archive: Path
    state: Path  # lock and scratch; local disk only
    ledger_url: str
    lang: str
    company: str
    zone: ZoneInfo
    hours: tuple[tuple[time, time], ...]
    settle_seconds: float
    parallel: int
    night_at: time
    letterhead: Mapping[str, str]  # what letters say of the company besides its name
    group: str = ""  # of the machine: who may read what is made, besides its owner

    @property
    def taken(self) -> Path:
        """Return where claimed files lie; inside the inbox so that a claim is a rename."""
        return self.inbox / "_taken"

    @property
    def latest(self) -> Path:
        """Return the newest night under unchanging names."""
        return self.outbox / translate("folder.latest", self.lang)

    @property
    def past(self) -> Path:
        """Where the outputs of a read-only look back stand."""
        return self.outbox / translate("folder.past", self.lang)

    @property
    def latest_elsewhere(self) -> tuple[Path, ...]:
        """Return the same folder under its names in other languages: left over when the setting was changed."""
        return tuple(self.outbox / translate("folder.latest", other) for other in LANGUAGES if other != self.lang)

    @property
    def policies(self) -> tuple[Path, ...]:
        """Return the names the managers' workbook may have, that of the language first."""
        own = self.root / translate("file.policy", self.lang)
        return tuple(dict.fromkeys((own, *(self.root / translate("file.policy", other) for other in LANGUAGES))))

    @property
    def policy(self) -> Path:
        """Return the managers' workbook, also under the name it was made with; need not exist."""
        return next((path for path in self.policies if path.exists()), self.policies[0])

    @property
    def lock(self) -> Path:
        """Return the lock that the running night holds; on this machine's own disk."""
        return self.state / "night.lock"

    @property
    def ledger_file(self) -> Path | None:
        """Return where the ledger lies; None when it is kept by a database server."""
        start, _, path = self.ledger_url.partition(":///")
        return Path(path) if start == "sqlite" else None

    @property
    def own_letters(self) -> Path:
        """Return the company's own templates of letters; need not exist."""
        return self.root / translate("folder.own_letters", self.lang)

    def next_night(self, as_of: datetime) -> datetime:
        """Return the next scheduled run after `as_of` (local)."""
        tonight = datetime.combine(as_of.date(), self.night_at)
        return tonight if tonight > as_of else tonight + timedelta(days=1)


def open_workspace(root: Path, lang: str | None = None) -> Workspace:
    """Read settings and check the folders. Raises SettingsError with the remedy."""
    root = root.resolve()
    settings = _settings(root / SETTINGS)
    _only_known(settings)
    paths = settings.get("paths", {})
    inbox = root / str(paths.get("inbox", "inbox"))
    if not inbox.is_dir():
        raise SettingsError(str(root), "no_workspace", "init")
    ledger = str(paths.get("ledger", "ledger.db"))
    return Workspace(
        root=root,
        inbox=inbox,
        outbox=root / str(paths.get("outbox", "outbox")),
        archive=root / str(paths.get("archive", "archive")),
        state=root / "state",
        ledger_url=ledger if "://" in ledger else f"sqlite:///{root / ledger}",
        lang=_language(lang or str(settings.get("language", "zh"))),
        company=str(settings.get("company", "")),
        zone=_zone(str(settings.get("time_zone", "Asia/Shanghai"))),
        hours=_hours(settings.get("working_hours", WORKING_HOURS)),
        settle_seconds=_number(settings, "settle_seconds", 20),
        parallel=int(_number(settings, "parallel", min(4, os.cpu_count() or 1))),
        night_at=_clock(str(settings.get("night_at", "02:00"))),
        letterhead={name: str(text) for name, text in settings.get("letterhead", {}).items()},
        group=_group(str(settings.get("group", ""))),
    )


def _settings(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise _bad("unreadable", reason=str(wrong)) from wrong


def _only_known(settings: dict[str, Any]) -> None:
    """A misspelt setting would otherwise be ignored, night after night."""
    strange = settings.keys() - KNOWN
    for part, names in KNOWN_PARTS.items():
        section = settings.get(part, {})
        if not isinstance(section, dict):
            raise _bad("no_section", name=part, names=", ".join(sorted(names)))
        strange |= {f"{part}.{name}" for name in section.keys() - names}
    if strange:
        raise _bad("no_setting", name=min(strange))


def _bad(wrong: str, **values: str) -> SettingsError:
    return SettingsError(SETTINGS, wrong, "correct_line", **values)


def _number(settings: dict[str, Any], name: str, default: float) -> float:
    try:
        number = float(settings.get(name, default))
    except (TypeError, ValueError) as wrong:
        raise _bad("no_number", name=name, value=repr(settings[name])) from wrong
    if not 0 <= number < inf:
        raise _bad("no_number", name=name, value=repr(settings[name]))
    return number


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise _bad("no_language", value=lang)
    return lang


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise _bad("no_zone", value=name) from wrong


def _group(name: str) -> str:
    try:
        gid_of(name)
    except KeyError as wrong:
        raise _bad("no_group", value=name) from wrong
    return name


def gid_of(group: str) -> int | None:
    """Return the number of a group; None for no group, and on Windows. Raises KeyError for a name nobody knows."""
    try:
        import grp
    except ImportError:
        return None
    return grp.getgrnam(group).gr_gid if group else None


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as wrong:
        raise _bad("no_clock", value=text) from wrong


def _hours(slots: object) -> tuple[tuple[time, time], ...]:
    if not isinstance(slots, list | tuple) or not slots:
        raise _bad("no_hours")
    pairs = [str(slot).partition("-") for slot in slots]
    made = tuple((_clock(a.strip()), _clock(b.strip())) for a, _, b in pairs)
    if any(a >= b for a, b in made):
        raise _bad("hours_turned")
    return made
