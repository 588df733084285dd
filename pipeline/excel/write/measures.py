"""Measures worked out twice: as a live formula over the lists and as its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from pipeline.excel.run_info import RunInfo, serial
from pipeline.excel.write.layout import Laid, Lane
from pipeline.excel.write.vocabulary import vocabulary
from reports.looks import FEN, NUMBERS, TIMES
from reports.measures import GROUP, Combined, Measure, Ratio, Tally, Told, Total, Where

LONGEST_CRITERION = 200  # a text inside a formula may have 255 characters
Label = str | None
Mask = np.ndarray[Any, Any]


@dataclass
class Reckoner:
    """Knows every list of the workbook. Values of sums are in yuan or whole numbers."""

    lists: Mapping[str, Laid]
    run_info: RunInfo
    told: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # tables of what the night counted itself
    numbers: dict[tuple[str, str], Mask] = field(default_factory=dict)
    codes: dict[tuple[str, str], tuple[Mask, dict[object, int]]] = field(default_factory=dict)

    def value(self, measure: Measure, label: Label = None) -> Fraction:
        """The exact value of a measure, for one group where it has one."""
        if isinstance(measure, Ratio):
            whole = self.value(measure.whole, label)
            return self.value(measure.part, label) / whole if whole else Fraction(0)
        if isinstance(measure, Told):
            return Fraction(int(self.told[measure.table][measure.field].sum()))
        if isinstance(measure, Combined):
            plus = sum((self.value(part, label) for part in measure.plus), Fraction(0))
            return plus - sum((self.value(part, label) for part in measure.minus), Fraction(0))
        laid = self.lists[measure.sheet]
        mask = self._mask(laid, measure.where, label)
        if isinstance(measure, Tally):
            return Fraction(int(mask.sum()))
        if measure.field not in laid.frame.columns:
            return Fraction(0)
        whole_units = int(laid.fen(measure.field)[mask].sum())
        look = laid.lanes[laid.places[measure.field]].column.look
        return Fraction(whole_units, 100 if look in FEN else 1)

    def formula(self, measure: Measure, label: Label = None) -> str | None:
        """The formula without "="; None when a list is empty or a text too long for one."""
        if isinstance(measure, Ratio):
            part, whole = self.formula(measure.part, label), self.formula(measure.whole, label)
            return f"IF({whole}=0,0,{part}/{whole})" if part and whole else None
        if isinstance(measure, Told):
            return None
        if isinstance(measure, Combined):
            return self._combined(measure, label)
        laid = self.lists[measure.sheet]
        if not laid.count:
            return None
        criteria = [self._criterion(laid, each, label) for each in measure.where]
        if None in criteria:
            return None
        return _call(laid, measure, [text for text in criteria if text])

    def _combined(self, measure: Combined, label: Label) -> str | None:
        plus = [self.formula(part, label) for part in measure.plus]
        minus = [self.formula(part, label) for part in measure.minus]
        if None in plus or None in minus:
            return None
        return "+".join(str(text) for text in plus) + "".join(f"-{text}" for text in minus)

    def groups(self, sheet: str, by: str) -> list[Label]:
        """Values of a column as shown, each once, blanks last."""
        values = set(self._lane(self.lists[sheet], by).values)
        return sorted((v for v in values if v is not None), key=str) + ([None] if None in values else [])

    def said(self, sheet: str, by: str, key: str) -> str:
        """A key of a column's vocabulary as the list shows it."""
        return vocabulary(self._lane(self.lists[sheet], by).column.says, self.run_info.lang).get(key, key)

    def _lane(self, laid: Laid, name: str) -> Lane:
        return laid.lanes[laid.places[name]]

    def _mask(self, laid: Laid, where: tuple[Where, ...], label: Label) -> Mask:
        mask = np.ones(laid.count, dtype=bool)
        for each in where:
            mask &= self._compared(laid, each, self._wanted(laid, each, label))
        return mask

    def _compared(self, laid: Laid, where: Where, wanted: object) -> Mask:
        lane = self._lane(laid, where.field)
        if isinstance(wanted, int | float):
            made: Mask = _SIGNS[where.sign](self._numbers(laid.sheet.key, where.field, lane), wanted)
            return made
        codes, places = self._coded(laid.sheet.key, where.field, lane)
        equal: Mask = codes == places.get(_folded(wanted), -1)
        return equal

    def _numbers(self, sheet: str, name: str, lane: Lane) -> Mask:
        if (sheet, name) not in self.numbers:
            self.numbers[sheet, name] = np.array([_number(lane, value) for value in lane.values], dtype="float64")
        return self.numbers[sheet, name]

    def _coded(self, sheet: str, name: str, lane: Lane) -> tuple[Mask, dict[object, int]]:
        """Values of a column as small numbers: a page asks for every customer in turn."""
        if (sheet, name) not in self.codes:
            places: dict[object, int] = {}
            coded = [places.setdefault(_folded(value), len(places)) for value in lane.values]
            self.codes[sheet, name] = np.array(coded, dtype="int64"), places
        return self.codes[sheet, name]

    def _wanted(self, laid: Laid, where: Where, label: Label) -> object:
        if where.value is GROUP:
            return label
        if isinstance(where.value, timedelta):
            return serial(self.run_info.day + where.value)
        if isinstance(where.value, str):
            return self.said(laid.sheet.key, where.field, where.value)
        return where.value

    def _criterion(self, laid: Laid, where: Where, label: Label) -> str | None:
        reach = laid.reach(laid.places[where.field], far=True)
        if isinstance(where.value, timedelta):
            return f'{reach},"{where.sign}"&AsOf+{where.value.days}'
        wanted = self._wanted(laid, where, label)
        if wanted is None:
            return f'{reach},"="'
        text = _escaped(str(wanted))
        return f'{reach},"{where.sign}{text}"' if len(text) < LONGEST_CRITERION else None


def _call(laid: Laid, measure: Total | Tally, criteria: list[str]) -> str:
    joined = ",".join(criteria)
    if isinstance(measure, Tally):
        return f"COUNTIFS({joined})" if criteria else f"COUNTA({laid.reach(laid.counted, far=True)})"
    summed = laid.reach(laid.places[measure.field], far=True)
    return f"SUMIFS({summed},{joined})" if criteria else f"SUM({summed})"


def _escaped(text: str) -> str:
    """A text as criterion: wildcards mean themselves, quotes are doubled."""
    for char in "~*?":
        text = text.replace(char, f"~{char}")
    return text.replace('"', '""')


def _folded(value: object) -> object:
    """Excel compares texts without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def _number(lane: Lane, value: object) -> float:
    is_number = lane.column.look in NUMBERS | TIMES and isinstance(value, int | float)
    return float(value) if is_number else float("nan")  # type: ignore[arg-type]


_SIGNS = {
    "=": np.equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}
