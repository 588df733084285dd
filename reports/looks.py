"""The house style: fonts, colours, number formats, widths, print set-up.

Plain values that a writer turns into formats. Widths are in Excel's unit (one digit of
the body font), heights in points, lengths of text in the same unit as widths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from math import ceil
from types import MappingProxyType
from typing import Any

Props = Mapping[str, Any]

NAVY, NAVY_SOFT, BROWN, CREAM, CREAM_LINE = "#1F3A5F", "#35567F", "#8A5A00", "#FFF8E1", "#E5C879"
TEXT, MUTED, LINK, LINE, CARD, WHITE = "#1F2937", "#5B6675", "#0B5CAD", "#D0D7E2", "#F1F5FA", "#FFFFFF"
BAR_MONEY, BAR_SHARE = "#FBD9B5", "#B9CCE4"
KEY_GREY, ORANGE, GREY, AXIS = "#A3ABB8", "#F79A4B", "#9AA3AF", "#8A94A3"
BAD_TEXT = "#8F2400"

BODY_SIZE, TITLE_SIZE, SUMMARY_TITLE_SIZE, CARD_SIZE, SMALL, TINY = 10, 14, 20, 16, 9, 8
ROW, TITLE_ROW, SUMMARY_TITLE_ROW, HINT_ROW, HEAD_ROW, SUMMARY_HEAD_ROW = 19.5, 26, 34, 18, 34, 24
LINE_HEIGHT, LINE_PAD, TALLEST = 16.5, 4, 400
NARROWEST, WIDEST = 6.0, 40.0
ROW_PIXELS, COLUMN_PIXELS = 26, 64
PAGE_UNITS = 217  # what A4 landscape holds at 70 %, the smallest print anybody reads
MARGINS = MappingProxyType({"left": 0.35, "right": 0.35, "top": 0.62, "bottom": 0.55})
A4 = 9

WIDE, NARROW, BOLD = 2.0, 1.1, 1.06  # a Chinese character, any other, bold type
PAD, ARROW_PAD = 1.8, 2.6


class Look(Enum):
    """How a column's values are shown, and which dtype they come in."""

    TEXT = "text"  # one line, left
    LONG = "long"  # wraps, left
    CODE = "code"  # an id: text for ever, zeros kept
    NAME = "name"  # people and short words, centred
    DAY = "day"
    MONTH_DAY = "month_day"  # the whole date, shown as month and day
    MOMENT = "moment"  # midnight shows the day alone
    MONEY = "money"  # Int64 fen
    SUM = "sum"  # the same in bold: the figure the sheet is about
    COUNT = "count"
    DAYS = "days"
    PERCENT = "percent"  # a fraction
    RATE = "rate"  # Decimal a day, shown as percent with three places
    QTY = "qty"  # Int64 thousandths
    YES = "yes"  # boolean


NUMBERS = frozenset({Look.MONEY, Look.SUM, Look.COUNT, Look.DAYS, Look.PERCENT, Look.RATE, Look.QTY})
TIMES = frozenset({Look.DAY, Look.MONTH_DAY, Look.MOMENT})
FEN = frozenset({Look.MONEY, Look.SUM})

MONEY_FORMAT, COUNT_FORMAT = '#,##0.00;-#,##0.00;"–"', '#,##0;-#,##0;"–"'
LOOKS: Mapping[Look, Props] = MappingProxyType(
    {
        Look.TEXT: {"align": "left", "indent": 1},
        Look.LONG: {"align": "left", "indent": 1, "text_wrap": True},
        Look.CODE: {"align": "left", "num_format": "@"},
        Look.NAME: {"align": "center"},
        Look.DAY: {"align": "center", "num_format": "yyyy-mm-dd"},
        Look.MONTH_DAY: {"align": "center", "num_format": "mm-dd"},
        Look.MOMENT: {"align": "center", "num_format": "yyyy-mm-dd hh:mm"},
        Look.MONEY: {"align": "right", "num_format": MONEY_FORMAT},
        Look.SUM: {"align": "right", "num_format": MONEY_FORMAT, "bold": True},
        Look.COUNT: {"align": "right", "num_format": COUNT_FORMAT},
        Look.DAYS: {"align": "right", "num_format": "look.days"},
        Look.PERCENT: {"align": "right", "num_format": "0.0%"},
        Look.RATE: {"align": "right", "num_format": "0.000%"},
        Look.QTY: {"align": "right", "num_format": "#,##0"},
        Look.YES: {"align": "center"},
    }
)
PARTS_FORMAT = "#,##0.0##"  # a quantity that is not whole
LEAST_WIDTH: Mapping[Look, float] = MappingProxyType(
    {
        Look.LONG: 34.0,
        Look.CODE: 12.5,
        Look.NAME: 8.6,
        Look.DAY: 11.2,
        Look.MONTH_DAY: 9.6,
        Look.MOMENT: 16.5,
        Look.MONEY: 13.0,
        Look.SUM: 13.0,
        Look.DAYS: 8.2,
        Look.COUNT: 8.2,
        Look.PERCENT: 8.2,
        Look.RATE: 8.2,
    }
)

