"""Shipped tables: every cell becomes what its field says, and a mistaken row is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

import pytest

from schemas.table_file import Bars, load

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Fruit:
    """One row of each type of field."""

    name: str
    price: Decimal | None
    count: int
    is_ripe: bool
    since: date
    colours: tuple[str, ...]
    also: Bars
    shape: re.Pattern[str]
    kind: Literal["stone", "berry"]
    size: Annotated[int, lambda text: len(text)]  # noqa: PLW0108 - as a table writes it


PEAR = {
    "name": "pear",
    "price": "1.20",
    "count": "7",
    "is_ripe": "yes",
    "since": "2026-03-02",
    "colours": "green red",
    "also": "Williams|Conference",
    "shape": "p.*",
    "kind": "berry",
    "size": "***",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "fruit.csv"
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_every_cell_becomes_what_its_field_says(tmp_path: Path) -> None:
    (pear,) = load(Fruit, written(tmp_path, PEAR))
    assert (pear.name, pear.price, pear.count, pear.is_ripe) == ("pear", Decimal("1.20"), 7, True)
    assert (pear.since, pear.colours, pear.also) == (date(2026, 3, 2), ("green", "red"), ("Williams", "Conference"))
    assert (pear.shape.pattern, pear.kind, pear.size) == ("p.*", "berry", 3)


def test_blank_cells_of_optional_fields_and_lists_are_nothing(tmp_path: Path) -> None:
    blank = PEAR | {"price": "", "colours": "", "also": "", "is_ripe": "0"}
    (pear,) = load(Fruit, written(tmp_path, blank))
    assert (pear.price, pear.colours, pear.also, pear.is_ripe) == (None, (), (), False)


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("price", "x", r"fruit.csv:3: price: "),
        ("count", "", r"fruit.csv:3: count: "),
        ("is_ripe", "maybe", r"fruit.csv:3: is_ripe: must be one of yes, no, 1, 0, not 'maybe'"),
        ("since", "2026-02-30", r"fruit.csv:3: since: "),
        ("shape", "(", r"fruit.csv:3: shape: "),
        ("kind", "root", r"fruit.csv:3: kind: must be one of stone, berry, not 'root'"),
        ("size", "***,1", r"fruit.csv:3: 11 cells, not 10"),
    ],
)
def test_a_mistaken_cell_is_named(tmp_path: Path, column: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(Fruit, written(tmp_path, PEAR, PEAR | {"name": "plum", column: text}))


def test_columns_must_be_the_fields(tmp_path: Path) -> None:
    fewer = {name: text for name, text in PEAR.items() if name != "kind"}
    for row, column in ((fewer, "kind"), (PEAR | {"colour": "red"}, "colour")):
        with pytest.raises(ValueError, match=f"columns missing or unknown: {column}$"):
            load(Fruit, written(tmp_path, row))


def test_no_two_rows_share_their_key(tmp_path: Path) -> None:
    other = PEAR | {"name": "plum"}
    assert len(load(Fruit, written(tmp_path, PEAR, other))) == 2
    with pytest.raises(ValueError, match="pear stands twice"):
        load(Fruit, written(tmp_path, PEAR, other, PEAR))
    with pytest.raises(ValueError, match="7 berry stands twice"):
        load(Fruit, written(tmp_path, PEAR, other), key=("count", "kind"))
