"""Tables that are shipped as files: every row becomes a value whose fields say what its columns hold."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
Parser = Callable[[str], Any]
YES_NO = {"yes": True, "no": False, "1": True, "0": False}


def parse_bars(text: str) -> tuple[str, ...]:
    """Return what stands between the bars of ``a|b``."""
    return tuple(part for part in text.split("|") if part)


Bars = Annotated[tuple[str, ...], parse_bars]


def load(made: type[T], path: Path, *, key: Sequence[str] = ()) -> tuple[T, ...]:
    """Return the rows of a shipped table as values of a dataclass, in the order of the file.

    A cell is parsed by the type of its field: texts, numbers, days, yes or no, patterns, words parted by blanks, one of
    the words of a `Literal`, or whatever the function of an `Annotated` makes of it. Of two rows that agree in `key`
    (the first field, unless others are named) one is a mistake.
    Raises ValueError for a mistaken row, a column that is missing and one that no field stands for.
    """
    parsers = {name: _parser(hint) for name, hint in get_type_hints(made, include_extras=True).items()}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        headings = next(reader, [])
        if odd := set(headings) ^ set(parsers):
            raise ValueError(f"{path.name}: columns missing or unknown: {', '.join(sorted(odd))}")
        columns = [(name, headings.index(name), parse) for name, parse in parsers.items()]
        rows = [made(**_parse_row(cells, columns, f"{path.name}:{reader.line_num}")) for cells in reader if cells]
    names = key or (*parsers,)[:1]
    counts = Counter(tuple(getattr(row, name) for name in names) for row in rows)
    if twice := [" ".join(map(str, found)) for found, times in counts.items() if times > 1]:
        raise ValueError(f"{path.name}: {', '.join(twice)} stands twice")
    return tuple(rows)


def _parse_row(cells: list[str], columns: list[tuple[str, int, Parser]], where: str) -> dict[str, Any]:
    if len(cells) != len(columns):
        raise ValueError(f"{where}: {len(cells)} cells, not {len(columns)}")
    made: dict[str, Any] = {}
    for name, at, parse in columns:
        try:
            made[name] = parse(cells[at])
        except (ValueError, ArithmeticError, re.error) as wrong:
            raise ValueError(f"{where}: {name}: {wrong}") from wrong
    return made


def _parser(hint: Any) -> Parser:
    """How a cell becomes a field of this type."""
    if get_origin(hint) is Annotated:
        parse: Parser = hint.__metadata__[0]
        return parse
    if get_origin(hint) is Literal:
        return lambda text: _one_of(text, get_args(hint))
    if type(None) in get_args(hint):
        (own,) = (arg for arg in get_args(hint) if arg is not type(None))
        return lambda text: _parser(own)(text) if text else None
    return _PARSERS[hint]


def _one_of(text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise ValueError(f"must be one of {', '.join(known)}, not {text!r}")
    return text


_PARSERS: Mapping[Any, Parser] = {
    str: str,
    int: int,
    bool: lambda text: YES_NO[_one_of(text, tuple(YES_NO))],
    Decimal: Decimal,
    date: date.fromisoformat,
    re.Pattern[str]: re.compile,
    tuple[str, ...]: lambda text: tuple(text.split()),
    frozenset[str]: lambda text: frozenset(text.split()),
}
