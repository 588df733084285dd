"""The ladder of reminders: who does what how long before or after the due day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("ladder.csv")
DAY_TESTS = ("net_days", "end_of_month", "previous")


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
    day_test: str
    channels: tuple[str, ...]
    owner: str
    document: str
    needs_previous: bool
    sent_as: str
    rules: tuple[str, ...] = ()

    @property
    def channel(self) -> str:
        """All channels in one key of ``channel.*``: phone_email."""
        return "_".join(self.channels)


def load(path: Path = SHIPPED) -> list[Rung]:
    """Rungs, the lowest first. Raises ValueError for a day test nobody knows."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rungs = [_rung(row) for row in csv.DictReader(lines)]
    return sorted(rungs, key=lambda rung: rung.rank)


def _rung(row: dict[str, str]) -> Rung:
    if row["day_test"] not in DAY_TESTS:
        raise ValueError(f"{row['key']}: day_test must be one of {', '.join(DAY_TESTS)}, not {row['day_test']!r}")
    return Rung(
        key=row["key"],
        rank=int(row["rank"]),
        days_from=int(row["days_from"]),
        day_test=row["day_test"],
        channels=tuple(row["channels"].split()),
        owner=row["owner"],
        document=row["document"],
        needs_previous=row["needs_previous"] == "yes",
        sent_as=row["sent_as"],
        rules=tuple(row["rules"].split()),
    )
