"""Frame columns as lists of cell values: text, numbers, Excel's days; None is blank.

Converted once, a column at a time, so that writing a cell is one typed call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.excel.run_info import EPOCH, RunInfo, serial
from pipeline.excel.write.vocabulary import vocabulary
from reports.looks import TIMES, Look

if TYPE_CHECKING:
    from reports.shape import Column

Cells = list[Any]
Words = Mapping[Any, str]
LONGEST = 32_000  # Excel cuts a text at 32,767 UTF-16 units
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
REPLACED = "\N{REPLACEMENT CHARACTER}"
# Excel believes 1900 was a leap year: days before are off by one.
FIRST_DAY = pd.Timestamp(1900, 3, 1)
FEN_PER_YUAN, THOUSANDTHS, DAY_IN_US = 100, 1000, 86_400_000_000
DAY_ONLY, UNREAD, PARTS, LINK = "day", "unread", "parts", "link"
THIS_ROW = "\0"  # in place of a row's number in formulas and rows: no text of a workbook can hold it


def cells(column: Column, frame: pd.DataFrame, run_info: RunInfo) -> tuple[Cells, list[str] | None]:
    """Values of a column, and for each the variant of its look where it has several."""
    name = column.field.replace("{lang}", run_info.lang)
    if name not in frame.columns:
        return [None] * len(frame), None
    series = frame[name]
    if column.look in TIMES:
        return _times(series, column.look)
    if column.look not in _MADE:
        return _texts(*_said(column, series, run_info)), None
    made = _MADE[column.look](series)
    if column.look is Look.QTY and any(value is not None and value % 1 for value in made):
        return made, [PARTS if value is not None and value % 1 else "" for value in made]
    return made, None


def _said(column: Column, series: pd.Series[Any], run_info: RunInfo) -> tuple[pd.Series[Any], Words]:
    """Keys and their words; a key no vocabulary has stays as it is."""
    if column.look is Look.YES:
        return series.astype("boolean"), {True: run_info.text("look.yes"), False: run_info.text("look.no")}
    if series.dtype == "object":
        series = series.map(_spelt, na_action="ignore")
    return series.astype("str"), vocabulary(column.says, run_info.lang) if column.says else {}


def _texts(series: pd.Series[Any], words: Words) -> Cells:
    """Each different text is looked at once, and is one object however often it stands."""
    places, known = pd.factorize(series)
    shown = [_shown(words.get(each, each)) for each in known.tolist()]
    shown.append(None)  # place -1: nothing is known
    return [shown[place] for place in places.tolist()]


def _shown(value: object) -> str | None:
    """A text as a cell can hold it; None for a blank one."""
    text = CONTROL.sub(REPLACED, str(value).replace("\r\n", "\n"))
    if len(text) > LONGEST // 2:  # only then can it be too long in Excel's units
        text = text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return text or None


def _spelt(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _blanked(values: np.ndarray[Any, Any], missing: pd.Series[bool]) -> Cells:
    made: Cells = values.tolist()
    for place in np.flatnonzero(missing.to_numpy(dtype=bool)).tolist():
        made[place] = None
    return made


def _divided(by: int) -> Callable[[pd.Series[Any]], Cells]:
    def made(series: pd.Series[Any]) -> Cells:
        missing = series.isna()
        whole = series.fillna(0).to_numpy(dtype="float64")
        return _blanked(whole / by, missing)

    return made


def _rate(series: pd.Series[Any]) -> Cells:
    return [None if pd.isna(value) else float(value) for value in series.tolist()]


def _times(series: pd.Series[Any], look: Look) -> tuple[Cells, list[str] | None]:
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        return _typed_days(series)
    missing = series.isna() | (series < FIRST_DAY)
    us = (series.where(~missing, pd.Timestamp(EPOCH)) - EPOCH).dt.as_unit("us").to_numpy().astype("int64")
    if look is not Look.MOMENT:
        return _blanked((us // DAY_IN_US).astype("float64"), missing), None
    variants = np.where(us % DAY_IN_US == 0, DAY_ONLY, "").tolist()
    return _blanked(us / DAY_IN_US, missing), variants


def _typed_days(series: pd.Series[Any]) -> tuple[Cells, list[str] | None]:
    """Days people typed, kept as text in the journal; what is no day stays text."""
    made = [_typed_day(value) for value in series.astype("object").tolist()]
    return made, [UNREAD if isinstance(value, str) else "" for value in made]


def _typed_day(value: object) -> float | str | None:
    if isinstance(value, date):
        return serial(datetime(value.year, value.month, value.day))
    if not isinstance(value, str) or not value:
        return None
    try:
        day = datetime.fromisoformat(value)
    except ValueError:
        return _shown(value)
    return float(int(serial(day.replace(tzinfo=None))))


_MADE: Mapping[Look, Callable[[pd.Series[Any]], Cells]] = {
    Look.MONEY: _divided(FEN_PER_YUAN),
    Look.SUM: _divided(FEN_PER_YUAN),
    Look.COUNT: _divided(1),
    Look.DAYS: _divided(1),
    Look.QTY: _divided(THOUSANDTHS),
    Look.PERCENT: _rate,
    Look.RATE: _rate,
}
