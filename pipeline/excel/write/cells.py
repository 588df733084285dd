"""Frame columns as lists of cell values: text, numbers, Excel's days; None is blank. And cells that open a file.

Converted once, a column at a time, so that writing a cell is one typed call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from pipeline.excel.run_info import EPOCH, RunInfo, serial
from reports.looks import TIMES, Look
from reports.shape import SheetColumn
from schemas.language.words import load
from schemas.policy import states

Cells = list[Any]
Words = Mapping[Any, str]
OURS = "paper."  # words only deliverables need
LONGEST = 32_000  # Excel cuts a text at 32,767 UTF-16 units
LONGEST_IN_FORMULA = 255  # a text within a formula
SPLITS = frozenset("#%")  # read as a place within the file, or as a letter's code
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
REPLACED = "\N{REPLACEMENT CHARACTER}"
# Excel believes 1900 was a leap year: days before are off by one.
FIRST_DAY = pd.Timestamp(1900, 3, 1)
FEN_PER_YUAN, THOUSANDTHS, DAY_IN_US = 100, 1000, 86_400_000_000
DAY_ONLY, UNREAD, PARTS, LINK = "day", "unread", "parts", "link"  # variants of a look
THIS_ROW = "\0"  # in place of a row's number in formulas and rows: no text of a workbook can hold it


@cache
def words_of(says: str, lang: str) -> dict[str, str]:
    """Return key → word for everything a column of this vocabulary may hold: states, steps, choices, departments."""
    if says in states.AXES:
        return {key: state.text(lang) for key, state in states.load()[says].items()}
    found: dict[str, str] = {}
    for prefix in (f"{OURS}{says}.", f"{says}."):
        found |= {key.removeprefix(prefix): word.text(lang) for key, word in load().items() if key.startswith(prefix)}
    return found


def column_cells(column: SheetColumn, frame: pd.DataFrame, run_info: RunInfo) -> tuple[Cells, list[str] | None]:
    """Return the values of a column, and for each the variant of its look where it has several."""
    name = column.field.replace("{lang}", run_info.lang)
    if name not in frame.columns:
        return [None] * len(frame), None
    series = frame[name]
    if column.look in TIMES:
        return _times(series, column.look)
    if column.look not in _CONVERTERS:
        return _texts(*_keys_and_words(column, series, run_info)), None
    values = _CONVERTERS[column.look](series)
    if column.look is Look.QTY and any(value is not None and value % 1 for value in values):
        return values, [PARTS if value is not None and value % 1 else "" for value in values]
    return values, None


def _keys_and_words(column: SheetColumn, series: pd.Series[Any], run_info: RunInfo) -> tuple[pd.Series[Any], Words]:
    """Keys and their words; a key no vocabulary has stays as it is."""
    if column.look is Look.YES:
        return series.astype("boolean"), {True: run_info.text("look.yes"), False: run_info.text("look.no")}
    if series.dtype == "object":
        series = series.map(_format_object, na_action="ignore")
    return series.astype("str"), words_of(column.says, run_info.lang) if column.says else {}


def _texts(series: pd.Series[Any], words: Words) -> Cells:
    """Each different text is looked at once, and is one object however often it stands."""
    places, keys = pd.factorize(series)
    texts = [cell_text(words.get(key, key)) for key in keys.tolist()]
    texts.append(None)  # place -1: nothing is known
    return [texts[place] for place in places.tolist()]


def cell_text(value: object) -> str | None:
    """Return a text as a cell can hold it; None for a blank one."""
    text = CONTROL.sub(REPLACED, str(value).replace("\r\n", "\n"))
    if len(text) > LONGEST // 2:  # only then can it be too long in Excel's units
        text = text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return text or None


def _format_object(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _blanked(values: np.ndarray[Any, Any], missing: pd.Series[bool]) -> Cells:
    cells: Cells = values.tolist()
    for place in np.flatnonzero(missing.to_numpy(dtype=bool)).tolist():
        cells[place] = None
    return cells


def _divided(by: int) -> Callable[[pd.Series[Any]], Cells]:
    return lambda series: _blanked(series.fillna(0).to_numpy(dtype="float64") / by, series.isna())


def _rate(series: pd.Series[Any]) -> Cells:
    return [None if pd.isna(value) else float(value) for value in series.tolist()]


def _times(series: pd.Series[Any], look: Look) -> tuple[Cells, list[str] | None]:
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        # days people typed, kept as text in the journal; what is no day stays text
        days = [_typed_day(value) for value in series.astype("object").tolist()]
        return days, [UNREAD if isinstance(day, str) else "" for day in days]
    missing = series.isna() | (series < FIRST_DAY)
    us = (series.where(~missing, pd.Timestamp(EPOCH)) - EPOCH).dt.as_unit("us").to_numpy().astype("int64")
    if look is not Look.MOMENT:
        return _blanked((us // DAY_IN_US).astype("float64"), missing), None
    variants = np.where(us % DAY_IN_US == 0, DAY_ONLY, "").tolist()
    return _blanked(us / DAY_IN_US, missing), variants


def _typed_day(value: object) -> float | str | None:
    if isinstance(value, date):
        return serial(datetime(value.year, value.month, value.day))
    if not isinstance(value, str) or not value:
        return None
    try:
        day = datetime.fromisoformat(value)
    except ValueError:
        return cell_text(value)
    return float(int(serial(day.replace(tzinfo=None))))


_CONVERTERS: Mapping[Look, Callable[[pd.Series[Any]], Cells]] = {
    Look.MONEY: _divided(FEN_PER_YUAN),
    Look.SUM: _divided(FEN_PER_YUAN),
    Look.COUNT: _divided(1),
    Look.DAYS: _divided(1),
    Look.QTY: _divided(THOUSANDTHS),
    Look.PERCENT: _rate,
    Look.RATE: _rate,
}


# --- cells that open a file lying beside the workbook -----------------------------------------


def is_link(path: str, text: str) -> bool:
    """Tell whether a formula can hold both, and every program reads the path alike."""
    is_short = len(_doubled(path)) <= LONGEST_IN_FORMULA >= len(_doubled(text))
    return is_short and SPLITS.isdisjoint(path) and "\n" not in text


def link_cell(path: str, text: str) -> str:
    """Return the rest of a cell that shows `text` and opens `path`, from its type on.

    A formula, not a link of the sheet's: it moves with its row when staff sort, and its path keeps the
    slashes that every program reads. What stands in it is a text within quotes, never more.
    """
    formula = f'HYPERLINK("{_doubled(path)}","{_doubled(text)}")'
    return f' t="str"><f>{escape(formula)}</f><v>{escape(text)}</v></c>'


def _doubled(text: str) -> str:
    return text.replace('"', '""')
