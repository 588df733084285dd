"""Is a column of order numbers one? In a courier's list the heading may stand over its own waybill numbers.

Only our own name of the column needs no proof; by any other name it must hold one number of ours at least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.reading.files.grid import BLANK
from pipeline.reading.layout.heading_text import fold_heading
from pipeline.reading.layout.names import own_names
from pipeline.reading.layout.parsers import parser
from pipeline.reading.results import FileFinding, params
from pipeline.reading.values.numbers import ORDER_FORMAT
from pipeline.reading.values.text import shown
from schemas.incoming.kinds import KINDS
from schemas.table import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.files.grid import Grid, Raw
    from pipeline.reading.layout.headings import Fit
    from pipeline.reading.values.cells import Parsed

NO_NUMBERS = "FILE-031"
LEAST = 3  # so many different entries say what a column holds
ITSELF = "orders"  # where numbers begin: there every wrong one is told by itself


@dataclass(frozen=True)
class Proven:
    """A heading without the columns that are not what they are called."""

    fit: Fit
    findings: tuple[FileFinding, ...] = ()


def proven(grid: Grid, fit: Fit) -> Proven:
    """Look below every heading that may be that of order numbers; what the fit lacks then is missing."""
    wrong = {} if fit.kind == ITSELF else dict(_wrong(grid, fit))
    if not wrong:
        return Proven(fit)
    left = {name: [at for at in places if at not in wrong] for name, places in fit.columns.items()}
    columns = {name: places for name, places in left.items() if places}
    missing = tuple(clause.fields for clause in fit.sign.missing(set(columns)))
    return Proven(replace(fit, columns=columns, missing=missing), tuple(_told(grid, fit, wrong)))


def _wrong(grid: Grid, fit: Fit) -> Iterator[tuple[int, Raw]]:
    """Positions of columns that hold something else, with an entry."""
    for name, places in fit.columns.items():
        spec = KINDS[fit.kind].spec(name)
        for at in places if spec.type is Type.ORDER_NO else ():
            if fold_heading(fit.headings[at]) in own_names(fit.kind, name):
                continue
            entries = list(dict.fromkeys(row[at] for row in grid.rows[fit.at + 1 :] if row[at] != BLANK))
            parse = parser(spec)
            if len(entries) >= LEAST and all(_is_other(parse(entry)) for entry in entries):
                yield at, entries[0]


def _is_other(parsed: Parsed) -> bool:
    return parsed.unknown and parsed.rule == ORDER_FORMAT and not dict(parsed.params).get("suggestion")


def _told(grid: Grid, fit: Fit, wrong: dict[int, Raw]) -> Iterator[FileFinding]:
    for at, entry in wrong.items():
        heading, said = fit.headings[at].strip(), params(value=shown(entry))
        yield FileFinding(NO_NUMBERS, grid.name, heading, heading, said, grid.numbers[fit.at], grid.letter(at))
