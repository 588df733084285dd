"""Figures over a list: declared once, written as a live formula and as its value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any


class _Group:
    """Stands for the value of the row a measure is shown in."""

    def __repr__(self) -> str:
        return "GROUP"


GROUP = _Group()


@dataclass(frozen=True)
class Where:
    """A condition on a column: `sign` is one of = > >= < <=.

    A text value is a key of the column's vocabulary, a timedelta counts from the day
    the night judges from, GROUP is the row's own value.
    """

    field: str
    sign: str
    value: str | int | timedelta | _Group


@dataclass(frozen=True)
class Total:
    """The sum of a column."""

    sheet: str
    field: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Tally:
    """The number of rows."""

    sheet: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class NightCount:
    """A count that the night made itself: a column of a table of one row. No formula can find it again."""

    table: str
    field: str


@dataclass(frozen=True)
class Ratio:
    """A part of a whole; 0 when there is nothing."""

    part: Total | Tally
    whole: Total | Tally


@dataclass(frozen=True)
class Combined:
    """Some sums less others."""

    plus: tuple[Total, ...]
    minus: tuple[Total, ...] = field(default=())


Measure = Total | Tally | NightCount | Ratio | Combined


def within(measure: Total | Tally, by: str) -> Any:
    """Return the same measure for the row's own group."""
    return replace(measure, where=(*measure.where, Where(by, "=", GROUP)))
