"""Rows that say the same in every cell: a block pasted again below itself, in another sheet or another workbook.

What has a number of its own, or what nobody does twice, is one record and counts once. Of what has none two equal rows
may be two facts: both count. Either is told, once for all such rows of a sheet, with both places; never silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2s
from typing import Any

import numpy as np
import orjson
import pandas as pd

from pipeline.rules.validation import assign
from pipeline.rules.validation.identity import ORDINAL
from pipeline.rules.validation.kind_rows import KindRows
from pipeline.rules.validation.validated_file import stored
from schemas.derived.finding import Finding
from schemas.incoming.complaints import Complaints
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Discounts
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders
from schemas.table import Counted, Type

ONCE, EACH = "X-038", "X-039"  # rows that count once, and rows that count each
OWN_RULE = {Orders.name: "ORD-032", Receipts.name: "RCV-001"}  # of copies, where the kind has a rule for them
NUMBERING = frozenset({Type.PAPER_NO, Type.CODE})
ALWAYS_ONE = frozenset({Reminders.name, Discounts.name})  # nobody is called twice at once, nothing is granted twice
GIVEN = {Orders.name: str(Orders.order_no), Complaints.name: str(Complaints.complaint_no)}
WHERE = "src_cells"  # where cells stand, which is not what they say
MOST_TOLD = 3
Spot = tuple[str, int]  # sheet and row of a file


def said_by(gathered: KindRows, places: np.ndarray[Any, Any]) -> dict[int, bytes]:
    """Return by its place what each of these rows says, wherever it stands; a cell nobody could read by its text."""
    unread = _unread(gathered)
    made = {}
    for at, text in zip(places.tolist(), stored(gathered, places), strict=True):
        own = text
        if at in unread or WHERE.encode() in text:
            cells = {name: value for name, value in orjson.loads(text).items() if name != WHERE}
            own = orjson.dumps([cells, sorted(unread.get(at, []))])
        made[at] = own
    return made


def equally_read(gathered: KindRows, copies: Mapping[int, int]) -> dict[int, int]:
    """Return those copies whose cells that nobody could read say the same too."""
    unread = _unread(gathered)
    return {at: first for at, first in copies.items() if sorted(unread.get(at, [])) == sorted(unread.get(first, []))}


def _unread(gathered: KindRows) -> dict[int, list[list[str]]]:
    found: dict[int, list[list[str]]] = {}
    for note in gathered.notes:
        if (note.row, note.column) in gathered.unknown:
            found.setdefault(note.row, []).append([note.column, note.raw])
    return found


def find(gathered: KindRows, copies: Mapping[int, int], left_out: Mapping[int, AbstractSet[Spot]]) -> dict[int, int]:
    """Find rows alike in every cell and tell of them; gives those that are left out now, with the row they repeat.

    `copies`: rows that were left out already, because they bear the key of a row that says the same. `left_out`: by
    file, where rows were that another kind left out: what else is read from such a row repeats as well.
    """
    equal = dict(_equal(gathered))
    own = _is_numbered(gathered)
    left = {at: first for at, first in equal.items() if own[at] or _spot(gathered, at) in _of(gathered, at, left_out)}
    for at in left:
        gathered.dropped[at] = True
    once = {**copies, **left}
    told = {at: first for at, first in once.items() if _spot(gathered, at) not in _of(gathered, at, left_out)}
    _tell(gathered, told, OWN_RULE.get(gathered.table.name, ONCE))
    counting = {at: first for at, first in equal.items() if at not in left and not gathered.held[at]}
    _tell(gathered, counting, EACH)
    return left


def spots(gathered: KindRows) -> Iterator[tuple[int, Spot]]:
    """Give the file and the place of every row that was left out."""
    for at in np.flatnonzero(gathered.dropped).tolist():
        yield _file_id(gathered, at), _spot(gathered, at)


def _equal(gathered: KindRows) -> Iterator[tuple[int, int]]:
    """Give rows that only an ordinal tells from an equal one of the same file, each with the first of them."""
    groups = _candidates(gathered)
    if groups is None:
        return
    files = gathered.frame["src_file"]
    said = said_by(gathered, groups.index.to_numpy())
    given = GIVEN.get(gathered.table.name, "")
    first: dict[tuple[str, str, bytes], int] = {}
    for at in sorted(said, key=lambda at: _order(gathered, at)):
        own = _without(said[at], given) if given else said[at]
        begin = first.setdefault((str(files.iat[at]), str(groups[at]), own), at)
        if begin != at:
            yield at, begin


def _candidates(gathered: KindRows) -> pd.Series[str] | None:
    """Return the groups of rows that may be equal: of one key but for an ordinal, or numbered by us; None for none."""
    kind, frame = gathered.table.name, gathered.frame
    stays = ~gathered.dropped
    if kind in GIVEN:
        numbered = {note.row for note in gathered.notes if note.rule == assign.NUMBERED[kind][3]}
        mine = np.array([at in numbered for at in range(len(frame))], dtype=bool) & stays
        groups = pd.Series("", index=frame.index[mine], dtype="str")
        return groups if len(groups) > 1 else None
    if not any(isinstance(columns, Counted) for columns in gathered.table.identity):
        return None
    bases = frame["src_key"][stays].str.replace(ORDINAL, "", regex=True)
    again = bases[bases.groupby([frame["src_file"][stays], bases]).transform("size") > 1]
    return again if len(again) else None


def _without(text: bytes, column: str) -> bytes:
    """Return what a row says beside the number that we gave it."""
    found = orjson.loads(text)
    cells = found[0] if isinstance(found, list) else found
    cells.pop(column, None)
    return orjson.dumps(found)


def _is_numbered(gathered: KindRows) -> np.ndarray[Any, Any]:
    """Return which rows are one record whenever they are equal: by a number of their own, or by their kind."""
    table, frame = gathered.table, gathered.frame
    if table.name in ALWAYS_ONE:
        return np.ones(len(frame), dtype=bool)
    leading = dict.fromkeys(columns[0] for columns in table.identity)
    own = [name for name in leading if table.spec(name).type in NUMBERING and name.endswith(("_no", "_ref"))]
    return frame[own].notna().any(axis=1).to_numpy(dtype=bool) if own else np.zeros(len(frame), dtype=bool)


def _tell(gathered: KindRows, pairs: Mapping[int, int], rule: str) -> None:
    """Note once for every sheet which of its rows repeat which others."""
    by_sheet: dict[tuple[int, str], list[int]] = {}
    for at in sorted(pairs, key=lambda at: _order(gathered, at)):
        by_sheet.setdefault((_file_id(gathered, at), _spot(gathered, at)[0]), []).append(at)
    for rows in by_sheet.values():
        gathered.whole.append((_file_id(gathered, rows[0]), _finding(gathered, rows, pairs, rule)))


def _finding(gathered: KindRows, rows: Sequence[int], pairs: Mapping[int, int], rule: str) -> Finding:
    """Return the finding of rows of one sheet; its key says what they say, so that it is another for another block."""
    column = str(Receipts.amount_fen) if gathered.table.name == Receipts.name else str(gathered.table.identity[0][0])
    runs = list(_runs(gathered, rows, pairs))
    shown = [_run(gathered, run, pairs, column, is_alone=len(runs) == 1) for run in runs[:MOST_TOLD]]
    more = ["\u2026"] if len(runs) > MOST_TOLD else []
    place = gathered.place(rows[0], column)
    mark = blake2s(b"".join(sorted(said_by(gathered, np.array(rows)).values())), digest_size=6).hexdigest()
    return Finding(
        rule,
        "sources",
        f"{place.file}|{place.sheet}|{gathered.table.name}|{mark}",
        place=place,
        params={"count": str(len({_spot(gathered, at) for at in rows})), "other": "; ".join([*shown, *more])},
        subject=place.file,
    )


def _runs(gathered: KindRows, rows: Sequence[int], pairs: Mapping[int, int]) -> Iterator[list[int]]:
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
        (sheet, row), (other, next_row) = _spot(gathered, before), _spot(gathered, after)
        if sheet != other or _file_id(gathered, before) != _file_id(gathered, after):
            return False
        steps.append(next_row - row)
    return steps[0] == steps[1] and steps[0] in (0, 1)


def _run(gathered: KindRows, run: Sequence[int], pairs: Mapping[int, int], column: str, *, is_alone: bool) -> str:
    """Return a block and the block it repeats; of the only row, which the finding names itself, what it repeats."""
    blocks = []
    for rows in (run, [pairs[at] for at in run]):
        begin, end = (gathered.place(at, column) for at in (rows[0], rows[-1]))
        blocks.append((begin, "" if begin.cell == end.cell else f":{end.cell}"))
    (own, own_end), (other, other_end) = blocks
    named = f"{other}{other_end}"
    return named if is_alone and not own_end else f"{own.cell}{own_end} = {named}"


def _spot(gathered: KindRows, at: int) -> Spot:
    sheet, row = (gathered.frame[name].iat[at] for name in ("src_sheet", "src_row"))
    return str(sheet), int(str(row))


def _file_id(gathered: KindRows, at: int) -> int:
    return gathered.parts[int(gathered.part[at])][0].id


def _order(gathered: KindRows, at: int) -> tuple[Any, ...]:
    """Rows as people see them: by file, then by sheet as the workbook has them, then from above."""
    return (int(gathered.part[at]), _spot(gathered, at)[1], at)


def _of(gathered: KindRows, at: int, left_out: Mapping[int, AbstractSet[Spot]]) -> Iterable[Spot]:
    return left_out.get(_file_id(gathered, at), frozenset())
