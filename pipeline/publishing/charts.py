"""Hand-made charts: numbers to the coordinates of a small SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BASE, TOP = 172, 22
STEP, FIRST = 52, 8
LABEL = 9  # letters that fit under a column, wide ones count twice
LEFT, RIGHT = 40, 396
TEN_THOUSAND_YUAN = 1_000_000  # in fen


def bars(amounts: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return columns of (label, fen), labelled in ten thousand yuan."""
    most = max([fen for _, fen in amounts] + [1])
    made = []
    for n, (label, fen) in enumerate(amounts):
        height = round((BASE - TOP) * max(fen, 0) / most, 1)
        lines = _broken(label)
        value = f"{fen / TEN_THOUSAND_YUAN:,.1f}" if fen else "–"
        made.append({"x": FIRST + n * STEP, "y": round(BASE - height, 1), "h": height, "label": lines, "value": value})
    return made


def _broken(label: str) -> tuple[str, str]:
    """A label in two lines where it is too long for its column: at its last blank, else before its unit."""
    if sum(1 if letter.isascii() else 2 for letter in label) <= LABEL:
        return label, ""
    if " " in label:
        first, _, rest = label.rpartition(" ")
        return first, rest
    digits = max((n for n, letter in enumerate(label, 1) if letter.isdigit()), default=len(label) // 2)
    return label[:digits], label[digits:]


def trend_lines(days: Sequence[str], series: Sequence[Sequence[int]], labels: Sequence[str]) -> dict[str, Any]:
    """Return lines over days, their labels kept apart, three ticks and the outer days."""
    most = max([value for values in series for value in values] + [1])

    def at(n: int, value: int) -> tuple[float, float]:
        span = max(len(days) - 1, 1)
        x = RIGHT if len(days) == 1 else LEFT + (RIGHT - LEFT) * n / span
        return round(x, 1), round(BASE - (BASE - TOP) * value / most, 1)

    lines = []
    for values, label in zip(series, labels, strict=True):
        points = [at(n, value) for n, value in enumerate(values)]
        x, y = points[-1] if points else (LEFT, BASE)
        text = f"{label} {values[-1]}" if values else label
        lines.append(
            {"points": " ".join(f"{a},{b}" for a, b in points), "x": x, "y": y, "label": text, "label_y": y + 4}
        )
    _apart(lines)
    ticks = [{"y": at(0, value)[1], "label": str(value)} for value in sorted({0, most // 2, most})]
    shown = sorted({0, len(days) - 1} - {-1})
    return {"lines": lines, "ticks": ticks, "days": [{"x": at(n, 0)[0], "label": days[n][5:]} for n in shown]}


def _apart(lines: list[dict[str, Any]]) -> None:
    """Two labels at one height would cover each other."""
    first, second = lines
    if abs(first["label_y"] - second["label_y"]) < 14:  # noqa: PLR2004 - one line of text
        second["label_y"] = first["label_y"] + (14 if second["label_y"] >= first["label_y"] else -14)
