"""What can go wrong with the machinery, and what the operator is shown.

NightError
├── CommandError     2   the command is wrong
├── SettingsError   78   settings, folders or the policy workbook are wrong
├── NothingPublished 74  disk or database; yesterday's outbox is untouched
└── NightRunning    75   another night holds the lock

Bad input is never an error: it is a finding (`schemas.derived.finding`).
"""

from __future__ import annotations


class NightError(Exception):
    """Shown to the operator without a traceback, in the words of `pipeline.cli.console`; carries the exit code.

    `wrong` and `do` are keys of the word tables (`wrong.*`, `do.*`), `values` fill their
    placeholders.
    """

    exit_code = 1
    state = ""  # key stands.*: how things are now

    def __init__(self, where: str, wrong: str, do: str, **values: str) -> None:
        super().__init__(where, wrong, do, values)
        self.where, self.wrong, self.do, self.values = where, wrong, do, values

    def __str__(self) -> str:
        return f"{self.where}: {self.wrong} {self.values}"


class CommandError(NightError):
    """The command line asks for something that is not there."""

    exit_code = 2


class SettingsError(NightError):
    """Settings, folders or the policy workbook are wrong: nothing was read."""

    exit_code = 78
    state = "nothing_read"


class NothingPublished(NightError):
    """Nothing was published; the run may be repeated."""

    exit_code = 74
    state = "untouched"


class NightRunning(NightError):
    """Another night holds the lock."""

    exit_code = 75
    state = "nothing_changed"
