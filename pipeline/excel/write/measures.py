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
from pipeline.excel.write.cells import words_of
from pipeline.excel.write.layout import ColumnLayout, SheetLayout
from reports.looks import FEN, NUMBERS, TIMES, Look
from reports.measures import GROUP, SIGNS, Combined, Measure, NightCount, Ratio, Tally, Total, Where

LONGEST_CRITERION = 200  # a text inside a formula may have 255 characters
Label = str | None
Mask = np.ndarray[Any, Any]


@dataclass
class MeasureFormulas:
    """Works out measures over the lists of a workbook, as live formulas and as their values.

    Units: values of sums are in yuan or whole numbers.
    """

    lists: Mapping[str, SheetLayout]
    run_info: RunInfo
    counted: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # tables of what the night counted itself
    numbers: dict[tuple[str, str], Mask] = field(default_factory=dict)
    codes: dict[tuple[str, str], tuple[Mask, dict[object, int]]] = field(default_factory=dict)

    def value(self, measure: Measure, label: Label = None) -> Fraction:
        """Return the exact value of a measure, for one group where it has one."""
        if isinstance(measure, Ratio):
            whole = self.value(measure.whole, label)
            return self.value(measure.part, label) / whole if whole else Fraction(0)
        if isinstance(measure, NightCount):
            return Fraction(int(self.counted[measure.table][measure.field].sum()))
        if isinstance(measure, Combined):
            plus = sum((self.value(part, label) for part in measure.plus), Fraction(0))
            return plus - sum((self.value(part, label) for part in measure.minus), Fraction(0))
        layout = self.lists[measure.sheet]
        mask = self._mask(layout, measure.where, label)
        if isinstance(measure, Tally):
            return Fraction(int(mask.sum()))
        if measure.field not in layout.frame.columns:
            return Fraction(0)
        whole_units = int(layout.fen(measure.field)[mask].sum())
        look = layout.columns[layout.places[measure.field]].declared.look
        return Fraction(whole_units, 100 if look in FEN else 1)

    def formula(self, measure: Measure, label: Label = None) -> str | None:
        """Return the formula without "="; None when a list is empty or a text too long for one."""
        if isinstance(measure, Ratio):
            part, whole = self.formula(measure.part, label), self.formula(measure.whole, label)
            return f"IF({whole}=0,0,{part}/{whole})" if part and whole else None
        if isinstance(measure, NightCount):
            return None
        if isinstance(measure, Combined):
            return self._combined(measure, label)
        layout = self.lists[measure.sheet]
        if not layout.count:
            return None
        criteria = [self._criterion(layout, where, label) for where in measure.where]
        if None in criteria:
            return None
        return _call(layout, measure, [text for text in criteria if text])

    def _combined(self, measure: Combined, label: Label) -> str | None:
        plus = [self.formula(part, label) for part in measure.plus]
        minus = [self.formula(part, label) for part in measure.minus]
        if None in plus or None in minus:
            return None
        return "+".join(str(text) for text in plus) + "".join(f"-{text}" for text in minus)

    def groups(self, sheet: str, by: str) -> list[Label]:
        """Return the values of a column as shown, each once, blanks last."""
        values = set(self._column(self.lists[sheet], by).values)
        return sorted((v for v in values if v is not None), key=str) + ([None] if None in values else [])

    def word(self, sheet: str, by: str, key: str) -> str:
        """Return the word for a key of a column's vocabulary, as the list shows it."""
        declared = self._column(self.lists[sheet], by).declared
        if declared.look is Look.YES:
            return self.run_info.text(f"look.{key}")
        return words_of(declared.says, self.run_info.lang).get(key, key)

    def _column(self, layout: SheetLayout, name: str) -> ColumnLayout:
        return layout.columns[layout.places[name]]

    def _mask(self, layout: SheetLayout, where: tuple[Where, ...], label: Label) -> Mask:
        mask = np.ones(layout.count, dtype=bool)
        for condition in where:
            mask &= self._compared(layout, condition, self._wanted(layout, condition, label))
        return mask

    def _compared(self, layout: SheetLayout, where: Where, wanted: object) -> Mask:
        column = self._column(layout, where.field)
        if isinstance(wanted, int | float):
            above: Mask = SIGNS[where.sign](self._numbers(layout.sheet.key, where.field, column), wanted)
            return above
        codes, places = self._coded(layout.sheet.key, where.field, column)
        equal: Mask = codes == places.get(_folded(wanted), -1)
        return equal

    def _numbers(self, sheet: str, name: str, column: ColumnLayout) -> Mask:
        if (sheet, name) not in self.numbers:
            self.numbers[sheet, name] = np.array([_number(column, value) for value in column.values], dtype="float64")
        return self.numbers[sheet, name]

    def _coded(self, sheet: str, name: str, column: ColumnLayout) -> tuple[Mask, dict[object, int]]:
        """Values of a column as small numbers: a page asks for every customer in turn."""
        if (sheet, name) not in self.codes:
            places: dict[object, int] = {}
            coded = [places.setdefault(_folded(value), len(places)) for value in column.values]
            self.codes[sheet, name] = np.array(coded, dtype="int64"), places
        return self.codes[sheet, name]

    def _wanted(self, layout: SheetLayout, where: Where, label: Label) -> object:
        if where.value is GROUP:
            return label
        if isinstance(where.value, timedelta):
            return serial(self.run_info.day + where.value)
        if isinstance(where.value, str):
            return self.word(layout.sheet.key, where.field, where.value)
        return where.value

    def _criterion(self, layout: SheetLayout, where: Where, label: Label) -> str | None:
        reach = layout.reach(layout.places[where.field], far=True)
        if isinstance(where.value, timedelta):
            return f'{reach},"{where.sign}"&AsOf+{where.value.days}'
        wanted = self._wanted(layout, where, label)
        if wanted is None:
            return f'{reach},"="'
        text = _escaped(str(wanted))
        return f'{reach},"{where.sign}{text}"' if len(text) < LONGEST_CRITERION else None


def _call(layout: SheetLayout, measure: Total | Tally, criteria: list[str]) -> str:
    joined = ",".join(criteria)
    if isinstance(measure, Tally):
        return f"COUNTIFS({joined})" if criteria else f"COUNTA({layout.reach(layout.counted, far=True)})"
    summed = layout.reach(layout.places[measure.field], far=True)
    return f"SUMIFS({summed},{joined})" if criteria else f"SUM({summed})"


def _escaped(text: str) -> str:
    """A text as criterion: wildcards mean themselves, quotes are doubled."""
    for char in "~*?":
        text = text.replace(char, f"~{char}")
    return text.replace('"', '""')


def _folded(value: object) -> object:
    """Excel compares texts without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def _number(column: ColumnLayout, value: object) -> float:
    is_number = column.declared.look in NUMBERS | TIMES and isinstance(value, int | float)
    return float(value) if is_number else float("nan")  # type: ignore[arg-type]
