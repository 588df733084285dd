"""What can go wrong with the machinery, and how the operator is told.

NightError
├── CommandError     2   the command is wrong
├── SettingsError   78   settings, folders or the policy workbook are wrong
├── NothingPublished 74  disk or database; yesterday's outbox is untouched
└── NightRunning    75   another night holds the lock

Bad input is never an error: it is a finding (`pipeline.findings`).
"""

from __future__ import annotations


class NightError(Exception):
    """Told to the operator without a traceback; carries the exit code."""

    exit_code = 1

    def __init__(self, where: str, wrong: str, do: str, state: str = "") -> None:
        super().__init__(where, wrong, do, state)
        self.where = where
        self.wrong = wrong
        self.do = do
        self.state = state

    def __str__(self) -> str:
        lines = [f"nightdesk: {self.where}: {self.wrong}", f"  do: {self.do}"]
        if self.state:
            lines.append(f"  {self.state}")
        return "\n".join(lines)


class CommandError(NightError):
    """The command line asks for something that is not there."""

    exit_code = 2


class SettingsError(NightError):
    """Settings, folders or the policy workbook are wrong: nothing was read."""

    exit_code = 78


class NothingPublished(NightError):
    """Nothing was published; the run may be repeated."""

    exit_code = 74


class NightRunning(NightError):
    """Another night holds the lock."""

    exit_code = 75
