"""What every deliverable of a night says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.language.words import translate

EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True)
class RunInfo:
    """One night as its deliverables name it. `as_of` is local, without zone."""

    company: str
    as_of: datetime
    run_id: str
    lang: str
    next_night: datetime | None = None  # missing: a day later

    @property
    def day(self) -> datetime:
        """Midnight of the day judged from."""
        return datetime(self.as_of.year, self.as_of.month, self.as_of.day)

    @property
    def next(self) -> datetime:
        """The next scheduled night."""
        return self.next_night or self.as_of + timedelta(days=1)

    def text(self, key: str) -> str:
        """Return a word in the language of the deliverables."""
        return translate(key, self.lang)


def serial(moment: datetime) -> float:
    """Return a moment as Excel holds it: days since its day zero."""
    return (moment - EPOCH) / timedelta(days=1)
