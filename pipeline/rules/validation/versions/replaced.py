"""What tonight's rows of one kind replace, and what they keep of it: the key, the number that was assigned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipeline.core.groups import is_sure
from pipeline.ledger import WAITING, FormerRow, Replacement
from pipeline.orders.references import APART as SHARED
from pipeline.rules.validation.codes import RECORDS
from pipeline.rules.validation.identity import ORDINAL, fingerprints
from pipeline.rules.validation.kind_rows import KindRows
from pipeline.rules.validation.validated_file import parse_facts, stored
from pipeline.rules.validation.versions.likeness import Row, apart, are_only, base_of, is_counted, own_numbers
from pipeline.rules.validation.versions.pairing import (
    How,
    Match,
    Pool,
    pair_alike,
    pair_by_place,
    pair_certain,
    pair_lone_numbers,
)
from schemas.incoming.complaints import Complaints
from schemas.incoming.corrections import Corrections
from schemas.incoming.orders import Orders
from schemas.table import Source

ASSIGNED = {Orders.name: str(Orders.order_no), Complaints.name: str(Complaints.complaint_no)}
Placed = tuple[int, str, str, int]


@dataclass(frozen=True)
class Versions:
    """What rows may replace: former rows by received file, numbers that nightdesk gave, files that are only re-read.

    `living`: the rows that count under some keys of a kind, with the files they stand in.
    """

    formers: Mapping[int, Sequence[FormerRow]] = field(default_factory=dict)
    assigned: AbstractSet[str] = frozenset()
    living: Callable[[str, Iterable[str]], Mapping[str, tuple[FormerRow, str]]] = lambda _kind, _keys: {}
    is_reread: bool = False


@dataclass
class Replaced:
    """The former of each row of one kind, by the row's place; `doubtful`: those that differ only in days or sums.

    `same_base`: rows whose business key is their former's but for an ordinal: of several complaints of one number all
    but one have one too. `released`: formers whose row was left
    out as a copy, by received file.
    """

    pairs: dict[int, Replacement] = field(default_factory=dict)
    doubtful: dict[int, str] = field(default_factory=dict)
    same_base: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)  # rows that an ordinal tells from others of their key
    standing: dict[int, set[str]] = field(default_factory=dict)  # file → keys of formers that found no partner
    released: dict[int, list[int]] = field(default_factory=dict)


def find_replaced(gathered: KindRows, versions: Versions) -> Replaced:
    """Return which rows of earlier versions these rows replace, workbook by workbook."""
    made = Replaced()
    if gathered.table.name == Corrections.name:
        return made
    owners = np.array([received.id for received, _ in gathered.parts])[gathered.part]
    for file_id in dict.fromkeys(owners.tolist()):
        formers = [former for former in versions.formers.get(file_id, ()) if former.kind == gathered.table.name]
        if formers:
            _find_in_file(gathered, np.flatnonzero(owners == file_id), formers, versions, made)
            made.standing[file_id] = {former.key for former in formers}
    return made


def _find_in_file(
    gathered: KindRows, places: np.ndarray, formers: Sequence[FormerRow], versions: Versions, made: Replaced
) -> None:
    texts = stored(gathered, places)
    news = [*_new_rows(gathered, places, texts, versions.assigned)]
    old = [*_former_rows(gathered.table, formers, versions.assigned)]
    by_at = {row.at: row for row in news}
    made.counted |= {row.at for row in news if is_counted(gathered.table, row.cells)}
    for match in _matches(gathered, old, news, is_reread=versions.is_reread):
        former, row = old[match.former], by_at[match.new]
        differing = apart(former, row)
        question = " ".join(sorted(differing)) if match.is_asked else ""
        made.pairs[row.at] = Replacement(formers[match.former], match.how is How.EQUAL, question)
        if match.how >= How.ONE_CELL and are_only(gathered.table, differing) and not versions.is_reread:
            made.doubtful[row.at] = " ".join(sorted(differing))
        if former.base == row.base and (row.at in made.counted or gathered.table.name == Complaints.name):
            made.same_base.add(row.at)


def _matches(gathered: KindRows, old: Sequence[Row], news: Sequence[Row], *, is_reread: bool) -> Iterator[Match]:
    """Pair sheet by sheet: by name, else the only one left; what is certain also from one sheet to another."""
    sheets = _sheets(old, news)
    pools = [
        Pool(gathered.table, [row for row in old if row.sheet in before], [row for row in news if row.sheet in now])
        for before, now in sheets
    ]
    lone = [len(pool.formers) == len(pool.news) == 1 for pool in pools]
    for pool in pools:
        if is_reread:
            pair_by_place(pool)
        pair_certain(pool)
    rest = Pool(
        gathered.table, [row for pool in pools for row in pool.formers], [row for pool in pools for row in pool.news]
    )
    pair_certain(rest)
    yield from rest.found
    forms = {sheet.sheet for _, sheet in gathered.parts if sheet.heading_row == 0}
    for pool, is_lone in zip(pools, lone, strict=True):
        is_anchored = bool(pool.found)
        pool.found += rest.found
        pool.strip()
        pool.found = [match for match in pool.found if match not in rest.found]
        pair_lone_numbers(pool)
        is_form = is_lone or any(row.sheet in forms for row in pool.news)
        pair_alike(pool, is_anchored=is_anchored, is_form=is_form)
        yield from pool.found


def _sheets(old: Iterable[Row], news: Iterable[Row]) -> list[tuple[set[str], set[str]]]:
    """Return the sheets that are one: of one name, and the only two left; each other one for itself."""
    before, now = {row.sheet for row in old}, {row.sheet for row in news}
    both = [({name}, {name}) for name in sorted(before & now)]
    left, fresh = before - now, now - before
    if len(left) == len(fresh) == 1:
        return [*both, (left, fresh)]
    return [*both, *(({name}, set()) for name in sorted(left)), *((set(), {name}) for name in sorted(fresh))]


def _former_rows(table: type[Source], formers: Sequence[FormerRow], assigned: AbstractSet[str]) -> Iterator[Row]:
    for at, former in enumerate(formers):
        cells = _comparable(table, parse_facts(former.written or former.facts), assigned)
        yield Row(at, former.sheet, former.row, base_of(table, cells), cells, _numbers(table, cells), former.is_held)


def _new_rows(
    gathered: KindRows, places: np.ndarray, texts: Sequence[bytes], assigned: AbstractSet[str]
) -> Iterator[Row]:
    table = gathered.table
    letters = [{name: at[0] or name for name, at in sheet.columns.items()} for _, sheet in gathered.parts]
    sheets, numbers = (gathered.frame[name].to_numpy() for name in ("src_sheet", "src_row"))
    for at, text in zip(places.tolist(), texts, strict=True):
        cells = _comparable(table, parse_facts(text), assigned)
        where = letters[int(gathered.part[at])]
        yield Row(at, sheets[at], int(numbers[at]), base_of(table, cells), cells, _numbers(table, cells), letters=where)


def _comparable(table: type[Source], cells: dict[str, Any], assigned: AbstractSet[str]) -> dict[str, Any]:
    """Return what a row says itself: without a number that it was given, codes without the zeros that they lose."""
    column = ASSIGNED.get(table.name, "")
    if cells.get(column) in assigned:
        cells = {name: value for name, value in cells.items() if name != column}
    codes = {name: str(cells[name]) for name in RECORDS if name in cells}
    return cells | {name: code.lstrip("0") for name, code in codes.items() if code.isdigit()}


def _numbers(table: type[Source], cells: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(cells.get(name, "")).casefold() for name in own_numbers(table))


def numbers_passed(
    gathered: KindRows, replaced: Replaced, assigned: AbstractSet[str]
) -> tuple[dict[Placed, str], dict[str, tuple[int, str]]]:
    """Return the numbers assigned to formers that rows without one go by: by place, and by fingerprint with the row."""
    column = ASSIGNED.get(gathered.table.name)
    if column is None or not replaced.pairs:
        return {}, {}
    blank = is_sure(gathered.frame[column].isna()).to_numpy()
    numbers = {at: parse_facts(pair.former.facts).get(column) for at, pair in replaced.pairs.items() if blank[at]}
    given = {at: str(number) for at, number in numbers.items() if number in assigned}
    if not given:
        return {}, {}
    prints = fingerprints(gathered.frame.loc[sorted(given)])
    sheets, rows = (gathered.frame[name].to_numpy() for name in ("src_sheet", "src_row"))
    files = {at: gathered.parts[int(gathered.part[at])][0].id for at in given}
    by_place = {(files[at], gathered.table.name, sheets[at], int(rows[at])): number for at, number in given.items()}
    return by_place, {prints[at]: (at, number) for at, number in given.items()}


def keep_keys(gathered: KindRows, replaced: Replaced) -> None:
    """Let rows keep the keys of their formers, so that an ordinal never moves to another row.

    Two rows of one night that replace the same row, and say different things, contradict each other under its key.
    """
    if not replaced.pairs:
        return
    keys: list[str] = gathered.frame["src_key"].tolist()
    owners = np.array([received.id for received, _ in gathered.parts])[gathered.part].tolist()
    for file_id, standing in replaced.standing.items():
        mine = [at for at, owner in enumerate(owners) if owner == file_id]
        kept = {at: replaced.pairs[at].former.key for at in mine if at in replaced.same_base}
        kept = {at: key for at, key in kept.items() if WAITING not in key[-4:] and _in_one_scope(key, keys[at])}
        found = {replaced.pairs[at].former.key for at in mine if at in replaced.pairs}
        free = [at for at in mine if at in replaced.counted - kept.keys()]
        _number_again(keys, free, {*kept.values(), *(standing - found)})
        for at, key in kept.items():
            keys[at] = key
    for rows in _rivals(gathered, replaced):
        for at in rows:
            keys[at] = replaced.pairs[at].former.key
    gathered.frame["src_key"] = np.array(keys, dtype=object)
    gathered.frame["src_key"] = gathered.frame["src_key"].astype("str")


def _in_one_scope(former: str, key: str) -> bool:
    """Return False where a number is told apart by customer or year now and was not before, or the other way about."""
    return (SHARED in former) == (SHARED in key)


def _number_again(keys: list[str], places: Sequence[int], taken: AbstractSet[str]) -> None:
    """Give rows whose key another row of the workbook keeps the next ordinal that is free."""
    known = {*keys}
    used = {*taken}
    for at in places:
        base = ORDINAL.sub("", keys[at])
        base = base if base in known else keys[at]
        if keys[at] in taken or (keys[at] != base and base in taken):
            n = 1
            while (key := base if n == 1 else f"{base}#{n}") in used:
                n += 1
            keys[at] = key
        used.add(keys[at])


def _rivals(gathered: KindRows, replaced: Replaced) -> list[list[int]]:
    by_former: dict[int, list[int]] = {}
    for at, pair in replaced.pairs.items():
        by_former.setdefault(pair.former.seq, []).append(at)
    several = [rows for rows in by_former.values() if len(rows) > 1]
    return [rows for rows in several if len({*stored(gathered, np.array(rows))}) > 1]


def settle(gathered: KindRows, replaced: Replaced) -> None:
    """Leave each former one row, once copies were left out and contradictions named apart."""
    keys = gathered.frame["src_key"].tolist()
    kept: dict[str, int] = {}
    for at, key in enumerate(keys):
        if not gathered.dropped[at]:
            kept.setdefault(key, at)
    for at in sorted(at for at in replaced.pairs if gathered.dropped[at]):
        pair, twin = replaced.pairs.pop(at), kept.get(keys[at])
        if twin is None:
            continue
        file_id = gathered.parts[int(gathered.part[at])][0].id
        if twin not in replaced.pairs and gathered.part[twin] == gathered.part[at]:
            replaced.pairs[twin] = pair
        elif keys[at] != pair.former.key and replaced.pairs.get(twin) != pair:
            replaced.released.setdefault(file_id, []).append(pair.former.seq)
    _leave_one(replaced, keys)


def _leave_one(replaced: Replaced, keys: Sequence[str]) -> None:
    """Of rows that replace the same one only that keeps its former which keeps the key."""
    first: dict[int, int] = {}
    for at in sorted(replaced.pairs, key=lambda at: (WAITING in keys[at], at)):
        seq = replaced.pairs[at].former.seq
        if first.setdefault(seq, at) != at:
            del replaced.pairs[at]


def settle_questions(found: Sequence[tuple[KindRows, Replaced]]) -> None:
    """Ask about rows that differ only in days or sums where no other row of their workbook found its former."""
    sure: set[int] = set()
    for gathered, replaced in found:
        sure |= {gathered.parts[int(gathered.part[at])][0].id for at in replaced.pairs if at not in replaced.doubtful}
    for gathered, replaced in found:
        for at, columns in replaced.doubtful.items():
            if at in replaced.pairs and gathered.parts[int(gathered.part[at])][0].id not in sure:
                replaced.pairs[at] = replace(replaced.pairs[at], question=columns)
