"""The ladder of reminders: who does what how long before or after the due day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemas import table_file

SHIPPED = Path(__file__).with_name("ladder.csv")


@dataclass(frozen=True, slots=True)
class Rung:
    """One level. `key` is that of the words ``level.*`` and ``step.*``.

    `days_from`: calendar days from the due day, negative before it. `owner`: ``sales_owner`` for
    the person on the order, else a department. `document`: key of ``document.*``, or nothing.
    `needs_previous`: goes out only after the level before it went out. `sent_as`: the kind of a
    reminder row (``choice.reminder_kind``, or the channel visit) that shows it was sent. `rules`: those whose limit in
    days this is.
    """

    key: str
    rank: int
    days_from: int
    day_test: Literal["net_days", "end_of_month", "previous"]
    channels: tuple[str, ...]
    owner: str
    document: str
    needs_previous: bool
    sent_as: str
    rules: tuple[str, ...]

    @property
    def channel(self) -> str:
        """Return all channels in one key of ``channel.*``: phone_email."""
        return "_".join(self.channels)


def load(path: Path = SHIPPED) -> list[Rung]:
    """Return the rungs, the lowest first."""
    return sorted(table_file.load(Rung, path), key=lambda rung: rung.rank)
