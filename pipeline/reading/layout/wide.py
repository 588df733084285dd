"""Wide tracking: one row per order, a column per stage and date, becomes one row per stage.

"Shipping planned", "planned shipping day", "shipping" over "planned" are all one field of one stage. A column that
belongs to the order (its owner, a remark) is said of every stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from pipeline.reading.files.grid import BLANK, Grid, Raw
from pipeline.reading.layout.fit import Fit
from pipeline.reading.layout.heading_names import aliases, fold_heading, listed_names, sign_of, spellings_of
from pipeline.reading.layout.headings import heading_candidates
from pipeline.reading.layout.table import CellPlace, DataRows, PlacesOfRow, Stages, TableLayout, is_unfilled
from schemas.incoming.orders import Orders
from schemas.language import spellings
from schemas.language.words import load

KIND, NUMBER, STAGE = "tracking", "order_no", "stage"
PLAN = "planned_at"
DAYS = (PLAN, "actual_at", "forecast_at")
LEAST_DAYS = 2  # one stage with its day may stand in any list
SPREAD = ("dept", "owner", "reason", "batch", "updated_at")  # said of the order, true of each stage
OF_STAGE = {  # fields that only one stage has, whatever its column is called
    **dict.fromkeys(("qc_result", "ok_qty", "ng_qty", "qc_action"), "check"),
    **dict.fromkeys(("tracking_no", "carrier", "eta_at", "fed_back_at"), "ship"),
    "signer": "sign",
}
OF_ORDER = (str(Orders.went_on), str(Orders.signed_on))  # days of an order, and of its stages "ship" and "sign"
JOINTS = "/_-|+.\u3001"


def find_wide(grid: Grid, taken: frozenset[int] = frozenset()) -> tuple[Fit, Stages] | None:
    """Return the heading of a wide table, when an order's number and two stage dates are there.

    `taken`: positions that another table on the same rows claims.
    """
    found = [fit for at, row in heading_candidates(grid) if (fit := _fit(row, at, taken))]
    return max(found, key=lambda fit: len(fit[1]), default=None)


def melt(layout: TableLayout, data: DataRows) -> DataRows:
    """Return one row per order and stage of which anything is written, every cell with its own place."""
    fields = _fields(layout)
    own_number = layout.fit.columns[NUMBER][0]
    names = [NUMBER, STAGE, *dict.fromkeys(field for field, _ in fields)]
    made = DataRows(_melted_fit(layout.fit, names), [], [])
    cells: list[PlacesOfRow] = []
    for number, row in zip(data.numbers, data.rows, strict=True):
        for stage in dict.fromkeys(stage for stage, _ in layout.stages):
            own = {field: at for field, at in fields if (stage, field) in layout.stages}
            if all(is_unfilled(row[at[stage]]) for at in own.values() if stage in at):
                continue
            placed = {field: at.get(stage, at.get("")) for field, at in fields} | {NUMBER: own_number}
            made.numbers.append(number)
            made.rows.append([_value(row, stage, name, placed) for name in names])
            cells.append(_places(layout, number, placed, names))
    return replace(made, cells=cells)


def _fields(layout: TableLayout) -> list[tuple[str, dict[str, int]]]:
    """Return field → stage → position; the stage is empty for what is said of the whole order."""
    found: dict[str, dict[str, int]] = {}
    for (stage, field), at in layout.stages.items():
        found.setdefault(field, {})[stage] = at
    for field in SPREAD:
        if field in layout.fit.columns:
            found.setdefault(field, {})[""] = layout.fit.columns[field][0]
    return list(found.items())


def _value(row: list[Raw], stage: str, name: str, placed: Mapping[str, int | None]) -> Raw:
    if name == STAGE:
        return load()[f"stage.{stage}"].zh
    at = placed[name]
    return BLANK if at is None else row[at]


def _places(layout: TableLayout, number: int, placed: Mapping[str, int | None], names: Sequence[str]) -> PlacesOfRow:
    """The stage itself is a heading: it has no place of its own in the row."""
    places: PlacesOfRow = {}
    for n, name in enumerate(names):
        if (at := placed.get(name)) is not None:
            places[n] = CellPlace(number, layout.grid.letter(at), layout.fit.headings[at].strip())
    return places


def _melted_fit(fit: Fit, names: Sequence[str]) -> Fit:
    headings = {n: load()[f"{KIND}.{name}"].zh for n, name in enumerate(names)}
    headings[0] = fit.headings[fit.columns[NUMBER][0]]
    return replace(fit, columns={name: [n] for n, name in enumerate(names)}, headings=headings)


def _fit(row: Sequence[object], at: int, taken: frozenset[int]) -> tuple[Fit, Stages] | None:
    written = {n: cell for n, cell in enumerate(row) if type(cell) is str and cell.strip()}
    known = aliases(KIND)
    columns: dict[str, list[int]] = {}
    stages: Stages = {}
    for position, text in written.items():
        name = fold_heading(text)
        if (found := stage_field(name)) and position not in taken:
            stages.setdefault(found, position)
        elif field := known.get(name):
            columns.setdefault(field, []).append(position)
    if NUMBER not in columns or STAGE in columns:
        return None
    for field, stage in OF_STAGE.items():
        if field in columns and columns[field][0] not in taken:
            stages.setdefault((stage, field), columns.pop(field)[0])
    dated = {stage for stage, field in stages if field in DAYS}
    return (Fit(sign_of(KIND), at, columns, written), stages) if len(dated) >= LEAST_DAYS else None


@lru_cache(maxsize=4096)
def stage_field(name: str) -> tuple[str, str] | None:
    """Return stage and field that a folded heading speaks of, if it speaks of both."""
    if listed_names("orders").get(name, OF_ORDER[0]) not in OF_ORDER:
        return None
    for word, stage in _stages():
        before, found, after = name.partition(word)
        if found:
            rest = before.strip(JOINTS) + after.strip(JOINTS)
            return (stage, field) if (field := _parts().get(rest)) else None
    return None


@cache
def _stages() -> tuple[tuple[str, str], ...]:
    """Return spelling → stage, the longest first."""
    written = {fold_heading(word): stage for word, stage in spellings.group("choice.stage").items()}
    named = {fold_heading(text): stage for stage in set(written.values()) for text in spellings_of(f"stage.{stage}")}
    return tuple(sorted((named | written).items(), key=lambda pair: -len(pair[0])))


@cache
def _parts() -> dict[str, str]:
    """Return what stands beside the stage in a heading → field."""
    fields = [str(key).removeprefix("wide.") for key in load() if key.startswith("wide.")]
    own = {
        name: field for name, field in listed_names(KIND).items() if field in {*DAYS, "owner", "dept", "qty", "reason"}
    }
    return own | {fold_heading(text): field for field in fields for text in spellings_of(f"wide.{field}")}
