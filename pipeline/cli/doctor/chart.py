"""What the doctor writes down: a line for everything looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.core.errors import NightError, NothingPublished, SettingsError
from pipeline.core.phrases import phrase
from schemas.language.words import translate

GOOD, ADVICE, BAD = MARKS = ("good", "advice", "bad")


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at: how it is and, unless it is good, the one thing to do.

    `exit_code` is that of a night which would run now; 0 for what stands in no night's way.
    """

    check: str
    mark: str
    what: str
    do: str = ""
    exit_code: int = 0


@dataclass
class Chart:
    """The lines, in one language."""

    lang: str
    lines: list[Diagnosis] = field(default_factory=list)

    def good(self, check: str, what_key: str, **values: str) -> None:
        """All is as it should be; `what_key` is a key of ``doctor.*``."""
        self.lines.append(Diagnosis(check, GOOD, phrase(f"doctor.{what_key}", self.lang, **values)))

    def advise(self, check: str, what_key: str, do: str, **values: str) -> None:
        """No night stands still for it, yet somebody should look; `do` is a key of ``do.*``."""
        self._add(check, ADVICE, f"doctor.{what_key}", do, 0, values)

    def fault(self, check: str, what_key: str, do: str, **values: str) -> None:
        """Settings, folders or the machine are wrong: a night would read nothing."""
        self._add(check, BAD, f"doctor.{what_key}", do, SettingsError.exit_code, values)

    def fault_of_disk(self, check: str, what_key: str, do: str, **values: str) -> None:
        """Disk or ledger are wrong: a night would publish nothing, or nothing to rely on."""
        self._add(check, BAD, f"doctor.{what_key}", do, NothingPublished.exit_code, values)

    def error(self, check: str, error: NightError, mark: str = BAD) -> None:
        """What a night would say itself."""
        values = {**error.values, "where": error.where}
        self._add(check, mark, f"wrong.{error.wrong}", error.do, error.exit_code if mark == BAD else 0, values)

    def _add(self, check: str, mark: str, what_key: str, do: str, code: int, values: dict[str, str]) -> None:  # noqa: PLR0913
        what, remedy = phrase(what_key, self.lang, **values), phrase(f"do.{do}", self.lang, **values)
        if values.get("where", check) != check:
            what = values["where"] + translate("mark.colon", self.lang) + what
        self.lines.append(Diagnosis(check, mark, what, remedy, code))

    @contextmanager
    def looking(self, check: str) -> Iterator[None]:
        """Whatever happens while looking becomes a line; the others are told all the same."""
        try:
            yield
        except NightError as error:
            self.error(check, error)
        except OSError as error:
            values = {"where": str(error.filename or ""), "reason": str(error.strerror or error)}
            self._add(check, BAD, "wrong.disk", "mend_disk", NothingPublished.exit_code, values)
        except Exception as error:  # noqa: BLE001 - what is broken is why the doctor was asked
            reason = f"{type(error).__name__}: {error}"
            self.advise(check, "unseen", "report", reason=reason)
