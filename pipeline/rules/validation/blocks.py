"""Blocks of rows that repeat other rows of the night: where they stand, and where what they repeat stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.rules.validation.kind_rows import KindRows
from schemas.incoming.customers import Opening
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts

MOST_TOLD = 3
# the sums of money that would count twice
SUMS = {table.name: str(sum_) for table, sum_ in ((Orders, Orders.amount_fen), (Opening, Opening.open_fen))} | {
    Receipts.name: str(Receipts.amount_fen)
}
Spot = tuple[str, int]  # sheet and row of a file


def by_sheet(gathered: KindRows, rows: Iterable[int]) -> list[list[int]]:
    """Return these rows as people see them, those of each sheet by themselves."""
    made: dict[tuple[int, str], list[int]] = {}
    for at in sorted(rows, key=lambda at: order(gathered, at)):
        made.setdefault((file_id(gathered, at), spot(gathered, at)[0]), []).append(at)
    return list(made.values())


def runs(gathered: KindRows, rows: Sequence[int], pairs: Mapping[int, int]) -> Iterator[list[int]]:
    """Part rows into blocks: rows that follow each other and repeat rows that follow each other."""
    run: list[int] = []
    for at in rows:
        if run and not _follows(gathered, (run[-1], at), (pairs[run[-1]], pairs[at])):
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _follows(gathered: KindRows, own: tuple[int, int], theirs: tuple[int, int]) -> bool:
    steps = []
    for before, after in (own, theirs):
        (sheet, row), (other, next_row) = spot(gathered, before), spot(gathered, after)
        if sheet != other or file_id(gathered, before) != file_id(gathered, after):
            return False
        steps.append(next_row - row)
    return steps[0] == steps[1] and steps[0] in (0, 1)


def count(gathered: KindRows, rows: Iterable[int]) -> str:
    """Return how many rows of the sheet these are: one row may say several things."""
    return str(len({spot(gathered, at) for at in rows}))


def column(gathered: KindRows) -> str:
    """Return the column by which a row of the kind is shown."""
    is_money = gathered.table.name == Receipts.name
    return str(Receipts.amount_fen) if is_money else str(gathered.table.identity[0][0])


def places(gathered: KindRows, told: Sequence[Sequence[int]], pairs: Mapping[int, int]) -> str:
    """Return where blocks stand and which ones they repeat, three at most."""
    shown = [_run(gathered, run, pairs, is_alone=len(told) == 1) for run in told[:MOST_TOLD]]
    return "; ".join([*shown, *(["\u2026"] if len(told) > MOST_TOLD else [])])


def _run(gathered: KindRows, run: Sequence[int], pairs: Mapping[int, int], *, is_alone: bool) -> str:
    """Return a block and the block it repeats; of the only row, which the finding names itself, what it repeats."""
    made, shown_by = [], column(gathered)
    for rows in (run, [pairs[at] for at in run]):
        begin, end = (gathered.place(at, shown_by) for at in (rows[0], rows[-1]))
        made.append((begin, "" if begin.cell == end.cell else f":{end.cell}"))
    (own, own_end), (other, other_end) = made
    named = f"{other}{other_end}"
    return named if is_alone and not own_end else f"{own.cell}{own_end} = {named}"


def spot(gathered: KindRows, at: int) -> Spot:
    """Return sheet and row of its file."""
    sheet, row = (gathered.frame[name].iat[at] for name in ("src_sheet", "src_row"))
    return str(sheet), int(str(row))


def file_id(gathered: KindRows, at: int) -> int:
    """Return the number of the received file that a row came in."""
    return gathered.parts[int(gathered.part[at])][0].id


def order(gathered: KindRows, at: int) -> tuple[Any, ...]:
    """Return rows as people see them: by file, then by sheet as the workbook has them, then from above."""
    return (int(gathered.part[at]), spot(gathered, at)[1], at)
