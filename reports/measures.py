"""Figures over a list: declared once, written as a live formula and as its value."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SIGNS = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class _Group:
    """Stands for the value of the row a measure is shown in."""

    def __repr__(self) -> str:
        return "GROUP"


GROUP = _Group()


@dataclass(frozen=True)
class Where:
    """A condition on a column: `sign` is one of = > >= < <=.

    A text value is a key of the column's vocabulary (of a yes or no: `yes`), a timedelta counts from the day
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

    part: Total | Tally | Combined
    whole: Total | Tally


@dataclass(frozen=True)
class Combined:
    """Some figures less others."""

    plus: tuple[Total | Tally, ...]
    minus: tuple[Total | Tally, ...] = field(default=())


Measure = Total | Tally | NightCount | Ratio | Combined


def within(measure: Total | Tally | Combined, by: str) -> Any:
    """Return the same measure for the row's own group."""
    if isinstance(measure, Combined):
        plus, minus = (tuple(within(part, by) for part in parts) for parts in (measure.plus, measure.minus))
        return Combined(plus, minus)
    return replace(measure, where=(*measure.where, Where(by, "=", GROUP)))


def reckon(measure: Measure, lists: Mapping[str, pd.DataFrame], day: datetime) -> int:
    """Return a measure in whole units from the rows of lists, by the key of their sheet; what is a share cannot be."""
    if isinstance(measure, Combined):
        plus, minus = (sum(reckon(part, lists, day) for part in parts) for parts in (measure.plus, measure.minus))
        return plus - minus
    if not isinstance(measure, Total | Tally):
        raise TypeError(measure)
    rows = lists[measure.sheet]
    for where in measure.where:
        column = rows[where.field]
        wanted: Any = day + where.value if isinstance(where.value, timedelta) else where.value
        if wanted == 0 and column.dtype.kind == "M":  # any moment is above zero
            rows = rows[column.notna()]
            continue
        holds = SIGNS[where.sign](column, True if wanted == "yes" else wanted)
        rows = rows[holds.fillna(value=False).astype(bool)]
    return len(rows) if isinstance(measure, Tally) else int(rows[measure.field].fillna(0).sum())