# fill, text, shape in front of the words: colour never speaks alone. The shape is part of
# the number format, so the value itself stays the plain word that programs compare with.
TONES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "ok": ("#DCEBF7", "#004C7A", "✔ "),
        "late": ("#FFEFC2", "#6B4700", "✔ "),
        "soon": ("#FFD98A", "#4A3000", "▲ "),
        "bad": ("#F8C4AE", BAD_TEXT, "■ "),
        "calm": ("", TEXT, "● "),
        "muted": ("", MUTED, ""),
        "age0": ("#DCEBF7", "#004C7A", ""),
        "age1": ("#FEEBD0", "#5C3300", ""),
        "age2": ("#FDC98C", "#4A2600", ""),
        "age3": ("#F79A4B", "#3A1D00", ""),
        "age4": ("#F08030", "#2B1500", ""),
        "age5": ("#BF4C00", WHITE, ""),
        "age6": ("#9E3803", WHITE, ""),
        "age7": ("#7F2704", WHITE, ""),
        "age8": ("#E5E7EB", TEXT, "? "),
    }
)
TABS: Mapping[str, str] = MappingProxyType({"summary": NAVY, "staff": BROWN, "clash": ORANGE, "reference": GREY})

TITLE: Props = {"bold": True, "font_size": TITLE_SIZE, "font_color": NAVY}
SUMMARY_TITLE: Props = {"bold": True, "font_size": SUMMARY_TITLE_SIZE, "font_color": NAVY}
HINT: Props = {"font_size": SMALL, "font_color": MUTED}
SECTION: Props = {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 1, "bottom_color": NAVY}
AS_OF: Props = {"bold": True, "font_size": 11, "font_color": NAVY, "align": "right"}
HEAD: Props = {
    "bold": True,
    "font_color": WHITE,
    "bg_color": NAVY,
    "align": "center",
    "text_wrap": True,
    "left": 1,
    "right": 1,
    "left_color": WHITE,
    "right_color": WHITE,
}
STAFF_HEAD: Props = {**HEAD, "bg_color": BROWN}
KEY_HEAD: Props = {**HEAD, "bg_color": GREY, "font_size": TINY}
GROUP_HEAD: Props = {**HEAD, "bg_color": NAVY_SOFT, "align": "center_across", "text_wrap": False}
CELL: Props = {"bottom": 1, "bottom_color": LINE, "font_color": TEXT}
STAFF_CELL: Props = {"bottom": 1, "bottom_color": CREAM_LINE, "font_color": TEXT, "bg_color": CREAM}
UNREAD_DAY: Props = {"font_color": BAD_TEXT, "italic": True, "num_format": "General"}
KEY_CELL: Props = {"font_size": TINY, "font_color": KEY_GREY, "num_format": "@"}
TOTAL_LABEL: Props = {"bg_color": CARD, "font_color": MUTED, "bold": True}
TOTAL_CELL: Props = {"bg_color": CARD, "bold": True}
CARD_LABEL: Props = {"bg_color": CARD, "font_size": SMALL, "font_color": MUTED, "left": 5, "indent": 1}
CARD_VALUE: Props = {
    "bg_color": CARD,
    "font_size": CARD_SIZE,
    "bold": True,
    "left": 5,
    "align": "left",
    "indent": 1,
}
CARD_NOTE: Props = {"bg_color": CARD, "font_size": TINY, "font_color": MUTED, "left": 5, "indent": 1}
SENTENCE: Props = {"text_wrap": True, "left": 5, "left_color": ORANGE, "indent": 1, "valign": "vcenter"}
GRID_HEAD: Props = {**HEAD, "font_size": SMALL}
GRID_TOTAL: Props = {"bold": True, "top": 1, "top_color": NAVY, "bottom": 1, "bottom_color": NAVY}
EMPTY: Props = {"font_color": MUTED, "italic": True, "align": "left", "indent": 1}
DATA_BAR: Props = {"type": "data_bar", "bar_solid": True, "min_type": "num", "min_value": 0}
LINKED: Props = {"font_color": LINK, "underline": 1}


def tone(name: str, *, has_shape: bool = True) -> Props:
    """Return fill, text colour and shape of a state."""
    fill, text, shape = TONES[name]
    made: dict[str, Any] = {"font_color": text}
    if fill:
        made |= {"bg_color": fill}
    if shape and has_shape:
        made |= {"num_format": f'"{shape}"@'}
    return made


def length(text: str, *, bold: bool = False) -> float:
    """Return the width of a string, its longest line: Chinese characters count double.

    UTF-8 gives away how many there are: three bytes each where others have one.
    """
    if "\n" in text:
        return max(length(line, bold=bold) for line in text.split("\n"))
    size, extra = len(text), len(text.encode("utf-8", "replace")) - len(text)
    return (NARROW * size + (WIDE - NARROW) / 2 * extra) * (BOLD if bold else 1)


def column_width(lengths: Sequence[float], heading: str, least: float = NARROWEST) -> float:
    """Return a width for 98 of 100 values, and for the heading beside its filter arrow."""
    ordered = sorted(lengths)
    value = ordered[min(len(ordered) - 1, ceil(0.98 * len(ordered)) - 1)] + PAD if ordered else 0
    head = length(heading, bold=True) + ARROW_PAD
    return round(min(WIDEST, max(NARROWEST, least, value, head)), 2)


def lines(text: str, width: float) -> int:
    """Return how many lines a wrapped text takes in a column of this width."""
    return sum(max(1, ceil(length(part) * 0.96 / (width - 2))) for part in text.split("\n"))


def row_height(count: int) -> float:
    """Return the height of a row whose longest cell has `count` lines."""
    return ROW if count <= 1 else min(TALLEST, LINE_HEIGHT * count + LINE_PAD)
