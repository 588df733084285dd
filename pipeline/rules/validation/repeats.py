"""Rows that say the same in every cell: a block pasted again below itself, in another sheet or another workbook.

What has a number of its own, or what nobody does twice, is one record and counts once; that is told once for all such
rows of a sheet, with both places. Of what has none two equal rows may be two facts: both count until that is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2s
from typing import Any

import numpy as np
import orjson
import pandas as pd

from pipeline.rules.validation import asked_repeats, assign, blocks
from pipeline.rules.validation.blocks import Spot
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

ONCE = "X-038"  # rows that count once
OWN_RULE = {Orders.name: "ORD-032", Receipts.name: "RCV-001"}  # of copies, where the kind has a rule for them
NUMBERING = frozenset({Type.PAPER_NO, Type.CODE})
ALWAYS_ONE = frozenset({Reminders.name, Discounts.name})  # nobody is called twice at once, nothing is granted twice
GIVEN = {Orders.name: str(Orders.order_no), Complaints.name: str(Complaints.complaint_no)}
WHERE = "src_cells"  # where cells stand, which is not what they say


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
    left = {at: first for at, first in equal.items() if own[at] or _is_left_out(gathered, at, left_out)}
    for at in left:
        gathered.dropped[at] = True
    once = {**copies, **left}
    told = {at: first for at, first in once.items() if not _is_left_out(gathered, at, left_out)}
    _tell(gathered, told, OWN_RULE.get(gathered.table.name, ONCE))
    counting = {at: first for at, first in equal.items() if at not in left and not gathered.held[at]}
    asked_repeats.ask(gathered, counting, _bases(gathered, counting))
    return left


def spots(gathered: KindRows) -> Iterator[tuple[int, Spot]]:
    """Give the file and the place of every row that was left out."""
    for at in np.flatnonzero(gathered.dropped).tolist():
        yield blocks.file_id(gathered, at), blocks.spot(gathered, at)


def _equal(gathered: KindRows) -> Iterator[tuple[int, int]]:
    """Give rows that only an ordinal tells from an equal one of the same file, each with the first of them."""
    groups = _candidates(gathered)
    if groups is None:
        return
    files = gathered.frame["src_file"]
    said = said_by(gathered, groups.index.to_numpy())
    given = GIVEN.get(gathered.table.name, "")
    first: dict[tuple[str, str, bytes], int] = {}
    for at in sorted(said, key=lambda at: blocks.order(gathered, at)):
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


def _bases(gathered: KindRows, rows: Iterable[int]) -> dict[int, bytes]:
    """Return what names each of these rows beside its ordinal, or all it says where it has its name from us."""
    if given := GIVEN.get(gathered.table.name):
        said = said_by(gathered, np.array(sorted(rows), dtype=int))
        return {at: _without(text, given) for at, text in said.items()}
    keys = gathered.frame["src_key"]
    return {at: ORDINAL.sub("", str(keys.iat[at])).encode() for at in rows}


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
    for rows in blocks.by_sheet(gathered, pairs):
        gathered.whole.append((blocks.file_id(gathered, rows[0]), _finding(gathered, rows, pairs, rule)))


def _finding(gathered: KindRows, rows: Sequence[int], pairs: Mapping[int, int], rule: str) -> Finding:
    """Return the finding of rows of one sheet; its key says what they say, so that it is another for another block."""
    place = gathered.place(rows[0], blocks.column(gathered))
    mark = blake2s(b"".join(sorted(said_by(gathered, np.array(rows)).values())), digest_size=6).hexdigest()
    return Finding(
        rule,
        "sources",
        f"{place.file}|{place.sheet}|{gathered.table.name}|{mark}",
        place=place,
        params={
            "count": blocks.count(gathered, rows),
            "other": blocks.places(gathered, list(blocks.runs(gathered, rows, pairs)), pairs),
        },
        subject=place.file,
    )


def _is_left_out(gathered: KindRows, at: int, left_out: Mapping[int, AbstractSet[Spot]]) -> bool:
    """Return whether another kind left out what it read from the row."""
    return blocks.spot(gathered, at) in left_out.get(blocks.file_id(gathered, at), frozenset())
